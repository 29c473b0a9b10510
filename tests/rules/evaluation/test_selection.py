"""Selection: whose means are checked, and what keeps an application from the main list."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.calls.rules.call_rules import CallRules
from app.core.money import Money
from app.evaluation.rules.selection import (
    CapacityKind,
    CapacityOutcome,
    SelectionPartner,
    checks_due,
    is_selected,
    missing_checks,
)
from app.organisations.rules.types import OrganisationType
from tests.builders.calls import a_document, escp_4x

CAP = Money.parse("60000.00")
partners = st.builds(
    SelectionPartner,
    partner_id=st.integers(1, 99).map(lambda number: UUID(int=number)),
    name=st.just("Partner"),
    coordinator=st.booleans(),
    organisation_type=st.sampled_from(OrganisationType),
    requested=st.integers(0, 12_000_000).map(Money),
)


def a_partner(**given_: object) -> SelectionPartner:
    values: dict[str, object] = {
        "partner_id": UUID(int=1),
        "name": "Cluster Porto",
        "coordinator": True,
        "organisation_type": OrganisationType.CLUSTER_ORGANISATION,
        "requested": CAP,
    }
    return SelectionPartner(**(values | given_))  # type: ignore[arg-type]  # one value per field


@given(partners)
def test_only_above_the_amount_and_only_who_is_not_exempt(one: SelectionPartner) -> None:
    exempt = one.organisation_type in {OrganisationType.PUBLIC_AUTHORITY, OrganisationType.INTERNATIONAL_ORGANISATION}
    due = checks_due(escp_4x(), "main", [one])
    assert bool(due) == (one.requested > CAP and not exempt)
    assert all(check.partner_id == one.partner_id for check in due)


def test_at_the_amount_nothing_is_checked_and_a_cent_above_it_is() -> None:
    assert not checks_due(escp_4x(), "main", [a_partner()])
    [check] = checks_due(escp_4x(), "main", [a_partner(requested=CAP + Money(1))])
    assert (check.kind, check.name) == (CapacityKind.FINANCIAL, "Cluster Porto")


@pytest.mark.parametrize(("judge", "number"), [("experts", 0), ("officer", 1)])
def test_operational_capacity_is_due_where_an_officer_judges_it(judge: str, number: int) -> None:
    rules = CallRules.from_plain(
        a_document() | {"selection": [{"kind": "operational_capacity", "judged_by": judge, "strands": []}]}
    )
    assert len(checks_due(rules, "main", [a_partner()])) == number


def test_only_the_coordinator_where_the_call_says_so() -> None:
    rule = {"kind": "financial_capacity", "of": "coordinator", "exempt": [], "closed_years": 1, "strands": []}
    rules = CallRules.from_plain(a_document() | {"selection": [rule]})
    assert len(checks_due(rules, "main", [a_partner(), a_partner(coordinator=False)])) == 1


def test_what_is_recorded_is_no_longer_missing() -> None:
    due = checks_due(escp_4x(), "main", [a_partner(requested=Money.parse("61000.00"))])
    assert missing_checks(due, {}) == due
    assert not missing_checks(due, {(CapacityKind.FINANCIAL, UUID(int=1)): CapacityOutcome.WEAK})


@given(
    st.dictionaries(st.sampled_from(CapacityKind), st.sampled_from(CapacityOutcome)),
    st.sampled_from([None, True, False]),
)
def test_insufficient_means_keep_an_application_out(
    found: dict[CapacityKind, CapacityOutcome],
    capable: bool | None,  # noqa: FBT001  # a parameter of the property
) -> None:
    recorded = {(kind, None): outcome for kind, outcome in found.items()}
    expected = capable is not False and CapacityOutcome.INSUFFICIENT not in found.values()
    assert is_selected(recorded, capable=capable) is expected
