"""Which entries the table of who sees what can hold: nothing is shown before it exists, or to whom it is not for."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, get_args

from app.calls.rules.evaluation_kinds import Phase

if TYPE_CHECKING:
    from app.calls.rules.evaluation_kinds import Audience, Sight

_PHASES: tuple[Phase, ...] = get_args(Phase)
_COMMITTEE: frozenset[Audience] = frozenset({"moderator", "panel_member", "observer"})
_EXPERTS: frozenset[Audience] = frozenset({"evaluator", "rapporteur"})
_ENTRIES: Mapping[Sight, tuple[Phase, frozenset[Audience]]] = {
    "own_report": ("individual", _EXPERTS),
    "other_reports": ("individual", _EXPERTS | _COMMITTEE),
    "expert_names": ("individual", _EXPERTS | _COMMITTEE),
    "consensus_report": ("consensus", _EXPERTS | _COMMITTEE),
    "ranking": ("panel", _COMMITTEE),
    "summary_report": ("informed", frozenset({"applicant"})),
}
"""For each sight the first phase in which there is something to see, and whom it can be for."""


def foreign_sights(phase: Phase, audience: Audience, sees: Collection[Sight]) -> tuple[Sight, ...]:
    """Those of the sights that the audience cannot have in the phase."""
    found = []
    for sight in sees:
        first, whom = _ENTRIES[sight]
        if audience not in whom or _PHASES.index(phase) < _PHASES.index(first):
            found.append(sight)
    return tuple(found)
