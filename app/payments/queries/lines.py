"""What a line of the statement that fits nothing may concern, who confirms it, and how many lines stand where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import NotFoundError
from app.core.periods import BRUSSELS
from app.payments.models import Payment, StatementLine
from app.payments.policies import records_statements
from app.payments.queries.payments import in_scope, payment_for_change
from app.payments.queries.statements import CAME_BACK, line_from, lines_with, readable_lines
from app.payments.rules.circuit import OFFICES, Act
from app.payments.rules.lifecycle import AT_THE_BANK, WAITING, PaymentState
from app.payments.rules.lines import DAYS_OPEN, Concerned, LineState, references_in, working_days_before
from app.payments.schemas import LineRow

_MOST_STATEMENTS = 30


def concerned_for_change(session: Session, line_id: UUID) -> Payment | None:
    """The payment that a line names, else the one whose amount went to or came from its account, locked; or None.

    What a line says never changes, so it is read without a lock; payments are locked before lines.
    """
    columns = (StatementLine.amount, StatementLine.iban, StatementLine.end_to_end_id, StatementLine.text)
    found = session.execute(sa.select(*columns).where(StatementLine.id == line_id)).first()
    if found is None:
        return None
    amount, iban, named, text = found
    references = references_in(named, text)
    order: tuple[sa.ColumnElement[bool], ...] = (Payment.reference != named,)
    wanted: tuple[sa.ColumnElement[bool], ...] = (Payment.reference.in_({named, *references}),)
    payment_id = session.scalars(sa.select(Payment.id).where(*wanted).order_by(*order, Payment.id).limit(1)).first()
    if payment_id is None and iban and not named:
        left = (*WAITING, PaymentState.CANCELLED)
        alike = Payment.iban == iban, Payment.amount.in_((amount, -amount)), Payment.state.not_in(left)
        at_the_bank = Payment.state.in_(AT_THE_BANK).desc()
        statement = sa.select(Payment.id).where(*alike).order_by(at_the_bank, Payment.id.desc())
        payment_id = session.scalars(statement.limit(1)).first()
    return payment_for_change(session, payment_id) if payment_id is not None else None


def concerned_as(line: StatementLine, payment: Payment | None) -> Concerned | None:
    """The payment that a line concerns as the rules read it."""
    if payment is None:
        return None
    came = line.amount.cents > 0
    fits = line.amount == payment.amount if came else line.amount == -payment.amount
    named = payment.reference == line.end_to_end_id or payment.reference in references_in(line.text)
    return Concerned(
        reference=payment.reference,
        state=PaymentState(payment.state),
        booked=payment.paid_on is not None,
        came=came,
        fits=fits and (named or not came),
    )


def _confirmable(actor: Actor) -> sa.ColumnElement[bool]:
    """Lines that are or were proposed to be set aside and concern a payment where the actor confirms such things."""
    held = actor.scopes_of(*OFFICES[Act.CONFIRM])
    concerned = sa.select(Payment.id).where(in_scope(held)).correlate(None)
    return sa.and_(StatementLine.concerns_id.is_not(None), StatementLine.concerns_id.in_(concerned))


def line_of_confirmer(session: Session, actor: Actor, line_id: UUID) -> StatementLine:
    """One line that concerns a payment where the actor confirms such things, locked; raise NotFound."""
    known = sa.select(StatementLine.id).where(StatementLine.id == line_id, _confirmable(actor))
    if session.execute(known).first() is None:
        raise NotFoundError("statement line")
    statement = sa.select(StatementLine).where(StatementLine.id == line_id).with_for_update()
    return session.scalars(statement.execution_options(populate_existing=True)).one()


def confirms_line(session: Session, actor: Actor, line_id: UUID) -> bool:
    """Whether the actor may confirm that this line is set aside, by office and scope."""
    known = sa.select(StatementLine.id).where(StatementLine.id == line_id, _confirmable(actor))
    return session.execute(known).first() is not None


def line_row(session: Session, actor: Actor, line_id: UUID) -> LineRow:
    """One line that the actor may read, or confirms; raise NotFound."""
    wanted = StatementLine.id == line_id, sa.or_(readable_lines(actor), _confirmable(actor))
    found = session.execute(lines_with().where(*wanted)).first()
    if found is None:
        raise NotFoundError("statement line")
    return line_from(found)


@dataclass(frozen=True, slots=True)
class LineFigures:
    """How many lines stand where; ``came_back`` counts those with which money of a payment came, settled or not."""

    matched: int
    came_back: int
    aside: int
    proposed: int
    open: int


def line_figures(session: Session, actor: Actor, statement_id: UUID | None = None) -> LineFigures:
    """Of the lines that the actor may read, all or those that one recording brought. One query."""

    def counted(*wanted: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
        return sa.func.count().filter(*wanted)

    state = StatementLine.state
    statement = (
        sa.select(
            counted(state == LineState.MATCHED, ~CAME_BACK),
            counted(CAME_BACK),
            counted(state == LineState.ASIDE),
            counted(state == LineState.PROPOSED, ~CAME_BACK),
            counted(state == LineState.OPEN, ~CAME_BACK),
        )
        .select_from(StatementLine)
        .outerjoin(Payment, Payment.id == StatementLine.payment_id)
        .where(readable_lines(actor))
    )
    if statement_id is not None:
        statement = statement.where(StatementLine.statement_id == statement_id)
    return LineFigures(*session.execute(statement).one())


def recent_statements(session: Session, actor: Actor) -> Mapping[UUID, tuple[datetime, int]]:
    """The latest recordings: when, and how many lines that the actor may read they brought. One query."""
    statement = (
        sa.select(StatementLine.statement_id, sa.func.min(StatementLine.recorded_at).label("at"), sa.func.count())
        .select_from(StatementLine)
        .outerjoin(Payment, Payment.id == StatementLine.payment_id)
        .where(StatementLine.statement_id.is_not(None), readable_lines(actor))
        .group_by(StatementLine.statement_id)
        .order_by(sa.desc("at"))
        .limit(_MOST_STATEMENTS)
    )
    rows = session.execute(statement)
    return {statement_id: (at, count) for statement_id, at, count in rows if statement_id is not None}


def lines_overdue(session: Session, actor: Actor, today: date) -> int:
    """Lines that this accounting officer may read and that stand open for more than three working days. One query."""
    if not records_statements(actor):
        return 0
    since = working_days_before(today, DAYS_OPEN)
    before = datetime.combine(since, time(), ZoneInfo(BRUSSELS))
    wanted = StatementLine.state == LineState.OPEN, StatementLine.recorded_at < before, readable_lines(actor)
    statement = (
        sa.select(sa.func.count())
        .select_from(StatementLine)
        .outerjoin(Payment, Payment.id == StatementLine.payment_id)
        .where(*wanted)
    )
    return session.execute(statement).scalar_one()


def lines_to_confirm(session: Session, actor: Actor) -> Sequence[UUID]:
    """Lines that another person proposed to set aside and that the actor may confirm, the oldest first. One query."""
    own = sa.func.coalesce(StatementLine.aside_by.in_(actor.persons), sa.false())
    wanted = StatementLine.state == LineState.PROPOSED, ~own, _confirmable(actor)
    return session.scalars(sa.select(StatementLine.id).where(*wanted).order_by(StatementLine.aside_at)).all()
