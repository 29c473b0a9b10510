"""Can the evaluation of a call be carried out as it is written? Contradictions in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from app.calls.rules.evaluation_kinds import CriterionScore, EvaluationStage, PanelDecision
from app.calls.rules.visibility import foreign_sights
from app.core.violations import Violation

if TYPE_CHECKING:
    from app.calls.rules.call_rules import CallRules


def evaluation_findings(rules: CallRules) -> Iterator[Violation]:
    """Contradictions about criteria, thresholds, tie-breaks and what is seen."""
    evaluation = rules.evaluation
    if evaluation is None:
        if rules.funding.kind.pays:
            yield Violation("document.no_evaluation", "A call that pays needs an evaluation.", "evaluation")
        return
    expected = [stage.id for stage in rules.timetable.stages]
    if [stage.stage for stage in evaluation.stages] != expected:
        words = "The evaluation has the stages {given}, the timetable {expected}."
        figures = {"given": ", ".join(stage.stage for stage in evaluation.stages), "expected": ", ".join(expected)}
        yield Violation("document.evaluation_stages", words, "evaluation.stages", figures)
    for stage in evaluation.stages:
        yield from _stage(stage, f"evaluation.stages.{stage.stage}")
    yield from _tie_breaks(rules)
    yield from _visibility(rules)


def _stage(stage: EvaluationStage, place: str) -> Iterator[Violation]:
    for name, times in Counter(criterion.id for criterion in stage.criteria).items():
        if times > 1:
            words = "Two criteria are called '{name}'."
            yield Violation("document.criterion_twice", words, f"{place}.criteria", {"name": name})
    reachable = sum((criterion.maximum * criterion.weight for criterion in stage.criteria), Decimal(0))
    if reachable != stage.maximum:
        words = "The criteria add up to {reachable} points with their weights, but the stage has {maximum}."
        figures = {"reachable": f"{reachable.normalize():f}", "maximum": f"{stage.maximum.normalize():f}"}
        yield Violation("document.points_total", words, f"{place}.maximum", figures)
    if stage.overall_threshold > stage.maximum:
        words = "The overall threshold is above the points that can be reached."
        yield Violation("document.overall_threshold", words, f"{place}.overall_threshold")
    for criterion in stage.criteria:
        where = f"{place}.criteria.{criterion.id}"
        threshold = criterion.threshold or Decimal(0)
        if not criterion.step or not criterion.weight or criterion.maximum % criterion.step:
            words = "The maximum is not a multiple of the step, or step or weight is zero."
            yield Violation("document.criterion_step", words, where)
        if threshold > criterion.maximum:
            words = "The threshold is above the maximum of the criterion."
            yield Violation("document.criterion_threshold", words, f"{where}.threshold")


def _tie_breaks(rules: CallRules) -> Iterator[Violation]:
    evaluation = rules.evaluation
    if evaluation is None:
        return
    known = {criterion.id for criterion in evaluation.stages[-1].criteria}
    for number, comparator in enumerate(evaluation.tie_breaks, start=1):
        if isinstance(comparator, CriterionScore) and comparator.criterion not in known:
            words = "The tie-break compares criterion '{criterion}', which the last stage does not have."
            figures = {"criterion": comparator.criterion}
            yield Violation("document.tie_break_criterion", words, "evaluation.tie_breaks", figures)
        if isinstance(comparator, PanelDecision) and number < len(evaluation.tie_breaks):
            words = "Nothing can follow the decision of the panel."
            yield Violation("document.tie_break_order", words, "evaluation.tie_breaks")


def _visibility(rules: CallRules) -> Iterator[Violation]:
    if rules.evaluation is None:
        return
    for number, line in enumerate(rules.evaluation.visibility, start=1):
        foreign = foreign_sights(line.phase, line.audience, line.sees)
        if not foreign:
            continue
        if line.audience in {"applicant", "public"}:
            words = "Applicants see the summary report once they are informed, and the public sees nothing of the evaluation."
        else:
            words = (
                "{sights} cannot be shown to {audience} in phase {phase}: experts alone have a report of their own, "
                "there is a consensus report from the consensus on, and a ranking, for the committee, from the panel on."
            )
        figures = {"sights": ", ".join(foreign), "audience": line.audience, "phase": line.phase}
        yield Violation("document.visibility", words, f"evaluation.visibility.{number}", figures)
