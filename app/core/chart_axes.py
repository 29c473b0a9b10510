"""Charts with an axis: columns over days, and a life line of spans and moments between two dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from app.core.charts import WHOLE, Datum, Tone, percent, spread
from app.core.periods import add_months

COLUMN_HEIGHT: Final = 160
GUTTER: Final = 700
MOST_TICKS: Final = 4
MOST_LABELS: Final = 6
_STEPS: Final = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Tick:
    """A line across with its value; ``y`` in pixels from the top."""

    value: int
    y: int


@dataclass(frozen=True, slots=True)
class Piece:
    """One series' part of a column, in pixels from the top."""

    datum: Datum
    y: int
    height: int


@dataclass(frozen=True, slots=True)
class Column:
    """One day: its parts stacked from the bottom; ``labelled`` when its name fits below."""

    label: str
    pieces: tuple[Piece, ...]
    start: int
    length: int
    labelled: bool

    @property
    def x(self) -> str:
        """Left edge as an SVG length."""
        return percent(self.start)

    @property
    def width(self) -> str:
        """Width as an SVG length."""
        return percent(self.length)

    @property
    def end(self) -> str:
        """Right edge as an SVG length."""
        return percent(self.start + self.length)

    @property
    def middle(self) -> str:
        """Middle as an SVG length, for the label."""
        return percent(self.start + self.length // 2)


@dataclass(frozen=True, slots=True)
class ColumnChart:
    """Columns with their scale; ``series`` names the parts in the order in which they are stacked."""

    columns: tuple[Column, ...]
    ticks: tuple[Tick, ...]
    series: tuple[Datum, ...]
    height: int

    @property
    def left(self) -> str:
        """Where the columns begin, right of the scale's numbers, as an SVG length."""
        return percent(GUTTER)


def nice_step(greatest: int) -> int:
    """The smallest of 1, 2, 5, 10, 20, ... that reaches ``greatest`` in at most four steps."""
    power = 1
    while True:
        for step in _STEPS:
            if step * power * MOST_TICKS >= greatest:
                return step * power
        power *= 10


def columns(
    days: Sequence[tuple[str, Sequence[int]]],
    series: Sequence[tuple[str, Tone]],
    *,
    height: int = COLUMN_HEIGHT,
) -> ColumnChart:
    """Counts per day, one number per series; ValueError where a day has another number of them."""
    if any(len(values) != len(series) for _, values in days):
        message = "every day needs one number per series"
        raise ValueError(message)
    greatest = max((sum(values) for _, values in days), default=0)
    step = nice_step(greatest)
    top = max(step, -(-greatest // step) * step)
    every = max(1, -(-len(days) // MOST_LABELS))
    slots = spread([1] * len(days), whole=WHOLE - GUTTER)
    made: list[Column] = []
    left = GUTTER
    for at, ((label, values), slot) in enumerate(zip(days, slots, strict=True)):
        gap = slot // 6
        pieces = _stack(values, series, height=height, top=top)
        made.append(Column(label, pieces, left + gap, slot - 2 * gap, labelled=at % every == 0))
        left += slot
    ticks = tuple(Tick(value, height - value * height // top) for value in range(0, top + 1, step))
    totals = (sum(values[at] for _, values in days) for at in range(len(series)))
    legend = tuple(Datum(label, total, str(total), tone) for (label, tone), total in zip(series, totals, strict=True))
    return ColumnChart(tuple(made), ticks, legend, height)


def _stack(values: Sequence[int], series: Sequence[tuple[str, Tone]], *, height: int, top: int) -> tuple[Piece, ...]:
    """The parts of one column from the bottom up."""
    pieces: list[Piece] = []
    floor = height
    for value, length, (label, tone) in zip(values, spread(values, whole=height, total=top), series, strict=True):
        floor -= length
        pieces.append(Piece(Datum(label, value, str(value), tone), floor, length))
    return tuple(pieces)


@dataclass(frozen=True, slots=True)
class Span:
    """Something that lasts, both days included."""

    label: str
    first: date
    last: date
    words: str
    tone: Tone = "brand"


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happens on a day."""

    label: str
    day: date
    words: str
    tone: Tone = "gold"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A span or moment with its place in units of WHOLE; a moment has no length."""

    item: Span | Moment
    start: int
    length: int

    @property
    def x(self) -> str:
        """Start as an SVG length."""
        return percent(self.start)

    @property
    def width(self) -> str:
        """Length as an SVG length."""
        return percent(self.length)


@dataclass(frozen=True, slots=True)
class Mark:
    """A month on the axis."""

    label: str
    at: int

    @property
    def x(self) -> str:
        """Place as an SVG length."""
        return percent(self.at)


@dataclass(frozen=True, slots=True)
class LifeLine:
    """Spans one below the other, moments on one line, months on the axis, and today where it lies within."""

    spans: tuple[Drawn, ...]
    moments: tuple[Drawn, ...]
    marks: tuple[Mark, ...]
    today: Mark | None


def life_line(
    spans: Sequence[Span],
    moments: Sequence[Moment] = (),
    *,
    first: date,
    last: date,
    today: date | None = None,
) -> LifeLine:
    """What lasts and what happens from ``first`` to ``last``, both days included.

    What lies outside is cut off or left out. ValueError where ``last`` is before ``first``.
    """
    days = (last - first).days + 1
    if days < 1:
        message = "a life line ends before it starts"
        raise ValueError(message)

    def place(day: date) -> int:
        return min(max((day - first).days, 0), days) * WHOLE // days

    drawn: list[Drawn] = []
    for span in spans:
        start = place(span.first)
        drawn.append(Drawn(span, start, max(place(_day_after(span.last)) - start, 0)))
    inside = tuple(Drawn(moment, place(moment.day), 0) for moment in moments if first <= moment.day <= last)
    now = Mark(today.isoformat(), place(today)) if today is not None and first <= today <= last else None
    marks = tuple(Mark(day.strftime("%m/%Y"), place(day)) for day in _months(first, last))
    return LifeLine(tuple(drawn), inside, marks, now)


def _day_after(day: date) -> date:
    """The next day."""
    return date.fromordinal(day.toordinal() + 1)


def _months(first: date, last: date) -> tuple[date, ...]:
    """First days of months within the dates, as many as fit below the line."""
    month = first if first.day == 1 else add_months(first.replace(day=1), 1)
    months: list[date] = []
    while month <= last:
        months.append(month)
        month = add_months(month, 1)
    return tuple(months[:: max(1, -(-len(months) // MOST_LABELS))])
