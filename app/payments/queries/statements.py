"""Lines of the bank's statements and files for the bank, each in the scope of who asks."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.core.actor import Actor, ScopeKind
from app.core.errors import NotFoundError
from app.core.money import Money
from app.core.paging import Page, PageRequest
from app.payments.models import Payment, PaymentFile, StatementLine
from app.payments.policies import STATEMENT_READERS
from app.payments.queries.claims import INSTEAD, IS_OPEN
from app.payments.queries.payments import in_scope, seen_by
from app.payments.rules.lifecycle import PaymentState
from app.payments.rules.lines import UNSETTLED, LineState
from app.payments.rules.statements import Sent, Stated
from app.payments.schemas import FileRow, LineFilter, LineRow

_Concerned, _Named = aliased(Payment), aliased(Payment)
_LINE: tuple[Any, ...] = (
    StatementLine.id,
    StatementLine.booked_on,
    StatementLine.amount,
    StatementLine.counterparty,
    StatementLine.iban,
    StatementLine.end_to_end_id,
    StatementLine.text,
    StatementLine.recorded_at,
    StatementLine.payment_id,
    sa.func.coalesce(Payment.reference, "").label("payment"),
    StatementLine.settles,
    StatementLine.state,
    StatementLine.statement_id,
    StatementLine.aside_kind,
    StatementLine.aside_words,
    StatementLine.aside_at,
    StatementLine.aside_by,
    StatementLine.aside_confirmed_at,
    StatementLine.aside_confirmed_by,
    StatementLine.concerns_id,
    sa.func.coalesce(_Concerned.reference, "").label("concerns"),
)
_LINE_SORTS: Mapping[str, Any] = {
    "booked_on": StatementLine.booked_on,
    "amount": StatementLine.amount,
    "counterparty": sa.func.lower(StatementLine.counterparty),
}


_MOST_RETURNS = 50


def lines_with() -> sa.Select[*tuple[Any, ...]]:
    """Lines with the payments that they are or concern, not narrowed."""
    return (
        sa.select(*_LINE)
        .select_from(StatementLine)
        .outerjoin(Payment, Payment.id == StatementLine.payment_id)
        .outerjoin(_Concerned, _Concerned.id == StatementLine.concerns_id)
    )


def line_from(found: Any) -> LineRow:  # noqa: ANN401  # a row of ``lines_with``
    """A line as pages read it."""
    values = found._asdict()
    return LineRow(**(values | {"state": LineState(values["state"])}))


CAME_BACK: sa.ColumnElement[bool] = sa.and_(
    sa.type_coerce(StatementLine.amount, sa.BigInteger) > 0,
    sa.or_(
        StatementLine.payment_id.is_not(None),
        sa.and_(StatementLine.state.in_(UNSETTLED), sa.exists().where(_Named.reference == StatementLine.end_to_end_id)),
    ),
)
"""Money came with the line, and it names a payment or is recorded as its return."""


def readable_lines(actor: Actor) -> sa.ColumnElement[bool]:
    """All lines for the whole platform; else those that the person recorded, and those of payments in scope."""
    held = actor.scopes_of(*STATEMENT_READERS)
    if any(one.scope is ScopeKind.PLATFORM for one in held):
        return sa.true()
    own = sa.and_(StatementLine.payment_id.is_(None), StatementLine.recorded_by == actor.person_id)
    return sa.or_(own, sa.and_(Payment.id.is_not(None), in_scope(held)))


def lines_page(  # a list page's knobs
    session: Session,
    actor: Actor,
    wanted: LineFilter,
    page: PageRequest,
    *,
    sort: str = "booked_on",
    descending: bool = True,
) -> Page[LineRow]:
    """Lines that the actor may read: two queries whatever the number of rows."""
    statement = lines_with().where(readable_lines(actor))
    if wanted.text:
        texts = (
            StatementLine.counterparty,
            StatementLine.end_to_end_id,
            StatementLine.text,
            StatementLine.settles,
            Payment.reference,
        )
        statement = statement.where(sa.or_(*(column.icontains(wanted.text, autoescape=True) for column in texts)))
    if wanted.standing:
        came_back = wanted.standing == "came_back"
        statement = statement.where(CAME_BACK if came_back else StatementLine.state == wanted.standing)
    if wanted.statement_id is not None:
        statement = statement.where(StatementLine.statement_id == wanted.statement_id)
    total = session.execute(statement.with_only_columns(sa.func.count())).scalar_one()
    column = _LINE_SORTS.get(sort, StatementLine.booked_on)
    order = column.desc() if descending else column.asc()
    rows = session.execute(statement.order_by(order, StatementLine.id).limit(page.size).offset(page.offset))
    return Page([line_from(row) for row in rows], total, page.number, page.size)


def lines_of_payment(session: Session, payment_id: UUID) -> Sequence[LineRow]:
    """The bookings of a payment: its payment, and its return where it came back."""
    statement = lines_with().where(StatementLine.payment_id == payment_id).order_by(StatementLine.booked_on)
    return [line_from(row) for row in session.execute(statement)]


def open_returns(session: Session, actor: Actor, amount: Money, most: Money | None = None) -> Sequence[LineRow]:
    """Open lines that the actor may read with which that amount came, or up to ``most``; latest first."""
    fits = StatementLine.amount == amount if most is None else StatementLine.amount.between(amount, most)
    wanted = IS_OPEN, fits, readable_lines(actor)
    statement = (
        lines_with().where(*wanted).order_by(StatementLine.booked_on.desc(), StatementLine.id).limit(_MOST_RETURNS)
    )
    return [line_from(row) for row in session.execute(statement)]


def incoming_lines(session: Session, actor: Actor, expected: Money) -> Sequence[LineRow]:
    """Open lines with which money came in, of those that the actor may read; the amount that is expected first, then the latest."""
    wanted = IS_OPEN, StatementLine.amount > Money.zero(), readable_lines(actor)
    order = (StatementLine.amount == expected).desc(), StatementLine.booked_on.desc(), StatementLine.id
    rows = session.execute(lines_with().where(*wanted).order_by(*order).limit(_MOST_RETURNS))
    return [line_from(row) for row in rows]


def line_for_change(session: Session, actor: Actor, line_id: UUID) -> StatementLine:
    """One line that the actor may read, locked; raise NotFound."""
    readable = sa.select(StatementLine.id).outerjoin(Payment, Payment.id == StatementLine.payment_id)
    known = readable.where(StatementLine.id == line_id, readable_lines(actor))
    if session.execute(known).first() is None:
        raise NotFoundError("statement line")
    statement = sa.select(StatementLine).where(StatementLine.id == line_id).with_for_update()
    return session.scalars(statement.execution_options(populate_existing=True)).one()


def stated(line: StatementLine | LineRow) -> Stated:
    """A line as the rules read it."""
    return Stated(line.booked_on, line.amount, line.counterparty, line.iban, line.end_to_end_id, line.text)


def sent_named(session: Session, actor: Actor, references: Collection[str]) -> Mapping[str, Sent]:
    """Payments that the actor may see, by the reference that the bank gives back. One query."""
    columns = (Payment.reference, Payment.amount, Payment.state, Payment.paid_on.is_not(None), INSTEAD)
    statement = sa.select(*columns).where(Payment.reference.in_(references), seen_by(actor))
    return {
        reference: Sent(reference, amount, PaymentState(state), booked, instead or "")
        for reference, amount, state, booked, instead in session.execute(statement)
    }


def ids_named(session: Session, references: Collection[str]) -> Mapping[str, tuple[UUID, UUID]]:
    """The ids of payments and of their commitments, by reference; both never change. Locks nothing."""
    columns = (Payment.reference, Payment.id, Payment.commitment_id)
    rows = session.execute(sa.select(*columns).where(Payment.reference.in_(references)))
    return {reference: (payment_id, commitment_id) for reference, payment_id, commitment_id in rows}


def _count(state: PaymentState) -> sa.ScalarSelect[int]:
    counted = sa.select(sa.func.count()).where(Payment.file_id == PaymentFile.id, Payment.state == state)
    return counted.correlate(PaymentFile).scalar_subquery()


_FILE: tuple[Any, ...] = (
    PaymentFile.id,
    PaymentFile.reference,
    PaymentFile.message_id,
    PaymentFile.sha256,
    PaymentFile.control_sum,
    PaymentFile.payments,
    PaymentFile.created_at,
    PaymentFile.created_by,
    _count(PaymentState.PAID).label("paid"),
    _count(PaymentState.FAILED).label("failed"),
)


def _whole(actor: Actor) -> sa.ColumnElement[bool]:
    """Files of which the actor may see every payment: a file is one sheet of paper."""
    foreign = sa.exists().where(Payment.file_id == PaymentFile.id, ~seen_by(actor)).correlate(PaymentFile)
    return ~foreign


def files_page(
    session: Session, actor: Actor, page: PageRequest, *, text: str = "", descending: bool = True
) -> Page[FileRow]:
    """Files for the bank that the actor may see, latest first. Two queries."""
    statement = sa.select(*_FILE).where(_whole(actor))
    if text:
        texts = (PaymentFile.reference, PaymentFile.message_id)
        statement = statement.where(sa.or_(*(column.icontains(text, autoescape=True) for column in texts)))
    total = session.execute(sa.select(sa.func.count()).select_from(statement.subquery())).scalar_one()
    order = PaymentFile.id.desc() if descending else PaymentFile.id.asc()
    rows = session.execute(statement.order_by(order).limit(page.size).offset(page.offset))
    return Page([FileRow(**row._asdict()) for row in rows], total, page.number, page.size)


def file_row(session: Session, actor: Actor, file_id: UUID) -> FileRow:
    """One file for the bank that the actor may see; raise NotFound."""
    found = session.execute(sa.select(*_FILE).where(PaymentFile.id == file_id, _whole(actor))).first()
    if found is None:
        raise NotFoundError("file")
    return FileRow(**found._asdict())
