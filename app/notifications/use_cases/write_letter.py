"""Write a letter: its words in the reader's language, as plain text and as HTML.

A template of ``templates/emails`` has three blocks: subject, body, action (the words of the one
link). Paragraphs are set apart by empty lines; lines that begin with ``- `` make a list.
"""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from app.infra.templates import environment, instant_text, locale_of
from app.notifications.rules.facts import Addressee
from app.notifications.schemas import Wording

_EMPTY_LINES = re.compile(r"\n\s*\n")
_ITEM = "- "


def write_letter(template: str, reader: Addressee, *, link: str, **context: object) -> Wording:
    """The letter for one reader; ``context`` is what the template names."""
    made = environment(reader.language)
    letter = made.get_template(f"emails/{template}.txt")
    scope = letter.new_context({"reader": reader, "when": _When(reader), **context})
    subject, body, action = ("".join(letter.blocks[name](scope)).strip() for name in ("subject", "body", "action"))
    paragraphs = [_lines(paragraph) for paragraph in _EMPTY_LINES.split(body)]
    frame = {"paragraphs": paragraphs, "action": action, "link": link, "reader": reader}
    one_line = " ".join(subject.split())
    return Wording(
        subject=one_line,
        text=made.get_template("emails/layout.txt").render(frame),
        html=made.get_template("emails/layout.html").render(frame, subject=one_line),
    )


class _When:
    """Instants in the words of the reader: first in the zone where they count, then in the reader's own."""

    def __init__(self, reader: Addressee) -> None:
        self._locale, self._own = locale_of(reader.language), reader.zone

    def __call__(self, instant: datetime, zone: str = "", *, seconds: bool = False) -> str:
        """``Thursday 4 April 2019, 17:00 (Europe/Brussels), 16:00 (Europe/Lisbon)``."""
        zone = zone or self._own
        words = instant_text(instant, self._locale, zone=zone, weekday=True, seconds=seconds)
        told = f"{words} ({zone})"
        there, here = instant.astimezone(ZoneInfo(zone)), instant.astimezone(ZoneInfo(self._own))
        if there.utcoffset() == here.utcoffset():
            return told
        own = instant_text(instant, self._locale, zone=self._own, weekday=there.date() != here.date(), seconds=seconds)
        return f"{told}, {own if there.date() != here.date() else own.rpartition(', ')[2]} ({self._own})"


def _lines(paragraph: str) -> tuple[str, list[str]]:
    """A paragraph as its running text and the items of the list that ends it."""
    lines = [" ".join(line.split()) for line in paragraph.strip().splitlines()]
    items = [line.removeprefix(_ITEM) for line in lines if line.startswith(_ITEM)]
    return " ".join(line for line in lines if not line.startswith(_ITEM)), items
