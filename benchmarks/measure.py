"""Measuring: processor time of this process, the median of several rounds, ours and bare in turns."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. ``ours`` and ``bare`` are milliseconds for each; ``target`` is a limit on what is judged."""

    name: str
    ours: float
    bare: float | None
    target: float
    unit: str = "x bare"
    queries: int | None = None
    """How often the database is asked; tests/web/test_query_counts.py keeps these numbers from rising."""

    @property
    def judged(self) -> float:
        """The ratio to the bare thing, or the time itself where nothing is compared."""
        return self.ours if self.bare is None else self.ours / self.bare

    @property
    def met(self) -> bool:
        """Whether the target is kept."""
        return self.judged <= self.target


def cpu_ms(work: Callable[[], object], *, times: int) -> float:
    """Processor milliseconds of one run of the work, all threads of this process together.

    Nothing is collected meanwhile: a collection takes long and strikes one of two competitors at random.
    """
    gc.collect()
    gc.disable()
    try:
        begin = time.process_time()
        for _ in range(times):
            work()
        return (time.process_time() - begin) * 1000 / times
    finally:
        gc.enable()


def in_turns(
    ours: Callable[[], object], bare: Callable[[], object], *, times: int, rounds: int = 7
) -> tuple[float, float]:
    """Medians of both, measured in turns so that a busy neighbour disturbs both alike."""
    ours(), bare()
    pairs = [(cpu_ms(ours, times=times), cpu_ms(bare, times=times)) for _ in range(rounds)]
    return statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs)
