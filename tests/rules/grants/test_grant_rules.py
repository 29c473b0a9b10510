"""Outcomes, terms, signatures, the reserve list and letters: properties of the pure rules."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.calls.rules.grant_kinds import GrantTerms
from app.core.money import Money
from app.grants.rules.lifecycle import AWARD, DECIDED, LETTER, AwardEvent, AwardState, LetterKind, LetterState
from app.grants.rules.outcomes import (
    REFUSED_AT,
    Decision,
    Outcome,
    Refused,
    decisions,
    main_total,
    preparation_findings,
)
from app.grants.rules.promotion import OnReserve, next_of_reserve, promotion_findings
from app.grants.rules.redress import last_day, terms
from app.grants.rules.sending import ToSend, kind_of_letter, sending_findings
from app.grants.rules.signatures import ToSign, drop_findings, fits, signature_findings
from app.infra.ids import new_id
from app.reference.rules.holidays import easter_sunday, eu_holidays, is_working_day
from tests.conftest import NOW

AMOUNTS = st.integers(1, 40_000_000).map(Money)
DAYS = st.dates(date(2014, 1, 1), date(2040, 12, 31))


def an_entry(standing: str, amount: Money, position: int | None = None, scores: dict[str, str] | None = None) -> Any:
    return {
        "application": str(new_id()),
        "standing": standing,
        "envelope": "main",
        "position": position,
        "requested": amount.as_json(),
        "scores": scores or {"impact": "18"},
        "total": (scores or {"impact": "18"})["impact"],
    }


def a_record(*entries: Any) -> dict[str, Any]:
    criterion = {"id": "impact", "title": "Impact", "maximum": "20", "threshold": "10", "weight": "1"}
    return {"criteria": [criterion], "maximum": "20", "overall_threshold": "12", "entries": list(entries)}


STANDINGS = st.sampled_from(["main", "reserve", "below_threshold", "not_selected"])


@given(
    st.lists(st.tuples(STANDINGS, AMOUNTS), max_size=12),
    st.lists(st.sampled_from(sorted(REFUSED_AT)), max_size=5),
    st.data(),
)
def test_everybody_gets_exactly_one_outcome_and_who_withdrew_none(
    ranked: list[tuple[str, Money]], steps: list[str], data: st.DataObject
) -> None:
    record = a_record(*(an_entry(standing, amount) for standing, amount in ranked))
    refused = [Refused(new_id(), step, "why") for step in steps]
    everybody = [UUID(one["application"]) for one in record["entries"]] + [one.application_id for one in refused]
    withdrawn = set(data.draw(st.lists(st.sampled_from(everybody), unique=True))) if everybody else set()
    found = decisions(record, refused, withdrawn=withdrawn)
    assert [one.application_id for one in found] == [one for one in everybody if one not in withdrawn]
    for one in found:
        assert (one.amount is None) == one.outcome.is_rejection
        assert bool(one.reasons) == one.outcome.is_rejection or one.outcome is Outcome.BELOW_THRESHOLD
        assert one.outcome.was_ranked == (one.application_id not in {each.application_id for each in refused})
    again = decisions(record, [*refused, *(Refused(one, "exclusion", "x") for one in everybody)], withdrawn=withdrawn)
    assert [one.outcome for one in again] == [one.outcome for one in found], "the ranking comes before a refusal"


def test_missed_thresholds_are_told_with_their_figures() -> None:
    below = an_entry("below_threshold", Money(1), scores={"impact": "9.5"})
    [found] = decisions(a_record(below), [])
    assert found.reasons.splitlines() == [
        "Impact: 9.5 of 20 points, the threshold is 10.",
        "Total: 9.5 of 20 points, the overall threshold is 12.",
    ]
    weak = an_entry("not_selected", Money(1)) | {
        "capacity": [
            {"kind": "financial", "partner": "Filo", "outcome": "insufficient", "words": "Negative equity."},
            {"kind": "operational", "partner": "", "outcome": "sufficient", "words": "Fine."},
        ]
    }
    assert decisions(a_record(weak), [])[0].reasons == "Financial capacity of Filo: Negative equity."


@given(st.lists(AMOUNTS, max_size=15), AMOUNTS)
def test_the_main_list_stays_within_its_envelope(amounts: list[Money], left: Money) -> None:
    wanted = [Decision(new_id(), Outcome.MAIN, amount, "main", 1, "") for amount in amounts]
    wanted.append(Decision(new_id(), Outcome.RESERVE, Money(10**12), "main", 2, ""))
    found = preparation_findings(wanted, {"main": left})
    assert bool(found) == (Money.total(amounts) > left)
    for one in found:
        assert one.figures["over"] == main_total(wanted, "main") - left


@given(DAYS, st.integers(0, 60), st.integers(0, 400))
def test_a_term_never_ends_on_a_day_without_work(sent: date, deemed: int, days: int) -> None:
    found = terms(sent, GrantTerms(deemed_receipt_days=deemed, redress_days=days), is_working_day)
    assert found.received_on == sent + timedelta(days=deemed)
    earliest = found.received_on + timedelta(days=days)
    assert found.redress_until >= earliest
    assert is_working_day(found.redress_until)
    passed = (found.redress_until - earliest).days
    assert not any(is_working_day(earliest + timedelta(days=n)) for n in range(passed)), "no working day is given away"
    assert sent < found.data_by < found.declarations_by < found.signature_by


def test_a_term_that_ends_at_christmas_ends_in_the_new_year() -> None:
    assert last_day(date(2019, 11, 24), 30, is_working_day) == date(2020, 1, 3)


@pytest.mark.parametrize(
    ("year", "easter"),
    [
        (2000, (4, 23)),
        (2008, (3, 23)),
        (2011, (4, 24)),
        (2019, (4, 21)),
        (2020, (4, 12)),
        (2024, (3, 31)),
        (2038, (4, 25)),
    ],
)
def test_easter(year: int, easter: tuple[int, int]) -> None:
    assert easter_sunday(year) == date(year, *easter)
    assert easter_sunday(year).weekday() == 6
    assert {date(year, 5, 9), easter_sunday(year) + timedelta(days=39)} <= eu_holidays(year)


@given(same=st.booleans(), withdrawn=st.booleans(), amount=AMOUNTS, left=AMOUNTS)
def test_who_prepared_never_signs(*, same: bool, withdrawn: bool, amount: Money, left: Money) -> None:
    preparer, other = new_id(), new_id()
    award = ToSign("C/0001", preparer, withdrawn, amount, left)
    found = {one.rule for one in signature_findings(award, {preparer if same else other})}
    assert found == ({"award.four_eyes"} if same else set()) | ({"award.withdrawn"} if withdrawn else set())
    assert {one.rule for one in signature_findings(award, ())} >= {"award.four_eyes"}
    assert fits(award) == (amount <= left)


def test_a_preparation_is_taken_back_with_a_reason() -> None:
    assert not drop_findings("x" * 20)
    assert drop_findings(" " * 30 + "short")[0].figures == {"minimum": 20}


@given(
    st.lists(st.tuples(st.booleans(), st.booleans(), st.sampled_from(AwardState), AMOUNTS), max_size=12),
    AMOUNTS,
    st.randoms(use_true_random=False),
)
def test_the_reserve_list_is_taken_in_order_and_nobody_is_skipped(
    listed: list[tuple[bool, bool, AwardState, Money]], left: Money, chance: Any
) -> None:
    rows = [
        OnReserve(new_id(), f"C/{n:04}", n, amount, state, withdrawn, promoted)
        for n, (withdrawn, promoted, state, amount) in enumerate(listed, start=1)
    ]
    mixed = list(rows)
    chance.shuffle(mixed)
    following = next_of_reserve(mixed)
    waiting = [one for one in rows if not (one.withdrawn or one.promoted or one.state is AwardState.DROPPED)]
    assert following == (waiting[0] if waiting else None)
    found = promotion_findings(following, left)
    may = following is not None and following.state in DECIDED and following.amount <= left
    assert bool(found) != may


@given(st.lists(st.tuples(st.sampled_from(LetterState), st.booleans()), max_size=8))
def test_no_letter_leaves_unseen_or_twice(chosen: list[tuple[LetterState, bool]]) -> None:
    letters = [
        ToSend(new_id(), f"C/{n}", state, NOW if seen or state is LetterState.SENT else None)
        for n, (state, seen) in enumerate(chosen)
    ]
    found = sending_findings(letters)
    free = all(state is LetterState.TO_SEND and seen for state, seen in chosen) and bool(chosen)
    assert (not found) == free


def test_letters_and_states() -> None:
    assert {kind_of_letter(one) for one in Outcome if one.is_rejection} == {LetterKind.REJECTION}
    assert kind_of_letter(Outcome.RESERVE) is LetterKind.INFORMATION
    assert not any(AWARD.allows(state, AwardEvent.SIGN) for state in AwardState if state is not AwardState.PREPARED)
    assert LETTER.events_from(LetterState.SENT) == ()
