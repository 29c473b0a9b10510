"""How applications are judged, and what follows an award, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.calls.rules.evaluation_kinds import CriterionScore, EvaluationStage, TieBreak
from app.infra.templates import locale_of, money_text, translator
from app.web.call_view.origins import Mark, mark_of

if TYPE_CHECKING:
    from decimal import Decimal

    from app.calls.rules.call_rules import CallRules


@dataclass(frozen=True, slots=True)
class CriterionLine:
    """One award criterion; points as text."""

    title: str
    questions: tuple[str, ...]
    maximum: str
    threshold: str
    weight: str


@dataclass(frozen=True, slots=True)
class StageView:
    """The evaluation of one stage."""

    title: str
    criteria: tuple[CriterionLine, ...]
    maximum: str
    threshold: str
    weighted: bool


@dataclass(frozen=True, slots=True)
class EvaluationView:
    """What the evaluation part of the page shows."""

    stages: tuple[StageView, ...]
    experts: int
    how: str
    tie_breaks: tuple[str, ...]
    line: str
    committee: str
    mark: Mark | None


@dataclass(frozen=True, slots=True)
class TermLine:
    """One term of the grant."""

    label: str
    words: str


def evaluation_view(rules: CallRules, language: str) -> EvaluationView | None:
    """The evaluation, or None where the call has none."""
    evaluation = rules.evaluation
    if evaluation is None:
        return None
    _ = translator(language)
    how = {
        "consensus": _("The experts agree on one report; its points count."),
        "mean": _("The mean of the experts' points counts."),
        "median": _("The median of the experts' points counts."),
    }
    line = {
        True: _("Applications that no longer fit into the envelope are passed over; later ones that fit are funded."),
        False: _(
            "The first application that no longer fits into the envelope closes the main list; the others wait in reserve."
        ),
    }
    quorum = _("The ranking needs the approval of %s members of the evaluation committee.")
    majority = _("The ranking needs the approval of more than half of the evaluation committee.")
    return EvaluationView(
        stages=tuple(_stage(rules, stage, language) for stage in evaluation.stages),
        experts=evaluation.experts,
        how=how[evaluation.aggregation],
        tie_breaks=tuple(_tie_break(evaluation.stages[-1], rule, language) for rule in evaluation.tie_breaks),
        line=line[evaluation.line == "skips"] if rules.funding.kind.pays else "",
        committee=quorum % evaluation.quorum if evaluation.quorum else majority,
        mark=mark_of(rules, "evaluation.stages"),
    )


def grant_terms(rules: CallRules, language: str) -> tuple[TermLine, ...]:
    """Payments, reports and redress, where the call says something of them."""
    _, terms, locale = translator(language), rules.grant, locale_of(language)
    lines = []
    if advance := terms.prefinancing:
        words = _("%(rate)s of the maximum grant, within %(days)s days")
        if advance.rate is None:
            words = _("the maximum grant divided by %(periods)s periods, within %(days)s days")
        figures = {"rate": str(advance.rate), "periods": advance.periods, "days": advance.days}
        lines.append(TermLine(_("Pre-financing"), words % figures))
    if periods := terms.reporting_periods:
        words = _("%(count)s reports, each due %(days)s days after its period; paid within %(payment)s days")
        figures = {"count": len(periods), "days": terms.report_due_days, "payment": terms.payment_days}
        lines.append(TermLine(_("Reports"), words % figures))
    if terms.interim_ceiling:
        words = _("at most %s of the maximum grant before the balance")
        lines.append(TermLine(_("Payments on account"), words % terms.interim_ceiling))
    if terms.reporting_periods:
        words = _("announced first; %(heard)s days to answer, then %(days)s days to pay")
        figures = {"heard": terms.hearing_days, "days": terms.recovery_days}
        lines.append(TermLine(_("Money to be paid back"), words % figures))
    if terms.certificate_threshold:
        words = _("from %s asked for as actual costs") % money_text(terms.certificate_threshold, locale)
        lines.append(TermLine(_("Audit certificate"), words))
    if terms.no_profit.applies and terms.no_profit.low_value is not None:
        words = _("receipts lower a grant of more than %s") % money_text(terms.no_profit.low_value, locale)
        lines.append(TermLine(_("No profit"), words))
    if rules.evaluation:
        words = _("%s days from the information letter") % terms.redress_days
        lines.append(TermLine(_("Request for review"), words))
    return tuple(lines)


def _stage(rules: CallRules, stage: EvaluationStage, language: str) -> StageView:
    criteria = tuple(
        CriterionLine(
            criterion.title.in_language(language),
            tuple(question.in_language(language) for question in criterion.questions),
            _points(criterion.maximum),
            _points(criterion.threshold) if criterion.threshold is not None else "",
            _points(criterion.weight),
        )
        for criterion in stage.criteria
    )
    return StageView(
        title=rules.timetable.stage(stage.stage).title.in_language(language),
        criteria=criteria,
        maximum=_points(stage.maximum),
        threshold=_points(stage.overall_threshold),
        weighted=len({criterion.weight for criterion in stage.criteria}) > 1,
    )


def _tie_break(stage: EvaluationStage, rule: TieBreak, language: str) -> str:
    _ = translator(language)
    if isinstance(rule, CriterionScore):
        title = stage.criterion(rule.criterion).title.in_language(language)
        return _("more points for: %(criterion)s") % {"criterion": title}
    words = {
        "sme_budget_share": _("a larger share of the budget for SMEs"),
        "gender_balance": _("a better gender balance of the people in charge"),
        "number_of_countries": _("more countries"),
        "lower_request": _("a smaller request"),
        "panel_decision": _("a reasoned decision of the panel"),
    }
    return words[rule.kind]


def _points(points: Decimal) -> str:
    text = format(points, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
