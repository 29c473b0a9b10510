"""Decide on a requested amendment: accept it, which freezes its text for signature, give it back or refuse it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.queries import counted_on
from app.amendments.events import AmendmentDecided
from app.amendments.queries.reading import AmendmentReading, amendment_reading
from app.amendments.rules.addendum import AddendumFacts, reference_of
from app.amendments.rules.checks import reason_findings
from app.amendments.rules.lifecycle import AMENDMENT, AmendmentEvent, AmendmentState
from app.amendments.rules.signing import decision_findings
from app.amendments.schemas import DecideAmendment
from app.amendments.use_cases.acting import locked
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import NotPermittedError, RulesViolatedError
from app.core.violations import blocking
from app.grants.policies import prepares_grant, require_grant
from app.grants.queries.facts import day_of
from app.grants.queries.grants import grant_scope
from app.grants.queries.interests import is_of_a_party

_EVENTS = {
    "accept": AmendmentEvent.ACCEPT,
    "return": AmendmentEvent.RETURN,
    "refuse": AmendmentEvent.REFUSE,
}


def decide_amendment(
    session: Session, actor: Actor, grant_id: UUID, number: int, wanted: DecideAmendment, *, now: datetime
) -> None:
    """Answer a request. What was accepted can be given back until the authority has signed: its signatures lapse.

    Raise RulesViolated for who asked for it or belongs to a party, without a reason for giving it back or refusing it, and with everything
    that speaks against accepting it; TransitionNotAllowed where it does not lie with the office, NotPermitted for
    one that the managing body began.
    """
    scope = grant_scope(session, grant_id)
    require_grant(actor, scope, permitted=prepares_grant(actor, scope))
    act = locked(session, scope, number)
    if act.amendment.by_authority:
        raise NotPermittedError("The coordinator answers what the managing body proposes.")
    amendment, accepts = act.amendment, wanted.decision == "accept"
    state = AMENDMENT.after(AmendmentState(amendment.state), _EVENTS[wanted.decision])
    reading = amendment_reading(session, grant_id, number, today=day_of(now))
    against = blocking(reading.against_acceptance()) if accepts else reason_findings(wanted.reason)
    persons = counted_on(session, actor, AmendmentDecided, grant_id)
    own = decision_findings(persons, amendment.requested_by, of_a_party=is_of_a_party(session, actor, scope))
    if found := (*own, *against):
        raise RulesViolatedError(found)
    amendment.snapshot = amendment.sha256 = None
    if accepts:
        addendum = frozen(reading, now=now)
        amendment.snapshot, amendment.sha256 = addendum.plain(), addendum.sha256
        amendment.round += 1
    amendment.state, amendment.note = state, "" if accepts else wanted.reason.strip()
    amendment.decided_at, amendment.decided_by = now, actor.person_id
    session.flush()
    facts = {"decision": state.value, "sha256": amendment.sha256}
    personal = {"reason": amendment.note} if amendment.note else {}
    record_event(session, actor, AmendmentDecided(**act.event(**facts), personal=personal), now=now)


def frozen(reading: AmendmentReading, *, now: datetime) -> AddendumFacts:
    """The text that is signed, as it stands; what nobody asked for before is asked for ``now``."""
    row = reading.row
    return AddendumFacts(
        number=row.number,
        reference=reference_of(row.grant_reference, row.number),
        grant_id=row.grant_id,
        kinds=reading.proposal.kinds,
        reason=row.reason,
        by_authority=row.by_authority,
        requested_on=day_of(row.requested_at or now),
        effect_on=row.effect_on,
        base_version=reading.base.version,
        base_sha256=reading.base.sha256,
        agreement=reading.after,
    )
