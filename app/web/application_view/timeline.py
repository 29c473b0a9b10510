"""The timeline of an application: saves in a row by one person are one line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from app.infra.templates import translator

if TYPE_CHECKING:
    from app.web.event_words import ShownEvent


def gathered(events: Sequence[ShownEvent], language: str) -> list[ShownEvent]:
    """Equal events next to each other as the latest of them, with how often it happened."""
    words = translator(language)
    lines = []
    for _, alike in groupby(events, key=lambda event: (event.text, event.who)):
        found = list(alike)
        text = found[0].text
        if len(found) > 1:
            text = words("%(text)s (%(times)s times)") % {"text": text, "times": len(found)}
        lines.append(replace(found[0], text=text))
    return lines
