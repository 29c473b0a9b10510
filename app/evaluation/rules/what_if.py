"""What would change under another envelope or another line? A comparison to look at; it decides nothing."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from app.evaluation.rules.ranking import RankedList, Standing


@dataclass(frozen=True, slots=True)
class Moves:
    """Applications that would come onto the main list, and those that would fall out of it, in the order of the list."""

    enter: tuple[UUID, ...]
    leave: tuple[UUID, ...]


def moves(before: RankedList, after: RankedList) -> Moves:
    """What the second ranking funds and the first does not, and the other way round."""
    had, has = _funded(before), _funded(after)
    return Moves(
        enter=tuple(one for one in has if one not in had),
        leave=tuple(one for one in had if one not in has),
    )


def _funded(ranked: RankedList) -> dict[UUID, None]:
    return {entry.candidate.application_id: None for entry in ranked.entries if entry.standing is Standing.MAIN}
