"""What waits for a person in the circuit, and the figures above the list of payments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.money import Money
from app.payments.models import BankAccount, Payment
from app.payments.policies import decides_accounts
from app.payments.queries.payments import in_scope, is_late, is_suspended, seen_by, waiting_for
from app.payments.rules.circuit import OFFICES, Act
from app.payments.rules.lifecycle import IN_PAYMENT, AccountState, PaymentState

_DUE: Any = Payment.due_on + Payment.suspended_days


@dataclass(frozen=True, slots=True)
class PaymentFigures:
    """Of the payments that a person may see: what waits for the person, what is on the way, late and paid."""

    mine: int
    on_the_way: int
    amount_on_the_way: Money
    late: int
    paid: int
    amount_paid: Money


@dataclass(frozen=True, slots=True)
class PaymentWork:
    """Payments in one state whose next step the person may take, and the earliest day by which."""

    state: PaymentState
    count: int
    due_on: date


def payment_figures(session: Session, actor: Actor, *, today: date) -> PaymentFigures:
    """The figures. One query."""
    cents = sa.type_coerce(Payment.amount, sa.BigInteger)
    moving, booked = Payment.state.in_(IN_PAYMENT), Payment.state == PaymentState.PAID
    statement = sa.select(
        sa.func.count().filter(waiting_for(actor)),
        sa.func.count().filter(moving),
        sa.cast(sa.func.coalesce(sa.func.sum(cents).filter(moving), 0), sa.BigInteger),
        sa.func.count().filter(is_late(today)),
        sa.func.count().filter(booked),
        sa.cast(sa.func.coalesce(sa.func.sum(cents).filter(booked), 0), sa.BigInteger),
    ).where(seen_by(actor))
    mine, on_the_way, amount, too_late, paid, amount_paid = session.execute(statement).one()
    return PaymentFigures(mine, on_the_way, Money(amount), too_late, paid, Money(amount_paid))


def payment_work(session: Session, actor: Actor) -> Sequence[PaymentWork]:
    """What waits for the person, by state, in the order of the circuit. One query."""
    statement = (
        sa.select(Payment.state, sa.func.count(), sa.func.min(_DUE)).where(waiting_for(actor)).group_by(Payment.state)
    )
    found = {PaymentState(state): (count, due) for state, count, due in session.execute(statement)}
    return [PaymentWork(state, *found[state]) for state in PaymentState if state in found]


def payments_suspended(session: Session, actor: Actor) -> int:
    """Payments that stand still and whose time limit the person may let run again. One query."""
    held = actor.scopes_of(*OFFICES[Act.SUSPEND])
    if not held:
        return 0
    statement = sa.select(sa.func.count()).select_from(Payment).where(is_suspended(), in_scope(held))
    return session.execute(statement).scalar_one()


def accounts_to_decide(session: Session, actor: Actor) -> int:
    """Bank accounts that the person may validate or refuse: given by somebody else."""
    if not decides_accounts(actor):
        return 0
    own = sa.func.coalesce(BankAccount.proposed_by.in_(actor.persons), sa.false())
    wanted = BankAccount.state == AccountState.PROPOSED, ~own
    return session.execute(sa.select(sa.func.count()).select_from(BankAccount).where(*wanted)).scalar_one()
