"""Tables of the evaluation: rounds and experts, individual and consensus reports, the panel and its rankings."""

from app.evaluation.models.panel import CapacityResult, CommitteeSeat, PanelMark, PanelOrder, Ranking, Vote
from app.evaluation.models.reports import (
    ConsensusMessage,
    ConsensusReport,
    ConsensusScore,
    ConsensusView,
    IndividualReport,
    ReportScore,
)
from app.evaluation.models.rounds import Assignment, CallExpert, EvaluationRound, ExpertProfile, JudgedApplication

__all__ = [
    "Assignment",
    "CallExpert",
    "CapacityResult",
    "CommitteeSeat",
    "ConsensusMessage",
    "ConsensusReport",
    "ConsensusScore",
    "ConsensusView",
    "EvaluationRound",
    "ExpertProfile",
    "IndividualReport",
    "JudgedApplication",
    "PanelMark",
    "PanelOrder",
    "Ranking",
    "ReportScore",
    "Vote",
]
