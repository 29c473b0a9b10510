"""What came out of the three checks, who acts next and by when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.applications.rules.check_lifecycle import STEPS, CheckState, CheckStep, ClarificationState
from app.applications.rules.clarifications import standing_of
from app.applications.rules.lifecycle import ApplicationState

States = Mapping[CheckStep, CheckState]
"""State by step; a step that is not named is open."""


class Screening(StrEnum):
    """Where an application stands between the deadline and the evaluation."""

    IN_PROGRESS = "in_progress"
    ADMITTED = "admitted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class NextActor(StrEnum):
    """Who acts next."""

    OFFICER = "officer"
    SECOND_OFFICER = "second_officer"
    CONSORTIUM = "consortium"
    OFFICER_SETTLES = "officer_settles"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Next:
    """Who acts next at which step; ``by`` is the instant that binds, where there is one."""

    actor: NextActor
    step: CheckStep | None = None
    by: datetime | None = None


def outcome_of(state: ApplicationState, states: States) -> tuple[Screening, CheckStep | None]:
    """The outcome, with the step that refused it. Admitted needs all three; one failure refuses."""
    if state is not ApplicationState.SUBMITTED:
        return Screening.WITHDRAWN, None
    for step in STEPS:
        if state_of_step(states, step) is CheckState.FAILED:
            return Screening.REFUSED, step
    if all(state_of_step(states, step) is CheckState.PASSED for step in STEPS):
        return Screening.ADMITTED, None
    return Screening.IN_PROGRESS, None


def state_of_step(states: States, step: CheckStep) -> CheckState:
    """The state of one step."""
    return states.get(step, CheckState.OPEN)


def next_step(states: States) -> CheckStep | None:
    """The first step that nobody has decided; None where all are, or where one failed."""
    for step in STEPS:
        state = state_of_step(states, step)
        if state is CheckState.FAILED:
            return None
        if state is not CheckState.PASSED:
            return step
    return None


def who_is_next(
    state: ApplicationState,
    states: States,
    clarifications: Iterable[tuple[ClarificationState, datetime]],
    now: datetime,
) -> Next:
    """Who acts next; ``clarifications`` are (stored state, due instant) of every question.

    An open question waits for the consortium until it is due; then for the office again.
    """
    outcome, _ = outcome_of(state, states)
    if outcome is not Screening.IN_PROGRESS:
        return Next(NextActor.NOBODY)
    step = next_step(states)
    standing = [(standing_of(stored, due_at, now), due_at) for stored, due_at in clarifications]
    awaited = [due_at for one, due_at in standing if one is ClarificationState.OPEN]
    if awaited:
        return Next(NextActor.CONSORTIUM, step, min(awaited))
    if any(one is ClarificationState.ANSWERED for one, _ in standing):
        return Next(NextActor.OFFICER_SETTLES, step)
    proposed = step is not None and state_of_step(states, step) is CheckState.PROPOSED
    return Next(NextActor.SECOND_OFFICER if proposed else NextActor.OFFICER, step)
