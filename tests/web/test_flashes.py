"""What the next page says of an act: every redirect has its words, and the acts of money and grants have their own."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from app.web.flashes import ACTS, Flash, told_of
from app.web.pages import FLASHES

WEB = Path(__file__).parents[2] / "app" / "web"
OWN_WORDS = ("finance", "beneficiary", "officer/grant.py", "officer/grant_report.py", "officer/amendment.py")
"""Where "Done. The change is in effect." is not enough: somebody waits for what was done."""
_NOTICE = re.compile(r'notice="([a-z-]+)"')


def notices(place: Path) -> set[str]:
    files = [place] if place.is_file() else sorted(place.rglob("*.py"))
    return {found for file in files for found in _NOTICE.findall(file.read_text())}


def test_every_notice_of_a_redirect_has_words() -> None:
    assert notices(WEB) <= FLASHES.keys() | ACTS.keys()
    assert not FLASHES.keys() & ACTS.keys()


@pytest.mark.parametrize("place", OWN_WORDS)
def test_acts_of_money_and_grants_say_what_was_done(place: str) -> None:
    assert "done" not in notices(WEB / place)


def test_no_words_are_left_over() -> None:
    told = {
        word
        for file in WEB.rglob("*.py")
        if file.name != "flashes.py"
        for word in re.findall(r'"([a-z-]+)"', file.read_text())
    }
    assert told >= ACTS.keys()


@pytest.mark.parametrize("key", sorted(ACTS))
def test_a_page_that_does_not_know_the_facts_says_nothing(key: str) -> None:
    flash = ACTS[key]
    facts = {name: f"<{name}>" for _, name, _, _ in Formatter().parse(flash.text) if name}
    found = told_of(flash, facts, "en")
    assert found is not None
    assert "{" not in found.text
    assert (told_of(flash, {}, "en") is None) == bool(facts)


def test_facts_stand_in_the_sentence() -> None:
    flash = Flash("success", "Verified", "{reference} is verified. {next}")
    found = told_of(flash, {"reference": "PAY-1", "next": ""}, "en")
    assert found == Flash("success", "Verified", "PAY-1 is verified.")
