"""Events of an evaluation with what letters about them say: never a score, a comment or the name of an expert."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.applications.queries.reading import application_head
from app.audit.queries import EventRow
from app.evaluation.models import Assignment, IndividualReport
from app.evaluation.queries.acting import group_of
from app.notifications.queries import addressees
from app.notifications.rules.facts import ApplicationFacts, Circle, Happening


def of_consensus(session: Session, row: EventRow, bare: Happening) -> Happening:
    """A report that was proposed: the experts of the group, without the one who proposed it, are told."""
    if row.kind != "consensus.proposed":
        return bare
    others = [one.person_id for one in group_of(session, row.subject_id) if one.person_id != row.actor_id]
    told = tuple(one for person_id in others for one in addressees.person(session, person_id))
    return replace(bare, actor="", application=_facts(session, row.subject_id), circle=Circle(experts=told))


def of_report(session: Session, row: EventRow, bare: Happening) -> Happening:
    """A report that an officer returned or voided: its expert reads the reason."""
    if row.kind != "report.decided":
        return bare
    statement = (
        sa.select(Assignment.application_id, Assignment.person_id, IndividualReport.reason)
        .join(IndividualReport, IndividualReport.assignment_id == Assignment.id)
        .where(Assignment.id == row.subject_id)
    )
    application_id, person_id, reason = session.execute(statement).one()
    circle = Circle(experts=addressees.person(session, person_id))
    return replace(bare, application=_facts(session, application_id), words=reason, circle=circle)


def _facts(session: Session, application_id: UUID) -> ApplicationFacts:
    head = application_head(session, application_id)
    return ApplicationFacts(head.id, head.reference, head.acronym, submitted=True)
