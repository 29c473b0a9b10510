"""Sign an amendment: a signatory of the coordinator for all beneficiaries, then the authority, which makes it bind."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.policies import require_own_act
from app.accounts.queries import counted_on
from app.amendments.events import AmendmentEnteredIntoForce, AmendmentSigned
from app.amendments.models import AmendmentSignature
from app.amendments.queries.amendments import amendment_row, hold_mandate, record_of_amendment, signers_of_round
from app.amendments.queries.documents import ADDENDUM
from app.amendments.queries.reading import AmendmentReading, amendment_reading
from app.amendments.rules.lifecycle import AMENDMENT, AmendmentEvent, AmendmentState
from app.amendments.rules.signing import authority_findings, coordinator_findings, text_findings
from app.amendments.schemas import SignAmendment
from app.amendments.use_cases.acting import Act, locked
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import NotFoundError, RulesViolatedError
from app.core.money import Money
from app.core.violations import Violation, blocking
from app.documents.schemas import DocumentRequest
from app.documents.use_cases.request_document import request_document
from app.grants.policies import may_see_grant, require_grant, signs_grant
from app.grants.queries.agreement import agreement_of
from app.grants.queries.documents import GRANT as GRANT_DOCUMENT
from app.grants.queries.facts import day_of
from app.grants.queries.grants import grant_head, grant_scope
from app.grants.queries.interests import is_of_a_party
from app.grants.rules.grant_lifecycle import Authentication
from app.grants.use_cases.amend_agreement import amend_agreement
from app.grants.use_cases.sign_agreement import AUTHORITY, SIGNATORY
from app.ledger.queries import commitment_for_change
from app.ledger.use_cases.release_commitment import release_commitment
from app.reporting.use_cases.move_periods import move_periods


def sign_for_coordinator(
    session: Session, actor: Actor, grant_id: UUID, number: int, wanted: SignAmendment, *, now: datetime
) -> None:
    """Sign for the consortium; the authority is next.

    Raise RulesViolated for who is no legal signatory of the coordinator or accepted it, and where another text was shown,
    TransitionNotAllowed unless the amendment is accepted, NotPermitted for who acts for somebody else.
    """
    require_own_act(actor)
    scope = grant_scope(session, grant_id)
    require_grant(actor, scope, permitted=may_see_grant(actor, scope))
    coordinator = agreement_of(session, grant_id).facts.coordinator
    mandated = hold_mandate(session, actor, coordinator.organisation_id)
    act = locked(session, scope, number)
    state = AMENDMENT.after(AmendmentState(act.amendment.state), AmendmentEvent.SIGN)
    found = (
        *coordinator_findings(
            mandated=mandated,
            coordinator=coordinator.name,
            signer=actor.persons,
            accepted_by=act.amendment.decided_by,
        ),
        *text_findings(wanted.sha256, act.amendment.sha256),
    )
    if found:
        raise RulesViolatedError(found)
    _sign(session, actor, act, partner_id=coordinator.partner_id, now=now)
    act.amendment.state = state
    session.flush()
    _record(session, actor, act, order=1, now=now)


def sign_for_authority(
    session: Session, actor: Actor, grant_id: UUID, number: int, wanted: SignAmendment, *, now: datetime
) -> None:
    """Sign for the authority: the next version of the agreement is in force, and the addendum is made and sealed.

    Everything is judged once more, because reports and payments go on while an amendment waits. Raise RulesViolated
    with what speaks against it, for who accepted it, signed for the coordinator or belongs to a party, and where another
    text was shown; TransitionNotAllowed before the coordinator has signed; NotPermitted for who acts for somebody else.
    """
    require_own_act(actor)
    scope = grant_scope(session, grant_id)
    require_grant(actor, scope, permitted=signs_grant(actor, scope))
    commitment_id = grant_head(session, grant_id).commitment_id
    if commitment_id is not None:
        commitment_for_change(session, commitment_id)  # nobody initiates a payment in between
    act = locked(session, scope, number)
    amendment = act.amendment
    state = AMENDMENT.after(AmendmentState(amendment.state), AmendmentEvent.ENTER_INTO_FORCE)
    reading = amendment_reading(session, grant_id, number, today=day_of(now))
    found = (
        *authority_findings(
            counted_on(session, actor, AmendmentSigned, grant_id),
            amendment.decided_by,
            signed_by=signers_of_round(session, amendment.id, amendment.round),
            of_a_party=is_of_a_party(session, actor, scope),
        ),
        *text_findings(wanted.sha256, amendment.sha256),
        *_against(reading),
    )
    if found:
        raise RulesViolatedError(found)
    _sign(session, actor, act, partner_id=None, now=now)
    _record(session, actor, act, order=2, now=now)
    _enter_into_force(session, actor, act, reading, state, now=now)


def _against(reading: AmendmentReading) -> tuple[Violation, ...]:
    """What speaks against the last signature; the day of effect was judged when it was accepted."""
    return tuple(one for one in blocking(reading.against_acceptance()) if one.place != "effect_on")


def _sign(session: Session, actor: Actor, act: Act, *, partner_id: UUID | None, now: datetime) -> None:
    amendment = act.amendment
    session.add(
        AmendmentSignature(
            amendment_id=amendment.id,
            round=amendment.round,
            order=2 if partner_id is None else 1,
            partner_id=partner_id,
            person_id=actor.person_id,
            capacity=AUTHORITY if partner_id is None else SIGNATORY,
            authentication=Authentication.SECOND_FACTOR if actor.stepped_up else Authentication.PASSWORD,
            signed_at=now,
            sha256=amendment.sha256,
        )
    )
    session.flush()


def _record(session: Session, actor: Actor, act: Act, *, order: int, now: datetime) -> None:
    method = Authentication.SECOND_FACTOR if actor.stepped_up else Authentication.PASSWORD
    facts = {"order": order, "authentication": method, "sha256": act.amendment.sha256}
    record_event(session, actor, AmendmentSigned(**act.event(**facts)), now=now)


def _enter_into_force(
    session: Session, actor: Actor, act: Act, reading: AmendmentReading, state: AmendmentState, *, now: datetime
) -> None:
    amendment, grant, addendum = act.amendment, act.grant, reading.addendum
    record = record_of_amendment(session, amendment_row(session, grant.id, amendment.number))
    if addendum is None or record is None:
        raise NotFoundError("amendment")
    document_id = request_document(
        session,
        actor,
        DocumentRequest(
            kind=ADDENDUM,
            subject_kind=GRANT_DOCUMENT,
            subject_id=grant.id,
            reference=addendum.reference,
            title=f"Amendment {amendment.number}",
            data=record.plain(),
            call_id=grant.call_id,
            application_id=grant.application_id,
        ),
        now=now,
    )
    session.flush()
    amend_agreement(session, actor, grant, addendum.agreement, document_id, now=now)
    amendment.state, amendment.entered_into_force_at = state, now
    amendment.agreement_version, amendment.document_id = addendum.agreement.number, document_id
    session.flush()
    move_periods(session, actor, grant.id, now=now)
    released = _free(session, actor, reading, now=now)
    facts = {
        "version": addendum.agreement.number,
        "maximum": addendum.agreement.maximum_grant,
        "end_on": addendum.agreement.end_on,
        "released": released,
    }
    record_event(session, actor, AmendmentEnteredIntoForce(**act.event(**facts)), now=now)


def _free(session: Session, actor: Actor, reading: AmendmentReading, *, now: datetime) -> Money:
    """Give back to the envelope what the grant no longer may come to, so that nothing above it can be paid; return it.

    The commitment and its envelope are locked.
    """
    base = reading.base.facts
    lowered = base.maximum_grant - reading.after.maximum_grant
    if not lowered or base.commitment_id is None:
        return Money.zero()
    reason = f"Amendment {reading.row.number} lowers the maximum grant."
    release_commitment(session, actor, base.commitment_id, reason=reason, now=now, amount=lowered)
    return lowered
