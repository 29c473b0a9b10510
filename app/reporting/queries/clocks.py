"""From what was read of a grant for the portfolio to its clock: everything that somebody owes, each with its last day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from app.calls.rules.grant_kinds import USUAL_RECOVERY_DAYS, Prefinancing
from app.core.money import Money
from app.grants.queries.facts import day_of
from app.grants.rules.grant_lifecycle import GrantState
from app.grants.rules.prefinancing import due_on as prefinancing_due_on
from app.grants.rules.standing import Acts
from app.payments.rules.circuit import next_act as act_after
from app.payments.rules.lifecycle import PaymentKind, PaymentState
from app.reporting.queries.hearings import hearing_in
from app.reporting.rules.final_grant import counted_in, lost_since
from app.reporting.rules.lateness import GrantClock, PaymentClock, ReportClock
from app.reporting.rules.lifecycle import ReportState
from app.reporting.rules.recovery import recovery_due_on
from app.reporting.rules.sheet import Paid, sheet_from


def clock_of(
    row: Any,  # noqa: ANN401  # a row of the statement
    reports: Sequence[Any],
    payments: Sequence[Any],
    today: date,
) -> GrantClock:
    """The clock of a grant; ``payments`` are those that are paid or on the way."""
    recovery_days = USUAL_RECOVERY_DAYS if row.recovery_days is None else int(row.recovery_days)
    return GrantClock(
        state=GrantState(row.state),
        acts=Acts(row.acts),
        prepare_by=row.by,
        prefinance_by=_prefinance_by(row, reports, payments),
        payment_days=int(row.payment_days or 0),
        reports=tuple(_report_clock(one, reports, payments, recovery_days, today) for one in reports),
        payments=tuple(_payment_clock(one) for one in payments if one.state != PaymentState.PAID),
        end_on=row.end_on,
    )


def _payment_clock(one: Any) -> PaymentClock:  # noqa: ANN401  # a row of the statement
    """One that was sent back is corrected whether its time stands still or not."""
    state = PaymentState(one.state)
    return PaymentClock(one.due_on, None if state is PaymentState.RETURNED else one.suspended_on, act_after(state))


def _lost(reports: Sequence[Any], payments: Sequence[Any]) -> Paid | None:
    """What the balance counted as paid and came back since; None before the balance is decided."""
    settled = next((one.settled for one in reports if one.settled is not None), None)
    if settled is None:
        return None
    sums = {
        kind: Money.total(one.amount for one in payments if one.kind == kind)
        for kind in (PaymentKind.PREFINANCING, PaymentKind.INTERIM)
    }
    return lost_since(counted_in(sheet_from(settled)), Paid(sums[PaymentKind.PREFINANCING], sums[PaymentKind.INTERIM]))


def _prefinance_by(
    row: Any,  # noqa: ANN401  # a row of the statement
    reports: Sequence[Any],
    payments: Sequence[Any],
) -> date | None:
    """Until when the pre-financing is paid that nobody has asked for; None where nothing is to be asked for."""
    if not row.prefinancing or row.commitment_id is None or row.entered_into_force_at is None or row.start_on is None:
        return None
    if any(one.kind == PaymentKind.PREFINANCING for one in payments):
        return None
    lost = _lost(reports, payments)
    if lost is not None and not lost.prefinancing:
        return None
    terms = Prefinancing.model_validate(row.prefinancing, strict=False)
    return prefinancing_due_on(terms, day_of(row.entered_into_force_at), row.start_on)


def _is_due(one: Any, reports: Sequence[Any], payments: Sequence[Any]) -> bool:  # noqa: ANN401  # a row of the statement
    """Whether what is due after a report is to be asked for: never asked, or given up and settled by no balance."""
    if not one.due or one.asked:
        return False
    lost = _lost(reports, payments)
    if lost is None or one.settled is not None or one.payment_id is None:
        return True
    return bool(lost.interims >= one.due)


def _back(
    one: Any,  # noqa: ANN401  # a row of the statement
    recovery_days: int,
    today: date,
) -> dict[str, date]:
    """Until when the coordinator is heard, the office decides, or money comes back; nothing where it did, or none does."""
    if not one.recovery or one.recovered_on is not None:
        return {}
    hearing = hearing_in(one)
    if hearing is not None and hearing.open:
        return {"confirm_by": hearing.decide_by} if hearing.heard(today) else {"hear_by": hearing.answer_by}
    noted = hearing.decided_on if hearing is not None and hearing.decided_on is not None else day_of(one.computed_at)
    return {"owed_by": recovery_due_on(noted, recovery_days)}


def _report_clock(  # what was read of one report
    one: Any,  # noqa: ANN401  # a row of the statement
    reports: Sequence[Any],
    payments: Sequence[Any],
    recovery_days: int,
    today: date,
) -> ReportClock:
    return ReportClock(
        number=one.number,
        state=ReportState(one.state),
        due_on=one.owed_on,
        submitted_on=day_of(one.submitted_at) if one.submitted_at is not None else None,
        due=_is_due(one, reports, payments),
        **_back(one, recovery_days, today),
    )
