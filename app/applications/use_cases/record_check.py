"""Record what an officer found about a partner elsewhere, such as in the Early Detection and Exclusion System."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.applications.events import CheckRecorded
from app.applications.models import RecordedResult
from app.applications.queries.checks import judged_for_change
from app.applications.queries.screened import check_facts, rules_of_submissions
from app.applications.rules.check_decisions import evidence_violations
from app.applications.rules.check_lifecycle import CheckStep
from app.applications.rules.exclusion import checks_before_award, recording_violations
from app.applications.rules.submitted import submitted_partners
from app.applications.schemas import RecordCheck
from app.audit.use_cases.record_event import record_event
from app.calls.rules.call_rules import CallRules
from app.core.actor import Actor
from app.core.errors import RulesViolatedError
from app.infra.ids import new_id


def record_check(session: Session, actor: Actor, application_id: UUID, wanted: RecordCheck, *, now: datetime) -> UUID:
    """Record a result for one partner; return its id. Earlier results stay as history, the latest counts.

    Raise RulesViolated where the call asks for no such check, not of this partner, or the exclusion step is decided.
    """
    call, judged = judged_for_change(session, actor, application_id)
    rules = rules_of_submissions(session, [judged])[judged.call_version_id]
    refused = (
        *evidence_violations(check_facts(judged, CheckStep.EXCLUSION, call.state)),
        *recording_violations(
            rules,
            str(judged.about["strand"]),
            submitted_partners(judged.members),
            partner_id=wanted.partner_id,
            check=wanted.check,
        ),
    )
    if refused:
        raise RulesViolatedError(refused)
    result = RecordedResult(
        id=new_id(),
        application_id=application_id,
        partner_id=wanted.partner_id,
        check=wanted.check,
        outcome=wanted.outcome,
        words=wanted.words,
        recorded_by=actor.person_id,
        recorded_at=now,
    )
    session.add(result)
    session.flush()
    record_event(
        session,
        actor,
        CheckRecorded(
            subject_id=application_id,
            facts={
                "partner": str(wanted.partner_id),
                "check": wanted.check,
                "title": _title(rules, str(judged.about["strand"]), wanted.check),
                "outcome": wanted.outcome.value,
            },
            personal={"words": wanted.words},
            call_id=call.id,
            application_id=application_id,
        ),
        now=now,
    )
    return result.id


def _title(rules: CallRules, strand: str, check: str) -> str:
    """The name of the check as the call gives it."""
    return str(next(rule.title for rule in checks_before_award(rules, strand) if rule.id == check))
