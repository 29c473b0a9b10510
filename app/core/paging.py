"""Page: one stretch of a longer list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Row = TypeVar("Row")
PAGE_SIZE = 25
MAX_PAGE = 100_000


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which stretch is wanted: page ``number`` from 1, ``size`` rows each."""

    number: int = 1
    size: int = PAGE_SIZE

    @property
    def offset(self) -> int:
        """Rows before the page."""
        return (self.number - 1) * self.size


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """The rows of one page and how many there are in all."""

    rows: Sequence[Row]
    total: int
    number: int = 1
    size: int = PAGE_SIZE

    @property
    def pages(self) -> int:
        """How many pages there are; an empty list has one."""
        return max(1, -(-self.total // self.size))
