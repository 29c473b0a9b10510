"""A payment to act on: permission first, then its lock."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import NotFoundError
from app.payments.models import BankAccount, Payment, PaymentFile
from app.payments.policies import require
from app.payments.queries.payments import payment_for_change, payment_where, payments_for_change
from app.payments.rules.circuit import Act, Circuit
from app.payments.rules.lifecycle import AccountState


def payment_to_act_on(session: Session, actor: Actor, payment_id: UUID, act: Act) -> Payment:
    """The payment, locked, for somebody who holds an office of the act in its scope.

    Raise NotFound where there is none or the actor may not know it, NotPermitted where others do this.
    """
    call_id, programme_id, _ = payment_where(session, payment_id)
    require(actor, act, call_id, programme_id)
    return payment_for_change(session, payment_id)


def payments_to_act_on(session: Session, actor: Actor, payment_ids: Sequence[UUID], act: Act) -> Sequence[Payment]:
    """The same for several, in the order of their ids; all of them or none."""
    found = payments_for_change(session, payment_ids)
    if len(found) != len(set(payment_ids)):
        raise NotFoundError("payment")
    for payment in found:
        require(actor, act, payment.call_id, payment.programme_id)
    return found


def circuit_of(payment: Payment) -> Circuit:
    """Who did what so far."""
    return Circuit(
        payment.initiated_by, payment.verified_by, payment.authorised_by, payment.released_by, payment.parties
    )


def standing_accounts(session: Session, account_ids: Sequence[UUID]) -> frozenset[UUID]:
    """Which of these bank accounts are the validated ones of their organisations. One query."""
    wanted = BankAccount.id.in_(account_ids), BankAccount.state == AccountState.VALIDATED
    return frozenset(session.scalars(sa.select(BankAccount.id).where(*wanted)))


def file_with(session: Session, message_id: str) -> UUID | None:
    """The id of the file for the bank with that message, or None."""
    return session.execute(sa.select(PaymentFile.id).where(PaymentFile.message_id == message_id)).scalar()
