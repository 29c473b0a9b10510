"""What stops a proposal or a decision about one check? Order of the steps, two pairs of eyes, reasons, hearings."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from app.applications.rules.check_lifecycle import (
    CheckOutcome,
    CheckState,
    CheckStep,
    ClarificationKind,
    ClarificationState,
)
from app.applications.rules.clarifications import standing_of
from app.applications.rules.lifecycle import ApplicationState
from app.calls.rules.lifecycle import CallState
from app.core.violations import Violation, blocking

SHORTEST_REASON = 20
"""Characters of a reason that somebody can follow."""
_HEARD = frozenset(
    {
        ClarificationState.ANSWERED,
        ClarificationState.ACCEPTED,
        ClarificationState.REFUSED,
        ClarificationState.LAPSED,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedQuestion:
    """A clarification request as the checks see it."""

    kind: ClarificationKind
    state: ClarificationState
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckFacts:
    """One step of one application; ``findings`` are those of this step, ``states`` of all three."""

    step: CheckStep
    call_state: CallState
    application_state: ApplicationState
    award_decided_at: datetime | None = None
    states: Mapping[CheckStep, CheckState] = field(default_factory=dict)
    findings: tuple[Violation, ...] = ()
    questions: tuple[AskedQuestion, ...] = ()
    proposed_by: UUID | None = None


def standing_violations(facts: CheckFacts) -> tuple[Violation, ...]:
    """What stops anything about this application: the call is not closed, it was withdrawn, the award is decided."""
    return (
        *_call_is_open(facts.call_state),
        *_withdrawn(facts.application_state),
        *award_violations(facts.award_decided_at),
    )


def proposal_violations(facts: CheckFacts, outcome: CheckOutcome, reason: str, now: datetime) -> tuple[Violation, ...]:
    """What stops the proposal of an outcome for this step."""
    return (
        *standing_violations(facts),
        *_earlier_steps(facts),
        *_reason_of(facts, outcome, reason),
        *_unheard(facts, outcome, now),
    )


def decision_violations(
    facts: CheckFacts, outcome: CheckOutcome, by: Collection[UUID], now: datetime
) -> tuple[Violation, ...]:
    """What stops ``by`` from confirming the proposed outcome."""
    return (
        *standing_violations(facts),
        *four_eyes_violations(facts.proposed_by, by),
        *_earlier_steps(facts),
        *_open_question(facts, now),
        *_unheard(facts, outcome, now),
    )


def return_violations(facts: CheckFacts, by: Collection[UUID], reason: str) -> tuple[Violation, ...]:
    """What stops ``by`` from giving the proposal back."""
    return (*standing_violations(facts), *four_eyes_violations(facts.proposed_by, by), *reason_violations(reason))


def reopening_violations(facts: CheckFacts, reason: str) -> tuple[Violation, ...]:
    """What stops a decided step from being reopened: steps that rest on it are taken back first."""
    later = [step for step in facts.step.after if facts.states.get(step, CheckState.OPEN) is not CheckState.OPEN]
    words = "{later} rests on this check: it is proposed or decided. Take it back first."
    return (
        *standing_violations(facts),
        *(Violation("checks.later_step", words, figures={"later": step.value.capitalize()}) for step in later),
        *reason_violations(reason),
    )


def four_eyes_violations(proposed_by: UUID | None, by: Collection[UUID]) -> tuple[Violation, ...]:
    """Who proposed does not decide; ``by`` is everybody whom the one who decides counts as."""
    if proposed_by not in by:
        return ()
    return (Violation("checks.four_eyes", "You proposed this. Another person decides."),)


def award_violations(decided_at: datetime | None) -> tuple[Violation, ...]:
    """After the award decision was signed nothing of the application changes."""
    if decided_at is None:
        return ()
    words = "The award decision that covers this application was signed on {when}. It can no longer be changed."
    return (Violation("application.decided", words, figures={"when": f"{decided_at:%Y-%m-%d}"}),)


def evidence_violations(facts: CheckFacts) -> tuple[Violation, ...]:
    """What stops evidence from being added to a step: it is decided, or nothing of the application changes any more."""
    state = facts.states.get(facts.step, CheckState.OPEN)
    words = "This check is decided. Reopen it before you add anything."
    return (*standing_violations(facts), *((Violation("checks.step_decided", words),) if state.decided else ()))


def is_clean(facts: CheckFacts, now: datetime) -> bool:
    """Whether the step can be proposed to pass without a look: nothing was found, nothing is asked, all before passed."""
    return not (
        facts.findings
        or proposal_violations(facts, CheckOutcome.PASS, "", now)
        or any(_open_question(facts, now))
        or facts.states.get(facts.step, CheckState.OPEN) is not CheckState.OPEN
    )


def _call_is_open(state: CallState) -> Iterator[Violation]:
    if state is not CallState.CLOSED:
        yield Violation("checks.call_open", "Checks begin when the call has closed.")


def _withdrawn(state: ApplicationState) -> Iterator[Violation]:
    if state is not ApplicationState.SUBMITTED:
        yield Violation("checks.not_submitted", "This application is withdrawn: nothing is checked any more.")


def _earlier_steps(facts: CheckFacts) -> Iterator[Violation]:
    for step in facts.step.before:
        if facts.states.get(step, CheckState.OPEN) is not CheckState.PASSED:
            words = "{earlier} must have passed before."
            yield Violation("checks.order", words, figures={"earlier": step.value.capitalize()})


def _reason_of(facts: CheckFacts, outcome: CheckOutcome, reason: str) -> Iterator[Violation]:
    if outcome is CheckOutcome.FAIL or blocking(facts.findings):
        yield from reason_violations(reason)


def reason_violations(reason: str, place: str = "reason") -> tuple[Violation, ...]:
    """A reason must be long enough to be followed; ``place`` is the field that holds it."""
    if len(reason.strip()) >= SHORTEST_REASON:
        return ()
    words = "Give a reason of at least {least} characters that another person can follow."
    return (Violation("checks.reason", words, place, {"least": SHORTEST_REASON}),)


def _open_question(facts: CheckFacts, now: datetime) -> Iterator[Violation]:
    for asked in facts.questions:
        if standing_of(asked.state, asked.due_at, now) is ClarificationState.OPEN:
            words = "A clarification is open until {due}. Decide when it is answered or over."
            figures = {"due": f"{asked.due_at:%Y-%m-%d %H:%M} UTC"}
            yield Violation("checks.clarification_open", words, figures=figures)


def _unheard(facts: CheckFacts, outcome: CheckOutcome, now: datetime) -> Iterator[Violation]:
    """Who is to be excluded is heard before: the hearing was answered, or its time is over."""
    if facts.step is not CheckStep.EXCLUSION or outcome is not CheckOutcome.FAIL:
        return
    hearings = (one for one in facts.questions if one.kind is ClarificationKind.HEARING)
    if not any(standing_of(one.state, one.due_at, now) in _HEARD for one in hearings):
        words = "The consortium has a right to be heard: ask for a hearing, and wait for the answer or for its end."
        yield Violation("checks.hearing", words)
