"""Lines of the statement that fit nothing: what may be set aside, by whom, and when it is overdue."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import TransitionNotAllowedError
from app.payments.rules.lifecycle import AT_THE_BANK, PaymentState
from app.payments.rules.lines import (
    LINE,
    UNSETTLED,
    AsideKind,
    Concerned,
    LineEvent,
    LineState,
    aside_confirming_findings,
    aside_findings,
    references_in,
    working_days_before,
)

KINDS = st.sampled_from(AsideKind)
CONCERNED = st.builds(
    Concerned,
    reference=st.just("PAY-2026-00001"),
    state=st.sampled_from(PaymentState),
    booked=st.booleans(),
    came=st.booleans(),
    fits=st.booleans(),
)
WORDS = "The bank booked it twice, see its letter."


@given(KINDS, st.text(max_size=40))
def test_a_line_that_concerns_no_payment_needs_words_only_where_it_is_something_else(
    kind: AsideKind, words: str
) -> None:
    found = {one.rule for one in aside_findings(kind, words, None)}
    assert found == ({"payments.aside_needs_words"} if kind is AsideKind.OTHER and len(words.strip()) < 10 else set())


@given(KINDS, CONCERNED)
def test_what_may_be_a_payment_is_never_set_aside_whatever_is_said(kind: AsideKind, concerned: Concerned) -> None:
    found = {one.rule for one in aside_findings(kind, WORDS, concerned)}
    assert found == ({"payments.aside_may_be_payment"} if concerned.may_be_it else set())
    assert "payments.aside_needs_words" in {one.rule for one in aside_findings(kind, "", concerned)}


@given(CONCERNED)
def test_a_line_may_be_the_payment_only_with_its_amount_and_while_the_bank_may_pay_it(concerned: Concerned) -> None:
    if not concerned.fits:
        assert not concerned.may_be_it
    elif concerned.came:
        assert concerned.may_be_it == (concerned.state is PaymentState.PAID)
    else:
        open_at_the_bank = concerned.state in AT_THE_BANK
        given_up = concerned.state is PaymentState.FAILED and not concerned.booked
        assert concerned.may_be_it == (open_at_the_bank or given_up)


def test_who_set_it_aside_does_not_confirm_it() -> None:
    one, other = UUID(int=1), UUID(int=2)
    [finding] = aside_confirming_findings(one, {one})
    assert finding.rule == "payments.own_aside"
    assert aside_confirming_findings(one, {other}) == ()


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 30))
def test_working_days_leave_weekends_out(day: date, count: int) -> None:
    before = working_days_before(day, count)
    between = [before + timedelta(days=at) for at in range((day - before).days)]
    assert sum(one.weekday() < 5 for one in between) == count


def test_three_working_days_before_a_monday_is_the_wednesday() -> None:
    assert working_days_before(date(2026, 11, 23), 3) == date(2026, 11, 18)


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (("PAY-2026-00001",), ("PAY-2026-00001",)),
        (("", "refund of pay-2026-00002, PAY-2026-00001 and PAY-2026-00002"), ("PAY-2026-00002", "PAY-2026-00001")),
        (("XPAY-2026-00001", "PAY-26-1", "PREPAY"), ()),
        (("PAY-2026-123456",), ("PAY-2026-123456",)),
    ],
)
def test_references_are_found_in_what_people_write(texts: tuple[str, ...], found: tuple[str, ...]) -> None:
    assert references_in(*texts) == found


@given(st.lists(st.sampled_from(LineEvent), max_size=8))
def test_what_is_matched_stays_and_nothing_is_matched_from_aside(events: list[LineEvent]) -> None:
    state = LINE.initial
    for event in events:
        before = state
        try:
            state = LINE.after(state, event)
        except TransitionNotAllowedError:
            continue
        assert before is not LineState.MATCHED
        if event is LineEvent.MATCH:
            assert before in UNSETTLED
