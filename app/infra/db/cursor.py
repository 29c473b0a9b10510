"""The cursor of our connections: it describes the columns of a result to whoever looks at them.

psycopg makes an object with type and encoding for each column of each result. SQLAlchemy knows the columns of a statement
that it has kept and asks only whether there are any.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from psycopg import Column, Cursor


class Columns(Sequence[Column]):
    """The columns of a result, described when they are looked at."""

    def __init__(self, number: int, describe: Callable[[], Sequence[Column]]) -> None:
        self._number, self._describe = number, describe

    def __len__(self) -> int:
        return self._number

    def __getitem__(self, at: Any) -> Any:  # noqa: ANN401  # a place or a stretch, as a list has it
        return self._describe()[at]

    def __iter__(self) -> Iterator[Column]:
        return iter(self._describe())


class PlainCursor(Cursor[Any]):
    """A cursor that describes nothing unasked."""

    @property
    def description(self) -> Any:  # noqa: ANN401  # a list of columns to whoever reads it
        """The columns of the result; None where there is no result of rows."""
        found = self.pgresult
        return Columns(found.nfields, self.described) if found is not None and found.nfields else super().description

    def described(self) -> Sequence[Column]:
        """The same, all of them at once."""
        return super().description or ()
