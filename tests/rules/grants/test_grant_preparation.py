"""What a preparation lacks is said party by party, all at once; what is late stops nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.violations import blocking
from app.grants.rules.preparation import (
    Preparation,
    PreparedParty,
    late_findings,
    preparation_findings,
    reason_findings,
)

LETTER = date(2019, 9, 2)
DONE = PreparedParty(
    partner_id=UUID(int=1),
    name="Cluster Porto",
    confirmed=True,
    changed=False,
    declared=True,
    signatory="Ana Reis",
    signatory_holds=True,
)
COMPLETE = Preparation(
    parties=[DONE],
    opened_on=LETTER,
    start_on=date(2019, 11, 1),
    duration_months=24,
    months=(20, 24),
    account=True,
    data_due_on=date(2019, 9, 23),
    declarations_due_on=date(2019, 10, 14),
    signature_due_on=date(2019, 12, 2),
)
parties = st.builds(
    PreparedParty,
    partner_id=st.builds(uuid4),
    name=st.text("AB", min_size=1, max_size=5),
    confirmed=st.booleans(),
    changed=st.just(value=False),
    declared=st.booleans(),
    signatory=st.sampled_from(["", "Ana Reis"]),
    signatory_holds=st.booleans(),
)


def rules(found: Preparation) -> list[str]:
    return [one.rule for one in preparation_findings(found)]


@given(st.lists(parties, max_size=6))
def test_nothing_is_found_exactly_when_every_party_is_done(some: list[PreparedParty]) -> None:
    done = all(one.confirmed and one.declared and one.signatory and one.signatory_holds for one in some)
    assert (rules(replace(COMPLETE, parties=some)) == []) == done


@given(st.lists(parties, min_size=1, max_size=6))
def test_each_finding_about_a_party_names_it_and_its_place(some: list[PreparedParty]) -> None:
    names = {f"parties/{one.partner_id}": one.name for one in some}
    for one in preparation_findings(replace(COMPLETE, parties=some)):
        assert names[one.place] in one.text


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"confirmed": False}, "grant.data_unconfirmed"),
        ({"confirmed": False, "changed": True}, "grant.data_changed"),
        ({"declared": False}, "grant.not_declared"),
        ({"signatory": ""}, "grant.no_signatory"),
        ({"signatory_holds": False}, "grant.signatory_left"),
    ],
)
def test_what_one_party_owes(change: dict[str, object], rule: str) -> None:
    assert rules(replace(COMPLETE, parties=[replace(DONE, **change)])) == [rule]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"start_on": None}, "grant.start_missing"),
        ({"start_on": LETTER}, "grant.start_outside"),
        ({"start_on": date(2020, 12, 3)}, "grant.start_outside"),
        ({"duration_months": None}, "grant.duration_missing"),
        ({"duration_months": 19}, "grant.duration_outside"),
        ({"duration_months": 25}, "grant.duration_outside"),
        ({"account": False}, "grant.account_missing"),
    ],
)
def test_what_the_coordinator_owes(change: dict[str, object], rule: str) -> None:
    assert rules(replace(COMPLETE, **change)) == [rule]  # type: ignore[arg-type]


def test_limits_themselves_are_allowed() -> None:
    for change in ({"start_on": LETTER + timedelta(days=1)}, {"start_on": date(2020, 12, 2)}, {"duration_months": 20}):
        assert rules(replace(COMPLETE, **change)) == []  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("day", "late"),
    [
        (date(2019, 9, 23), []),
        (date(2019, 9, 24), ["grant.data_late"]),
        (date(2019, 10, 15), ["grant.data_late", "grant.declarations_late"]),
        (date(2019, 12, 3), ["grant.data_late", "grant.declarations_late", "grant.signature_late"]),
    ],
)
def test_who_is_late_is_named_and_stops_nothing(day: date, late: list[str]) -> None:
    slow = replace(DONE, name="Cluster Sofia", confirmed=False, declared=False)
    found = late_findings(replace(COMPLETE, parties=[DONE, slow]), day)
    assert [one.rule for one in found] == late
    assert blocking(found) == ()
    assert all("Cluster Porto" not in one.text for one in found)


def test_a_reason_says_something() -> None:
    assert [one.rule for one in reason_findings("  too short  ")] == ["grant.reason"]
    assert reason_findings("The address of one partner is that of another.") == ()
