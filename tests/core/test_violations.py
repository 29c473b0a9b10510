from datetime import date

import pytest

from app.core.errors import (
    NotFoundError,
    NotPermittedError,
    RulesViolatedError,
    SignInRequiredError,
    StaleVersionError,
    TooManyAttemptsError,
    TryAgainError,
)
from app.core.money import Money
from app.core.rates import Rate
from app.core.violations import Severity, Violation, blocking, fill

FOUND = Violation(
    "budget.above_maximum",
    "The grant of {asked} is above the maximum of {maximum}.",
    "budget/total",
    {"asked": Money(100_01), "maximum": Money(100_00)},
)
HINT = Violation(
    "budget.low",
    "The rate is {rate}, since {since}.",
    figures={"rate": Rate(7_500), "since": date(2019, 4, 4)},
    severity=Severity.WARNING,
)


def test_words_carry_their_figures() -> None:
    assert FOUND.text == "The grant of EUR 100.01 is above the maximum of EUR 100.00."
    assert HINT.text == "The rate is 75 %, since 2019-04-04."


def test_a_finding_names_place_and_rule() -> None:
    assert str(FOUND) == f"budget/total: {FOUND.text} [budget.above_maximum]"
    assert str(HINT) == f"{HINT.text} [budget.low]"


def test_words_without_figures_are_taken_as_they_stand() -> None:
    assert Violation("input.value", "Use {braces} freely").text == "Use {braces} freely"


def test_a_figure_with_braces_is_not_a_place() -> None:
    assert fill("You typed {what}.", {"what": "{0.__class__}"}) == "You typed {0.__class__}."


def test_a_missing_figure_is_a_programming_error() -> None:
    with pytest.raises(KeyError):
        fill("{unknown}", {"known": 1})


def test_a_finding_moves_without_changing() -> None:
    moved = FOUND.at("partners.0.budget")
    assert (moved.place, moved.text, moved.rule) == ("partners.0.budget", FOUND.text, FOUND.rule)
    assert FOUND.place == "budget/total"


def test_only_blocking_findings_stop() -> None:
    assert blocking((FOUND, HINT)) == (FOUND,)


def test_a_refusal_gives_all_findings_and_needs_one() -> None:
    refused = RulesViolatedError([FOUND, HINT])
    assert refused.violations == (FOUND, HINT)
    assert refused.message == f"{FOUND.text}; {HINT.text}"
    with pytest.raises(ValueError, match="reason"):
        RulesViolatedError([])


@pytest.mark.parametrize(
    ("error", "rule", "words"),
    [
        (SignInRequiredError(), "access.sign_in_required", "Sign in to continue."),
        (NotPermittedError(), "access.not_permitted", "Your role does not allow this."),
        (NotPermittedError("Not you."), "access.not_permitted", "Not you."),
        (NotFoundError("call"), "access.not_found", "This call does not exist, or you have no access to it."),
        (TooManyAttemptsError(61), "access.too_many_attempts", "Too many attempts. Try again in 2 minutes."),
        (TryAgainError(), "service.try_again", "The server is busy. Nothing was changed; please send it again."),
    ],
)
def test_each_refusal_is_one_finding(error: NotFoundError, rule: str, words: str) -> None:
    assert [(found.rule, found.text) for found in error.violations] == [(rule, words)]


def test_a_stale_version_keeps_both_sides() -> None:
    stale = StaleVersionError(sent=1, current=3, theirs={"title": "Theirs"})
    assert (stale.sent, stale.current, stale.theirs) == (1, 3, {"title": "Theirs"})
    assert StaleVersionError(sent=1, current=2).theirs == {}
