"""Attach the auditor's certificate on a financial statement, or take it away; a later one takes its place."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import NotFoundError, RulesViolatedError
from app.documents.schemas import FileToStore
from app.documents.use_cases.store_file import store_file
from app.grants.queries.agreement import agreement_of
from app.reporting.events import CertificateAttached, CertificateRemoved
from app.reporting.queries.reading import partners_of
from app.reporting.queries.reports import statement_for_change
from app.reporting.rules.statements import certificate_findings
from app.reporting.schemas import StatementAt
from app.reporting.use_cases.acting import require_open, touch, writing_for
from app.reporting.use_cases.save_statement import empty_statement


def attach_certificate(
    session: Session, actor: Actor, at: StatementAt, uploaded: FileToStore, *, now: datetime
) -> UUID:
    """Attach bytes that lie in the file store already; return the id of the file. The statement is signed anew after it.

    Raise RulesViolated for a file over the limit and where the report was given back without this statement, NotPermitted where somebody else speaks for the partner, NotFound for
    a partner without a budget, TransitionNotAllowed for a report that is with the office.
    """
    act = writing_for(session, actor, at.grant_id, at.number, at.partner_id)
    if all(partner.partner_id != at.partner_id for partner in partners_of(agreement_of(session, at.grant_id))):
        raise NotFoundError("financial statement")
    if found := certificate_findings(uploaded.size):
        raise RulesViolatedError(found)
    stored = statement_for_change(session, act.report.period_id, at.partner_id)
    require_open(act, stored)
    if stored is None:
        stored = empty_statement(session, act, at.partner_id, now)
    stored.certificate_id = store_file(session, actor, uploaded, now=now)
    stored.signed_at = stored.signed_by = stored.sha256 = None
    touch(act.report, actor, now=now)
    session.flush()
    event = CertificateAttached(
        **act.event(partner=at.partner_id, sha256=uploaded.sha256, pages=uploaded.pages),
        personal={"filename": uploaded.filename},
    )
    record_event(session, actor, event, now=now)
    return stored.certificate_id


def remove_certificate(session: Session, actor: Actor, at: StatementAt, *, now: datetime) -> None:
    """Take it away; the statement is signed anew after it. What was uploaded stays in the file store, as of any document.

    Raise NotFound where there is none, and as ``attach_certificate`` does.
    """
    act = writing_for(session, actor, at.grant_id, at.number, at.partner_id)
    stored = statement_for_change(session, act.report.period_id, at.partner_id)
    if stored is None or stored.certificate_id is None:
        raise NotFoundError("document")
    require_open(act, stored)
    stored.certificate_id = stored.signed_at = stored.signed_by = stored.sha256 = None
    touch(act.report, actor, now=now)
    session.flush()
    record_event(session, actor, CertificateRemoved(**act.event(partner=at.partner_id)), now=now)
