"""One-time codes, recovery codes, and how long a second step counts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.accounts.rules.second_factor import (
    DRIFT,
    FRESH,
    RECOVERY_BYTES,
    STEP,
    code_at,
    device_address,
    fresh,
    in_groups,
    matching_step,
    next_code,
    plain_recovery_code,
    recovery_code,
    step_of,
)

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
"""``12345678901234567890``, the key of the examples in RFC 6238."""
NOW = datetime(2019, 3, 1, 9, tzinfo=UTC)
instants = st.integers(946_684_800_000, 4_102_444_800_000).map(
    lambda ms: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)
)
"""From 2000 to 2100."""
NEVER = -1


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037")],
)
def test_codes_are_those_of_rfc_6238(seconds: int, code: str) -> None:
    now = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    assert code_at(SECRET, step_of(now)) == code
    assert matching_step(SECRET, code, last_step=NEVER, now=now) == step_of(now)


@given(instants, st.integers(-5, 5))
def test_a_code_counts_one_step_early_or_late_and_no_further(now: datetime, off: int) -> None:
    typed = code_at(SECRET, step_of(now) + off)
    near = {code_at(SECRET, step_of(now) + each) for each in range(-DRIFT, DRIFT + 1)}
    assume((typed in near) == (abs(off) <= DRIFT))  # not one of the few that are alike by chance
    assert (matching_step(SECRET, typed, last_step=NEVER, now=now) is not None) == (abs(off) <= DRIFT)


@given(instants, st.lists(st.tuples(st.integers(0, 90), st.integers(-2, 2)), max_size=12))
def test_no_step_counts_twice_and_they_only_rise(now: datetime, tries: list[tuple[int, int]]) -> None:
    last, counted = NEVER, []
    for seconds, off in tries:
        now += timedelta(seconds=seconds)
        found = matching_step(SECRET, code_at(SECRET, step_of(now) + off), last_step=last, now=now)
        if found is not None:
            counted.append(found)
            last = found
    assert counted == sorted(set(counted))


@given(instants)
def test_a_code_that_counted_is_refused_at_once(now: datetime) -> None:
    used = step_of(now)
    assume(code_at(SECRET, used) != code_at(SECRET, used + 1))
    assert matching_step(SECRET, code_at(SECRET, used), last_step=used, now=now) is None


@given(st.text(max_size=40))
def test_anything_else_is_wrong_and_breaks_nothing(typed: str) -> None:
    near = {code_at(SECRET, step_of(NOW) + each) for each in range(-DRIFT, DRIFT + 1)}
    assume(not any(code in typed.replace(" ", "").replace("-", "") for code in near))
    assert matching_step(SECRET, typed, last_step=NEVER, now=NOW) is None


@pytest.mark.parametrize("shape", ["{a}{b}", "{a} {b}", " {a}-{b} "])
def test_a_code_may_be_typed_in_groups(shape: str) -> None:
    code = code_at(SECRET, step_of(NOW))
    typed = shape.format(a=code[:3], b=code[3:])
    assert matching_step(SECRET, typed, last_step=NEVER, now=NOW) == step_of(NOW)


@given(instants, st.integers(-3, 3))
def test_the_code_of_the_demonstration_always_counts_once_the_wait_is_over(now: datetime, ahead: int) -> None:
    last = step_of(now) + ahead
    offered = next_code(SECRET, last_step=last, now=now)
    assert bool(offered.code) == (offered.wait_seconds == 0)
    later = now + timedelta(seconds=offered.wait_seconds)
    again = next_code(SECRET, last_step=last, now=later)
    found = matching_step(SECRET, again.code, last_step=last, now=later)
    assert found is not None
    assert found > last
    if offered.wait_seconds:
        assert matching_step(SECRET, again.code, last_step=last, now=later - STEP) is None


@given(instants, st.timedeltas(timedelta(0), timedelta(hours=2)))
def test_a_confirmation_counts_ten_minutes(then: datetime, later: timedelta) -> None:
    assert fresh(then, then + later) == (later < FRESH)
    assert not fresh(None, then)


def test_a_clock_that_is_set_back_does_not_prolong_it() -> None:
    assert not fresh(NOW, NOW - FRESH)
    assert fresh(NOW, NOW - timedelta(seconds=1)), "two requests at once may overtake each other"


@given(st.binary(min_size=RECOVERY_BYTES, max_size=RECOVERY_BYTES))
def test_a_recovery_code_is_found_however_it_is_typed(chance: bytes) -> None:
    shown = recovery_code(chance)
    assert len(shown) == 24 + 5
    assert not set(shown) & set("ilouILOU")
    plain = plain_recovery_code(shown)
    for typed in (shown.upper(), f"  {shown} ", shown.replace("-", " "), shown.replace("0", "O").replace("1", "l")):
        assert plain_recovery_code(typed) == plain


@given(
    st.binary(min_size=RECOVERY_BYTES, max_size=RECOVERY_BYTES),
    st.binary(min_size=RECOVERY_BYTES, max_size=RECOVERY_BYTES),
)
def test_other_chance_makes_another_code(one: bytes, other: bytes) -> None:
    assert (recovery_code(one) == recovery_code(other)) == (one == other)


def test_the_device_is_told_whose_code_it_is() -> None:
    told = device_address(SECRET, "ana@example.org")
    assert told.startswith("otpauth://totp/Grappe:ana%40example.org?")
    assert f"secret={SECRET}" in told
    assert in_groups(SECRET) == ("GEZD", "GNBV", "GY3T", "QOJQ", "GEZD", "GNBV", "GY3T", "QOJQ")
