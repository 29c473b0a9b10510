"""Payments and bank accounts that wait for a person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from app.core.actor import Actor, Role
from app.ledger.policies import FINANCE
from app.payments.queries.work import accounts_to_decide, payment_work
from app.payments.rules.lifecycle import PaymentState

_OFFICES = (Role.PROGRAMME_OFFICER, *FINANCE)


def payments_waiting(session: Session, actor: Actor) -> tuple[Sequence[tuple[PaymentState, int, date]], int]:
    """State, number and earliest last day of the payments whose next step the person may take; accounts to validate.

    Nothing is asked for people without an office.
    """
    if not any(actor.has(role) for role in _OFFICES):
        return (), 0
    waiting = [(one.state, one.count, one.due_on) for one in payment_work(session, actor)]
    return waiting, accounts_to_decide(session, actor)
