"""Attempts to pay the same: what is due once may be asked for again, but no two attempts are ever under way together."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.core.violations import Violation
from app.ledger.queries import commitment_for_change
from app.payments.models import Payment, StatementLine
from app.payments.queries.payments import bound_by_payments
from app.payments.rules.lifecycle import ENDED, ONCE, PaymentKind, PaymentState
from app.payments.rules.lines import UNSETTLED
from app.payments.rules.statements import Sent, room_findings
from app.payments.schemas import PaymentToInitiate

_Other = aliased(Payment)
IS_OPEN = StatementLine.state.in_(UNSETTLED)
"""Nobody has said for good what this line of the statement is."""
_NAMES_IT = sa.and_(
    IS_OPEN,
    StatementLine.end_to_end_id == Payment.reference,
    sa.type_coerce(StatementLine.amount, sa.BigInteger) == -sa.type_coerce(Payment.amount, sa.BigInteger),
)
_IS_STRAY = sa.and_(Payment.state == PaymentState.FAILED, Payment.paid_on.is_(None), _NAMES_IT)
"""The line books a payment that was given up as never paid."""


def _pays_it_too(one: Any, other: Any) -> sa.ColumnElement[bool]:  # noqa: ANN401  # a payment, its table or an alias of it
    """Whether ``other`` pays what ``one`` was asked for: another attempt, or a balance that came after and counted it unpaid."""
    same = other.subject_kind == one.subject_kind, other.subject_id == one.subject_id
    balance = sa.and_(other.kind == PaymentKind.BALANCE, *same, other.id > one.id)
    return sa.or_(other.claim_id == one.claim_id, balance)


INSTEAD: sa.ScalarSelect[str] = (
    sa.select(_Other.reference)
    .where(_pays_it_too(Payment, _Other), _Other.id != Payment.id, _Other.state.not_in(ENDED))
    .limit(1)
    .correlate(Payment)
    .scalar_subquery()
)
"""The reference of another payment of the same that is under way or paid, such as a balance that counted it as unpaid."""


def attempted(payment_id: Any, state: PaymentState | None = None) -> sa.Exists:  # noqa: ANN401  # an id or a column of ids
    """Whether what a payment was asked for is under way or paid: by it, or by another attempt to pay the same.

    With ``state``: whether one of these attempts is in that state.
    """
    first, live = aliased(Payment), aliased(Payment)
    stands = live.state.not_in(ENDED) if state is None else live.state == state
    return sa.exists().where(first.id == payment_id, live.claim_id == first.claim_id, stands)


def claim_before(session: Session, wanted: PaymentToInitiate) -> UUID | None:
    """The claim that an earlier attempt to pay the same has; None where this is the first."""
    statement = sa.select(Payment.claim_id)
    if wanted.again is not None:
        statement = statement.where(Payment.id == wanted.again)
    elif wanted.kind in ONCE:
        same = Payment.subject_kind == wanted.subject_kind, Payment.subject_id == wanted.subject_id
        statement = statement.where(*same, Payment.kind == wanted.kind)
    else:
        return None
    return session.execute(statement.order_by(Payment.id).limit(1)).scalar()


def live_of_claim(session: Session, claim_id: UUID) -> str | None:
    """The reference of the attempt that is under way or paid, or None."""
    wanted = Payment.claim_id == claim_id, Payment.state.not_in(ENDED)
    return session.execute(sa.select(Payment.reference).where(*wanted).limit(1)).scalar()


def strays_of(session: Session, claim_ids: Collection[UUID]) -> Mapping[UUID, str]:
    """By claim, a payment of the same that was given up as never paid and that an open line books. One query.

    The claim of a balance also has what was given up before it: the balance counts that as unpaid.
    """
    live = aliased(Payment)
    statement = (
        sa.select(live.claim_id, sa.func.min(Payment.reference).label("reference"))
        .select_from(Payment)
        .join(StatementLine, _IS_STRAY)
        .join(live, _pays_it_too(Payment, live))
        .where(live.claim_id.in_(claim_ids))
        .group_by(live.claim_id)
    )
    return {row.claim_id: row.reference for row in session.execute(statement)}


def stray_before(session: Session, wanted: PaymentToInitiate, claim_id: UUID | None) -> str | None:
    """The reference of what was given up, is booked all the same, and would be paid twice by what is wanted; or None."""
    if claim_id is not None and (found := strays_of(session, [claim_id]).get(claim_id)) is not None:
        return found
    if wanted.kind is not PaymentKind.BALANCE:
        return None
    same = Payment.subject_kind == wanted.subject_kind, Payment.subject_id == wanted.subject_id
    statement = sa.select(Payment.reference).join(StatementLine, _IS_STRAY).where(*same)
    return session.scalars(statement.order_by(Payment.reference).limit(1)).first()


def every_stray(session: Session) -> frozenset[UUID]:
    """Payments that were given up as never paid and that an open line of the statement books. One query."""
    return frozenset(session.scalars(sa.select(Payment.id).join(StatementLine, _IS_STRAY)))


def stray_line(session: Session, payment_id: UUID) -> StatementLine | None:
    """The open line that books a payment that was given up as never paid, locked; None where there is none."""
    statement = sa.select(StatementLine).join(Payment, _IS_STRAY).where(Payment.id == payment_id)
    return session.scalars(
        statement.order_by(StatementLine.id)
        .limit(1)
        .with_for_update(of=StatementLine)
        .execution_options(populate_existing=True)
    ).first()


def looks_booked(session: Session, payment: Payment) -> date | None:
    """The day of an open line that names the payment, or with which its amount went to its account; None without one."""
    unnamed = sa.and_(
        StatementLine.end_to_end_id == "",
        StatementLine.amount == -payment.amount,
        StatementLine.iban == payment.iban,
    )
    leaves = sa.type_coerce(StatementLine.amount, sa.BigInteger) < 0
    named = StatementLine.end_to_end_id == payment.reference
    statement = sa.select(sa.func.min(StatementLine.booked_on)).where(IS_OPEN, leaves, sa.or_(named, unnamed))
    return session.execute(statement).scalar()


def sent_of(session: Session, payment: Payment) -> Sent:
    """A locked payment as a line of the statement can name it."""
    own = aliased(Payment)
    others = _pays_it_too(own, Payment), Payment.id != payment.id, Payment.state.not_in(ENDED)
    found = sa.select(Payment.reference).select_from(own).join(Payment, sa.and_(*others)).where(own.id == payment.id)
    instead = session.execute(found.limit(1)).scalar()
    state = PaymentState(payment.state)
    return Sent(payment.reference, payment.amount, state, booked=payment.paid_on is not None, instead=instead or "")


def room_for(session: Session, payment: Payment) -> tuple[Violation, ...]:
    """Whether a payment can be recorded as paid: one that was given up needs its amount of the commitment again.

    The caller has locked the commitment.
    """
    if payment.state != PaymentState.FAILED:
        return ()
    session.flush()
    pending = commitment_for_change(session, payment.commitment_id).pending
    left = pending - bound_by_payments(session, payment.commitment_id)
    return room_findings(payment.reference, payment.amount, left)
