"""Declare on one's honour, for a partner, that no ground for exclusion applies."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.applications.events import HonourDeclared
from app.applications.models import HonourDeclaration
from app.applications.queries.applied_call import open_call
from app.applications.queries.evidence import declarations, may_see_declarations, partners_spoken_for
from app.applications.queries.locking import application_for_change, call_of
from app.applications.queries.screened import rules_of_submissions, screened
from app.applications.rules.check_lifecycle import CheckStep
from app.applications.rules.exclusion import STATEMENT, declaring_violations
from app.applications.rules.screening import state_of_step
from app.applications.rules.submitted import submitted_partners
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import NotFoundError, NotPermittedError, RulesViolatedError, SignInRequiredError


def declare_honour(session: Session, actor: Actor, application_id: UUID, partner_id: UUID, *, now: datetime) -> None:
    """Store the declaration of one partner with its words.

    Raise NotFound for strangers and for what was not submitted, NotPermitted where somebody else speaks for the
    partner, RulesViolated where the call asks for none, where it was made already, or after the exclusion step.
    """
    if not actor.signed_in:
        raise SignInRequiredError
    if not may_see_declarations(session, actor, application_id):
        raise NotFoundError("application")
    call = open_call(session, call_of(session, application_id))
    application_for_change(session, application_id)
    judged = screened(session, application_id)
    if judged is None:
        raise NotFoundError("submitted application")
    if partner_id not in partners_spoken_for(session, actor, application_id):
        raise NotPermittedError("Only somebody who speaks for this partner can declare for it.")
    refused = declaring_violations(
        rules_of_submissions(session, [judged])[judged.call_version_id],
        str(judged.about["strand"]),
        submitted_partners(judged.members),
        partner_id=partner_id,
        declared=frozenset(declarations(session, application_id)),
        state=judged.state,
        exclusion=state_of_step(judged.states, CheckStep.EXCLUSION),
    )
    if refused:
        raise RulesViolatedError(refused)
    session.add(
        HonourDeclaration(
            application_id=application_id,
            partner_id=partner_id,
            statement=STATEMENT,
            declared_by=actor.person_id,
            declared_at=now,
        )
    )
    session.flush()
    record_event(
        session,
        actor,
        HonourDeclared(
            subject_id=application_id,
            facts={"partner": str(partner_id)},
            call_id=call.id,
            application_id=application_id,
        ),
        now=now,
    )
