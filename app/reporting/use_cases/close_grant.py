"""Close a grant: everything is paid or paid back, and what it did not need is free again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.rules.interests import interest_findings
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import RulesViolatedError
from app.core.money import Money
from app.core.violations import Violation
from app.grants.queries.agreement import agreement_of
from app.grants.queries.grants import grant_for_change, grant_scope
from app.grants.queries.interests import is_of_a_party
from app.grants.rules.agreement import Agreement
from app.grants.rules.grant_lifecycle import GRANT, GrantEvent, GrantState
from app.ledger.queries import commitment_for_change
from app.ledger.use_cases.release_commitment import release_commitment
from app.reporting.events import GrantClosed
from app.reporting.policies import require_assessing
from app.reporting.queries.paid import is_paid, lost_payments
from app.reporting.queries.reports import calculations_of, reports_of
from app.reporting.rules.calculation import superseded_findings
from app.reporting.rules.closing import ToClose, closing_findings
from app.reporting.rules.settled import CalculationRow
from app.reporting.rules.sheet import Paid


def close_grant(session: Session, actor: Actor, grant_id: UUID, *, now: datetime) -> Money:
    """Close the grant and return what of its commitment was released.

    Locks the commitment before the grant. Raise RulesViolated with everything that is open: reports without a
    decision, a balance that is not paid, money that did not come back; TransitionNotAllowed unless it is running.
    """
    scope = grant_scope(session, grant_id)
    require_assessing(actor, scope)
    agreement = agreement_of(session, grant_id)
    pending = Money.zero()
    if agreement.commitment_id is not None:
        pending = commitment_for_change(session, agreement.commitment_id).pending
    grant = grant_for_change(session, grant_id)
    state = GRANT.after(GrantState(grant.state), GrantEvent.CLOSE)
    own = interest_findings(of_a_party=is_of_a_party(session, actor, scope))
    if found := (*own, *_findings(session, agreement)):
        raise RulesViolatedError(found)
    final = next(one for one in reversed(calculations_of(session, grant_id)) if one.final_grant is not None)
    if agreement.commitment_id is not None and pending:
        release_commitment(session, actor, agreement.commitment_id, reason="The grant was closed.", now=now)
    grant.state, grant.closed_at, grant.version = state, now, grant.version + 1
    session.flush()
    event = GrantClosed(
        subject_id=grant_id,
        facts={"reference": agreement.reference, "final_grant": final.final_grant, "released": pending},
        call_id=scope.call_id,
        application_id=scope.application_id,
    )
    record_event(session, actor, event, now=now)
    return pending


def _findings(session: Session, agreement: Agreement) -> tuple[Violation, ...]:
    calculations = calculations_of(session, agreement.grant_id)
    lost = lost_payments(session, agreement)
    return closing_findings(
        ToClose(
            states={row.number: row.state for row in reports_of(session, agreement.grant_id)},
            unpaid=tuple(one.number for one in calculations if _is_open(session, one, calculations, lost)),
            owed={
                one.number: one.asked_back - one.received - one.waived
                for one in calculations
                if one.recovery and one.recovered_on is None
            },
            lost=lost.prefinancing,
        )
    )


def _is_open(session: Session, one: CalculationRow, all_of: Sequence[CalculationRow], lost: Paid) -> bool:
    """Whether what is due after a report must still be paid."""
    if not one.due or (one.payment_id is not None and is_paid(session, one.payment_id)):
        return False
    came_back = one.payment_id is not None and lost.interims >= one.due
    return not superseded_findings(one.number, [(row.number, row.payment) for row in all_of], lost=came_back)
