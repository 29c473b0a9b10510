"""What every change of a report begins with: the grant, the permission, the locked report, and that it may be written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.rules.interests import interest_findings
from app.core.actor import Actor
from app.core.errors import (
    NotFoundError,
    NotPermittedError,
    RulesViolatedError,
    StaleVersionError,
    TransitionNotAllowedError,
)
from app.core.violations import Violation
from app.grants.policies import GrantScope, may_see_grant, require_grant
from app.grants.queries.grants import PartyRow, grant_for_change, grant_scope, parties_of
from app.grants.queries.interests import is_of_a_party
from app.grants.rules.agreement import Agreement
from app.grants.rules.grant_lifecycle import GrantState
from app.ledger.queries import commitment_for_change
from app.reporting.models import FinancialStatement, PaymentCalculation, PeriodicReport, RecoveryHearing
from app.reporting.policies import require_assessing, require_writing, speaks_for_party
from app.reporting.queries.hearings import hearing_for_change
from app.reporting.queries.reports import authors_of, calculation_for_change, report_for_change
from app.reporting.rules.correction import closed_findings
from app.reporting.rules.lifecycle import REPORT, WRITABLE, ReportEvent, ReportState
from app.reporting.rules.submission import independent_findings, submission_findings


@dataclass(frozen=True, slots=True)
class Act:
    """A change of one report; ``report`` is locked."""

    scope: GrantScope
    report: PeriodicReport
    number: int

    def event(self, **facts: object) -> dict[str, Any]:
        """What every event of a report says, and ``facts``."""
        return {
            "subject_id": self.scope.grant_id,
            "facts": {"period": self.number, **facts},
            "call_id": self.scope.call_id,
            "application_id": self.scope.application_id,
        }


def writing(session: Session, actor: Actor, grant_id: UUID, number: int) -> Act:
    """The coordinator changes a report; raise as the rules of writing say."""
    scope = grant_scope(session, grant_id)
    require_writing(actor, scope)
    return _writable(session, scope, number)


def writing_for(session: Session, actor: Actor, grant_id: UUID, number: int, partner_id: UUID) -> Act:
    """Somebody changes the statement of a partner; raise NotPermitted where another speaks for it."""
    scope = grant_scope(session, grant_id)
    require_grant(actor, scope, permitted=may_see_grant(actor, scope))
    if partner_id not in own_parties(session, actor, scope):
        if not any(party.partner_id == partner_id for party in parties_of(session, grant_id)):
            raise NotFoundError("partner")
        raise NotPermittedError("Only somebody who speaks for this partner can do this.")
    return _writable(session, scope, number)


def assessing(session: Session, actor: Actor, grant_id: UUID, number: int, times: int | None) -> Act:
    """An officer judges a report; the grant is locked before it.

    ``times`` is the submission that the officer read; raise StaleVersion where the report was submitted again since,
    RulesViolated for who wrote, signed or submitted a part of it, or belongs to a party.
    """
    scope = grant_scope(session, grant_id)
    require_assessing(actor, scope)
    _running(session, grant_id)
    report = report_for_change(session, grant_id, number)
    if found := submission_findings(times, report.times):
        raise StaleVersionError(sent=times or 0, current=report.times, found=found[0])
    if found := (
        *independent_findings(actor.persons, authors_of(session, report.period_id)),
        *interest_findings(of_a_party=is_of_a_party(session, actor, scope)),
    ):
        raise RulesViolatedError(found)
    return Act(scope, report, number)


def answering(session: Session, actor: Actor, grant_id: UUID, number: int) -> tuple[Act, RecoveryHearing]:
    """The coordinator answers the announcement of a recovery; raise NotFound where nothing was announced."""
    scope = grant_scope(session, grant_id)
    require_writing(actor, scope)
    act, _, hearing = _heard(session, scope, number)
    return act, hearing


def settling(
    session: Session, actor: Actor, grant_id: UUID, number: int
) -> tuple[Act, PaymentCalculation, RecoveryHearing]:
    """An officer decides on a recovery after the hearing; raise NotFound where nothing was announced."""
    scope = grant_scope(session, grant_id)
    require_assessing(actor, scope)
    return _heard(session, scope, number)


def _heard(session: Session, scope: GrantScope, number: int) -> tuple[Act, PaymentCalculation, RecoveryHearing]:
    grant_for_change(session, scope.grant_id)
    report = report_for_change(session, scope.grant_id, number)
    calculation = calculation_for_change(session, report.period_id)
    hearing = hearing_for_change(session, report.period_id) if calculation is not None else None
    if calculation is None or hearing is None:
        raise NotFoundError("hearing")
    return Act(scope, report, number), calculation, hearing


def committed(session: Session, agreement: Agreement) -> UUID:
    """The commitment that pays the grant, locked with its envelope; raise RulesViolated where the grant pays nothing."""
    if agreement.commitment_id is None:
        words = "This grant pays nothing, so there is nothing to ask for."
        raise RulesViolatedError([Violation("settlement.no_commitment", words)])
    return commitment_for_change(session, agreement.commitment_id).id


def own_parties(session: Session, actor: Actor, scope: GrantScope) -> frozenset[UUID]:
    """The parties whose statements the actor fills in and signs. Two queries."""
    return frozenset(party.partner_id for party in parties_of(session, scope.grant_id) if _speaks(actor, scope, party))


def require_open(act: Act, stored: FinancialStatement | None) -> None:
    """Raise RulesViolated where the report was given back without this statement, which stays as it was signed."""
    signed = stored is not None and stored.signed_at is not None
    reopened = stored is not None and stored.reopened_at == act.report.returned_at
    if found := closed_findings(ReportState(act.report.state), signed=signed, reopened=reopened):
        raise RulesViolatedError(found)


def begin(report: PeriodicReport) -> None:
    """Whoever writes first makes a draft of it."""
    if REPORT.allows(ReportState(report.state), ReportEvent.BEGIN):
        report.state = REPORT.after(ReportState(report.state), ReportEvent.BEGIN)


def touch(report: PeriodicReport, actor: Actor, *, now: datetime) -> None:
    """Note who saved last."""
    begin(report)
    report.saved_at, report.saved_by = now, actor.person_id


def _speaks(actor: Actor, scope: GrantScope, party: PartyRow) -> bool:
    return speaks_for_party(
        actor, scope, party.organisation_id, coordinates=party.coordinates, accepted_by=party.accepted_by
    )


def _writable(session: Session, scope: GrantScope, number: int) -> Act:
    _running(session, scope.grant_id)
    report = report_for_change(session, scope.grant_id, number)
    if ReportState(report.state) not in WRITABLE:
        raise TransitionNotAllowedError("periodic report", report.state, "changed")
    return Act(scope, report, number)


def _running(session: Session, grant_id: UUID) -> None:
    """After closure nothing of a report changes, and no other is taken."""
    state = grant_for_change(session, grant_id).state
    if state == GrantState.RUNNING:
        return
    words = "This grant is {state}: its reports no longer change and no further one is taken."
    raise RulesViolatedError([Violation("report.grant_not_running", words, figures={"state": str(state)})])
