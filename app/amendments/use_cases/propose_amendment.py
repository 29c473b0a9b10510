"""The managing body proposes an amendment of its own, which freezes its text; the coordinator may decline it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.policies import require_own_act
from app.accounts.rules.interests import interest_findings
from app.amendments.events import AmendmentDeclined, AmendmentProposed
from app.amendments.policies import require_writing
from app.amendments.queries.amendments import hold_mandate
from app.amendments.queries.reading import amendment_reading
from app.amendments.rules.checks import decide_by, reason_findings
from app.amendments.rules.lifecycle import AMENDMENT, DAYS_TO_REACT, AmendmentEvent, AmendmentState
from app.amendments.rules.signing import coordinator_findings
from app.amendments.schemas import DeclineAmendment
from app.amendments.use_cases.acting import locked
from app.amendments.use_cases.decide_amendment import frozen
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import NotPermittedError, RulesViolatedError
from app.core.violations import blocking
from app.grants.policies import may_see_grant, prepares_grant, require_grant
from app.grants.queries.agreement import agreement_of
from app.grants.queries.facts import day_of
from app.grants.queries.grants import grant_scope
from app.grants.queries.interests import is_of_a_party


def propose_amendment(session: Session, actor: Actor, grant_id: UUID, number: int, *, now: datetime) -> None:
    """Freeze what was saved and hand it to the coordinator, whose signatory signs or declines it within 45 days.

    Raise RulesViolated with everything that speaks against it and for who belongs to a party, NotPermitted for an
    amendment of the coordinator, TransitionNotAllowed once it was proposed.
    """
    scope = grant_scope(session, grant_id)
    require_grant(actor, scope, permitted=prepares_grant(actor, scope))
    act = locked(session, scope, number)
    amendment, today = act.amendment, day_of(now)
    _require_own(by_authority=amendment.by_authority)
    require_writing(actor, scope, by_authority=True)
    state = AMENDMENT.after(AmendmentState(amendment.state), AmendmentEvent.PROPOSE)
    reading = amendment_reading(session, grant_id, number, today=today)
    own = interest_findings(of_a_party=is_of_a_party(session, actor, scope))
    if found := (*own, *blocking(reading.against_acceptance())):
        raise RulesViolatedError(found)
    addendum = frozen(reading, now=now)
    amendment.snapshot, amendment.sha256 = addendum.plain(), addendum.sha256
    amendment.round += 1
    amendment.state, amendment.note, amendment.requested_at = state, "", amendment.requested_at or now
    amendment.decide_by = decide_by(today, DAYS_TO_REACT)
    amendment.decided_at, amendment.decided_by = now, actor.person_id
    session.flush()
    facts = {
        "moved": reading.comparison.moved,
        "maximum": reading.after.maximum_grant,
        "end_on": reading.after.end_on,
        "decide_by": amendment.decide_by,
        "sha256": amendment.sha256,
    }
    record_event(session, actor, AmendmentProposed(**act.event(**facts)), now=now)


def decline_amendment(
    session: Session, actor: Actor, grant_id: UUID, number: int, wanted: DeclineAmendment, *, now: datetime
) -> None:
    """The coordinator does not sign what the managing body proposes: the agreement stays as it is.

    Raise RulesViolated for who is no legal signatory of the coordinator or proposed it, and without a reason; NotPermitted
    for an amendment of the coordinator and for who acts for somebody else, TransitionNotAllowed once it was signed.
    """
    require_own_act(actor)
    scope = grant_scope(session, grant_id)
    require_grant(actor, scope, permitted=may_see_grant(actor, scope))
    coordinator = agreement_of(session, grant_id).facts.coordinator
    mandated = hold_mandate(session, actor, coordinator.organisation_id)
    act = locked(session, scope, number)
    amendment = act.amendment
    _require_own(by_authority=amendment.by_authority)
    state = AMENDMENT.after(AmendmentState(amendment.state), AmendmentEvent.DECLINE)
    found = (
        *coordinator_findings(
            mandated=mandated,
            coordinator=coordinator.name,
            signer=actor.persons,
            accepted_by=amendment.decided_by,
        ),
        *reason_findings(wanted.reason),
    )
    if found:
        raise RulesViolatedError(found)
    amendment.snapshot = amendment.sha256 = None
    amendment.state, amendment.note = state, wanted.reason.strip()
    amendment.decided_at, amendment.decided_by = now, actor.person_id
    session.flush()
    record_event(session, actor, AmendmentDeclined(**act.event(), personal={"reason": amendment.note}), now=now)


def _require_own(*, by_authority: bool) -> None:
    if not by_authority:
        raise NotPermittedError("Only an amendment that the managing body began is proposed or declined.")
