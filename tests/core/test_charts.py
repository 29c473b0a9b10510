"""Chart arithmetic: lengths add up, keep their order, are never negative and never change."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.chart_axes import Moment, Span, columns, life_line, nice_step
from app.core.charts import (
    WHOLE,
    Datum,
    against_envelope,
    bars,
    cap_bar,
    dot_strip,
    percent,
    spread,
    stacked_bar,
)

VALUES = st.lists(st.integers(0, 10**13), max_size=12)
DAYS = st.dates(date(2018, 1, 1), date(2030, 12, 31))


def data(values: list[int]) -> list[Datum]:
    return [Datum(f"part {at}", value, str(value)) for at, value in enumerate(values)]


@given(VALUES, st.integers(1, WHOLE))
def test_lengths_add_up_to_the_whole(values: list[int], whole: int) -> None:
    lengths = spread(values, whole=whole)
    assert sum(lengths) == (whole if any(values) else 0)
    assert all(length >= 0 for length in lengths)
    assert all(
        abs(length * sum(values) - value * whole) < sum(values) or not any(values)
        for value, length in zip(values, lengths, strict=True)
    )


@given(VALUES, st.integers(0, 10**12))
def test_a_greater_total_leaves_the_rest_free(values: list[int], more: int) -> None:
    total = sum(values) + more
    lengths = spread(values, whole=WHOLE, total=total)
    assert sum(lengths) == (sum(values) * WHOLE // total if total else 0)


def test_largest_remainder_decides_and_the_first_wins_a_tie() -> None:
    assert spread([1, 1, 1], whole=100) == (34, 33, 33)
    assert spread([10, 15, 5], whole=7) == (2, 4, 1)


@pytest.mark.parametrize(("values", "total"), [([-1], None), ([5], 4)])
def test_a_length_that_cannot_be_drawn_is_refused(values: list[int], total: int | None) -> None:
    with pytest.raises(ValueError, match="chart"):
        spread(values, whole=WHOLE, total=total)


@given(VALUES, st.integers(0, 10**12))
def test_a_stacked_bar_has_no_gap_and_fills_the_width(values: list[int], left: int) -> None:
    given_data = data(values)
    chart = stacked_bar(given_data, rest=Datum("left", left, "left"))
    assert [segment.datum for segment in chart.segments] == given_data
    assert chart.rest is not None
    edge = 0
    for segment in (*chart.segments, chart.rest):
        assert segment.start == edge
        edge += segment.length
    assert edge == (WHOLE if sum(values) + left else 0)
    assert chart == stacked_bar(given_data, rest=Datum("left", left, "left"))
    assert stacked_bar(given_data).rest is None


def test_positions_are_exact_svg_lengths() -> None:
    chart = stacked_bar(data([1, 2]))
    assert [(segment.x, segment.width) for segment in chart.segments] == [("0.00%", "33.33%"), ("33.33%", "66.67%")]
    assert percent(WHOLE) == "100.00%"
    assert percent(5) == "0.05%"


@given(VALUES)
def test_bars_keep_the_order_of_their_values(values: list[int]) -> None:
    drawn = bars(data(values))
    for one, value in zip(drawn, values, strict=True):
        for other, value_of_other in zip(drawn, values, strict=True):
            assert value < value_of_other or one.length >= other.length
    if any(values):
        assert max(segment.length for segment in drawn) == WHOLE


@given(st.integers(0, 10**13), st.integers(0, 10**13))
def test_a_cap_says_100_only_when_it_is_used_to_the_cent(used: int, cap: int) -> None:
    bar = cap_bar(used, cap)
    assert bar.over == (used > cap)
    assert bar.over == (bar.percent > 100)
    assert (bar.percent == 100) == (used == cap and cap > 0)
    assert 0 <= bar.length <= WHOLE


def test_a_cap_in_figures() -> None:
    bar = cap_bar(37_225_417, 36_000_000)
    assert (bar.percent, bar.width) == (103, "100.00%")
    assert cap_bar(36_000_001, 36_000_000).percent == 101
    assert cap_bar(3_900_000, 18_000_000).width == "21.66%"
    assert cap_bar(1, 0).over
    with pytest.raises(ValueError, match="negative"):
        cap_bar(-1, 5)
    with pytest.raises(ValueError, match="negative"):
        cap_bar(1, -5)


@given(st.lists(st.tuples(st.integers(0, 10**12), st.integers(0, 10**12)), max_size=6))
def test_requests_and_envelopes_share_one_scale(pairs: list[tuple[int, int]]) -> None:
    rows = against_envelope([(Datum("asked", asked, ""), Datum("there", there, "")) for asked, there in pairs])
    for row, (asked, there) in zip(rows, pairs, strict=True):
        assert row.over == (asked > there)
        assert (row.requested.length > row.mark) <= row.over
        assert 0 <= row.mark <= WHOLE
        assert row.mark_x == percent(row.mark)
    if any(max(pair) for pair in pairs):
        assert max(max(row.mark, row.requested.length) for row in rows) == WHOLE


@given(st.lists(st.integers(0, 50), max_size=8))
def test_equal_scores_are_stacked_and_none_is_lost(scores: list[int]) -> None:
    strip = dot_strip(data(scores), lowest=0, highest=50, threshold=35)
    assert sorted(dot.datum.value for dot in strip.dots) == sorted(scores)
    assert len({(dot.at, dot.level) for dot in strip.dots}) == len(scores)
    assert [dot.at for dot in strip.dots] == sorted(dot.at for dot in strip.dots)
    assert strip.threshold_x == "70.00%"


def test_a_score_outside_its_scale_is_refused() -> None:
    for scores, lowest, highest, threshold in (([51], 0, 50, None), ([1], 0, 50, 60), ([], 5, 5, None)):
        with pytest.raises(ValueError, match="scale"):
            dot_strip(data(scores), lowest=lowest, highest=highest, threshold=threshold)
    plain = dot_strip(data([25]), lowest=0, highest=50)
    assert (plain.dots[0].x, plain.threshold, plain.threshold_x) == ("50.00%", None, "0.00%")


@given(st.integers(0, 10**9))
def test_the_scale_of_columns_has_round_steps_and_reaches_the_top(greatest: int) -> None:
    step = nice_step(greatest)
    assert str(step).rstrip("0") in {"1", "2", "5"}
    assert step * 4 >= greatest


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), max_size=60))
def test_columns_stand_side_by_side_and_inside(counts: list[tuple[int, int]]) -> None:
    days = [(str(at), values) for at, values in enumerate(counts)]
    chart = columns(days, (("drafts", "brand-2"), ("submitted", "brand")))
    assert [column.label for column in chart.columns] == [label for label, _ in days]
    assert sum(column.labelled for column in chart.columns) <= 6
    edge = 0
    for column, values in zip(chart.columns, counts, strict=True):
        assert column.start >= edge
        edge = column.start + column.length
        assert [piece.datum.value for piece in column.pieces] == list(values)
        floor = chart.height
        for piece in column.pieces:
            assert piece.y + piece.height == floor
            assert piece.height >= 0
            floor = piece.y
        assert floor >= 0
        assert column.end == percent(edge)
    assert edge <= WHOLE
    assert [datum.value for datum in chart.series] == [sum(values[at] for values in counts) for at in (0, 1)]
    assert chart.ticks[0].y == chart.height
    assert chart.ticks[-1].y == 0


def test_a_column_in_figures() -> None:
    chart = columns([("1 March", (10, 30))], (("drafts", "brand-2"), ("submitted", "brand")), height=100)
    column = chart.columns[0]
    assert [(piece.y, piece.height) for piece in column.pieces] == [(75, 25), (0, 75)]
    assert (chart.left, column.x, column.width, column.middle) == ("7.00%", "22.50%", "62.00%", "53.50%")
    assert [tick.value for tick in chart.ticks] == [0, 10, 20, 30, 40]
    with pytest.raises(ValueError, match="one number per series"):
        columns([("1 March", (1,))], (("drafts", "brand"), ("submitted", "brand")))


@given(DAYS, st.integers(0, 2000), st.lists(st.tuples(DAYS, st.integers(0, 900)), max_size=6), DAYS)
def test_a_life_line_stays_inside_its_dates(
    first: date, length: int, spans: list[tuple[date, int]], today: date
) -> None:
    last = first + timedelta(days=length)
    lasting = [Span("work", start, start + timedelta(days=days), "") for start, days in spans]
    moments = [Moment("result", start, "") for start, _ in spans]
    chart = life_line(lasting, moments, first=first, last=last, today=today)
    assert [drawn.item for drawn in chart.spans] == lasting
    assert all(0 <= drawn.start <= drawn.start + drawn.length <= WHOLE for drawn in chart.spans)
    assert {drawn.item for drawn in chart.moments} == {moment for moment in moments if first <= moment.day <= last}
    assert (chart.today is not None) == (first <= today <= last)
    assert len(chart.marks) <= 6
    assert all(0 <= mark.at < WHOLE for mark in chart.marks)


def test_a_life_line_in_figures() -> None:
    first, last = date(2019, 1, 1), date(2019, 12, 31)
    chart = life_line([Span("year", first, last, "2019")], first=first, last=last, today=date(2019, 7, 2))
    assert (chart.spans[0].x, chart.spans[0].width) == ("0.00%", "100.00%")
    assert [mark.label for mark in chart.marks] == ["01/2019", "03/2019", "05/2019", "07/2019", "09/2019", "11/2019"]
    assert chart.marks[0].x == "0.00%"
    assert chart.today is not None
    assert chart.today.x == "49.86%"
    with pytest.raises(ValueError, match="before it starts"):
        life_line([], first=last, last=first)
