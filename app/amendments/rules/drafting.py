"""How does the amended agreement follow from the one in force? By the arithmetic of the budget, with nothing added.

The maximum grant never rises. A partner keeps the own funding that the agreement in force implies: what its costs yield
at the rates, less its grant. Where the amended costs yield less than the maximum grant, the maximum falls to that.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from app.amendments.rules.proposal import Proposal
from app.applications.rules.budget import BudgetTable, PartnerBudget, compute_budget
from app.applications.rules.facts import BudgetLine, OwnFunding
from app.calls.rules.funding_kinds import FlatRateCosts
from app.core.money import Money
from app.grants.rules.agreement import AccountFacts, AgreementFacts
from app.grants.rules.budget_lines import BudgetLineFacts, partner_lines
from app.grants.rules.drafting import category_facts
from app.grants.rules.periods import end_of, reporting_periods
from app.grants.rules.prefinancing import prefinancing_of
from app.organisations.rules.types import LegalForm
from app.partnerships.rules.facts import PartnerFacts

if TYPE_CHECKING:
    from app.calls.rules.call_rules import CallRules

NOTHING = Money.zero()


def partner_facts(agreement: AgreementFacts) -> tuple[PartnerFacts, ...]:
    """The organisations of the agreement as the arithmetic and the limits of the budget know them."""
    forms = {form.value: form for form in LegalForm}
    return tuple(
        PartnerFacts(
            partner_id=party.partner_id,
            organisation_id=party.organisation_id,
            name=party.name,
            role=party.role,
            country=party.country,
            region=party.region,
            legal_form=forms.get(party.legal_form),
            sme={"yes": True, "no": False}.get(party.sme),
        )
        for party in agreement.parties
    )


def entered_lines(rules: CallRules, agreement: AgreementFacts) -> tuple[BudgetLine, ...]:
    """The budget in force as it would be entered: without flat rates, in units where the call fixes their price."""
    return tuple(
        _entered(rules, line)
        for line in agreement.budget
        if not isinstance(rules.funding.category(line.category), FlatRateCosts)
    )


def _entered(rules: CallRules, line: BudgetLineFacts) -> BudgetLine:
    price = getattr(rules.funding.category(line.category), "amount", None)
    units = line.cost.cents // price.cents if price else None
    return BudgetLine(line.partner_id, line.category, line.cost, units)


def own_funding(rules: CallRules, agreement: AgreementFacts) -> tuple[OwnFunding, ...]:
    """What each partner pays beyond what the rates leave it, in the agreement in force."""
    table = _table(rules, agreement, entered_lines(rules, agreement), ())
    return tuple(
        OwnFunding(row.partner.partner_id, max(row.maximum - agreement.grant_of(row.partner.partner_id), NOTHING))
        for row in table.rows
    )


def budget_table(rules: CallRules, agreement: AgreementFacts, lines: Sequence[BudgetLine]) -> BudgetTable:
    """A budget of the agreement's partners, ``requested`` of each row being its grant.

    Own funding is kept as far as the costs still yield the maximum grant without it; where they do not, it gives way.
    """
    first = _table(rules, agreement, lines, own_funding(rules, agreement))
    maximum = min(agreement.maximum_grant, first.maximum)
    enough = first.requested >= maximum
    weights = [(row.requested if enough else row.maximum).cents for row in first.rows]
    shares = maximum.split(weights) if any(weights) else tuple(NOTHING for _ in first.rows)
    kept = [
        OwnFunding(row.partner.partner_id, row.maximum - share) for row, share in zip(first.rows, shares, strict=True)
    ]
    return _table(rules, agreement, lines, kept)


def _table(
    rules: CallRules, agreement: AgreementFacts, lines: Sequence[BudgetLine], kept: Sequence[OwnFunding]
) -> BudgetTable:
    partners = partner_facts(agreement)
    return compute_budget(rules, agreement.strand, partners=partners, lines=lines, own_funding=kept)


def amended(
    rules: CallRules,
    base: AgreementFacts,
    proposal: Proposal,
    account: AccountFacts | None = None,
    *,
    prefinanced: bool = False,
) -> AgreementFacts:
    """The next version of an agreement; ``account`` is the one that the proposal names.

    ``prefinanced``: the payment at the start was asked for, so that it stays as it was agreed.
    """
    changes: dict[str, Any] = {"number": base.number + 1}
    if proposal.account_id is not None and account is not None:
        changes["account"] = account
    if proposal.budget is not None:
        changes |= _budget(rules, base, proposal, prefinanced=prefinanced)
    if proposal.duration_months is not None:
        months = proposal.duration_months
        changes |= {
            "duration_months": months,
            "end_on": end_of(base.start_on, months),
            "periods": reporting_periods(base.terms, base.start_on, months),
        }
    stored = {name: getattr(base, name) for name in type(base).model_fields}
    return AgreementFacts(**(stored | changes))


def _budget(rules: CallRules, base: AgreementFacts, proposal: Proposal, *, prefinanced: bool) -> dict[str, Any]:
    table = budget_table(rules, base, proposal.lines)
    maximum = table.requested
    lines = tuple(line for row in table.rows for line in _lines(rules, row))
    ceiling = base.terms.interim_ceiling
    return {
        "budget": lines,
        "categories": category_facts(rules.funding, {line.group for line in lines}),
        "maximum_grant": maximum,
        "interim_ceiling": maximum.share_down(ceiling) if ceiling is not None else None,
        "prefinancing": base.prefinancing if prefinanced else prefinancing_of(base.terms, maximum),
    }


def _lines(rules: CallRules, row: PartnerBudget) -> Iterator[BudgetLineFacts]:
    rates = {one.group: one.rate for one in row.shares}
    return partner_lines(rules.funding, row.partner.partner_id, row.cells, rates, row.requested)
