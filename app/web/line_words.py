"""What pages and files say of lines of the statement: where they stand, and why they are no payment."""

from __future__ import annotations

from collections.abc import Mapping

from app.infra.templates import translator
from app.payments.rules.lines import AsideKind, LineState
from app.payments.schemas import LineRow

STATES: Mapping[LineState, str] = {
    LineState.OPEN: "open",
    LineState.PROPOSED: "to be confirmed",
    LineState.ASIDE: "set aside",
    LineState.MATCHED: "matched",
}
KINDS: Mapping[AsideKind, str] = {
    AsideKind.FEE: "Fee or interest of the bank",
    AsideKind.OWN_TRANSFER: "Transfer between own accounts",
    AsideKind.FOREIGN: "Payment not of Grappe",
    AsideKind.DOUBLED: "Booked twice by the bank",
    AsideKind.OTHER: "Something else",
}
STANDINGS = [
    ("open", "Open"),
    ("proposed", "To be confirmed"),
    ("aside", "Set aside"),
    ("matched", "Matched"),
    ("came_back", "Came back"),
]


def aside_words(row: LineRow, language: str) -> str:
    """Why a line is set aside, with the words of who did it; empty where it is not."""
    if not row.aside_kind:
        return ""
    kind = translator(language)(KINDS[AsideKind(row.aside_kind)])
    return f"{kind}: {row.aside_words}" if row.aside_words else kind
