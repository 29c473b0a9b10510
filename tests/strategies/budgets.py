"""Random consortia, cost lines and funding terms for property tests."""

from __future__ import annotations

from uuid import UUID

from hypothesis import strategies as st

from app.applications.rules.facts import BudgetLine, OwnFunding
from app.calls.rules.call_rules import CallRules
from app.calls.rules.funding_kinds import Rounding
from app.core.money import Money
from app.core.rates import BASIS_POINTS, Rate
from app.organisations.rules.types import LegalForm
from app.partnerships.rules.facts import PartnerFacts, PartnerRole
from app.partnerships.rules.lifecycle import PartnerState
from app.reference.schemas import RegionCategory
from tests.builders.calls import rules_with
from tests.builders.facts import a_partner

ENTERED = ("personnel", "subcontracting", "third_parties", "other_direct")

rates = st.integers(0, BASIS_POINTS).map(Rate)
amounts = st.integers(0, 10**9).map(Money)
typed_amounts = st.integers(-(10**9), 10**9).map(Money)


@st.composite
def funding_terms(draw: st.DrawFn) -> CallRules:
    """The 2018 call with other rates, another flat rate, another rounding and rates by legal form."""
    special = [
        {"legal_form": form.value, "rate": str(draw(rates))} for form in draw(st.sets(st.sampled_from(LegalForm)))
    ]
    return rules_with(
        {
            "funding.rates.standard.rate": str(draw(rates)),
            "funding.rates.standard.by_legal_form": special,
            "funding.rates.third_parties.rate": str(draw(rates)),
            "funding.cost_categories.indirect.rate": str(draw(rates)),
            "funding.rounding": draw(st.sampled_from(Rounding)).value,
        }
    )


@st.composite
def partners(draw: st.DrawFn, least: int = 1, most: int = 6) -> tuple[PartnerFacts, ...]:
    """Partners of every role, state, country, region and legal form."""
    return tuple(
        a_partner(
            f"Partner {number}",
            draw(st.sampled_from(["PT", "IT", "BG", "RS", "CH"])),
            role=draw(st.sampled_from(PartnerRole)),
            state=draw(st.sampled_from(PartnerState)),
            legal_form=draw(st.sampled_from([None, *LegalForm])),
            region_category=draw(st.sampled_from([None, *RegionCategory])),
            sme=draw(st.sampled_from([None, True, False])),
        )
        for number in range(draw(st.integers(least, most)))
    )


def lines_of(
    consortium: tuple[PartnerFacts, ...], worth: st.SearchStrategy[Money] = amounts
) -> st.SearchStrategy[list[BudgetLine]]:
    """Cost lines of these partners, several for one cell among them."""
    return st.lists(
        st.builds(BudgetLine, st.sampled_from([p.partner_id for p in consortium]), st.sampled_from(ENTERED), worth),
        max_size=20,
    )


def own_funding_of(consortium: tuple[PartnerFacts, ...]) -> st.SearchStrategy[list[OwnFunding]]:
    """What partners leave unclaimed; sometimes more than they could claim, or less than nothing."""
    known: st.SearchStrategy[UUID] = st.sampled_from([p.partner_id for p in consortium])
    return st.lists(st.builds(OwnFunding, known, typed_amounts), max_size=4, unique_by=lambda one: one.partner_id)
