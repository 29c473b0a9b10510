"""What may this person see of the evaluation now? The call's table answers; what it does not name stays hidden.

The office of the call counts as the moderator. Who has a conflict with an application sees nothing of it,
whatever else the person is.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.evaluation.rules.lifecycle import AssignmentState, JudgementState, RoundState

if TYPE_CHECKING:
    from app.calls.rules.evaluation_kinds import Audience, Evaluation, Phase, Sight

NOTHING: frozenset[Sight] = frozenset()


@dataclass(frozen=True, slots=True)
class Standpoint:
    """What a person is to one application under evaluation.

    ``assignment`` is the state of the own assignment, None without one; ``seats`` are those in the committee.
    """

    assignment: AssignmentState | None = None
    rapporteur: bool = False
    seats: frozenset[str] = frozenset()
    office: bool = False

    @property
    def conflicted(self) -> bool:
        """Whether the person declared a conflict, was barred, or may still turn out to have one."""
        return self.assignment in {AssignmentState.CONFLICT, AssignmentState.TO_DECIDE}


def phase_of(round_state: RoundState, judgement: JudgementState) -> Phase:
    """The phase in which an application is: the panel sits over all of them, the consensus over each."""
    if round_state is RoundState.INFORMED:
        return "informed"
    if round_state in {RoundState.PANEL, RoundState.ADOPTED}:
        return "panel"
    return "consensus" if judgement in {JudgementState.CONSENSUS, JudgementState.CONCLUDED} else "individual"


def audiences_of(standpoint: Standpoint) -> frozenset[Audience]:
    """The audiences of the call's table that the person belongs to."""
    if standpoint.conflicted:
        return frozenset()
    found: set[Audience] = set()
    if standpoint.assignment is AssignmentState.OPEN:
        found.add("evaluator")
        if standpoint.rapporteur:
            found.add("rapporteur")
    if standpoint.office:
        found.add("moderator")
    for seat in ("moderator", "panel_member", "observer"):
        if seat in standpoint.seats:
            found.add(seat)
    return frozenset(found)


def sights_of(evaluation: Evaluation, phase: Phase, audiences: Collection[Audience]) -> frozenset[Sight]:
    """Everything that any of the audiences may see in the phase."""
    found: frozenset[Sight] = frozenset()
    for audience in audiences:
        found |= evaluation.sights(phase, audience)
    return found


def may_read_proposal(standpoint: Standpoint) -> bool:
    """Whether the proposal itself is open: to the office and the committee, and to an expert who declared no conflict."""
    if standpoint.conflicted:
        return False
    return standpoint.office or bool(standpoint.seats) or standpoint.assignment is AssignmentState.OPEN
