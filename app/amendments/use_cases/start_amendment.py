"""Start an amendment of a running grant, or take one back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.rules.interests import interest_findings
from app.amendments.events import AmendmentStarted, AmendmentWithdrawn
from app.amendments.models import Amendment
from app.amendments.policies import require_writing
from app.amendments.queries.amendments import next_number, open_number
from app.amendments.rules.lifecycle import AMENDMENT, AmendmentEvent, AmendmentState
from app.amendments.rules.proposal import Proposal
from app.amendments.use_cases.acting import Act, locked, running_grant
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import RulesViolatedError
from app.core.violations import Violation
from app.grants.policies import may_see_grant, prepares_grant, require_grant, works_for_grant
from app.grants.queries.grants import grant_scope
from app.grants.queries.interests import is_of_a_party
from app.infra.ids import new_id


def start_amendment(session: Session, actor: Actor, grant_id: UUID, *, now: datetime) -> int:
    """Begin a draft that changes the agreement in force; return its number. Who begins it is the side that it is of.

    Raise RulesViolated where another amendment is open, TransitionNotAllowed unless the grant runs.
    """
    scope = grant_scope(session, grant_id)
    coordinates = works_for_grant(actor, scope)
    require_grant(actor, scope, permitted=coordinates or prepares_grant(actor, scope))
    if not coordinates and (found := interest_findings(of_a_party=is_of_a_party(session, actor, scope))):
        raise RulesViolatedError(found)
    grant = running_grant(session, grant_id)
    if (there := open_number(session, grant_id)) is not None:
        words = "Amendment {number} is open: one follows the other. Change it, or take it back."
        raise RulesViolatedError([Violation("amendment.open_already", words, figures={"number": there})])
    amendment = Amendment(
        id=new_id(),
        grant_id=grant_id,
        number=next_number(session, grant_id),
        state=AMENDMENT.initial,
        by_authority=not coordinates,
        base_version=grant.agreed_version,
        proposal=Proposal().plain(),
        reason="",
        created_at=now,
        created_by=actor.person_id,
        saved_at=now,
        saved_by=actor.person_id,
    )
    session.add(amendment)
    session.flush()
    act = Act(scope, grant, amendment)
    record_event(
        session,
        actor,
        AmendmentStarted(**act.event(version=amendment.base_version, by_authority=amendment.by_authority)),
        now=now,
    )
    return amendment.number


def withdraw_amendment(session: Session, actor: Actor, grant_id: UUID, number: int, *, now: datetime) -> None:
    """Take an amendment back; nothing of the agreement changes.

    The managing body takes its own back until it has signed. Raise TransitionNotAllowed once the coordinator's signatory has
    signed what the coordinator asked for, or once it has come to its end; NotPermitted for the other side.
    """
    scope = grant_scope(session, grant_id)
    require_grant(actor, scope, permitted=may_see_grant(actor, scope))
    act = locked(session, scope, number)
    amendment = act.amendment
    require_writing(actor, scope, by_authority=amendment.by_authority)
    event = AmendmentEvent.WITHDRAW
    if amendment.by_authority and amendment.state == AmendmentState.SIGNED:
        event = AmendmentEvent.CANCEL
    amendment.state = AMENDMENT.after(AmendmentState(amendment.state), event)
    amendment.snapshot = amendment.sha256 = None
    session.flush()
    record_event(session, actor, AmendmentWithdrawn(**act.event()), now=now)
