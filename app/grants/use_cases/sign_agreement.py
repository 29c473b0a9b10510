"""Sign the agreement: for a party by its mandated signatory, last for the authority, which makes it bind."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.policies import require_own_act
from app.accounts.queries import counted_on
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import RulesViolatedError, TransitionNotAllowedError
from app.core.violations import Violation
from app.documents.schemas import DocumentRequest
from app.documents.use_cases.request_document import request_document
from app.grants.events import GrantEnteredIntoForce, GrantSigned
from app.grants.models import Grant, GrantSignature, GrantVersion
from app.grants.policies import partner_of_grant, require_grant, signs_grant
from app.grants.queries.agreement import record_of, version_for_change
from app.grants.queries.documents import AGREEMENT
from app.grants.queries.documents import GRANT as GRANT_DOCUMENT
from app.grants.queries.grants import grant_for_change, grant_scope, parties_of, party_row
from app.grants.queries.interests import is_of_a_party
from app.grants.queries.preparation import lock_mandate, signed_of, signers_of, signing_parties
from app.grants.rules.grant_lifecycle import GRANT, Authentication, GrantEvent, GrantState
from app.grants.rules.signing_order import authority_findings, next_to_sign, party_findings
from app.grants.schemas import SignAgreement

SIGNATORY, AUTHORITY = "Legal signatory", "Authorising officer"


def sign_for_party(
    session: Session, actor: Actor, grant_id: UUID, partner_id: UUID, wanted: SignAgreement, *, now: datetime
) -> None:
    """Sign for one party.

    Raise RulesViolated where it is not its turn, where somebody else is mandated, where the mandate has ended, for who
    opened it for signature or where another text was shown; TransitionNotAllowed unless the agreement is in signature; NotPermitted for who acts for
    somebody else.
    """
    require_own_act(actor)
    scope, party = grant_scope(session, grant_id), party_row(session, grant_id, partner_id)
    speaks = partner_of_grant(actor, scope, party.organisation_id, accepted_by=party.accepted_by)
    require_grant(actor, scope, permitted=speaks or actor.person_id == party.signatory_id)
    lock_mandate(session, grant_id, partner_id)
    grant, version = _in_signature(session, grant_id)
    parties = signing_parties(parties_of(session, grant_id))
    signed = signed_of(session, grant_id, version.number)
    found = (
        *party_findings(parties, signed, partner_id, actor.person_id, version.created_by),
        *_same_text(version, wanted),
    )
    if found:
        raise RulesViolatedError(found)
    signature = _signature(actor, version, len(signed) + 1, now=now)
    signature.partner_id, signature.capacity = partner_id, SIGNATORY
    _sign(session, actor, grant, signature, now=now)


def sign_for_authority(session: Session, actor: Actor, grant_id: UUID, wanted: SignAgreement, *, now: datetime) -> None:
    """Sign for the authority: the agreement enters into force and its document is made and sealed.

    Raise RulesViolated before every party has signed, for who opened it for signature, signed for a party or belongs to
    one, and where another text was shown; TransitionNotAllowed unless the agreement is in signature; NotPermitted for who acts for somebody else.
    """
    require_own_act(actor)
    scope = grant_scope(session, grant_id)
    require_grant(actor, scope, permitted=signs_grant(actor, scope))
    grant, version = _in_signature(session, grant_id)
    parties = signing_parties(parties_of(session, grant_id))
    signed = signed_of(session, grant_id, version.number)
    persons = counted_on(session, actor, GrantSigned, grant_id)
    against = authority_findings(
        parties,
        signed,
        persons,
        version.created_by,
        signed_by=signers_of(session, grant_id, version.number),
        of_a_party=is_of_a_party(session, actor, scope),
    )
    found = (*against, *_same_text(version, wanted))
    if found:
        raise RulesViolatedError(found)
    signature = _signature(actor, version, len(signed) + 1, now=now)
    signature.capacity = AUTHORITY
    _sign(session, actor, grant, signature, now=now)
    if not next_to_sign(parties, signed_of(session, grant_id, version.number)):
        _enter_into_force(session, actor, grant, version, now=now)


def _in_signature(session: Session, grant_id: UUID) -> tuple[Grant, GrantVersion]:
    """The grant and the version that is signed, both locked."""
    grant = grant_for_change(session, grant_id)
    if GrantState(grant.state) is not GrantState.SIGNATURE or grant.agreed_version is None:
        raise TransitionNotAllowedError(GRANT.name, grant.state, "signed")
    return grant, version_for_change(session, grant_id, grant.agreed_version)


def _same_text(version: GrantVersion, wanted: SignAgreement) -> tuple[Violation, ...]:
    if wanted.sha256 == version.sha256:
        return ()
    words = "The agreement has changed since it was shown. Read it again, then sign."
    return (Violation("grant.other_text", words, "sha256"),)


def _signature(actor: Actor, version: GrantVersion, order: int, *, now: datetime) -> GrantSignature:
    return GrantSignature(
        grant_id=version.grant_id,
        version=version.number,
        order=order,
        person_id=actor.person_id,
        authentication=Authentication.SECOND_FACTOR if actor.stepped_up else Authentication.PASSWORD,
        signed_at=now,
        sha256=version.sha256,
    )


def _sign(session: Session, actor: Actor, grant: Grant, signature: GrantSignature, *, now: datetime) -> None:
    session.add(signature)
    session.flush()
    facts = {
        "version": signature.version,
        "order": signature.order,
        "partner": signature.partner_id,
        "authentication": signature.authentication,
        "sha256": signature.sha256,
    }
    event = GrantSigned(subject_id=grant.id, facts=facts, call_id=grant.call_id, application_id=grant.application_id)
    record_event(session, actor, event, now=now)


def _enter_into_force(session: Session, actor: Actor, grant: Grant, version: GrantVersion, *, now: datetime) -> None:
    grant.state = GRANT.after(GrantState(grant.state), GrantEvent.ENTER_INTO_FORCE)
    grant.entered_into_force_at = now
    grant.version += 1
    session.flush()
    version.document_id = request_document(
        session,
        actor,
        DocumentRequest(
            kind=AGREEMENT,
            subject_kind=GRANT_DOCUMENT,
            subject_id=grant.id,
            reference=f"{grant.reference} v{version.number}",
            title="Grant agreement",
            data=record_of(session, grant.id, version.number).plain(),
            call_id=grant.call_id,
            application_id=grant.application_id,
        ),
        now=now,
    )
    session.flush()
    event = GrantEnteredIntoForce(
        subject_id=grant.id,
        facts={"version": version.number, "amount": grant.maximum_grant, "end_on": grant.end_on},
        call_id=grant.call_id,
        application_id=grant.application_id,
    )
    record_event(session, actor, event, now=now)
