"""Give a submitted report back to the consortium: why, until when it is corrected, and whose statements are open again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import RulesViolatedError
from app.grants.queries.agreement import agreement_of
from app.grants.queries.facts import day_of
from app.reporting.events import ReportReturned, StatementReopened
from app.reporting.queries.reading import partners_of
from app.reporting.queries.reports import statement_for_change
from app.reporting.rules.correction import correction_findings, usual_correction_day
from app.reporting.rules.lifecycle import REPORT, ReportEvent, ReportState
from app.reporting.rules.submission import reason_findings
from app.reporting.schemas import ReturnReport
from app.reporting.use_cases.acting import Act, assessing


def return_report(
    session: Session, actor: Actor, grant_id: UUID, number: int, wanted: ReturnReport, *, now: datetime
) -> None:
    """The consortium corrects it and submits it again; where no day is stated, within the usual term.

    The texts and indicators are open, and the statements of the partners that are named: their signatures count no
    more. The other statements stay signed, judged and closed.

    Raise RulesViolated without a reason, for a day that is not ahead, a partner without a statement, and for who has a
    part in the report, TransitionNotAllowed unless it is submitted, StaleVersion where it was submitted again since it
    was read.
    """
    act = assessing(session, actor, grant_id, number, wanted.times)
    report, today = act.report, day_of(now)
    state = REPORT.after(ReportState(report.state), ReportEvent.RETURN)
    correct_by = wanted.correct_by or usual_correction_day(today)
    agreement = agreement_of(session, grant_id, report.agreement_version)
    names = {one.partner_id: one.name for one in partners_of(agreement)}
    found = (
        *reason_findings(wanted.reason),
        *correction_findings(correct_by, today, wanted.partners, names.keys()),
    )
    if found:
        raise RulesViolatedError(found)
    report.state, report.reason, report.returned_at = state, wanted.reason.strip(), now
    report.correct_by, report.agreement_version = correct_by, None
    named = {partner_id: name for partner_id, name in names.items() if partner_id in wanted.partners}
    facts = {"times": report.times, "correct_by": correct_by, "statements": list(named.values())}
    personal = {"reason": report.reason}
    session.flush()
    record_event(session, actor, ReportReturned(**act.event(**facts), personal=personal), now=now)
    _reopen(session, actor, act, named, now=now)


def _reopen(session: Session, actor: Actor, act: Act, named: Mapping[UUID, str], *, now: datetime) -> None:
    """Take the signatures off the statements of these partners; what was signed stays named."""
    for partner_id, name in sorted(named.items()):
        stored = statement_for_change(session, act.report.period_id, partner_id)
        assert stored is not None  # noqa: S101  # what was submitted has a signed statement of each
        void = stored.sha256
        stored.reopened_at, stored.void_sha256 = now, void
        stored.signed_at = stored.signed_by = stored.sha256 = None
        session.flush()
        event = act.event(partner=partner_id, name=name, sha256=void)
        record_event(session, actor, StatementReopened(**event, personal={"reason": act.report.reason}), now=now)
