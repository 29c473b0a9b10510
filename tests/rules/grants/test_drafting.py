"""An agreement follows from call, submission and preparation: nothing is decided anew, and its hash is what is signed."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from app.calls.rules.call_rules import CallRules
from app.core.money import Money
from app.grants.rules.agreement import AgreementFacts, PartyFacts
from app.grants.rules.drafting import ToDraft, draft_agreement
from app.grants.rules.prefinancing_sheet import prefinancing_sheet
from app.partnerships.rules.facts import PartnerRole
from tests.builders.calls import escp_4x

LEAD, OTHER, FRIEND = UUID(int=1), UUID(int=2), UUID(int=3)
MAXIMUM = Money.parse("180 000.00")


def party(partner_id: UUID, role: PartnerRole) -> PartyFacts:
    words = ("name", "country", "country_name", "region", "street", "postcode", "city", "legal_form")
    more = ("organisation_type", "sme", "pic", "vat", "registration_number", "signatory")
    return PartyFacts(
        partner_id=partner_id,
        organisation_id=partner_id,
        position=partner_id.int,
        role=role,
        signatory_id=None,
        **dict.fromkeys((*words, *more), "x"),
    )


def row(partner_id: UUID, personnel: str, requested: str) -> dict[str, Any]:
    return {
        "partner": str(partner_id),
        "costs": {"personnel": Money.parse(personnel).as_json()},
        "shares": [{"group": "standard", "rate": "75 %"}],
        "requested": Money.parse(requested).as_json(),
    }


SUBMITTED: dict[str, Any] = {
    "application": {"reference": "C/0001", "acronym": "CIRCTEX", "title": "Circular", "strand": "main"},
    "budget": {"rows": [row(LEAD, "160 000.00", "120 000.00"), row(OTHER, "80 000.00", "60 000.00")]},
    "sections": [
        {
            "id": "results",
            "title": "Results",
            "fields": [{"id": "indicators", "title": "Targets", "kind": "indicators", "answer": {"exchanges": 120}}],
        }
    ],
}


def drafted(rules: CallRules | None = None, **given: Any) -> AgreementFacts:
    values: dict[str, Any] = {
        "number": 1,
        "grant_id": UUID(int=9),
        "reference": "C/0001/GA",
        "call_id": UUID(int=8),
        "call_version_id": UUID(int=7),
        "commitment_id": None,
        "awarded_on": date(2019, 8, 30),
        "maximum_grant": MAXIMUM,
        "start_on": date(2019, 11, 1),
        "duration_months": 24,
        "parties": (
            party(LEAD, PartnerRole.COORDINATOR),
            party(OTHER, PartnerRole.PARTNER),
            party(FRIEND, PartnerRole.ASSOCIATED),
        ),
        "account": None,
        "submission_sha256": "a" * 64,
    }
    return draft_agreement(rules or escp_4x(), SUBMITTED, ToDraft(**(values | given)))


def test_money_days_and_targets_follow() -> None:
    found = drafted()
    assert found.grant_of(LEAD) == Money.parse("120 000.00")
    assert found.grant_of(category="personnel") == MAXIMUM == found.grant_of()
    assert found.eligible == Money.parse("240 000.00")
    assert found.end_on == date(2021, 10, 31)
    assert found.interim_ceiling == Money.parse("144 000.00")
    assert found.third_party_maximum == Money.parse("60 000.00")
    assert {one.id: one.target for one in found.indicators}["exchanges"] == 120
    assert [one.partner_id for one in found.signing_parties] == [LEAD, OTHER], "who is associated does not sign"
    assert found.coordinator.partner_id == LEAD


def test_what_is_stored_reads_back_as_the_same_text() -> None:
    found = drafted()
    assert AgreementFacts.read(found.plain()) == found
    assert AgreementFacts.read(found.plain()).sha256 == found.sha256


def test_an_agreement_from_before_a_field_keeps_the_text_that_was_signed() -> None:
    stored = {name: value for name, value in drafted().plain().items() if not name.startswith("third_part")}
    stored["third_party_maximum"] = {"amount": "60000.00", "currency": "EUR"}
    found = AgreementFacts.read(stored)
    assert found.plain() == stored
    assert (found.supports_third_parties, found.third_party_scope) == (True, "grant")


@pytest.mark.parametrize(("scope", "ceiling"), [("call", True), ("grant", False)])
def test_third_parties_are_those_of_the_call(scope: str, ceiling: bool) -> None:  # noqa: FBT001
    """Whether there is a category for them says whether they may be supported, a ceiling how much one receives."""
    plain = escp_4x().plain()
    others = [one for one in plain["funding"]["ceilings"] if one["kind"] != "third_party"]
    [most] = [one for one in plain["funding"]["ceilings"] if one["kind"] == "third_party"]
    plain["funding"]["ceilings"] = [*others, most | {"scope": scope}] if ceiling else others
    found = drafted(CallRules.from_plain(plain))
    assert (found.third_party_scope, found.supports_third_parties) == (scope, True)
    assert (found.third_party_maximum is not None) == ceiling


@pytest.mark.parametrize(
    "change",
    [{"number": 2}, {"duration_months": 23}, {"maximum_grant": Money(1)}, {"start_on": date(2019, 11, 2)}],
)
def test_whatever_changes_the_text_changes_what_is_signed(change: dict[str, Any]) -> None:
    assert drafted(**change).sha256 != drafted().sha256


def test_the_sheet_of_the_prefinancing_goes_step_by_step() -> None:
    [maximum, amount, paid] = prefinancing_sheet(drafted())
    assert maximum[1] == MAXIMUM
    assert amount == ("Pre-financing: 40 % of the maximum grant, rounded down to the cent", Money.parse("72 000.00"))
    assert paid == ("To be paid", Money.parse("72 000.00"))
    plain = escp_4x().plain()
    plain["grant"] |= {"guarantee_share": "5 %"}
    held = prefinancing_sheet(drafted(CallRules.from_plain(plain)))
    assert held[2] == ("Held back until the balance: 5 % of the maximum grant", -Money.parse("9 000.00"))
    assert held[-1][1] == Money.parse("63 000.00")
    del plain["grant"]["prefinancing"]
    assert prefinancing_sheet(drafted(CallRules.from_plain(plain))) == ()
