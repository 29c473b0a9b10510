"""Facts about evaluations. Scores and words of experts never stand in an event: ids, states and counts do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.core.events import DomainEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationStarted(DomainEvent):
    """The round was opened with the applications that it judges."""

    kind: ClassVar[str] = "evaluation.started"
    subject_kind: ClassVar[str] = "evaluation"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundMoved(DomainEvent):
    """The round went to another phase; ``state`` says which."""

    kind: ClassVar[str] = "evaluation.moved"
    subject_kind: ClassVar[str] = "evaluation"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpertRegistered(DomainEvent):
    """A person registered as an expert for a call, or changed what they had said."""

    kind: ClassVar[str] = "expert.registered"
    subject_kind: ClassVar[str] = "expert"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpertLeft(DomainEvent):
    """An expert no longer works for a call."""

    kind: ClassVar[str] = "expert.left"
    subject_kind: ClassVar[str] = "expert"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpertReminded(DomainEvent):
    """An officer reminded an expert of reports that are late."""

    kind: ClassVar[str] = "expert.reminded"
    subject_kind: ClassVar[str] = "expert"
    delivers: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpertAssigned(DomainEvent):
    """An application was given to an expert."""

    kind: ClassVar[str] = "assignment.made"
    subject_kind: ClassVar[str] = "assignment"
    delivers: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictAnswered(DomainEvent):
    """An expert declared no conflict, a possible one or one, or declined."""

    kind: ClassVar[str] = "assignment.answered"
    subject_kind: ClassVar[str] = "assignment"


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentDecided(DomainEvent):
    """An officer decided about a possible conflict, ended an assignment or changed the rapporteur."""

    kind: ClassVar[str] = "assignment.decided"
    subject_kind: ClassVar[str] = "assignment"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSaved(DomainEvent):
    """An expert saved the draft of a report."""

    kind: ClassVar[str] = "report.saved"
    subject_kind: ClassVar[str] = "assignment"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSubmitted(DomainEvent):
    """An expert submitted a report."""

    kind: ClassVar[str] = "report.submitted"
    subject_kind: ClassVar[str] = "assignment"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDecided(DomainEvent):
    """An officer returned a report to its expert, or voided it."""

    kind: ClassVar[str] = "report.decided"
    subject_kind: ClassVar[str] = "assignment"
    delivers: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgementMoved(DomainEvent):
    """The evaluation of an application went to another state."""

    kind: ClassVar[str] = "judgement.moved"
    subject_kind: ClassVar[str] = "judgement"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsensusSaved(DomainEvent):
    """A rapporteur saved the consensus report."""

    kind: ClassVar[str] = "consensus.saved"
    subject_kind: ClassVar[str] = "judgement"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsensusProposed(DomainEvent):
    """A rapporteur proposed the consensus report to the other evaluators."""

    kind: ClassVar[str] = "consensus.proposed"
    subject_kind: ClassVar[str] = "judgement"
    delivers: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewGiven(DomainEvent):
    """An evaluator agreed or dissented."""

    kind: ClassVar[str] = "consensus.view_given"
    subject_kind: ClassVar[str] = "judgement"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageWritten(DomainEvent):
    """Somebody of the group, or its moderator, wrote in the discussion."""

    kind: ClassVar[str] = "consensus.message_written"
    subject_kind: ClassVar[str] = "judgement"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatGiven(DomainEvent):
    """Somebody was given a seat in the committee, or it was taken away."""

    kind: ClassVar[str] = "committee.seated"
    subject_kind: ClassVar[str] = "evaluation"
    delivers: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkSet(DomainEvent):
    """The panel set a score, or decided a tie."""

    kind: ClassVar[str] = "panel.decided"
    subject_kind: ClassVar[str] = "judgement"


@dataclass(frozen=True, slots=True, kw_only=True)
class CapacityRecorded(DomainEvent):
    """An officer recorded a check of financial or operational capacity."""

    kind: ClassVar[str] = "capacity.recorded"
    subject_kind: ClassVar[str] = "judgement"


@dataclass(frozen=True, slots=True, kw_only=True)
class RankingProposed(DomainEvent):
    """A ranking was frozen for the committee to vote on."""

    kind: ClassVar[str] = "ranking.proposed"
    subject_kind: ClassVar[str] = "evaluation"
    delivers: ClassVar[bool] = True


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteCast(DomainEvent):
    """A member of the committee voted."""

    kind: ClassVar[str] = "ranking.voted"
    subject_kind: ClassVar[str] = "evaluation"


@dataclass(frozen=True, slots=True, kw_only=True)
class RankingAdopted(DomainEvent):
    """The committee's ranking was adopted."""

    kind: ClassVar[str] = "ranking.adopted"
    subject_kind: ClassVar[str] = "evaluation"
