"""How many statements a page sends to the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

if TYPE_CHECKING:
    from app.delivery.runtime import Runtime


@contextmanager
def counted(runtime: Runtime) -> Iterator[list[str]]:
    """The statements that are sent while the block runs; the look at the clock every minute is nobody's."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if "clock_timestamp()" not in statement:
            sent.append(statement)

    engine = runtime.database.engine
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)
