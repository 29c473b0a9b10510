"""Can this individual report be submitted? Every criterion has a score on the scale and a comment that says why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from app.calls.rules.eligibility_kinds import OperationalCapacity
from app.core.periods import in_time
from app.core.violations import Violation
from app.evaluation.rules.lifecycle import ReportState
from app.evaluation.rules.scores import Scores, score_findings, score_text

if TYPE_CHECKING:
    from app.calls.rules.call_rules import CallRules
    from app.calls.rules.evaluation_kinds import EvaluationStage

MIN_COMMENT = 20
"""Characters of a comment: fewer cannot give a reason."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Scores and comments by criterion, as one expert or one group gives them.

    ``capacity`` says whether the applicants can carry out the work; None where nothing was said.
    """

    scores: Scores = field(default_factory=dict)
    comments: Mapping[str, str] = field(default_factory=dict)
    capacity: bool | None = None
    capacity_comment: str = ""


def judges_capacity(rules: CallRules) -> bool:
    """Whether the call leaves operational capacity to its experts."""
    return any(rule.judged_by == "experts" for rule in rules.rules_of(OperationalCapacity))


def sheet_texts(stage: EvaluationStage, sheet: Sheet, overall_comment: str) -> dict[str, str]:
    """Everything on a sheet as text, by the names that a form gives its fields; an empty text where nothing is said."""
    texts = {}
    for criterion in stage.criteria:
        score = sheet.scores.get(criterion.id)
        texts[f"scores.{criterion.id}"] = "" if score is None else score_text(score)
        texts[f"comments.{criterion.id}"] = sheet.comments.get(criterion.id, "")
    texts["capacity"] = "" if sheet.capacity is None else "true" if sheet.capacity else "false"
    return texts | {"capacity_comment": sheet.capacity_comment, "overall_comment": overall_comment}


def editing_findings(state: ReportState) -> tuple[Violation, ...]:
    """Why a report cannot be saved: it was submitted, or an officer voided it."""
    if state is ReportState.DRAFT:
        return ()
    words = (
        "This report is submitted. Ask the managing body to return it if it must change."
        if state is ReportState.SUBMITTED
        else "This report was voided. Nothing in it can change."
    )
    return (Violation("evaluation.report_not_draft", words),)


def storable_findings(stage: EvaluationStage, sheet: Sheet) -> tuple[Violation, ...]:
    """Why a sheet cannot be kept even as a draft: criteria that the call does not have, scores off the scale."""
    known = {criterion.id for criterion in stage.criteria}
    found = [
        Violation(
            "evaluation.unknown_criterion",
            "The call has no criterion '{criterion}'.",
            f"scores.{name}",
            {"criterion": name},
        )
        for name in sorted({*sheet.scores, *sheet.comments} - known)
    ]
    for criterion in stage.criteria:
        found += score_findings(criterion, sheet.scores.get(criterion.id), f"scores.{criterion.id}")
    return tuple(found)


def report_findings(rules: CallRules, stage: EvaluationStage, sheet: Sheet) -> tuple[Violation, ...]:
    """Everything that stops the submission of a sheet, in the order of the criteria."""
    return (*storable_findings(stage, sheet), *_missing(stage, sheet), *_capacity(rules, sheet))


def _missing(stage: EvaluationStage, sheet: Sheet) -> Iterator[Violation]:
    for criterion in stage.criteria:
        if sheet.scores.get(criterion.id) is None:
            yield Violation(
                "evaluation.score_missing",
                "{criterion}: give a score.",
                f"scores.{criterion.id}",
                {"criterion": str(criterion.title)},
            )
        if len(sheet.comments.get(criterion.id, "").strip()) < MIN_COMMENT:
            yield Violation(
                "evaluation.comment_missing",
                "{criterion}: say in at least {minimum} characters why.",
                f"comments.{criterion.id}",
                {"criterion": str(criterion.title), "minimum": MIN_COMMENT},
            )


def _capacity(rules: CallRules, sheet: Sheet) -> Iterator[Violation]:
    if not judges_capacity(rules):
        return
    if sheet.capacity is None:
        yield Violation(
            "evaluation.capacity_missing", "Say whether the partners have the means to carry out the work.", "capacity"
        )
    elif sheet.capacity is False and len(sheet.capacity_comment.strip()) < MIN_COMMENT:
        yield Violation(
            "evaluation.capacity_reason",
            "Say in at least {minimum} characters which means are lacking, and to whom.",
            "capacity_comment",
            {"minimum": MIN_COMMENT},
        )


def is_late(submitted_at: datetime, due_at: datetime) -> bool:
    """Whether a report came after it was due; it is kept and marked, the officer decides what follows."""
    return not in_time(submitted_at, due_at)
