"""May this be done to the evaluation of this application now? Its phase, and whether it still takes part."""

from __future__ import annotations

from app.core.violations import Violation
from app.evaluation.rules.assignments import withdrawn
from app.evaluation.rules.lifecycle import AssignmentState, JudgementState, RoundState

_ELSEWHERE = {
    JudgementState.INDIVIDUAL: (
        "evaluation.reports_closed",
        "The consensus on this application has begun: individual reports can no longer change.",
    ),
    JudgementState.CONSENSUS: ("evaluation.no_consensus", "No consensus on this application is under way now."),
    JudgementState.CONCLUDED: ("evaluation.not_concluded", "The consensus on this application is not concluded."),
}


def act_findings(
    round_state: RoundState, judgement: JudgementState, *, needs: JudgementState, takes_part: bool
) -> tuple[Violation, ...]:
    """Why experts and office cannot act on an application that must be in the state ``needs``.

    ``takes_part`` is False for an application that its coordinator withdrew.
    """
    if not takes_part or judgement is JudgementState.WITHDRAWN:
        return (withdrawn(),)
    if round_state is not RoundState.EXPERTS_AT_WORK:
        return (Violation("evaluation.experts_done", "The work of the experts on this call is over."),)
    if judgement is not needs:
        rule, words = _ELSEWHERE[needs]
        return (Violation(rule, words),)
    return ()


def assignment_findings_of(state: AssignmentState) -> tuple[Violation, ...]:
    """Why an expert cannot work on an application: no declaration yet, or the assignment is over."""
    if state is AssignmentState.OPEN:
        return ()
    if state is AssignmentState.ASSIGNED:
        return (Violation("evaluation.undeclared", "First declare whether you have a conflict of interest."),)
    return (Violation("evaluation.assignment_over", "Your assignment to this application is over."),)
