"""Which states must have something real in the demo: those of every lifecycle from the award to the last euro."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from app.amendments.models import Amendment
from app.amendments.rules.lifecycle import AmendmentState
from app.cascade.models import ThirdPartyPayment
from app.cascade.rules.support import SupportKind
from app.core.money import Money
from app.grants.models import Award, Grant, Letter
from app.grants.rules.grant_lifecycle import GrantState
from app.grants.rules.lifecycle import AwardState, LetterState
from app.payments.models import BankAccount, Payment, PaymentFile, StatementLine
from app.payments.rules.lifecycle import AccountState, PaymentKind, PaymentState
from app.reporting.models import ClaimedCost, PaymentCalculation, PeriodicReport
from app.reporting.rules.assessment import Verdict
from app.reporting.rules.lifecycle import ReportState

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

STATES: tuple[tuple[Any, type[StrEnum]], ...] = (
    (Award.state, AwardState),
    (Letter.state, LetterState),
    (Grant.state, GrantState),
    (PeriodicReport.state, ReportState),
    (ClaimedCost.verdict, Verdict),
    (Payment.state, PaymentState),
    (Payment.kind, PaymentKind),
    (BankAccount.state, AccountState),
    (Amendment.state, AmendmentState),
    (ThirdPartyPayment.kind, SupportKind),
)
NOBODY_MEETS = {GrantState.TERMINATED: "no use case ends a running grant before its time"}
FACTS: dict[str, Any] = {
    "a payment whose clock stands": Payment.suspended_on.is_not(None),
    "a payment to a third party that was reversed": ThirdPartyPayment.reversed_at.is_not(None),
    "a document that proves a payment to a third party": ThirdPartyPayment.evidence_id.is_not(None),
    "a file for the bank": PaymentFile.payments > 0,
    "money that came back with the bank's statement": StatementLine.amount > Money.zero(),
    "money that is still owed": sa.and_(
        PaymentCalculation.recovery > Money.zero(), PaymentCalculation.recovered_on.is_(None)
    ),
    "money that was paid back": PaymentCalculation.recovered_on.is_not(None),
    "a grant that was reduced": PaymentCalculation.reduction > Money.zero(),
}


def missing(session: Session) -> Iterator[str]:
    """What no row of the demo shows."""
    for column, states in STATES:
        there = set(session.execute(sa.select(column).distinct()).scalars())
        for state in states:
            if state.value not in there and state not in NOBODY_MEETS:
                yield f"{column.class_.__tablename__}.{column.key} {state.value}"
            if state.value in there and state in NOBODY_MEETS:
                yield f"{state.value} is there: nobody should meet it, for {NOBODY_MEETS[state]}"
    for words, condition in FACTS.items():
        if not session.execute(sa.select(sa.exists().where(condition))).scalar():
            yield words
