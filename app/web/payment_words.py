"""What pages and files say of payments: states, kinds, whose turn it is, and how much time is left."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.core.periods import BRUSSELS
from app.infra.templates import day_text, locale_of, translator
from app.payments.queries.reports import StatusRow
from app.payments.rules.circuit import NEXT, Act
from app.payments.rules.lifecycle import AccountState, PaymentKind, PaymentState
from app.payments.rules.statuses import STATUSES as BANK_STATUSES
from app.payments.rules.statuses import Level, Told
from app.payments.rules.time_limits import days_late, days_left, effective_due
from app.payments.schemas import PaymentRow

STATES: Mapping[PaymentState, str] = {
    PaymentState.INITIATED: "initiated",
    PaymentState.VERIFIED: "verified",
    PaymentState.AUTHORISED: "authorised",
    PaymentState.RELEASED: "sent to the bank",
    PaymentState.MISSING: "missing at the bank",
    PaymentState.PAID: "paid",
    PaymentState.RETURNED: "sent back",
    PaymentState.CANCELLED: "cancelled",
    PaymentState.FAILED: "failed",
}
KINDS: Mapping[PaymentKind, str] = {
    PaymentKind.PREFINANCING: "Pre-financing",
    PaymentKind.INTERIM: "Interim payment",
    PaymentKind.BALANCE: "Balance",
    PaymentKind.INTEREST: "Interest for late payment",
}
ACCOUNT_STATES: Mapping[AccountState, str] = {
    AccountState.PROPOSED: "to validate",
    AccountState.VALIDATED: "validated",
    AccountState.REFUSED: "refused",
    AccountState.REPLACED: "replaced",
}
_TURNS: Mapping[Act, str] = {
    Act.VERIFY: "a finance officer verifies",
    Act.AUTHORISE: "an authorising officer authorises",
    Act.RELEASE: "an accounting officer sends it to the bank",
    Act.RECORD: "the bank books it",
    Act.CONFIRM: "an authorising officer or another accounting officer confirms that the bank never paid",
    Act.INITIATE: "who initiated it corrects it or gives it up",
}


@dataclass(frozen=True, slots=True)
class TimeLeft:
    """The last day in time with all suspensions, and what it means today."""

    due_on: date
    words: str
    state: str


def status_words(row: StatusRow, language: str) -> tuple[str, str]:
    """What the bank said of a payment, and why, in words."""
    told = Told(Level.PAYMENT, row.payment, row.status, row.code, row.words)
    return translator(language)(BANK_STATUSES.get(row.status, row.status)), told.reason


def today_of(now: datetime) -> date:
    """The day in Brussels."""
    return now.astimezone(ZoneInfo(BRUSSELS)).date()


def whose_turn(row: PaymentRow, language: str) -> str:
    """Who acts next, in words; empty where the payment has come to its end."""
    say = translator(language)
    if row.suspended_on is not None and row.state in NEXT and row.state is not PaymentState.RETURNED:
        return say("a programme or finance officer lets the time limit run again")
    return say(_TURNS[NEXT[row.state][1]]) if row.state in NEXT else ""


def told_of_payment(row: PaymentRow, today: date, language: str) -> Mapping[str, object]:
    """What a notice says of a payment: its reference, the last day in time, who acts next as a sentence."""
    locale, turn = locale_of(language), whose_turn(row, language)
    words = translator(language)("Next: {turn}.").format(turn=turn) if turn else ""
    return {"reference": row.reference, "due": day_text(time_left(row, today, language).due_on, locale), "next": words}


def time_left(row: PaymentRow, today: date, language: str) -> TimeLeft:
    """How the payment stands to its time limit. ``state`` is ok, warn, bad or neutral."""
    say = translator(language)
    due = effective_due(row.due_on, 0, suspended_on=row.suspended_on, today=today)
    if row.state in {PaymentState.CANCELLED, PaymentState.FAILED}:  # what came back was not paid, in time or late
        return TimeLeft(due, "", "neutral")
    if row.paid_on is not None:
        late = days_late(due, row.paid_on)
        words = _counted(say, late, "paid {count} day late", "paid {count} days late") if late else say("paid in time")
        return TimeLeft(due, words, "bad" if late else "ok")
    if row.suspended_on is not None:
        return TimeLeft(due, say("stands still"), "neutral")
    left = days_left(due, today)
    if left < 0:
        return TimeLeft(due, _counted(say, -left, "{count} day late", "{count} days late"), "bad")
    if left == 0:
        return TimeLeft(due, say("today is the last day"), "warn")
    words = _counted(say, left, "{count} day left", "{count} days left")
    return TimeLeft(due, words, "warn" if left <= _SOON else "ok")


_SOON = 7
"""Days before the last one from which a payment is marked."""


def _counted(say: Callable[[str], str], count: int, one: str, more: str) -> str:
    return say(one if count == 1 else more).format(count=count)
