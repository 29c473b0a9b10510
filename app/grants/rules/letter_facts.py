"""What does a letter say? Its facts as one document that explains itself without this program.

Page and PDF show these facts through one template; the PDF carries them as data. They are frozen when the letter is
sent, so that nothing that changes later changes what was said.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from app.calls.rules.values import Points
from app.core.charts import cap_bar
from app.core.commands import Euro
from app.evaluation.rules.scores import score_text
from app.grants.rules.lifecycle import LetterKind
from app.grants.rules.outcomes import Outcome

LETTER_FORMAT: Literal["grappe-letter-1"] = "grappe-letter-1"
SUMMARY_FORMAT: Literal["grappe-evaluation-summary-1"] = "grappe-evaluation-summary-1"
_HUNDRED = 100


class Facts(BaseModel):
    """A frozen part of a letter, read from and written to plain JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def plain(self) -> dict[str, Any]:
        """As plain JSON values: what is stored and hashed."""
        return self.model_dump(mode="json")


class CallFacts(Facts):
    """The call as letters name it."""

    identifier: str
    title: str
    version: str
    managing_body: str
    contact: str
    legal_basis: tuple[str, ...]


class Recipient(Facts):
    """To whom a letter goes: the coordinator's organisation, for its contact."""

    organisation: str
    street: str
    postcode: str
    city: str
    country: str
    contact: str


class Signature(Facts):
    """Who signed the decision."""

    name: str
    signed_at: datetime


class Dates(Facts):
    """Every date that the letter names."""

    sent_on: date
    deemed_receipt_days: int
    received_on: date
    redress_days: int
    redress_until: date
    data_by: date
    declarations_by: date
    signature_by: date
    reserve_until: date


class Place(Facts):
    """Where the application stands in the ranking; ``reserve`` is its number on the reserve list."""

    total: Points
    maximum: Points
    threshold: Points
    position: int | None
    reserve: int | None
    ranked: int
    funded: int
    envelope: str
    envelope_amount: Euro


class LetterFacts(Facts):
    """A whole letter; ``number`` is 2 for who was promoted from the reserve list."""

    format: Literal["grappe-letter-1"] = LETTER_FORMAT
    kind: LetterKind
    outcome: Outcome
    number: int
    reference: str
    acronym: str
    title: str
    call: CallFacts
    recipient: Recipient
    requested: Euro
    amount: Euro | None
    cap: Euro | None
    place: Place | None
    reasons: tuple[str, ...]
    dates: Dates
    signature: Signature

    @property
    def promoted(self) -> bool:
        """Whether an earlier letter said that the application waits on the reserve list."""
        return self.number > 1 and self.outcome is Outcome.MAIN


class Mark(Facts):
    """A score that the panel set instead of the experts' one."""

    experts: Points | None
    reason: str


class CriterionFacts(Facts):
    """One award criterion: what was given and why."""

    title: str
    maximum: Points
    threshold: Points | None
    weight: Points
    score: Points
    comment: str
    mark: Mark | None

    @property
    def missed(self) -> bool:
        """Whether the threshold is not reached."""
        return self.threshold is not None and self.score < self.threshold


class SummaryFacts(Facts):
    """The evaluation summary report of one application. It never names who evaluated."""

    format: Literal["grappe-evaluation-summary-1"] = SUMMARY_FORMAT
    outcome: Outcome
    number: int
    reference: str
    acronym: str
    title: str
    coordinator: str
    call: CallFacts
    stage: str
    experts: int
    agreement: str
    criteria: tuple[CriterionFacts, ...]
    total: Points
    maximum: Points
    threshold: Points
    capable: bool | None
    capacity_comment: str
    overall_comment: str
    place: Place
    reasons: tuple[str, ...]
    evaluated_on: date

    @property
    def missed(self) -> bool:
        """Whether the overall threshold is not reached."""
        return self.total < self.threshold

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """Criterion, weight, threshold, maximum and score as a table prints them."""
        return tuple(
            (
                one.title,
                score_text(one.weight),
                "" if one.threshold is None else score_text(one.threshold),
                score_text(one.maximum),
                score_text(one.score),
            )
            for one in self.criteria
        )

    @property
    def chart(self) -> tuple[ScoreBar, ...]:
        """Each score on the scale of its criterion, with the threshold."""
        return tuple(
            ScoreBar(
                one.title,
                score_text(one.score),
                score_text(one.maximum),
                "" if one.threshold is None else score_text(one.threshold),
                _length(one.score, one.maximum),
                "" if one.threshold is None else _length(one.threshold, one.maximum),
                missed=one.missed,
            )
            for one in self.criteria
        )


@dataclass(frozen=True, slots=True)
class ScoreBar:
    """A score as charts.score_bars draws it: words, and lengths of the criterion's scale as SVG lengths."""

    label: str
    score: str
    maximum: str
    threshold: str
    width: str
    mark: str
    missed: bool


def _length(points: Decimal, maximum: Decimal) -> str:
    return cap_bar(int(points * _HUNDRED), int(maximum * _HUNDRED)).width
