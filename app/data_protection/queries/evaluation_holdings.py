"""What evaluations hold of a person: experts and members of committees."""

from __future__ import annotations

from app.applications.models import Application
from app.calls.models import Call
from app.data_protection.queries.holdings import PERSON, RECORD, SIGNED, Holding
from app.evaluation.models import (
    Assignment,
    CallExpert,
    CommitteeSeat,
    ConsensusMessage,
    EvaluationRound,
    ExpertProfile,
    IndividualReport,
    Ranking,
    Vote,
)

EVALUATION: tuple[Holding, ...] = (
    Holding(
        "expert",
        "Details as an expert",
        (
            ("expertise", "Expertise", ExpertProfile.expertise),
            ("languages", "Languages", ExpertProfile.languages),
            ("employer", "Employer", ExpertProfile.employer),
            ("country", "Country", ExpertProfile.country),
            ("registered_at", "Registered", ExpertProfile.registered_at),
        ),
        ExpertProfile,
        ExpertProfile.person_id == PERSON,
        goes=True,
        why="Expertise, languages, employer and country are erased.",
        tables=("expert_profile",),
    ),
    Holding(
        "expert_calls",
        "Calls as an expert",
        (
            ("call", "Call", Call.identifier),
            ("joined_at", "Joined", CallExpert.joined_at),
            ("left_at", "Left", CallExpert.left_at),
            ("max_load", "Most applications", CallExpert.max_load),
        ),
        CallExpert.__table__.join(Call.__table__, Call.id == CallExpert.call_id),
        CallExpert.person_id == PERSON,
        goes=False,
        why=RECORD,
        tables=("call_expert",),
    ),
    Holding(
        "reports",
        "Applications judged as an expert",
        (
            ("reference", "Application", Application.reference),
            ("assigned_at", "Assigned", Assignment.assigned_at),
            ("state", "State", Assignment.state),
            ("declaration", "Words of the declaration", Assignment.words),
            ("report", "Report", IndividualReport.state),
            ("submitted_at", "Submitted", IndividualReport.submitted_at),
            ("overall_comment", "Overall comment", IndividualReport.overall_comment),
        ),
        Assignment.__table__.join(Application.__table__, Application.id == Assignment.application_id).outerjoin(
            IndividualReport.__table__, IndividualReport.assignment_id == Assignment.id
        ),
        Assignment.person_id == PERSON,
        goes=False,
        why=RECORD,
        tables=("assignment",),
    ),
    Holding(
        "discussion",
        "Words in discussions of experts",
        (
            ("reference", "Application", Application.reference),
            ("written_at", "Written", ConsensusMessage.written_at),
            ("text", "Text", ConsensusMessage.text),
        ),
        ConsensusMessage.__table__.join(Application.__table__, Application.id == ConsensusMessage.application_id),
        ConsensusMessage.person_id == PERSON,
        goes=False,
        why=RECORD,
        tables=("consensus_message",),
    ),
    Holding(
        "seats",
        "Seats in evaluation committees",
        (
            ("call", "Call", Call.identifier),
            ("seat", "Seat", CommitteeSeat.seat),
            ("since", "Since", CommitteeSeat.seated_at),
        ),
        CommitteeSeat.__table__.join(EvaluationRound.__table__, EvaluationRound.id == CommitteeSeat.round_id).join(
            Call.__table__, Call.id == EvaluationRound.call_id
        ),
        CommitteeSeat.person_id == PERSON,
        goes=False,
        why=RECORD,
        tables=("committee_seat",),
    ),
    Holding(
        "votes",
        "Votes on rankings",
        (
            ("call", "Call", Call.identifier),
            ("ranking", "Ranking", Ranking.number),
            ("approves", "Approved", Vote.approves),
            ("words", "Words", Vote.words),
            ("voted_at", "Voted", Vote.voted_at),
        ),
        Vote.__table__.join(Ranking.__table__, Ranking.id == Vote.ranking_id)
        .join(EvaluationRound.__table__, EvaluationRound.id == Ranking.round_id)
        .join(Call.__table__, Call.id == EvaluationRound.call_id),
        Vote.person_id == PERSON,
        goes=False,
        why=SIGNED,
        tables=("ranking_vote",),
    ),
)
