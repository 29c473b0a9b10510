"""Figures whose making can be followed, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from app.infra.templates import translator
from app.ledger.rules.accounts import EntryKind
from app.reporting.queries.trail_evidence import TrailLine
from app.reporting.rules.trails import TrailFigure
from app.web.event_words import event_words
from app.web.words import ENTRIES

FIGURES = {
    TrailFigure.APPROPRIATED: "Appropriation",
    TrailFigure.COMMITTED: "Committed",
    TrailFigure.PREFINANCED: "Pre-financed",
    TrailFigure.ACCEPTED: "Accepted",
    TrailFigure.PAID: "Paid",
    TrailFigure.LEFT: "Left",
    TrailFigure.RECOVERED: "Came back",
    TrailFigure.THIRD_PARTIES: "Third parties",
}
TRAILS = [(figure.value, words) for figure, words in FIGURES.items() if figure is not TrailFigure.THIRD_PARTIES]
"""Those of an envelope."""
GRANT_TRAILS = [
    (figure.value, FIGURES[figure])
    for figure in (
        TrailFigure.COMMITTED,
        TrailFigure.PREFINANCED,
        TrailFigure.ACCEPTED,
        TrailFigure.PAID,
        TrailFigure.RECOVERED,
        TrailFigure.THIRD_PARTIES,
    )
]
"""Those of one grant."""
EVIDENCE = {
    "grant": "Grant %s",
    "payment": "Payment %s",
    "payment_file": "File for the bank %s",
    "statement_line": "Line of the bank: %s",
    "report": "Report %s",
    "ranking": "Record of the ranking%s",
    "support": "Payment to %s",
    "document": "%s (PDF)",
}
"""What stands behind a line, with its name."""
_OTHERS = {"accepted": "Report decided", "support": "Paid to a third party"}


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line in words; ``evidence`` are words and address ('' for none)."""

    line: TrailLine
    what: str
    who: str
    evidence: Sequence[tuple[str, str]]


def shown_lines(lines: Sequence[TrailLine], names: Mapping[UUID, str], language: str, zone: str) -> list[ShownLine]:
    """All lines in the reader's language; what no person did was done by the platform."""
    say = translator(language)
    found = []
    for line in lines:
        if line.what in set(EntryKind):
            what = say(ENTRIES[EntryKind(line.what)])
        elif line.what in _OTHERS:
            what = say(_OTHERS[line.what])
        else:
            what = event_words(line.event, language, zone) if line.event is not None else line.what
        who = "Grappe" if line.actor_id is None else names.get(line.actor_id) or say("a person whose data was erased")
        behind = [(say(EVIDENCE[one.kind]) % one.label, one.href) for one in line.evidence]
        found.append(ShownLine(line, what, who, behind))
    return found
