"""How applications are judged: criteria, thresholds, aggregation, tie-breaks, who sees what."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from app.calls.rules.values import Amount, Part, Points, Slug, Words

ONE = Decimal(1)
Phase = Literal["individual", "consensus", "panel", "informed"]
Audience = Literal["evaluator", "rapporteur", "moderator", "panel_member", "observer", "applicant", "public"]
Sight = Literal[
    "own_report",
    "other_reports",
    "expert_names",
    "consensus_report",
    "ranking",
    "summary_report",
]


class Criterion(Part):
    """An award criterion: points from zero to ``maximum`` in steps; ``threshold`` None has no floor of its own."""

    id: Slug
    title: Words
    questions: tuple[Words, ...] = ()
    maximum: Points
    step: Points = ONE
    weight: Points = ONE
    threshold: Points | None = None


class ConsensusPolicy(Part):
    """How experts come from their own reports to one."""

    method: Literal["agreed", "median", "mean"] = "agreed"
    spread_alert: Points | None = Field(
        default=None, description="A difference between experts on one criterion that must be discussed."
    )
    extra_expert_on_disagreement: bool = True


class CriterionScore(Part):
    """The higher score on one criterion goes first."""

    kind: Literal["criterion_score"] = "criterion_score"
    criterion: Slug


class SmeBudgetShare(Part):
    """The larger share of the budget for SMEs goes first."""

    kind: Literal["sme_budget_share"] = "sme_budget_share"


class GenderBalance(Part):
    """The better balance among the persons primarily responsible goes first."""

    kind: Literal["gender_balance"] = "gender_balance"


class NumberOfCountries(Part):
    """The partnership from more countries goes first."""

    kind: Literal["number_of_countries"] = "number_of_countries"


class LowerRequest(Part):
    """The smaller requested grant goes first."""

    kind: Literal["lower_request"] = "lower_request"


class PanelDecision(Part):
    """The panel decides and gives its reasons."""

    kind: Literal["panel_decision"] = "panel_decision"


TieBreak = Annotated[
    CriterionScore | SmeBudgetShare | GenderBalance | NumberOfCountries | LowerRequest | PanelDecision,
    Field(discriminator="kind"),
]


class FirstStageCut(Part):
    """Stage 1 admits until the sum requested is as near as possible to a multiple of what is available."""

    times_available: Annotated[int, Field(ge=1, le=20)]
    available: Amount | None = Field(default=None, description="None means the envelope of the call.")


class EvaluationStage(Part):
    """The evaluation of one stage of the call."""

    stage: Slug
    criteria: tuple[Criterion, ...] = Field(min_length=1)
    maximum: Points
    overall_threshold: Points
    cut: FirstStageCut | None = None

    def criterion(self, criterion_id: str) -> Criterion:
        """The criterion of that id; raise KeyError where there is none."""
        for criterion in self.criteria:
            if criterion.id == criterion_id:
                return criterion
        raise KeyError(criterion_id)


class Visibility(Part):
    """What an audience sees while a phase lasts; nothing that is not named here."""

    phase: Phase
    audience: Audience
    sees: tuple[Sight, ...]


class Evaluation(Part):
    """The evaluation of a call."""

    stages: tuple[EvaluationStage, ...] = Field(min_length=1, max_length=2)
    experts: Annotated[int, Field(ge=1, le=20)] = Field(description="Experts per application, at least.")
    aggregation: Literal["mean", "median", "consensus"] = "consensus"
    consensus: ConsensusPolicy = ConsensusPolicy()
    tie_breaks: tuple[TieBreak, ...] = ()
    line: Literal["stops", "skips"] | None = Field(
        default=None,
        description="Whether the first application that no longer fits closes the main list (so where nothing is said) "
        "or later ones that still fit are funded.",
    )
    quorum: Annotated[int, Field(ge=1, le=50)] | None = Field(
        default=None,
        description="Members of the evaluation committee who must approve a ranking; None means more than half of them.",
    )
    visibility: tuple[Visibility, ...] = ()

    def stage(self, stage_id: str) -> EvaluationStage:
        """The evaluation of that stage; raise KeyError where there is none."""
        for stage in self.stages:
            if stage.stage == stage_id:
                return stage
        raise KeyError(stage_id)

    def sights(self, phase: Phase, audience: Audience) -> frozenset[Sight]:
        """What ``audience`` may see in ``phase``."""
        return frozenset(
            sight
            for line in self.visibility
            if line.phase == phase and line.audience == audience
            for sight in line.sees
        )
