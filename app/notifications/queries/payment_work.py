"""Payments and bank accounts that wait for a person, and payments that came back from the bank."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.calls.models import Call
from app.core.actor import Actor, Role, ScopeKind
from app.core.periods import BRUSSELS
from app.grants.models import Grant
from app.ledger.policies import FINANCE
from app.notifications.rules.payment_tasks import CameBackWork
from app.payments.models import Payment
from app.payments.queries.lines import lines_overdue, lines_to_confirm
from app.payments.queries.work import accounts_to_decide, payment_work, payments_suspended
from app.payments.rules.circuit import OFFICES, Act
from app.payments.rules.lifecycle import ENDED, PaymentState
from app.reporting.queries.paid import SUBJECT

_OFFICES = (Role.PROGRAMME_OFFICER, *FINANCE)
_MOST = 100


def payments_waiting(session: Session, actor: Actor) -> tuple[Sequence[tuple[PaymentState, int, date]], int, int]:
    """Payments whose next step the person may take, payments that stand still, and accounts to validate.

    The first with state, number and earliest last day. Nothing is asked for people without an office.
    """
    if not any(actor.has(role) for role in _OFFICES):
        return (), 0, 0
    waiting = [(one.state, one.count, one.due_on) for one in payment_work(session, actor)]
    return waiting, payments_suspended(session, actor), accounts_to_decide(session, actor)


def lines_waiting(session: Session, actor: Actor, *, now: datetime) -> tuple[int, Sequence[UUID]]:
    """Lines of the statement that stand open for too long, and lines to confirm. Nothing is asked for others."""
    if not any(actor.has(role) for role in OFFICES[Act.CONFIRM]):
        return 0, ()
    today = now.astimezone(ZoneInfo(BRUSSELS)).date()
    return lines_overdue(session, actor, today), lines_to_confirm(session, actor)


def payments_come_back(session: Session, actor: Actor) -> Sequence[CameBackWork]:
    """Grants that the person coordinates whose last payment the bank sent back, until one is asked for again. One query."""
    coordinated = actor.ids(ScopeKind.APPLICATION, Role.COORDINATOR_CONTACT)
    if not coordinated:
        return ()
    later = aliased(Payment)
    of_grant = later.subject_kind == SUBJECT, later.subject_id == Payment.subject_id
    again = sa.exists().where(*of_grant, later.id > Payment.id, later.state.not_in(ENDED)).correlate(Payment)
    newest = sa.exists().where(*of_grant, later.id > Payment.id, later.state == PaymentState.FAILED).correlate(Payment)
    statement = (
        sa.select(
            Grant.id,
            Grant.acronym,
            Call.identifier,
            Payment.reference,
            Payment.due_on + Payment.suspended_days,
        )
        .select_from(Payment)
        .join(Grant, Grant.id == Payment.subject_id)
        .join(Call, Call.id == Grant.call_id)
        .where(
            Payment.subject_kind == SUBJECT,
            Payment.state == PaymentState.FAILED,
            Grant.application_id.in_(coordinated),
            ~again,
            ~newest,
        )
        .order_by(Payment.id)
        .limit(_MOST)
    )
    return [CameBackWork(*row) for row in session.execute(statement)]
