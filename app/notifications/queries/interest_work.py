"""Interest for late payments that a person pays or asks for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.calls.models import Call
from app.core.actor import Actor, Role, ScopeKind
from app.core.periods import add_months
from app.grants.models import Grant
from app.grants.queries.facts import day_of
from app.notifications.rules.payment_tasks import InterestWork
from app.payments.models import Payment
from app.payments.queries.payments import in_scope
from app.payments.rules.circuit import OFFICES, Act
from app.payments.rules.lifecycle import ENDED, PaymentState
from app.reporting.models import InterestRequest
from app.reporting.queries.late_payments import LATE, late_payment
from app.reporting.queries.paid import SUBJECT
from app.reporting.rules.late_payment import MONTHS_TO_REQUEST, InterestState

_MOST = 50
_DUE = Payment.due_on + Payment.suspended_days


def interest_waiting(session: Session, actor: Actor, *, now: datetime) -> Sequence[InterestWork]:
    """Late payments whose interest the office pays or the coordinator may ask for.

    One query finds payments that were booked late and have no payment of interest under way; each of the few that can
    still lead to one is then judged by the rule. Nothing is asked for people who are neither.
    """
    held = actor.scopes_of(*OFFICES[Act.INITIATE])
    coordinated = actor.ids(ScopeKind.APPLICATION, Role.COORDINATOR_CONTACT)
    if not held and not coordinated:
        return ()
    today = day_of(now)
    mine = Grant.application_id.in_(coordinated)
    office = in_scope(held)
    own = aliased(Payment)
    going = sa.exists().where(own.subject_kind == LATE, own.subject_id == Payment.id, own.state.not_in(ENDED))
    asked = sa.exists().where(InterestRequest.payment_id == Payment.id)
    fresh = Payment.paid_on >= add_months(today, -MONTHS_TO_REQUEST)
    statement = (
        sa.select(Payment.id, Grant.id, Grant.acronym, Call.identifier, mine, office)
        .select_from(Payment)
        .join(Grant, sa.and_(Payment.subject_kind == SUBJECT, Grant.id == Payment.subject_id))
        .join(Call, Call.id == Grant.call_id)
        .where(
            Payment.state == PaymentState.PAID,
            Payment.paid_on > _DUE,
            ~going,
            sa.or_(sa.and_(office, sa.or_(fresh, asked, _may_exceed())), sa.and_(mine, fresh, ~asked)),
        )
        .order_by(Payment.id.desc())
        .limit(_MOST)
    )
    found = []
    for payment_id, grant_id, acronym, call, is_mine, is_office in session.execute(statement):
        row = late_payment(session, grant_id, payment_id, today)
        if row is None:
            continue
        owed = row.state is InterestState.DUE
        if (owed and is_office) or (row.state is InterestState.ON_REQUEST and is_mine):
            day = None if owed else row.late.request_until
            found.append(InterestWork(grant_id, acronym, call, row.payment.reference, owed, day))
    return found


def _may_exceed() -> sa.ColumnElement[bool]:
    """Whether interest may come to more than EUR 100 at 20 % a year: what is less needs a request, which would be there."""
    cents = sa.type_coerce(Payment.amount, sa.BigInteger)
    return cents * (Payment.paid_on - _DUE) > 100 * 100 * 365 * 5
