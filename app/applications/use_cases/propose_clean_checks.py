"""Propose to pass, for a whole call, each next step about which nothing was found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.applications.policies import require_checks
from app.applications.queries.applied_call import applied_call
from app.applications.queries.checks import applications_for_change, check_for_change, submitted_of_call
from app.applications.queries.screened import check_facts, findings_of, screened_among
from app.applications.rules.check_decisions import is_clean
from app.applications.rules.check_lifecycle import CheckOutcome, CheckState
from app.applications.rules.screening import next_step, state_of_step
from app.applications.schemas import ProposeCheck
from app.applications.use_cases.propose_check import store_proposal
from app.core.actor import Actor


@dataclass(frozen=True, slots=True)
class ProposedChecks:
    """What proposing in bulk did: proposals made, and open steps left because something was found or asked."""

    proposed: int
    left: int


def propose_clean_checks(session: Session, actor: Actor, call_id: UUID, *, now: datetime) -> ProposedChecks:
    """Propose ``pass`` wherever nobody needs to look; return how many were proposed and how many open steps were left.

    A step with a finding, be it only a warning, or with an open clarification is left to a person.
    """
    call = applied_call(session, call_id)
    require_checks(actor, call.id, call.programme_id)
    identities = submitted_of_call(session, call_id)
    applications_for_change(session, identities)
    applications = screened_among(session, identities)
    findings = findings_of(session, applications)
    proposed = left = 0
    for one in sorted(applications, key=lambda each: each.id):
        step = next_step(one.states)
        if step is None or state_of_step(one.states, step) is not CheckState.OPEN:
            continue
        if not is_clean(check_facts(one, step, call.state, findings[one.id]), now):
            left += 1
            continue
        row = check_for_change(session, one.id, step)
        wanted = ProposeCheck(outcome=CheckOutcome.PASS)
        store_proposal(session, actor, one.id, row, wanted, step=step, call_id=call.id, now=now)
        proposed += 1
    return ProposedChecks(proposed, left)
