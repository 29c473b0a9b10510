"""Save the draft of an amendment as a whole: what is to change, why, and from when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.amendments.events import AmendmentSaved
from app.amendments.policies import require_writing
from app.amendments.queries.amendments import amendment_row, proposal_of
from app.amendments.queries.reading import account_named
from app.amendments.rules.drafting import entered_lines, partner_facts
from app.amendments.rules.lifecycle import AMENDMENT, WRITABLE, AmendmentState
from app.amendments.rules.proposal import PlannedCost, Proposal
from app.amendments.schemas import SaveAmendment, WantedCost
from app.amendments.use_cases.acting import locked
from app.applications.queries.applied_call import rules_of
from app.applications.rules.budget_input import read_sheet
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import RulesViolatedError, StaleVersionError, TransitionNotAllowedError
from app.core.violations import Violation
from app.grants.policies import may_see_grant, require_grant
from app.grants.queries.agreement import agreement_of
from app.grants.queries.grants import grant_scope
from app.grants.rules.agreement import Agreement
from app.organisations.queries import organisation_for_update
from app.payments.queries import validated_account
from app.payments.rules.accounts import read_account
from app.payments.rules.lifecycle import AccountState
from app.payments.schemas import BankAccountToPropose
from app.payments.use_cases.propose_bank_account import propose_bank_account


def save_amendment(
    session: Session, actor: Actor, grant_id: UUID, number: int, wanted: SaveAmendment, *, now: datetime
) -> int:
    """Store what was typed and return the new row version. A new account goes to the finance office for validation.

    A budget or a duration that is the one in force is no change, so that a form may send every field.

    A draft may still break rules: they are shown and asked when it is requested. Raise RulesViolated with everything
    that cannot be read, StaleVersion where a colleague saved first, TransitionNotAllowed once it was requested.
    """
    scope = grant_scope(session, grant_id)
    require_grant(actor, scope, permitted=may_see_grant(actor, scope))
    row = amendment_row(session, grant_id, number)
    require_writing(actor, scope, by_authority=row.by_authority)
    base = agreement_of(session, grant_id, row.base_version)
    organisation_for_update(session, base.facts.coordinator.organisation_id)  # locked before the grant
    act = locked(session, scope, number)
    amendment = act.amendment
    if AmendmentState(amendment.state) not in WRITABLE:
        raise TransitionNotAllowedError(AMENDMENT.name, amendment.state, "changed")
    if wanted.version != amendment.version:
        raise StaleVersionError(sent=wanted.version, current=amendment.version, theirs={"reason": amendment.reason})
    if row.by_authority and wanted.account == "new":
        words = "The coordinator gives its own account. Choose the one that is validated, or leave it as it is."
        raise RulesViolatedError([Violation("amendment.account_of_coordinator", words, "account")])
    budget, found = _budget(session, base, wanted.budget)
    account_id, about_account = _account(session, actor, base, wanted, proposal_of(session, amendment.id), now=now)
    if found or about_account:
        raise RulesViolatedError((*about_account, *found))
    months = wanted.duration_months if wanted.duration_months != base.facts.duration_months else None
    proposal = Proposal(account_id=account_id, budget=budget, duration_months=months)
    amendment.proposal, amendment.reason, amendment.effect_on = proposal.plain(), wanted.reason, wanted.effect_on
    amendment.saved_at, amendment.saved_by = now, actor.person_id
    amendment.version += 1
    session.flush()
    kinds = ", ".join(kind.value.replace("_", " ") for kind in proposal.kinds)
    record_event(session, actor, AmendmentSaved(**act.event(kinds=kinds)), now=now)
    return amendment.version


def _budget(
    session: Session, base: Agreement, typed: tuple[WantedCost, ...] | None
) -> tuple[tuple[PlannedCost, ...] | None, tuple[Violation, ...]]:
    """The costs of every partner as the budget sheet of an application reads them; places as there."""
    if typed is None:
        return None, ()
    rules = rules_of(session, base.call_version_id)
    partners = {partner.partner_id: partner for partner in partner_facts(base.facts)}
    lines: list[PlannedCost] = []
    found: list[Violation] = []
    for partner_id in dict.fromkeys(line.partner_id for line in typed):
        read = read_sheet(rules, partners.get(partner_id), _of(typed, partner_id))
        found += read.violations
        lines += [
            PlannedCost(partner_id=partner_id, category=line.category_id, amount=line.amount, units=line.units)
            for line in read.lines
            if line.amount
        ]
    in_force = {(one.partner_id, one.category_id): one.amount for one in entered_lines(rules, base.facts)}
    if not found and {(one.partner_id, one.category): one.amount for one in lines} == in_force:
        return None, ()
    return tuple(lines), tuple(found)


def _of(typed: Iterable[WantedCost], partner_id: UUID) -> Iterable[WantedCost]:
    return [line for line in typed if line.partner_id == partner_id]


def _account(
    session: Session, actor: Actor, base: Agreement, wanted: SaveAmendment, before: Proposal, *, now: datetime
) -> tuple[UUID | None, tuple[Violation, ...]]:
    """The account that the draft names; one that was typed anew is proposed, the one that it named before is kept."""
    organisation_id = base.facts.coordinator.organisation_id
    if wanted.account == "keep":
        return None, ()
    if wanted.account == "validated":
        valid = validated_account(session, organisation_id)
        if valid is not None:
            return valid.id, ()
        words = "The coordinator has no validated account. Give a new one."
        return None, (Violation("amendment.no_account", words, "account"),)
    named = account_named(session, organisation_id, before.account_id)
    read, found = read_account(wanted.holder, wanted.iban, wanted.bic)
    typed = (read.holder, read.iban, read.bic)
    stands = named is not None and named.state in {AccountState.PROPOSED, AccountState.VALIDATED}
    if named is not None and stands and (named.holder, named.iban, named.bic) == typed:
        return named.id, ()
    if found:
        return None, found
    proposed = BankAccountToPropose(
        organisation_id=organisation_id, holder=wanted.holder, iban=wanted.iban, bic=wanted.bic
    )
    return propose_bank_account(session, actor, proposed, now=now), ()
