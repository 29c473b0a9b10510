"""Forget by name to whom was paid, and who paid in, when accounting papers need no longer be kept."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.payments.models import BankAccount, Payment, StatementLine
from app.payments.rules.lifecycle import AccountState


def forget_holders(
    session: Session, subject_kind: str, subject_id: UUID, settles: Sequence[str], *, instead: str
) -> None:
    """The names of who held the accounts that a subject was paid to, and of the lines of the bank about it, become ``instead``.

    ``settles`` are references of what else its lines settle. For use cases that have already decided. Amounts, days,
    organisations and account numbers stay, so that the accounts can be followed. An account that is still in use, or
    that something else was paid to whose holder is still named, keeps its holder.
    """
    own = (Payment.subject_kind == subject_kind, Payment.subject_id == subject_id)
    paid = sa.select(Payment.id, Payment.bank_account_id).where(*own).order_by(Payment.id).with_for_update()
    rows = session.execute(paid).all()
    payments, accounts = [row[0] for row in rows], sorted({row[1] for row in rows})
    session.execute(sa.update(Payment).where(Payment.id.in_(payments)).values(holder=instead))
    about = sa.or_(
        StatementLine.payment_id.in_(payments),
        StatementLine.settles.in_(settles),
        StatementLine.concerns_id.in_(payments),  # what was set aside as a fee or a repetition of one of them
    )
    session.execute(sa.update(StatementLine).where(about).values(counterparty=instead))
    named = sa.exists().where(Payment.bank_account_id == BankAccount.id, Payment.holder != instead)
    over = (
        BankAccount.id.in_(accounts),
        BankAccount.state.not_in((AccountState.PROPOSED, AccountState.VALIDATED)),
        ~named.correlate(BankAccount),
    )
    session.execute(sa.update(BankAccount).where(*over).values(holder=instead))
    session.flush()
