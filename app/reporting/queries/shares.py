"""What of a payment to the coordinator is in proportion whose: by the planned grants, or by what was accepted."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.core.money import Money
from app.grants.queries.agreement import agreement_of
from app.payments.rules.lifecycle import PaymentKind
from app.payments.schemas import PaymentRow
from app.reporting.queries.reading import report_reading
from app.reporting.queries.reports import calculations_of
from app.reporting.rules.shares import shares_of


def payment_shares(session: Session, payment: PaymentRow) -> Sequence[tuple[str, Money]]:
    """Names and shares in the order of the agreement; nothing where nobody has a share. A constant number of queries."""
    agreement = agreement_of(session, payment.subject_id)
    if payment.kind is PaymentKind.PREFINANCING:
        planned = {party.partner_id: agreement.facts.grant_of(party.partner_id) for party in agreement.facts.parties}
        names = {party.partner_id: party.name for party in agreement.facts.parties}
        return [(names[one], share) for one, share in shares_of(payment.amount, planned).items() if share]
    numbers = [one.number for one in calculations_of(session, payment.subject_id) if one.payment_id == payment.id]
    if not numbers:
        return ()
    rows = report_reading(session, payment.subject_id, numbers[0]).summary.rows
    accepted = {row.partner.partner_id: row.accepted_contribution for row in rows}
    names = {row.partner.partner_id: row.partner.name for row in rows}
    return [(names[one], share) for one, share in shares_of(payment.amount, accepted).items() if share]
