"""Submit: freeze the working copy, hash it, ask for its receipt."""

from __future__ import annotations

import json
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.applications.events import ApplicationSubmitted
from app.applications.models import Submission
from app.applications.policies import require_coordinator
from app.applications.queries import application_facts, application_for_change, call_of, last_number, open_call
from app.applications.rules.lifecycle import APPLICATION, ApplicationEvent
from app.applications.rules.snapshot import snapshot_of
from app.applications.rules.submission import check_application, deadline_violations
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.canonical import canonical_json, digest
from app.core.errors import NotFoundError, RulesViolatedError
from app.core.money import Money
from app.core.violations import blocking
from app.documents.schemas import DocumentRequest
from app.documents.use_cases.request_document import request_document
from app.infra.ids import new_id

RECEIPT = "receipt"


def submit_application(session: Session, actor: Actor, application_id: UUID, *, now: datetime) -> UUID:
    """Submit the working copy; return the submission's id. ``now`` is the instant of receipt.

    Raise RulesViolated with every blocking finding at once, among them lateness: one
    microsecond after the deadline is late. Submitting again makes the next version. The call
    is locked before the application, in the order in which closing it does.
    """
    require_coordinator(actor, application_id)
    call = open_call(session, call_of(session, application_id), share=True)
    application = application_for_change(session, application_id)
    if application is None:
        raise NotFoundError("application")
    if late := deadline_violations(call.rules, application.stage, now):
        raise RulesViolatedError(late)
    state = APPLICATION.after(application.state, ApplicationEvent.SUBMIT)
    facts = application_facts(session, application, call.rules)
    if refused := blocking(check_application(call.rules, facts)):
        raise RulesViolatedError(refused)
    number = last_number(session, application_id) + 1
    snapshot = snapshot_of(call.rules, facts, reference=application.reference, version=number, received_at=now)
    submission = Submission(
        id=new_id(),
        application_id=application_id,
        number=number,
        call_version_id=call.version_id,
        received_at=now,
        submitted_by=actor.person_id,
        snapshot=json.loads(canonical_json(snapshot)),
        sha256=digest(snapshot),
        requested=_money(snapshot, "requested"),
        eligible=_money(snapshot, "eligible"),
        partners=sum(1 for partner in facts.partners if partner.takes_part),
    )
    session.add(submission)
    session.flush()
    application.state, application.submitted_at, application.last_submission_id = state, now, submission.id
    application.requested = submission.requested
    record_event(
        session,
        actor,
        ApplicationSubmitted(
            subject_id=application_id,
            facts={
                "submission": str(submission.id),
                "number": number,
                "received_at": now,
                "sha256": submission.sha256,
                "requested": submission.requested,
            },
            call_id=application.call_id,
            application_id=application_id,
        ),
        now=now,
    )
    request_document(
        session,
        actor,
        DocumentRequest(
            kind=RECEIPT,
            subject_kind="submission",
            subject_id=submission.id,
            reference=f"{application.reference} v{number}",
            title=f"Receipt of application {application.acronym}",
            data={"submission": str(submission.id), "sha256": submission.sha256},
            call_id=application.call_id,
            application_id=application_id,
        ),
        now=now,
    )
    return submission.id


def _money(snapshot: dict[str, object], name: str) -> Money:
    totals = snapshot["totals"]
    assert isinstance(totals, dict)  # noqa: S101  # snapshot_of made it
    amount = totals[name]
    assert isinstance(amount, Money)  # noqa: S101  # snapshot_of made it
    return amount
