"""What is told about grants: who acts next, with the words that go along."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy.orm import Session

from app.applications.queries.applied_call import applied_call
from app.core.actor import Role
from app.core.periods import BRUSSELS, instant_in_zone
from app.grants.queries.grants import grant_head, parties_of
from app.grants.queries.preparation import signed_of, signing_parties
from app.grants.rules.grant_lifecycle import GrantState
from app.grants.rules.signing_order import next_to_sign
from app.notifications.queries import addressees
from app.notifications.queries.told_calls import call_facts
from app.notifications.rules.facts import Addressee, ApplicationFacts, Circle, Happening

if TYPE_CHECKING:
    from app.audit.queries import EventRow
    from app.grants.queries.grants import GrantHead


def of_grant(session: Session, row: EventRow, bare: Happening) -> Happening:
    """The consortium, who signs next and the office; ``until`` is the last day for the signature.

    After a signature nobody hears twice: the first opens the turn of the other beneficiaries, the last that of the
    authority.
    """
    grant = grant_head(session, row.subject_id)
    call = applied_call(session, grant.call_id)
    signatories, authority = _turn(session, row, grant, call.programme_id)
    circle = Circle(
        coordinators=addressees.contacts(session, grant.application_id, Role.COORDINATOR_CONTACT),
        partners=addressees.contacts(session, grant.application_id, Role.PARTNER_CONTACT),
        signatories=signatories,
        authority=authority,
        officers=addressees.officers(session, call.id, call.programme_id),
    )
    return replace(
        bare,
        call=call_facts(call),
        application=ApplicationFacts(grant.application_id, grant.reference, grant.acronym, submitted=True),
        words=grant.reason,
        until=instant_in_zone(grant.signature_due_on, 23, 59, 59, BRUSSELS),
        circle=circle,
    )


def _turn(
    session: Session, row: EventRow, grant: GrantHead, programme_id: UUID
) -> tuple[tuple[Addressee, ...], tuple[Addressee, ...]]:
    """Signatories whose turn it has become, and authorising officers where it has become theirs."""
    if grant.state is not GrantState.SIGNATURE or grant.agreed_version is None:
        return (), ()
    order = signing_parties(parties_of(session, grant.id))
    signed = signed_of(session, grant.id, grant.agreed_version)
    turn = next_to_sign(order, signed)
    if turn == (None,):
        return (), addressees.authorising(session, grant.call_id, programme_id)
    if row.kind == "grant.signed" and row.facts.get("order") != 1:
        return (), ()
    named = [party.signatory_id for party in order if party.partner_id in turn and party.signatory_id is not None]
    return tuple(one for person_id in named for one in addressees.person(session, person_id)), ()
