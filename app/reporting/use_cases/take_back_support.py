"""Take a payment to a third party out of the count, as long as no report rests on it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.applications.queries.applied_call import rules_of
from app.cascade.queries.payments import SUBJECT, support_row, used_by_partner
from app.cascade.schemas import ReverseSupport
from app.cascade.use_cases.recording import party_of, running_grant
from app.cascade.use_cases.reverse_support import reverse_support
from app.core.actor import Actor
from app.core.errors import RulesViolatedError
from app.core.money import Money
from app.core.violations import Violation
from app.grants.queries.agreement import agreement_of
from app.grants.queries.grants import grant_scope
from app.ledger.queries import recipient_amount_for_change
from app.reporting.queries.reports import costs_of, reports_of
from app.reporting.rules.lifecycle import ReportState
from app.reporting.rules.third_parties import accepted_support, support_categories, taking_back_findings


def take_back_support(
    session: Session, actor: Actor, grant_id: UUID, payment_id: UUID, wanted: ReverseSupport, *, now: datetime
) -> None:
    """Reverse the payment unless costs were accepted that it is needed for; what a rejected report claims does not count.

    Raise what reverse_support raises, and RulesViolated where less would be recorded than was accepted.
    """
    row = support_row(session, grant_id, payment_id)
    party_of(session, actor, grant_scope(session, grant_id), row.partner_id)
    recipient_amount_for_change(session, SUBJECT, payment_id)
    running_grant(session, grant_id)
    if row.counts and (found := _findings(session, grant_id, row.partner_id, row.amount)):
        raise RulesViolatedError(found)
    reverse_support(session, actor, grant_id, payment_id, wanted, now=now)


def _findings(session: Session, grant_id: UUID, partner_id: UUID, amount: Money) -> tuple[Violation, ...]:
    agreement = agreement_of(session, grant_id)
    categories = support_categories(rules_of(session, agreement.call_version_id), agreement.facts.strand)
    rejected = {one.number for one in reports_of(session, grant_id) if one.state is ReportState.REJECTED}
    claims = [one for one in costs_of(session, grant_id) if one.period not in rejected]
    recorded = used_by_partner(session, grant_id).get(partner_id, Money.zero())
    return taking_back_findings(amount, recorded, accepted_support(claims, partner_id, categories))
