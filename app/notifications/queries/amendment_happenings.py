"""What is told about amendments: who acts next, with the words that go along."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from app.amendments.queries.amendments import amendment_row
from app.amendments.rules.lifecycle import AmendmentState
from app.applications.queries.applied_call import applied_call
from app.core.actor import Role
from app.core.periods import BRUSSELS, instant_in_zone
from app.grants.queries.grants import grant_head, parties_of
from app.notifications.queries import addressees
from app.notifications.queries.told_calls import call_facts
from app.notifications.rules.facts import ApplicationFacts, Circle, Happening

if TYPE_CHECKING:
    from app.audit.queries import EventRow


def of_amendment(session: Session, row: EventRow, bare: Happening) -> Happening:
    """The consortium, who signs next and the office; ``until`` is the last day for the answer, ``words`` the office's."""
    grant = grant_head(session, row.subject_id)
    call = applied_call(session, grant.call_id)
    amendment = amendment_row(session, grant.id, int(str(row.facts["amendment"])))
    coordinator = next(party for party in parties_of(session, grant.id) if party.coordinates)
    to_sign, signed = amendment.state is AmendmentState.ACCEPTED, amendment.state is AmendmentState.SIGNED
    circle = Circle(
        coordinators=addressees.contacts(session, grant.application_id, Role.COORDINATOR_CONTACT),
        partners=addressees.contacts(session, grant.application_id, Role.PARTNER_CONTACT),
        signatories=addressees.signatories(session, coordinator.organisation_id) if to_sign else (),
        authority=addressees.authorising(session, call.id, call.programme_id) if signed else (),
        officers=addressees.officers(session, call.id, call.programme_id),
    )
    day = amendment.decide_by
    return replace(
        bare,
        call=call_facts(call),
        application=ApplicationFacts(grant.application_id, grant.reference, grant.acronym, submitted=True),
        words=amendment.note,
        until=instant_in_zone(day, 23, 59, 59, BRUSSELS) if day is not None else None,
        circle=circle,
    )
