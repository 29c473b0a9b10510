"""Attach the document that proves a payment to a third party; a later one takes its place."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.use_cases.record_event import record_event
from app.cascade.events import SupportEvidenceAttached
from app.cascade.queries.payments import payment_for_change, support_row
from app.cascade.rules.support import evidence_findings
from app.cascade.use_cases.recording import party_of, running_grant
from app.core.actor import Actor
from app.core.errors import RulesViolatedError
from app.documents.schemas import FileToStore
from app.documents.use_cases.store_file import store_file
from app.grants.queries.grants import grant_scope


def attach_evidence(
    session: Session, actor: Actor, grant_id: UUID, payment_id: UUID, uploaded: FileToStore, *, now: datetime
) -> UUID:
    """Attach bytes that lie in the file store already; return the id of the file.

    Raise RulesViolated for a file over the limit, a payment that was reversed, or a grant that does not run.
    """
    scope = grant_scope(session, grant_id)
    party_of(session, actor, scope, support_row(session, grant_id, payment_id).partner_id)
    running_grant(session, grant_id)
    payment = payment_for_change(session, grant_id, payment_id)
    if found := evidence_findings(uploaded.size, counts=payment.reversed_at is None):
        raise RulesViolatedError(found)
    payment.evidence_id = store_file(session, actor, uploaded, now=now)
    session.flush()
    event = SupportEvidenceAttached(
        subject_id=payment_id,
        facts={"grant": grant_id, "number": payment.number, "sha256": uploaded.sha256, "pages": uploaded.pages},
        personal={"filename": uploaded.filename},
        call_id=scope.call_id,
        application_id=scope.application_id,
    )
    record_event(session, actor, event, now=now)
    return payment.evidence_id
