"""Payments: one, one to change, those of a subject, or as a list in the scope of who asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.actor import Actor, Assignment, ScopeKind
from app.core.errors import NotFoundError
from app.core.money import Money
from app.core.paging import Page, PageRequest
from app.infra.db.statements import ONE
from app.ledger.policies import READERS
from app.organisations.models import Organisation
from app.payments.models import Payment, PaymentFile
from app.payments.rules.circuit import NEXT, OFFICES, Act
from app.payments.rules.lifecycle import AT_THE_BANK, ENDED, IN_PAYMENT, ONCE, WAITING, PaymentKind, PaymentState
from app.payments.schemas import PaymentFilter, PaymentRow

_DUE: Any = Payment.due_on + Payment.suspended_days
_COLUMNS: tuple[Any, ...] = (
    Payment.id,
    Payment.reference,
    Payment.subject_kind,
    Payment.subject_id,
    Payment.subject_reference,
    Payment.title,
    Payment.call_id,
    Payment.programme_id,
    Payment.commitment_id,
    Payment.kind,
    Payment.amount,
    Payment.organisation_id,
    Organisation.legal_name.label("payee"),
    Payment.bank_account_id,
    Payment.holder,
    Payment.iban,
    Payment.bic,
    _DUE.label("due_on"),
    Payment.sheet,
    Payment.state,
    Payment.initiated_at,
    Payment.initiated_by,
    Payment.verified_at,
    Payment.verified_by,
    Payment.authorised_at,
    Payment.authorised_by,
    Payment.released_at,
    Payment.released_by,
    Payment.missing_at,
    Payment.missing_by,
    Payment.confirmed_at,
    Payment.confirmed_by,
    Payment.claim_id,
    Payment.file_id,
    sa.func.coalesce(PaymentFile.reference, "").label("file"),
    Payment.paid_on,
    Payment.reason,
    Payment.suspended_on,
    Payment.suspended_days,
)
_SORTS: Mapping[str, Any] = {
    "reference": Payment.reference,
    "payee": sa.func.lower(Organisation.legal_name),
    "amount": Payment.amount,
    "due_on": _DUE,
    "state": Payment.state,
}


def _statement() -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(*_COLUMNS)
        .select_from(Payment)
        .join(Organisation, Organisation.id == Payment.organisation_id)
        .outerjoin(PaymentFile, PaymentFile.id == Payment.file_id)
    )


def _row(found: Any) -> PaymentRow:  # noqa: ANN401  # a row of the statement
    values = found._asdict()
    steps = tuple((step["words"], Money(step["cents"])) for step in values["sheet"])
    typed = {"kind": PaymentKind(values["kind"]), "state": PaymentState(values["state"]), "sheet": steps}
    return PaymentRow(**(values | typed))


_OF_SUBJECT = (
    _statement().where(Payment.subject_kind == sa.bindparam("kind"), Payment.subject_id == ONE).order_by(Payment.id)
)


def payment_row(session: Session, payment_id: UUID) -> PaymentRow:
    """One payment; raise NotFound."""
    found = session.execute(_statement().where(Payment.id == payment_id)).first()
    if found is None:
        raise NotFoundError("payment")
    return _row(found)


def payments_of(session: Session, subject_kind: str, subject_id: UUID) -> tuple[PaymentRow, ...]:
    """Every payment of a subject in the order in which they were initiated. One query."""
    asked = {"kind": subject_kind, "one": subject_id}
    return tuple(_row(found) for found in session.execute(_OF_SUBJECT, asked))


def payment_where(session: Session, payment_id: UUID) -> tuple[UUID, UUID, UUID]:
    """Call, programme and commitment of a payment, which never change; raise NotFound. Locks nothing."""
    columns = (Payment.call_id, Payment.programme_id, Payment.commitment_id)
    found = session.execute(sa.select(*columns).where(Payment.id == payment_id)).first()
    if found is None:
        raise NotFoundError("payment")
    call_id, programme_id, commitment_id = found
    return call_id, programme_id, commitment_id


def payment_for_change(session: Session, payment_id: UUID) -> Payment:
    """One payment, locked; raise NotFound."""
    statement = sa.select(Payment).where(Payment.id == payment_id).with_for_update()
    found = session.scalars(statement.execution_options(populate_existing=True)).first()
    if found is None:
        raise NotFoundError("payment")
    return found


def payments_for_change(session: Session, payment_ids: Sequence[UUID]) -> Sequence[Payment]:
    """These payments, locked in the order of their ids; those that do not exist are missing."""
    statement = sa.select(Payment).where(Payment.id.in_(payment_ids)).order_by(Payment.id).with_for_update()
    return session.scalars(statement.execution_options(populate_existing=True)).all()


def payment_named(session: Session, reference: str) -> UUID | None:
    """The id of the payment with that reference, or None."""
    return session.execute(sa.select(Payment.id).where(Payment.reference == reference)).scalar()


def bound_by_payments(session: Session, commitment_id: UUID) -> Money:
    """What payments of a commitment come to that are on the way: neither booked nor ended."""
    cents = sa.cast(sa.func.coalesce(sa.func.sum(sa.type_coerce(Payment.amount, sa.BigInteger)), 0), sa.BigInteger)
    statement = sa.select(cents).where(Payment.commitment_id == commitment_id, Payment.state.in_(IN_PAYMENT))
    return Money(session.execute(statement).scalar_one())


def once_there(session: Session, subject_kind: str, subject_id: UUID, kind: PaymentKind) -> str | None:
    """The reference of the payment of that kind that the subject has, for kinds that happen once; else None."""
    if kind not in ONCE:
        return None
    wanted = Payment.subject_kind == subject_kind, Payment.subject_id == subject_id, Payment.kind == kind
    statement = sa.select(Payment.reference).where(*wanted, Payment.state.not_in(ENDED))
    return session.execute(statement).scalars().first()


def in_payment_of_calls(session: Session, call_ids: Sequence[UUID]) -> Mapping[UUID, Money]:
    """What is on the way of the money of each of these calls: initiated and not booked yet. One query."""
    cents = sa.cast(sa.func.sum(sa.type_coerce(Payment.amount, sa.BigInteger)), sa.BigInteger)
    wanted = Payment.call_id.in_(call_ids), Payment.state.in_(IN_PAYMENT)
    statement = sa.select(Payment.call_id, cents).where(*wanted).group_by(Payment.call_id)
    return {call_id: Money(total) for call_id, total in session.execute(statement)}


def in_scope(assignments: Sequence[Assignment]) -> sa.ColumnElement[bool]:
    """Payments where one of these roles counts: all, those of its programmes and those of its calls."""
    if any(one.scope is ScopeKind.PLATFORM for one in assignments):
        return sa.true()
    programmes = [one.scope_id for one in assignments if one.scope is ScopeKind.PROGRAMME]
    calls = [one.scope_id for one in assignments if one.scope is ScopeKind.CALL]
    return sa.or_(Payment.programme_id.in_(programmes), Payment.call_id.in_(calls))


def seen_by(actor: Actor) -> sa.ColumnElement[bool]:
    """Payments that the actor may see."""
    return in_scope(actor.scopes_of(*READERS))


def waiting_for(actor: Actor) -> sa.ColumnElement[bool]:
    """Payments whose next step the actor may take: by office, in scope, and nobody's second step.

    One that was sent back is corrected whether its time limit stands still or not; no other moves until it runs again.
    """
    earlier = (Payment.initiated_by, Payment.verified_by, Payment.authorised_by)
    untouched = sa.and_(*(~sa.func.coalesce(column.in_(actor.persons), sa.false()) for column in earlier))
    parts = []
    for state, (_, act) in NEXT.items():
        held = actor.scopes_of(*OFFICES[act])
        if not held:
            continue
        free = untouched if state not in {PaymentState.RETURNED, *AT_THE_BANK} else sa.true()
        if act is Act.CONFIRM:
            free = ~sa.func.coalesce(Payment.missing_by.in_(actor.persons), sa.false())
        runs = sa.true() if state is PaymentState.RETURNED else Payment.suspended_on.is_(None)
        parts.append(sa.and_(Payment.state == state, free, runs, in_scope(held)))
    return sa.or_(sa.false(), *parts)


def is_suspended() -> sa.ColumnElement[bool]:
    """Payments that stand still until somebody lets their time limit run again."""
    moves = Payment.state.in_(set(WAITING) - {PaymentState.RETURNED})
    return sa.and_(moves, Payment.suspended_on.is_not(None))


def is_late(today: date) -> sa.ColumnElement[bool]:
    """Payments on the way whose last day in time is over; none whose time limit stands still."""
    over: sa.ColumnElement[bool] = today > _DUE
    return sa.and_(Payment.state.in_(IN_PAYMENT), Payment.suspended_on.is_(None), over)


def payments_page(  # a list page's knobs
    session: Session,
    actor: Actor,
    wanted: PaymentFilter,
    page: PageRequest,
    *,
    sort: str = "due_on",
    descending: bool = False,
) -> Page[PaymentRow]:
    """Payments that the actor may see: two queries whatever the number of rows.

    By their last day in time those on the way stand first: somebody acts on them. What is over follows, newest first.
    """
    statement = _statement().where(seen_by(actor))
    if wanted.text:
        texts = (
            Payment.reference,
            Payment.subject_reference,
            Payment.title,
            Organisation.legal_name,
            PaymentFile.reference,
        )
        statement = statement.where(sa.or_(*(column.icontains(wanted.text, autoescape=True) for column in texts)))
    if wanted.state is not None:
        statement = statement.where(Payment.state == wanted.state)
    if wanted.kind is not None:
        statement = statement.where(Payment.kind == wanted.kind)
    if wanted.call_id is not None:
        statement = statement.where(Payment.call_id == wanted.call_id)
    if wanted.standing == "mine":
        statement = statement.where(waiting_for(actor))
    elif wanted.standing == "suspended":
        statement = statement.where(is_suspended())
    elif wanted.standing == "on_the_way":
        statement = statement.where(Payment.state.in_(IN_PAYMENT))
    elif wanted.standing == "late" and wanted.today is not None:
        statement = statement.where(is_late(wanted.today))
    total = session.execute(statement.with_only_columns(sa.func.count())).scalar_one()
    column = _SORTS.get(sort, _DUE)
    order = column.desc() if descending else column.asc()
    over = Payment.state.not_in(IN_PAYMENT)
    waiting = [over, sa.case((over, _DUE)).desc()] if column is _DUE and not descending else []
    rows = session.execute(statement.order_by(*waiting, order, Payment.id).limit(page.size).offset(page.offset))
    return Page([_row(row) for row in rows], total, page.number, page.size)
