"""What is told about payments: to who asked for one, and to the consortium that is paid."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from app.applications.queries.applied_call import applied_call
from app.core.actor import Role
from app.core.errors import NotFoundError
from app.core.money import Money
from app.grants.queries.grants import GrantHead, grant_head
from app.notifications.queries import addressees
from app.notifications.queries.told_calls import call_facts
from app.notifications.rules.facts import ApplicationFacts, Circle, Happening, PaymentFacts
from app.payments.queries import payment_row
from app.payments.rules.lifecycle import PaymentState
from app.reporting.queries.paid import SUBJECT
from app.reporting.queries.shares import payment_shares

if TYPE_CHECKING:
    from app.audit.queries import EventRow
    from app.payments.schemas import PaymentRow


def of_payment(session: Session, row: EventRow, bare: Happening) -> Happening:
    """The payment, who asked for it, and the contacts of the coordinator that is paid."""
    payment = payment_row(session, row.subject_id)
    asked = addressees.person(session, payment.initiated_by) if payment.initiated_by is not None else ()
    known = replace(bare, words=payment.reason, payment=_facts(session, payment), circle=Circle(person=asked))
    grant = _grant(session, payment)
    if grant is None:
        return known
    call = applied_call(session, grant.call_id)
    circle = Circle(
        person=asked,
        coordinators=addressees.contacts(session, grant.application_id, Role.COORDINATOR_CONTACT),
        officers=addressees.officers(session, call.id, call.programme_id),
    )
    return replace(
        known,
        facts={**row.facts, "grant": grant.id},
        call=call_facts(call),
        application=ApplicationFacts(grant.application_id, grant.reference, grant.acronym, submitted=True),
        circle=circle,
    )


def _facts(session: Session, payment: PaymentRow) -> PaymentFacts:
    shares: tuple[tuple[str, Money], ...] = ()
    if payment.state is PaymentState.PAID and payment.subject_kind == SUBJECT:
        shares = tuple(payment_shares(session, payment))
    return PaymentFacts(
        reference=payment.reference,
        about=payment.title,
        kind=payment.kind.value,
        amount=payment.amount,
        due_on=payment.due_on,
        paid_on=payment.paid_on,
        shares=shares,
    )


def _grant(session: Session, payment: PaymentRow) -> GrantHead | None:
    if payment.subject_kind != SUBJECT:
        return None
    try:
        return grant_head(session, payment.subject_id)
    except NotFoundError:
        return None
