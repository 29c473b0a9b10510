"""Scores: is one on the scale, what do they add up to, and does that pass.

Scores are exact decimals. A criterion's threshold looks at its own score, the overall threshold at the
weighted total, which has the maximum that the call states.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from app.core.violations import Violation

if TYPE_CHECKING:
    from app.calls.rules.evaluation_kinds import Criterion, EvaluationStage

_SCORE = re.compile(r"^\d{1,4}(?:[.,]\d{1,2})?$", re.ASCII)
HUNDREDTH = Decimal("0.01")
Scores = Mapping[str, Decimal | None]
"""Points by criterion; None or absent where nothing was given yet."""


class ScoreError(ValueError):
    """A text is no number of points with at most two decimals."""


def read_score(text: str) -> Decimal | None:
    """Points as typed (``7``, ``7.5`` or ``7,5``); None for an empty text; raise ScoreError for anything else."""
    typed = text.strip()
    if not typed:
        return None
    if not _SCORE.match(typed):
        raise ScoreError(f"{text!r} is not a number of points")
    return Decimal(typed.replace(",", "."))


def score_text(points: Decimal) -> str:
    """Points as they are printed: no needless zeros (``7.50`` is ``7.5``)."""
    text = format(points, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def score_findings(criterion: Criterion, score: Decimal | None, place: str) -> Iterator[Violation]:
    """Why a score cannot be stored: off the scale or between two steps. A missing one is no mistake of its own."""
    if score is None:
        return
    if score < 0 or score > criterion.maximum:
        yield Violation(
            "evaluation.score_off_scale",
            "{criterion}: {score} is off the scale. Give 0 to {maximum} points.",
            place,
            {
                "criterion": str(criterion.title),
                "score": score_text(score),
                "maximum": score_text(criterion.maximum),
            },
        )
    elif score % criterion.step:
        yield Violation(
            "evaluation.score_between_steps",
            "{criterion}: {score} lies between two steps. Points go up by {step}.",
            place,
            {"criterion": str(criterion.title), "score": score_text(score), "step": score_text(criterion.step)},
        )


@dataclass(frozen=True, slots=True)
class Total:
    """What a sheet of scores comes to so far.

    ``points`` is weighted, of ``maximum``; ``missing`` and ``below`` name criteria in the order of the call.
    """

    points: Decimal
    maximum: Decimal
    threshold: Decimal
    missing: tuple[str, ...]
    below: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether every criterion has a score."""
        return not self.missing

    @property
    def reaches_total(self) -> bool:
        """Whether the overall threshold is reached with what there is."""
        return self.points >= self.threshold

    @property
    def passes(self) -> bool:
        """Whether every threshold is reached; never before every criterion has a score."""
        return self.complete and not self.below and self.reaches_total


def total_of(stage: EvaluationStage, scores: Scores) -> Total:
    """The weighted total of a sheet with the criteria that are missing or below their own threshold."""
    points, missing, below = Decimal(0), [], []
    for criterion in stage.criteria:
        score = scores.get(criterion.id)
        if score is None:
            missing.append(criterion.id)
            continue
        points += score * criterion.weight
        if criterion.threshold is not None and score < criterion.threshold:
            below.append(criterion.id)
    return Total(points, stage.maximum, stage.overall_threshold, tuple(missing), tuple(below))


def rounded_mean(values: tuple[Decimal, ...]) -> Decimal:
    """The mean to a hundredth, half away from zero; raise ValueError without values."""
    if not values:
        raise ValueError("no mean of nothing")
    return _nearest(Fraction(sum(values, Decimal(0))) * Fraction(100, len(values))) * HUNDREDTH


def median(values: tuple[Decimal, ...]) -> Decimal:
    """The middle value; of an even number the mean of the two in the middle. Raise ValueError without values."""
    if not values:
        raise ValueError("no median of nothing")
    ordered, middle = sorted(values), len(values) // 2
    return ordered[middle] if len(values) % 2 else rounded_mean((ordered[middle - 1], ordered[middle]))


def nearest_step(criterion: Criterion, score: Decimal) -> Decimal:
    """The score of the scale that is nearest; halfway between two the higher one."""
    step = Fraction(criterion.step)
    steps = _nearest(Fraction(score) * Fraction(step.denominator, step.numerator))
    return min(steps * criterion.step, criterion.maximum)


def _nearest(value: Fraction) -> int:
    """The whole number that is nearest, half away from zero; exact, unlike a quotient of decimals."""
    whole = (2 * abs(value.numerator) + value.denominator) // (2 * value.denominator)
    return whole if value >= 0 else -whole
