"""Everybody's scores on one line, and what experts are called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from app.evaluation.rules.consensus import spread_of
from app.evaluation.rules.scores import score_text
from app.infra.templates import translator

if TYPE_CHECKING:
    from uuid import UUID

    from app.calls.rules.evaluation_kinds import Criterion
    from app.core.actor import Actor
    from app.evaluation.queries.rounds import RoundRules
    from app.evaluation.schemas import AssignmentRow, ReportRow

LEFT, RIGHT, STACK, HEIGHT = 12, 548, 12, 30
"""The line of scores in the units of its drawing: from zero to the maximum, and the height of a dot above another."""


@dataclass(frozen=True, slots=True)
class Dot:
    """An expert's score on the line."""

    x: int
    y: int
    words: str


@dataclass(frozen=True, slots=True)
class Voice:
    """What one expert wrote on a criterion."""

    name: str
    score: str
    comment: str
    below: bool


@dataclass(frozen=True, slots=True)
class Compared:
    """A criterion with everybody's scores; ``discuss`` asks the group to talk, ``suggestion`` is where to start."""

    id: str
    voices: Sequence[Voice]
    dots: Sequence[Dot]
    threshold_x: int
    height: int
    maximum: str
    spread: str
    suggestion: str
    discuss: bool


def names_in(everybody: Sequence[AssignmentRow], actor: Actor, language: str) -> dict[UUID, str]:
    """What each expert is called on a page: by name, by number where names are hidden; oneself always "you"."""
    say = translator(language)
    return {
        one.id: say("You")
        if one.person_id == actor.person_id
        else one.name or say("Expert {number}").format(number=number)
        for number, one in enumerate(everybody, 1)
    }


def compare_all(rules: RoundRules, reports: Sequence[ReportRow], names: Mapping[UUID, str]) -> dict[str, Compared]:
    """Everybody's scores and comments, by criterion."""
    return {criterion.id: compare(rules, criterion, reports, names) for criterion in rules.stage.criteria}


def compare(
    rules: RoundRules, criterion: Criterion, reports: Sequence[ReportRow], names: Mapping[UUID, str]
) -> Compared:
    """The scores of some reports on one criterion, with the dots that draw them."""
    spread = spread_of(rules.evaluation, criterion, [one.sheet.scores for one in reports])
    voices, dots = [], []
    taken: dict[Decimal, int] = {}
    for one in reports:
        score, name = one.sheet.scores.get(criterion.id), names[one.assignment_id]
        text = "" if score is None else score_text(score)
        low = score is not None and criterion.threshold is not None and score < criterion.threshold
        voices.append(Voice(name, text, one.sheet.comments.get(criterion.id, ""), low))
        if score is not None:
            taken[score] = taken.get(score, 0) + 1
            dots.append(Dot(_x(criterion, score), HEIGHT - STACK * taken[score], f"{name}: {text}"))
    lift = STACK * (max(taken.values(), default=1) - 1)
    return Compared(
        id=criterion.id,
        voices=voices,
        dots=[Dot(one.x, one.y + lift, one.words) for one in dots],
        threshold_x=_x(criterion, criterion.threshold) if criterion.threshold is not None else 0,
        height=HEIGHT + lift,
        maximum=score_text(criterion.maximum),
        spread=score_text(spread.spread),
        suggestion="" if spread.suggestion is None else score_text(spread.suggestion),
        discuss=spread.discuss,
    )


def _x(criterion: Criterion, score: Decimal) -> int:
    return LEFT + int((RIGHT - LEFT) * score / criterion.maximum)
