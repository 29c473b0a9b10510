from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import calls
from app.calls.rules.lifecycle import CALL, CallAction, CallState
from app.calls.rules.phases import CLOSING_GRACE, Phase, may_close, phase
from app.calls.rules.values import LocalTime
from app.core.errors import TransitionNotAllowedError
from tests.builders.calls import escp_4x

TICK = timedelta(microseconds=1)
INSTANTS = st.datetimes(datetime(2014, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # Hypothesis adds the zone


def test_the_call_of_2019_closes_at_17_00_in_brussels() -> None:
    times = escp_4x().timetable
    assert times.closes_at == datetime(2019, 4, 4, 15, 0, tzinfo=UTC)
    assert times.opens_at == datetime(2019, 1, 7, 23, 0, tzinfo=UTC)
    assert phase(times.opens_at, times.closes_at, datetime(2019, 4, 4, 14, 59, 59, tzinfo=UTC)) is Phase.OPEN
    assert phase(times.opens_at, times.closes_at, datetime(2019, 4, 4, 15, 0, 1, tzinfo=UTC)) is Phase.CLOSED


@given(INSTANTS, st.timedeltas(TICK, timedelta(days=400)))
def test_one_microsecond_either_side(opens_at: datetime, length: timedelta) -> None:
    deadline = opens_at + length
    assert phase(opens_at, deadline, opens_at - TICK) is Phase.FORTHCOMING
    assert phase(opens_at, deadline, opens_at) is Phase.OPEN
    assert phase(opens_at, deadline, deadline) is Phase.OPEN
    assert phase(opens_at, deadline, deadline + TICK) is Phase.CLOSED


@given(INSTANTS, st.lists(INSTANTS, min_size=2, max_size=8))
def test_a_phase_never_comes_back(opens_at: datetime, moments: list[datetime]) -> None:
    deadline = opens_at + timedelta(days=90)
    order = list(Phase)
    seen = [order.index(phase(opens_at, deadline, moment)) for moment in sorted(moments)]
    assert seen == sorted(seen)


def test_closing_waits_until_what_arrived_in_time_is_stored() -> None:
    deadline = escp_4x().timetable.closes_at
    assert not may_close(deadline, deadline + CLOSING_GRACE)
    assert may_close(deadline, deadline + CLOSING_GRACE + TICK)


def test_the_night_that_loses_an_hour() -> None:
    before = LocalTime.parse("2019-03-31 01:59:59 Europe/Brussels").instant
    after = LocalTime.parse("2019-03-31 03:00 Europe/Brussels").instant
    assert after - before == timedelta(seconds=1)
    with pytest.raises(ValueError, match="does not exist"):
        LocalTime.parse("2019-03-31 02:30 Europe/Brussels")


def test_the_night_that_has_an_hour_twice_takes_the_first() -> None:
    deadline = LocalTime.parse("2019-10-27 02:30 Europe/Brussels").instant
    assert deadline == datetime(2019, 10, 27, 0, 30, tzinfo=UTC)
    second_time = datetime(2019, 10, 27, 1, 30, tzinfo=UTC)
    assert phase(deadline - timedelta(days=1), deadline, second_time) is Phase.CLOSED


@given(
    st.datetimes(datetime(2014, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001  # wall-clock times have no zone
    st.sampled_from(["Europe/Brussels", "Europe/Lisbon", "Europe/Athens", "UTC"]).filter(lambda zone: "/" in zone),
)
def test_local_times_read_back_as_written(wall: datetime, zone: str) -> None:
    written = f"{wall:%Y-%m-%d %H:%M:%S} {zone}"
    try:
        found = LocalTime.parse(written)
    except ValueError:
        assert wall.month == 3  # only the spring change has hours that never come
        return
    assert LocalTime.parse(str(found)) == found
    assert found.local.replace(tzinfo=None) == wall.replace(microsecond=0)


@pytest.mark.parametrize(
    "text",
    [
        "4 April 2019",
        "2019-04-04T17",
        "2019-02-30",
        "2019-04-04 17:00 Mars/Base",
        "2019-04-04 25:00",
        "",
        "2019-04-04 17:00 CET",
    ],
)
def test_other_ways_to_write_a_time_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a|must be in|out of range|0\.\.23"):
        LocalTime.parse(text)


def test_without_time_and_zone_it_is_midnight_in_brussels() -> None:
    assert LocalTime.parse("2019-01-08") == LocalTime(date(2019, 1, 8), 0, 0, 0, "Europe/Brussels")


@pytest.mark.parametrize("state", [CallState.CLOSED, CallState.WITHDRAWN])
@pytest.mark.parametrize("action", list(CallAction))
def test_closed_and_withdrawn_are_final(state: CallState, action: CallAction) -> None:
    with pytest.raises(TransitionNotAllowedError):
        CALL.after(state, action)


def test_the_diagram_of_the_area_is_the_table() -> None:
    assert calls.__doc__ is not None
    drawn = [line.strip() for line in calls.__doc__.splitlines()]
    table = [line.strip() for line in CALL.mermaid().splitlines()]
    assert drawn[drawn.index(table[0]) :][: len(table)] == table
