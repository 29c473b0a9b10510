"""Start an application: a number in the call, a partnership of one, a contact who may edit."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.use_cases.assign_role import grant_role
from app.applications.events import ApplicationStarted
from app.applications.models import Application, ApplicationNumber, SavedSection
from app.applications.queries import open_call
from app.applications.rules.lifecycle import APPLICATION
from app.applications.rules.submission import opening_violations
from app.applications.schemas import StartApplication
from app.audit.use_cases.record_event import record_event
from app.calls.rules.form_kinds import Form
from app.core.actor import Actor, Assignment, Role, ScopeKind
from app.core.errors import NotPermittedError, RulesViolatedError, SignInRequiredError
from app.core.violations import Violation
from app.infra.ids import new_id
from app.partnerships.policies import organisations_spoken_for
from app.partnerships.use_cases.form_partnership import form_partnership


def start_application(
    session: Session, actor: Actor, call_id: UUID, wanted: StartApplication, *, now: datetime
) -> UUID:
    """Begin a draft; return its id.

    Raise NotPermitted for an organisation that the actor does not speak for, RulesViolated
    before the opening, after the deadline or for a strand the call does not have.
    """
    if actor.person_id is None:
        raise SignInRequiredError
    if wanted.organisation_id not in organisations_spoken_for(actor):
        raise NotPermittedError("Only a representative of an organisation can apply for it.")
    call = open_call(session, call_id)
    stage = call.rules.timetable.stages[0]
    if refused := opening_violations(call.rules, stage.id, now):
        raise RulesViolatedError(refused)
    strands = [strand.id for strand in call.rules.strands]
    strand = wanted.strand or strands[0]
    if strand not in strands:
        raise RulesViolatedError([Violation("application.unknown_strand", "This call has no such strand.", "strand")])
    number = _next_number(session, call_id)
    application = Application(
        id=new_id(),
        call_id=call_id,
        number=number,
        reference=f"{call.identifier}/{number:04d}",
        strand=strand,
        stage=stage.id,
        acronym=wanted.acronym,
        state=APPLICATION.initial,
        created_at=now,
        created_by=actor.person_id,
        changed_at=now,
        changed_by=actor.person_id,
    )
    session.add(application)
    session.flush()
    _answer_acronym(session, application, call.rules.form)
    form_partnership(session, actor, application.id, wanted.organisation_id, now=now)
    contact = Assignment(Role.COORDINATOR_CONTACT, ScopeKind.APPLICATION, application.id)
    grant_role(session, actor.person_id, contact, granted_by=actor.person_id, now=now)
    record_event(
        session,
        actor,
        ApplicationStarted(
            subject_id=application.id,
            facts={"reference": application.reference, "organisation": str(wanted.organisation_id)},
            call_id=call_id,
            application_id=application.id,
        ),
        now=now,
    )
    return application.id


def _answer_acronym(session: Session, application: Application, form: Form) -> None:
    """What was typed at the start is an answer already: nobody types the acronym twice."""
    for section, field in form.fields():
        if field.meaning == "acronym":
            session.add(
                SavedSection(
                    application_id=application.id,
                    section=section.id,
                    answers={field.id: application.acronym},
                    version=1,
                    saved_at=application.created_at,
                    saved_by=application.created_by,
                )
            )


def _next_number(session: Session, call_id: UUID) -> int:
    """The next number of the call; the row's lock makes two starts wait for each other."""
    statement = insert(ApplicationNumber).values(call_id=call_id, last=1)
    return session.execute(
        statement.on_conflict_do_update(
            index_elements=[ApplicationNumber.call_id], set_={"last": ApplicationNumber.last + sa.literal(1)}
        ).returning(ApplicationNumber.last)
    ).scalar_one()
