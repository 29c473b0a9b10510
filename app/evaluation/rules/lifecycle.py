"""States of an evaluation round, of each judged application, and of what experts make."""

from __future__ import annotations

from enum import StrEnum

from app.core.lifecycle import Lifecycle


class RoundState(StrEnum):
    """Where the evaluation of one stage of a call stands."""

    EXPERTS_AT_WORK = "experts_at_work"
    PANEL = "panel"
    ADOPTED = "adopted"
    INFORMED = "informed"


class RoundEvent(StrEnum):
    """What can happen to a round."""

    OPEN_PANEL = "panel_opened"
    RETURN_TO_EXPERTS = "returned_to_experts"
    ADOPT = "ranking_adopted"
    INFORM = "applicants_informed"


ROUND = Lifecycle(
    name="evaluation",
    initial=RoundState.EXPERTS_AT_WORK,
    transitions={
        (RoundState.EXPERTS_AT_WORK, RoundEvent.OPEN_PANEL): RoundState.PANEL,
        (RoundState.PANEL, RoundEvent.RETURN_TO_EXPERTS): RoundState.EXPERTS_AT_WORK,
        (RoundState.PANEL, RoundEvent.ADOPT): RoundState.ADOPTED,
        (RoundState.ADOPTED, RoundEvent.INFORM): RoundState.INFORMED,
    },
)


class JudgementState(StrEnum):
    """Where the evaluation of one application stands."""

    INDIVIDUAL = "individual"
    CONSENSUS = "consensus"
    CONCLUDED = "concluded"
    WITHDRAWN = "withdrawn"


class JudgementEvent(StrEnum):
    """What can happen to the evaluation of one application."""

    OPEN_CONSENSUS = "consensus_opened"
    REOPEN_REPORTS = "reports_reopened"
    CONCLUDE = "concluded"
    REOPEN_CONSENSUS = "consensus_reopened"
    WITHDRAW = "withdrawn"


JUDGEMENT = Lifecycle(
    name="evaluation of this application",
    initial=JudgementState.INDIVIDUAL,
    transitions={
        (JudgementState.INDIVIDUAL, JudgementEvent.OPEN_CONSENSUS): JudgementState.CONSENSUS,
        (JudgementState.INDIVIDUAL, JudgementEvent.WITHDRAW): JudgementState.WITHDRAWN,
        (JudgementState.CONSENSUS, JudgementEvent.REOPEN_REPORTS): JudgementState.INDIVIDUAL,
        (JudgementState.CONSENSUS, JudgementEvent.CONCLUDE): JudgementState.CONCLUDED,
        (JudgementState.CONSENSUS, JudgementEvent.WITHDRAW): JudgementState.WITHDRAWN,
        (JudgementState.CONCLUDED, JudgementEvent.REOPEN_CONSENSUS): JudgementState.CONSENSUS,
        (JudgementState.CONCLUDED, JudgementEvent.WITHDRAW): JudgementState.WITHDRAWN,
    },
)


class AssignmentState(StrEnum):
    """Where an expert stands with one application."""

    ASSIGNED = "assigned"
    OPEN = "open"
    TO_DECIDE = "to_decide"
    CONFLICT = "conflict"
    DECLINED = "declined"
    ENDED = "ended"

    @property
    def is_active(self) -> bool:
        """Whether the expert still counts for the application."""
        return self in {AssignmentState.ASSIGNED, AssignmentState.OPEN, AssignmentState.TO_DECIDE}


class AssignmentEvent(StrEnum):
    """What can happen to an assignment."""

    DECLARE_NONE = "no_conflict_declared"
    DECLARE_POSSIBLE = "possible_conflict_declared"
    DECLARE_CONFLICT = "conflict_declared"
    ALLOW = "allowed"
    BAR = "barred"
    DECLINE = "declined"
    END = "ended"


ASSIGNMENT = Lifecycle(
    name="assignment",
    initial=AssignmentState.ASSIGNED,
    transitions={
        (AssignmentState.ASSIGNED, AssignmentEvent.DECLARE_NONE): AssignmentState.OPEN,
        (AssignmentState.ASSIGNED, AssignmentEvent.DECLARE_POSSIBLE): AssignmentState.TO_DECIDE,
        (AssignmentState.ASSIGNED, AssignmentEvent.DECLARE_CONFLICT): AssignmentState.CONFLICT,
        (AssignmentState.ASSIGNED, AssignmentEvent.DECLINE): AssignmentState.DECLINED,
        (AssignmentState.ASSIGNED, AssignmentEvent.END): AssignmentState.ENDED,
        (AssignmentState.TO_DECIDE, AssignmentEvent.ALLOW): AssignmentState.OPEN,
        (AssignmentState.TO_DECIDE, AssignmentEvent.BAR): AssignmentState.CONFLICT,
        (AssignmentState.TO_DECIDE, AssignmentEvent.END): AssignmentState.ENDED,
        (AssignmentState.OPEN, AssignmentEvent.DECLARE_CONFLICT): AssignmentState.CONFLICT,
        (AssignmentState.OPEN, AssignmentEvent.DECLINE): AssignmentState.DECLINED,
        (AssignmentState.OPEN, AssignmentEvent.END): AssignmentState.ENDED,
    },
)
"""Content opens only in ``open``. A conflict that turns up later must be declared then, and closes it again."""


class ReportState(StrEnum):
    """Where an individual report stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    VOIDED = "voided"


class ReportEvent(StrEnum):
    """What can happen to an individual report."""

    SUBMIT = "submitted"
    RETURN = "returned"
    VOID = "voided"


REPORT = Lifecycle(
    name="individual report",
    initial=ReportState.DRAFT,
    transitions={
        (ReportState.DRAFT, ReportEvent.SUBMIT): ReportState.SUBMITTED,
        (ReportState.DRAFT, ReportEvent.VOID): ReportState.VOIDED,
        (ReportState.SUBMITTED, ReportEvent.RETURN): ReportState.DRAFT,
        (ReportState.SUBMITTED, ReportEvent.VOID): ReportState.VOIDED,
    },
)


class ConsensusState(StrEnum):
    """Where a consensus report stands."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    CONCLUDED = "concluded"


class ConsensusEvent(StrEnum):
    """What can happen to a consensus report."""

    PROPOSE = "proposed"
    REVISE = "revised"
    CONCLUDE = "concluded"
    REOPEN = "reopened"


CONSENSUS = Lifecycle(
    name="consensus report",
    initial=ConsensusState.DRAFT,
    transitions={
        (ConsensusState.DRAFT, ConsensusEvent.PROPOSE): ConsensusState.PROPOSED,
        (ConsensusState.PROPOSED, ConsensusEvent.REVISE): ConsensusState.DRAFT,
        (ConsensusState.PROPOSED, ConsensusEvent.CONCLUDE): ConsensusState.CONCLUDED,
        (ConsensusState.CONCLUDED, ConsensusEvent.REOPEN): ConsensusState.DRAFT,
    },
)


class RankingState(StrEnum):
    """Where a frozen ranking stands."""

    PROPOSED = "proposed"
    ADOPTED = "adopted"
    SUPERSEDED = "superseded"


class RankingEvent(StrEnum):
    """What can happen to a frozen ranking."""

    ADOPT = "adopted"
    SUPERSEDE = "superseded"


RANKING = Lifecycle(
    name="ranking",
    initial=RankingState.PROPOSED,
    transitions={
        (RankingState.PROPOSED, RankingEvent.ADOPT): RankingState.ADOPTED,
        (RankingState.PROPOSED, RankingEvent.SUPERSEDE): RankingState.SUPERSEDED,
    },
)
