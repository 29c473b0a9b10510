"""What an expert sees before the content opens: who applies, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from app.evaluation.queries.assignments import assignment_row
from app.evaluation.queries.rounds import judged_row, round_row, round_rules, withdrawn_applications
from app.evaluation.rules.lifecycle import AssignmentState
from app.evaluation.schemas import AssignmentRow
from app.partnerships.queries import partner_rows
from app.partnerships.rules.facts import PartnerRole
from app.partnerships.rules.lifecycle import PartnerState


@dataclass(frozen=True, slots=True)
class DeclaredPartner:
    """A partner by name and country; ``role`` tells the coordinator."""

    name: str
    country: str
    role: PartnerRole


@dataclass(frozen=True, slots=True)
class Declaration:
    """An assignment with the head of its application; only the reference while a possible conflict is decided."""

    row: AssignmentRow
    reference: str
    acronym: str
    title: str
    partners: tuple[DeclaredPartner, ...]
    withdrawn: bool
    zone: str


def declaration(session: Session, assignment_id: UUID) -> Declaration:
    """What may be shown of an assignment before, and beside, its content; raise NotFound."""
    row = assignment_row(session, assignment_id)
    judged = judged_row(session, row.application_id)
    rules = round_rules(session, round_row(session, row.round_id))
    hidden = row.state in {AssignmentState.TO_DECIDE, AssignmentState.CONFLICT}
    partners = () if hidden else partner_rows(session, row.application_id)
    return Declaration(
        row=row,
        reference=judged.reference,
        acronym="" if hidden else judged.acronym,
        title="" if hidden else judged.title,
        partners=tuple(
            DeclaredPartner(one.name, one.country, one.role) for one in partners if one.state is PartnerState.ACCEPTED
        ),
        withdrawn=row.application_id in withdrawn_applications(session, row.round_id),
        zone=rules.rules.timetable.deadline.zone,
    )
