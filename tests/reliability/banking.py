"""What the bank says of payments before it books them, and lines that fit nothing: neither moves a cent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from app.core.money import Money
from app.ledger.models import Posting
from app.payments.models import Payment, PaymentFile, StatementLine
from app.payments.queries import payment_row
from app.payments.rules.lifecycle import PaymentState
from app.payments.rules.lines import AsideKind, LineState
from app.payments.rules.statements import Stated
from app.payments.rules.status_files import read_message
from app.payments.schemas import GiveReason, SetAside
from app.payments.use_cases.record_report import record_message
from app.payments.use_cases.record_statement import record_statement
from app.payments.use_cases.set_line_aside import confirm_line, set_line_aside, take_up_line
from tests.builders.bank_reports import a_report_file, a_status
from tests.reliability.money import WHY, one_of

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy.orm import Session

    from tests.reliability.money import Work, World

STATUSES = ("ACCP", "ACSP", "PDNG", "RJCT", "RJCT", "CANC")


def postings(session: Session) -> tuple[int, int]:
    """How many postings there are, and the sum of what they take."""
    taken = sa.func.coalesce(
        sa.func.sum(sa.type_coerce(Posting.amount, sa.BigInteger)).filter(Posting.amount < Money(0)), 0
    )
    count, sum_of = session.execute(sa.select(sa.func.count(), taken).select_from(Posting)).one()
    return count, int(sum_of)


def told(world: World, choice: int, which: int) -> Work:
    """The bank reports on a payment, possibly again: the ledger stays, and only what stands in a file can be rejected."""

    def act(session: Session) -> None:
        row, before = one_of(world.payments(session), choice), postings(session)
        of_file = sa.select(PaymentFile.message_id).join(Payment, Payment.file_id == PaymentFile.id)
        message_of = session.scalars(of_file.where(Payment.id == row.id)).first() or "NONE"
        status = STATUSES[which % len(STATUSES)]
        one = a_status(row.reference, status, code="AC04", amount=row.amount.amount)
        data = a_report_file(message_of, one, message=f"BANK-{choice}-{which}")
        message, findings = read_message(data)
        assert not findings
        record_message(session, world.office.accountant, message, now=world.now)
        after = payment_row(session, row.id).state
        rejected = row.state is PaymentState.RELEASED and status in {"RJCT", "CANC"}
        assert after is row.state or (rejected and after is PaymentState.MISSING)
        assert postings(session) == before

    return act


def explained(world: World, choice: int, which: int) -> Work:
    """A line that fits nothing is brought, set aside, confirmed or taken up again, whatever its state; nothing is booked."""

    def act(session: Session) -> None:
        row, before = one_of(world.payments(session), choice), postings(session)
        day, accountant = world.now.date(), world.office.accountant
        match which % 4:
            case 0:
                line = Stated(day, -row.amount - Money(1), "Somebody", "", row.reference, "one cent too much")
                record_statement(session, accountant, [line], now=world.now)
            case 1:
                wanted = SetAside(kind=AsideKind.FOREIGN, words=WHY)
                set_line_aside(session, accountant, a_line(session, choice), wanted, now=world.now)
            case 2:
                confirm_line(session, world.office.authoriser, a_line(session, choice), now=world.now)
            case _:
                take_up_line(session, accountant, a_line(session, choice), GiveReason(reason=WHY), now=world.now)
        assert postings(session) == before

    return act


def a_line(session: Session, choice: int) -> UUID:
    """One of the latest lines that nobody has matched."""
    wanted = sa.select(StatementLine.id).where(StatementLine.state != LineState.MATCHED)
    return one_of(session.scalars(wanted.order_by(StatementLine.id.desc()).limit(6)).all(), choice)
