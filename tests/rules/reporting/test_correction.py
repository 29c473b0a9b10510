"""A report that is given back: its day lies ahead, and only what was named opens."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.infra.ids import new_id
from app.reporting.rules.correction import (
    CORRECTION_DAYS,
    LONGEST,
    closed_findings,
    correction_findings,
    is_open,
    usual_correction_day,
)
from app.reporting.rules.lifecycle import WRITABLE, ReportState
from app.reporting.rules.periods import PaymentAfter
from app.reporting.schemas import ReportRow

DAYS = st.dates(date(2019, 1, 1), date(2030, 12, 31))
PARTNERS = tuple(new_id() for _ in range(4))
NAMED = st.sets(st.sampled_from(PARTNERS))
NOTHING: dict[str, None] = dict.fromkeys(
    (
        "saved_at", "saved_by", "submitted_at", "submitted_by", "returned_at", "decided_at", "decided_by", "document_id",
        "claimed", "contribution", "due", "recovery", "payment_id", "recovered_on", "payment_state", "paid_on",
        "agreement_version",
    )
)  # fmt: skip


def a_row(state: ReportState, due: date, correct_by: date) -> ReportRow:
    """A report of which nothing else is known."""
    return ReportRow(  # type: ignore[call-arg]  # the rest is NOTHING
        period_id=new_id(), grant_id=new_id(), number=1, starts_on=due - timedelta(days=425),
        ends_on=due - timedelta(days=60), due_on=due, payment=PaymentAfter.INTERIM, state=state, version=1, times=1,
        reason="", correct_by=correct_by, **NOTHING,
    )  # fmt: skip


@given(DAYS, st.integers(-800, 800), NAMED)
def test_the_day_lies_ahead_and_within_a_year(today: date, ahead: int, named: set[object]) -> None:
    found = {one.rule for one in correction_findings(today + timedelta(days=ahead), today, named, PARTNERS)}  # type: ignore[arg-type]  # ids
    assert found == (set() if 0 < ahead <= LONGEST.days else {"report.correction_day"})


@given(DAYS, NAMED, NAMED)
def test_only_partners_with_a_statement_are_named(today: date, named: set[object], there: set[object]) -> None:
    day = usual_correction_day(today)
    found = [one.rule for one in correction_findings(day, today, named, there)]  # type: ignore[arg-type]  # ids
    assert bool(found) == bool(named - there)
    assert (day - today).days == CORRECTION_DAYS


@given(st.sampled_from(ReportState), st.booleans(), st.booleans())
def test_what_was_signed_and_not_named_stays_closed(state: ReportState, signed: bool, reopened: bool) -> None:  # noqa: FBT001  # drawn
    closed = state is ReportState.RETURNED and signed and not reopened
    assert is_open(state, signed=signed, reopened=reopened) is not closed
    assert [one.rule for one in closed_findings(state, signed=signed, reopened=reopened)] == (
        ["statement.not_reopened"] if closed else []
    )


@given(st.sampled_from(ReportState), DAYS, DAYS, DAYS)
def test_late_is_counted_from_the_day_that_binds(state: ReportState, due: date, correct_by: date, today: date) -> None:
    row = a_row(state, due, correct_by)
    assert row.owed_on == (correct_by if state is ReportState.RETURNED else due)
    assert row.late(today) == (state in WRITABLE and today > row.owed_on)
