"""Chart arithmetic for page and PDF: whole numbers in, positions of an SVG out.

Across, a position is a whole number of hundredths of a percent of the drawing's width
(``WHOLE`` is all of it), so that one drawing fits a phone and an A4 page without its text
shrinking. Down, it is whole pixels. Values are whole numbers (cents, points, days, counts)
that mean the same unit within one chart; ``words`` is what a reader sees for a value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

WHOLE: Final = 10_000
Tone = Literal["brand", "brand-2", "gold", "ok", "warn", "bad", "neutral"]


@dataclass(frozen=True, slots=True)
class Datum:
    """One value with its name and its words; ``value`` is never negative."""

    label: str
    value: int
    words: str
    tone: Tone = "brand"


def percent(units: int) -> str:
    """``units`` of WHOLE as an SVG length, exact: 1234 is ``12.34%``."""
    return f"{units // 100}.{units % 100:02d}%"


def spread(values: Sequence[int], *, whole: int, total: int | None = None) -> tuple[int, ...]:
    """Lengths that add up exactly to ``whole`` (or to their part of ``total``), by largest remainder.

    Raises ValueError for a negative value or a total smaller than the sum.
    """
    if any(value < 0 for value in values):
        message = "a chart shows no negative length"
        raise ValueError(message)
    summed = sum(values)
    scale = summed if total is None else total
    if scale < summed:
        message = "the total of a chart is smaller than its parts"
        raise ValueError(message)
    if scale == 0:
        return tuple(0 for _ in values)
    lengths = [value * whole // scale for value in values]
    missing = summed * whole // scale - sum(lengths)
    by_remainder = sorted(range(len(values)), key=lambda at: (-(values[at] * whole % scale), at))
    for at in by_remainder[:missing]:
        lengths[at] += 1
    return tuple(lengths)


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a bar: where it starts and how long it is, in units of WHOLE."""

    datum: Datum
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
class StackedBar:
    """Parts of a whole side by side; ``rest`` is what is left of the total."""

    segments: tuple[Segment, ...]
    rest: Segment | None


def stacked_bar(data: Sequence[Datum], *, rest: Datum | None = None) -> StackedBar:
    """``data`` side by side in their order; ``rest`` (drawn as empty track) fills up to the total."""
    everything = [*data, rest] if rest is not None else list(data)
    lengths = spread([datum.value for datum in everything], whole=WHOLE)
    segments: list[Segment] = []
    start = 0
    for datum, length in zip(everything, lengths, strict=True):
        segments.append(Segment(datum, start, length))
        start += length
    return StackedBar(tuple(segments[: len(data)]), segments[-1] if rest is not None else None)


def bars(data: Sequence[Datum]) -> tuple[Segment, ...]:
    """One bar per datum in the given order; the greatest fills the width."""
    greatest = max((datum.value for datum in data), default=0)
    return tuple(Segment(datum, 0, spread([datum.value], whole=WHOLE, total=greatest)[0]) for datum in data)


@dataclass(frozen=True, slots=True)
class CapBar:
    """How much of a limit is used.

    ``percent`` rounds down, but is at least 101 once the limit is passed, so that 100 never
    stands for one cent too much.
    """

    length: int
    percent: int
    over: bool

    @property
    def width(self) -> str:
        """Length of the used part as an SVG length; a passed limit fills the bar."""
        return percent(self.length)


def cap_bar(used: int, cap: int) -> CapBar:
    """``used`` of ``cap``, in one unit, neither negative (ValueError). A cap of nothing is passed at once."""
    if used < 0 or cap < 0:
        message = "a chart shows no negative length"
        raise ValueError(message)
    if used > cap:
        return CapBar(WHOLE, max(used * 100 // cap, 101) if cap else 101, over=True)
    return CapBar(used * WHOLE // cap if cap else 0, used * 100 // cap if cap else 0, over=False)


@dataclass(frozen=True, slots=True)
class EnvelopeRow:
    """What was asked for against what there is: a bar, and a mark where the envelope ends."""

    requested: Segment
    envelope: Datum
    mark: int
    over: bool

    @property
    def mark_x(self) -> str:
        """Where the envelope ends, as an SVG length."""
        return percent(self.mark)


def against_envelope(pairs: Sequence[tuple[Datum, Datum]]) -> tuple[EnvelopeRow, ...]:
    """Rows of (requested, envelope) on one common scale, so that rows can be compared."""
    scale = max((max(asked.value, there.value) for asked, there in pairs), default=0)
    rows: list[EnvelopeRow] = []
    for asked, there in pairs:
        length = spread([asked.value], whole=WHOLE, total=scale)[0]
        mark = spread([there.value], whole=WHOLE, total=scale)[0]
        rows.append(EnvelopeRow(Segment(asked, 0, length), there, mark, over=asked.value > there.value))
    return tuple(rows)


@dataclass(frozen=True, slots=True)
class Dot:
    """One score; ``level`` counts the dots at the same place below it."""

    datum: Datum
    at: int
    level: int

    @property
    def x(self) -> str:
        """Place of the dot as an SVG length."""
        return percent(self.at)


@dataclass(frozen=True, slots=True)
class DotStrip:
    """Scores on one line, with the threshold where there is one."""

    dots: tuple[Dot, ...]
    threshold: int | None

    @property
    def threshold_x(self) -> str:
        """Place of the threshold as an SVG length."""
        return percent(self.threshold or 0)


def dot_strip(scores: Sequence[Datum], *, lowest: int, highest: int, threshold: int | None = None) -> DotStrip:
    """Scores from ``lowest`` to ``highest`` in any one unit; equal ones are stacked.

    Raises ValueError where a score or the threshold lies outside, or the scale has no length.
    """
    shown = [
        *(score.value for score in scores),
        *(() if threshold is None else (threshold,)),
    ]
    if lowest >= highest or any(not lowest <= value <= highest for value in shown):
        message = "a score lies outside its scale"
        raise ValueError(message)

    def place(value: int) -> int:
        return (value - lowest) * WHOLE // (highest - lowest)

    dots: list[Dot] = []
    for score in sorted(scores, key=lambda score: score.value):
        level = sum(1 for dot in dots if dot.datum.value == score.value)
        dots.append(Dot(score, place(score.value), level))
    return DotStrip(tuple(dots), None if threshold is None else place(threshold))
