"""An amendment with everything that is shown and judged of it: both doors and every use case read it here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from uuid import UUID

from sqlalchemy.orm import Session

from app.amendments.queries.amendments import addendum_of, amendment_row, proposal_of
from app.amendments.rules.addendum import AddendumFacts
from app.amendments.rules.checks import Asked, Circumstances, acceptance_findings, amendment_findings
from app.amendments.rules.comparison import Comparison, compare
from app.amendments.rules.drafting import amended
from app.amendments.rules.lifecycle import AMENDMENT
from app.amendments.rules.proposal import Proposal
from app.amendments.schemas import AmendmentRow
from app.applications.queries.applied_call import rules_of
from app.applications.queries.reading import snapshot
from app.calls.rules.call_rules import CallRules
from app.cascade.queries.payments import used_by_partner
from app.core.money import Money
from app.core.violations import Violation
from app.grants.queries.agreement import agreement_of
from app.grants.queries.grants import grant_head
from app.grants.rules.agreement import AccountFacts, Agreement, AgreementFacts
from app.grants.rules.budget_lines import NOTHING as NO_AMOUNT
from app.grants.rules.budget_lines import money_of
from app.grants.rules.grant_lifecycle import GrantState
from app.payments.queries import accounts_of, payments_of
from app.payments.rules.lifecycle import ENDED, AccountState, PaymentKind
from app.payments.schemas import AccountRow
from app.reporting.queries.outstanding import still_due
from app.reporting.queries.reports import costs_of, reports_of
from app.reporting.rules.lifecycle import ReportState

SUBJECT = "grant"
_STANDING = (AccountState.PROPOSED, AccountState.VALIDATED)
_REPORTED = (ReportState.SUBMITTED, ReportState.RETURNED, ReportState.ACCEPTED, ReportState.REJECTED)


@dataclass(frozen=True)
class AmendmentReading:
    """One amendment beside the agreement that it changes; ``account`` is the one that it names, as it stands now.

    ``addendum`` is None while nothing is frozen.
    """

    row: AmendmentRow
    rules: CallRules
    base: Agreement
    proposal: Proposal
    account: AccountRow | None
    known: Circumstances
    addendum: AddendumFacts | None

    @cached_property
    def after(self) -> AgreementFacts:
        """The agreement that it makes: as it was frozen, else as it would be frozen now."""
        if self.addendum is not None:
            return self.addendum.agreement
        account = facts_of(self.account) if self.account is not None else None
        return amended(self.rules, self.base.facts, self.proposal, account, prefinanced=self.known.prefinanced)

    @cached_property
    def comparison(self) -> Comparison:
        """What differs."""
        return compare(self.base.facts, self.after)

    @property
    def asked(self) -> Asked:
        """What the rules judge."""
        return Asked(self.base.facts, self.after, self.proposal, self.row.reason, self.row.effect_on)

    @property
    def ended(self) -> bool:
        """Whether nothing can happen to it any more: it came to its end, or its grant did."""
        return self.base.state is not GrantState.RUNNING or not AMENDMENT.events_from(self.row.state)

    def findings(self) -> tuple[Violation, ...]:
        """What stops the request."""
        return amendment_findings(self.rules, self.asked, self.known)

    def open_findings(self) -> tuple[Violation, ...]:
        """What speaks against the step that is next; nothing once the amendment has come to its end."""
        if self.ended:
            return ()
        return self.findings() if self.row.writable else self.against_acceptance()

    def against_acceptance(self) -> tuple[Violation, ...]:
        """What stops acceptance and the last signature."""
        return acceptance_findings(self.rules, self.asked, self.known)


def amendment_reading(session: Session, grant_id: UUID, number: int, *, today: date) -> AmendmentReading:
    """One amendment; raise NotFound. A constant number of queries."""
    row = amendment_row(session, grant_id, number)
    base = agreement_of(session, grant_id, row.base_version)
    proposal = proposal_of(session, row.id)
    payments = [one for one in payments_of(session, SUBJECT, grant_id) if one.state not in ENDED]
    account = account_named(session, base.facts.coordinator.organisation_id, proposal.account_id)
    return AmendmentReading(
        row=row,
        rules=rules_of(session, base.call_version_id),
        base=base,
        proposal=proposal,
        account=account,
        known=Circumstances(
            today=today,
            accepted=accepted_costs(session, grant_id),
            third_parties=used_by_partner(session, grant_id),
            paid=Money.total(one.amount for one in payments),
            due=still_due(session, base),
            prefinanced=any(one.kind is PaymentKind.PREFINANCING for one in payments),
            reported=[one.number for one in reports_of(session, grant_id) if one.state in _REPORTED],
            account=facts_of(account) if account is not None and account.state in _STANDING else None,
            validated=account is not None and account.state is AccountState.VALIDATED,
            support_to_smes=support_to_smes(session, grant_id),
        ),
        addendum=addendum_of(session, row.id),
    )


def account_named(session: Session, organisation_id: UUID, account_id: UUID | None) -> AccountRow | None:
    """An account of the organisation, whatever became of it; None where it has no such account."""
    if account_id is None:
        return None
    return next((one for one in accounts_of(session, organisation_id) if one.id == account_id), None)


def facts_of(account: AccountRow) -> AccountFacts:
    """An account as agreements name it."""
    return AccountFacts(id=account.id, holder=account.holder, iban=account.iban, bic=account.bic)


def accepted_costs(session: Session, grant_id: UUID) -> Mapping[tuple[UUID, str], Money]:
    """What was accepted in decided reports, by partner and category. Two queries."""
    accepted = {one.number for one in reports_of(session, grant_id) if one.state is ReportState.ACCEPTED}
    found: dict[tuple[UUID, str], Money] = {}
    for cost in costs_of(session, grant_id):
        if cost.period in accepted and cost.accepted is not None:
            key = (cost.partner_id, cost.category)
            found[key] = found.get(key, Money.zero()) + cost.accepted
    return found


def support_to_smes(session: Session, grant_id: UUID) -> Money:
    """What the application promised to SMEs outside the consortium."""
    submitted = snapshot(session, grant_head(session, grant_id).submission_id)
    return money_of(submitted["budget"].get("support_to_smes") or NO_AMOUNT)
