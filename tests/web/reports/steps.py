"""Steps that tests of reports share."""

from __future__ import annotations

import html
import re
from datetime import datetime
from typing import Any

from app.delivery.runtime import Runtime


def at(runtime: Runtime, instant: datetime) -> None:
    """Move the clock of the tests."""
    clock: Any = runtime.clock
    clock.instant = instant


def text_of(page: str) -> str:
    """The words of a page."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def a_line(number: int, **given: str) -> dict[str, str]:
    """A line of a statement as the form sends it."""
    values = {
        "category": "personnel",
        "words": "Project manager",
        "first_day": "2020-03-01",
        "last_day": "2020-03-31",
        "amount": "1,000.00",
    }
    return {f"costs.{number}.{name}": value for name, value in (values | given).items()}
