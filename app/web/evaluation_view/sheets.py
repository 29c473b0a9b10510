"""A sheet of scores between form and rules: fields, totals, and two texts of which one is chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from app.core.canonical import digest
from app.core.errors import RulesViolatedError
from app.delivery.validation import violations_of
from app.evaluation.rules.reports import MIN_COMMENT, Sheet, judges_capacity
from app.evaluation.rules.scores import score_text, total_of
from app.evaluation.schemas import SaveSheet
from app.infra.templates import translator
from app.web.application_view.conflicts import CHOICE, MINE, THEIRS, WAS, Conflict, pieces_of
from app.web.forms import FormView, typed_in

if TYPE_CHECKING:
    from starlette.datastructures import FormData

    from app.calls.rules.evaluation_kinds import Criterion, EvaluationStage
    from app.evaluation.queries.rounds import RoundRules

SCORES, COMMENTS = "scores.", "comments."
_SHORT = 16
_OTHERS = {
    "capacity": "Means to carry out the work",
    "capacity_comment": "Which means are lacking",
    "overall_comment": "Overall comment",
}


@dataclass(frozen=True, slots=True)
class ShownCriterion:
    """A criterion with what a sheet says of it; figures are words, ``below`` tells that its threshold is not reached."""

    id: str
    title: str
    questions: Sequence[str]
    maximum: str
    step: str
    weight: str
    threshold: str
    score: str = ""
    comment: str = ""
    below: bool = False


@dataclass(frozen=True, slots=True)
class ShownTotal:
    """What a sheet comes to: points of the maximum, the threshold, and in words whether it is reached."""

    points: str
    maximum: str
    threshold: str
    state: str
    words: str


def criteria_of(stage: EvaluationStage, sheet: Sheet, language: str) -> list[ShownCriterion]:
    """Every criterion in the order of the call, as the sheet judges it."""
    return [_criterion(criterion, sheet, language) for criterion in stage.criteria]


def _criterion(criterion: Criterion, sheet: Sheet, language: str) -> ShownCriterion:
    score = sheet.scores.get(criterion.id)
    return ShownCriterion(
        id=criterion.id,
        title=criterion.title.in_language(language),
        questions=[question.in_language(language) for question in criterion.questions],
        maximum=score_text(criterion.maximum),
        step=score_text(criterion.step),
        weight="" if criterion.weight == 1 else score_text(criterion.weight),
        threshold="" if criterion.threshold is None else score_text(criterion.threshold),
        score="" if score is None else score_text(score),
        comment=sheet.comments.get(criterion.id, ""),
        below=score is not None and criterion.threshold is not None and score < criterion.threshold,
    )


def shown_total(stage: EvaluationStage, sheet: Sheet, language: str) -> ShownTotal:
    """The running total with the state of the thresholds; computed by the rules alone."""
    total, say = total_of(stage, sheet.scores), translator(language)
    if total.below:
        titles = ", ".join(stage.criterion(name).title.in_language(language) for name in total.below)
        state, words = "bad", say("below the threshold: {titles}").format(titles=titles)
    elif not total.complete:
        left = say("1 score is missing") if len(total.missing) == 1 else say("{count} scores are missing")
        state, words = "neutral", left.format(count=len(total.missing))
    elif total.reaches_total:
        state, words = "ok", say("reaches every threshold")
    else:
        state, words = "bad", say("below the overall threshold")
    points, maximum, threshold = (score_text(one) for one in (total.points, total.maximum, total.threshold))
    return ShownTotal(points, maximum, threshold, state, words)


def form_parts(rules: RoundRules) -> dict[str, Any]:
    """What the form of a sheet asks beside the criteria."""
    return {"asks_capacity": judges_capacity(rules.rules), "least": MIN_COMMENT}


def marks(texts: Mapping[str, str]) -> dict[str, str]:
    """A short hash of each stored text: hidden in the form, it tells later who changed what."""
    return {f"{WAS}{name}": _mark(text) for name, text in texts.items()}


def command_of(form: FormData | None, stored: Mapping[str, str]) -> SaveSheet:
    """The sheet that the form carries, with the stored text of each field for which that was chosen.

    Raise RulesViolated with every value that cannot be read.
    """
    sent = {name: texts[-1] for name, texts in typed_in(form).items()}
    for name, text in stored.items():
        if sent.get(f"{CHOICE}{name}") == THEIRS:
            sent[name] = text
    given: dict[str, Any] = {"scores": {}, "comments": {}, "version": (form.get("_version") if form else None) or 0}
    for name, text in sent.items():
        if name.startswith(SCORES):
            given["scores"][name.removeprefix(SCORES)] = text
        elif name.startswith(COMMENTS):
            given["comments"][name.removeprefix(COMMENTS)] = text.replace("\r\n", "\n").strip()
        elif name in _OTHERS:
            given[name] = text
    try:
        return SaveSheet.model_validate(given)
    except ValidationError as error:
        raise RulesViolatedError(violations_of(error)) from error


def differing(
    stage: EvaluationStage, sent: Mapping[str, Sequence[str]], stored: Mapping[str, str], language: str
) -> list[Conflict]:
    """The fields in which what was sent differs from what is stored, with the choice to begin with.

    Who did not change a field since the page was opened leaves it to the other; where both did, the own text stays.
    """
    say, found = translator(language), []
    for name, theirs in stored.items():
        mine = "\n".join((sent.get(name) or [""])[-1].split("\r\n")).strip()
        if name not in sent or mine == theirs:
            continue
        untouched = (sent.get(f"{WAS}{name}") or [""])[-1] == _mark(mine)
        left, right = pieces_of(mine, theirs)
        found.append(Conflict(name, _title(stage, name, say, language), left, right, THEIRS if untouched else MINE))
    return found


def labels(stage: EvaluationStage, form: FormView, language: str) -> dict[str, str]:
    """Words of the fields in which something cannot be read: what the rules of scores find names its criterion itself."""
    say = translator(language)
    known = {f"{part}{criterion.id}" for criterion in stage.criteria for part in (SCORES, COMMENTS)} | _OTHERS.keys()
    unread = {found.place for found in form.violations if found.rule.startswith("input.")}
    return {name: _title(stage, name, say, language) for name in known & unread}


def _title(stage: EvaluationStage, name: str, say: Any, language: str) -> str:  # noqa: ANN401  # a translator
    if name in _OTHERS:
        return str(say(_OTHERS[name]))
    part, _, criterion = name.partition(".")
    title = stage.criterion(criterion).title.in_language(language)
    words = say("{criterion}: score") if part == "scores" else say("{criterion}: comment")
    return str(words.format(criterion=title))


def _mark(text: str) -> str:
    return digest(text)[:_SHORT]
