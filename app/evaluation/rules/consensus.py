"""How do several reports become one? What to discuss, what to start from, and whether the group agrees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from app.core.violations import Violation
from app.evaluation.rules.lifecycle import ConsensusState
from app.evaluation.rules.scores import Scores, median, nearest_step, rounded_mean

if TYPE_CHECKING:
    from app.calls.rules.evaluation_kinds import Criterion, Evaluation

MIN_DISSENT = 20
"""Characters of a dissent: a minority view is kept with its reasons."""


@dataclass(frozen=True, slots=True)
class Spread:
    """What the experts gave for one criterion, lowest first.

    ``suggestion`` is where the discussion starts, by the call's policy; ``discuss`` says whether they are so far
    apart, or on different sides of the threshold, that they must talk.
    """

    criterion: str
    values: tuple[Decimal, ...]
    spread: Decimal
    suggestion: Decimal | None
    discuss: bool


def spread_of(evaluation: Evaluation, criterion: Criterion, sheets: Sequence[Scores]) -> Spread:
    """Distance between the experts on one criterion."""
    given = sorted(score for sheet in sheets if (score := sheet.get(criterion.id)) is not None)
    if not given:
        return Spread(criterion.id, (), Decimal(0), None, discuss=False)
    apart = given[-1] - given[0]
    alert = evaluation.consensus.spread_alert
    split = criterion.threshold is not None and given[0] < criterion.threshold <= given[-1]
    return Spread(
        criterion.id,
        tuple(given),
        apart,
        nearest_step(criterion, _middle(evaluation, tuple(given))),
        discuss=split or (alert is not None and apart >= alert),
    )


def _middle(evaluation: Evaluation, given: tuple[Decimal, ...]) -> Decimal:
    return rounded_mean(given) if evaluation.consensus.method == "mean" else median(given)


class Agreement(StrEnum):
    """What the views of a group come to."""

    WAITING = "waiting"
    UNANIMOUS = "unanimous"
    MAJORITY = "majority"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class View:
    """What one evaluator says of the proposed report; ``words`` are kept with a dissent."""

    assignment_id: UUID
    agrees: bool
    words: str = ""


def agreement_of(evaluators: Sequence[UUID], views: Mapping[UUID, View]) -> Agreement:
    """Where the group stands: silence is no consent, and half of the group is no majority.

    ``evaluators`` are the assignments that count, ``views`` those given on the report as it stands now.
    """
    given = [views[one] for one in evaluators if one in views]
    if len(given) < len(evaluators) or not evaluators:
        return Agreement.WAITING
    agreeing = sum(view.agrees for view in given)
    if agreeing == len(given):
        return Agreement.UNANIMOUS
    return Agreement.MAJORITY if 2 * agreeing > len(given) else Agreement.NONE


def view_findings(*, agrees: bool, words: str) -> tuple[Violation, ...]:
    """Why a view cannot be kept: a dissent without its reasons."""
    if agrees or len(words.strip()) >= MIN_DISSENT:
        return ()
    return (
        Violation(
            "evaluation.dissent_reason",
            "Say in at least {minimum} characters why you do not agree: your view is kept with the report.",
            "words",
            {"minimum": MIN_DISSENT},
        ),
    )


def opening_findings(
    evaluation: Evaluation, *, submitted: int, unfinished: int, rapporteur: bool = True
) -> tuple[Violation, ...]:
    """Why the consensus on an application cannot begin: too few reports, one that still may come, nobody who drafts."""
    found = []
    if submitted < evaluation.experts:
        found.append(
            Violation(
                "evaluation.reports_missing",
                "{submitted} of {needed} individual reports are submitted.",
                figures={"submitted": submitted, "needed": evaluation.experts},
            )
        )
    if unfinished:
        found.append(
            Violation(
                "evaluation.reports_unfinished",
                "{unfinished} experts have not submitted yet. Wait for them, or end their assignment.",
                figures={"unfinished": unfinished},
            )
        )
    if not rapporteur:
        found.append(
            Violation("evaluation.no_rapporteur", "No expert is the rapporteur, who drafts the report. Name one first.")
        )
    return tuple(found)


def writing_findings(state: ConsensusState) -> tuple[Violation, ...]:
    """Why the text of the consensus report cannot be changed: the group is reading it, or it is concluded."""
    if state is ConsensusState.DRAFT:
        return ()
    words = (
        "The group has this report before it. Take it back to change it."
        if state is ConsensusState.PROPOSED
        else "This report is concluded. Only the office can reopen it."
    )
    return (Violation("evaluation.consensus_not_draft", words),)


def viewing_findings(state: ConsensusState) -> tuple[Violation, ...]:
    """Why nobody can agree or dissent, or conclude, now: the rapporteur has not proposed a report."""
    if state is ConsensusState.PROPOSED:
        return ()
    return (Violation("evaluation.not_proposed", "The rapporteur has proposed no report to the group now."),)


def panel_findings_of(agreement: Agreement) -> tuple[Violation, ...]:
    """Why the scores cannot be left to the panel: somebody is silent still, or most of the group agree."""
    if agreement in {Agreement.WAITING, Agreement.NONE}:
        return ()
    return (
        Violation(
            "evaluation.majority_agrees",
            "Most of the group agree. The panel sets scores only where there is no majority.",
        ),
    )


def conclusion_findings(evaluation: Evaluation, agreement: Agreement) -> tuple[Violation, ...]:
    """Why the group's report cannot be concluded: somebody is silent, or a further expert must be heard first.

    Without a majority the panel resolves the case, once the call wants no further expert.
    """
    if agreement is Agreement.WAITING:
        return (
            Violation("evaluation.views_missing", "Every evaluator must agree or dissent before the report is closed."),
        )
    if agreement is Agreement.NONE and evaluation.consensus.extra_expert_on_disagreement:
        return (
            Violation(
                "evaluation.extra_expert",
                "There is no majority. The call asks for a further expert: assign one, or record that the panel decides.",
            ),
        )
    return ()
