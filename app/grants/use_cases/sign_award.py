"""Sign decisions: what the main list is awarded is bound in the ledger, the letters become ready to be looked at."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.queries import counted_on
from app.applications.queries.applied_call import applied_call
from app.applications.queries.locking import application_for_change
from app.applications.rules.lifecycle import ApplicationState
from app.applications.use_cases.mark_decided import mark_decided
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import DomainError, RulesViolatedError
from app.core.violations import Violation
from app.grants.events import AwardSigned
from app.grants.models import Award, Letter
from app.grants.policies import require_signing
from app.grants.queries.awards import award_for_change, award_row, awards_of, call_of_award
from app.grants.rules.lifecycle import AWARD, LETTER, AwardEvent, AwardState
from app.grants.rules.outcomes import Outcome
from app.grants.rules.sending import kind_of_letter
from app.grants.rules.signatures import ToSign, signature_findings
from app.grants.schemas import AwardRow, SignAwards, Signed
from app.infra.ids import new_id
from app.ledger.queries import envelope_of, envelopes_for_change
from app.ledger.schemas import AmountToCommit
from app.ledger.use_cases.commit_amount import commit_amount
from app.partnerships.queries import own_applications

SUBJECT = "award"
"""What the ledger calls that to which a commitment belongs."""


@dataclass(frozen=True, slots=True)
class Signer:
    """Everybody whom the signer counts as, and the applications that they have a part in."""

    persons: Collection[UUID]
    own: Collection[UUID]


def sign_award(session: Session, actor: Actor, award_id: UUID, *, now: datetime) -> None:
    """Sign one decision; an award of the main list binds its amount in the envelope.

    Raise RulesViolated where the signer prepared it or has a part in the application, where the application was withdrawn, or where the envelope has
    less left, with figures; TransitionNotAllowed for one that is signed or taken back.
    """
    call_id = call_of_award(session, award_id)
    call = applied_call(session, call_id)
    require_signing(actor, call_id, call.programme_id)
    envelopes_for_change(session, call_id)
    persons = counted_on(session, actor, AwardSigned, award_id)
    row = award_row(session, award_id)
    own = own_applications(session, actor, [row.application_id])
    _sign(session, actor, row, Signer(persons, own), now=now)


def sign_awards(session: Session, actor: Actor, call_id: UUID, wanted: SignAwards, *, now: datetime) -> Signed:
    """Sign the chosen decisions of a call, best placed first; what cannot be signed is left as it is and named.

    Raise RulesViolated where none is chosen, or where not one of them can be signed, with every reason.
    """
    call = applied_call(session, call_id)
    require_signing(actor, call_id, call.programme_id)
    envelopes_for_change(session, call_id)
    chosen = awards_of(session, call_id, states=list(AwardState), award_ids=wanted.award_ids)
    if not chosen:
        raise RulesViolatedError([Violation("award.none_chosen", "Choose at least one decision.", "award_ids")])
    persons = counted_on(session, actor, AwardSigned, *(award.id for award in chosen))
    signer = Signer(persons, own_applications(session, actor, [award.application_id for award in chosen]))
    signed: list[UUID] = []
    refused: dict[UUID, Sequence[Violation]] = {}
    for award in chosen:
        try:
            with session.begin_nested():
                _sign(session, actor, award, signer, now=now)
        except DomainError as error:
            refused[award.id] = error.violations
        else:
            signed.append(award.id)
    if not signed:
        raise RulesViolatedError([found.at("award_ids") for reasons in refused.values() for found in reasons])
    return Signed(tuple(signed), refused)


def _sign(session: Session, actor: Actor, row: AwardRow, signer: Signer, *, now: datetime) -> None:
    """Sign one decision; the envelopes of its call are locked, then its application, then itself."""
    application = application_for_change(session, row.application_id)
    award = award_for_change(session, row.id)
    state = AWARD.after(award.state, AwardEvent.SIGN)
    withdrawn = application is None or application.state == ApplicationState.WITHDRAWN
    if found := signature_findings(
        ToSign(row.reference, award.prepared_by, withdrawn, of_a_party=row.application_id in signer.own),
        signer.persons,
    ):
        raise RulesViolatedError(found)
    commitment_id = None
    if award.outcome == Outcome.MAIN and award.amount:
        to_bind = AmountToCommit(
            envelope_id=envelope_of(session, award.call_id, award.envelope).id,
            subject_kind=SUBJECT,
            subject_id=award.id,
            reference=row.reference,
            title=row.acronym,
            amount=award.amount,
        )
        commitment_id = commit_amount(session, actor, to_bind, now=now)
    if application is not None and application.decided_at is None:
        mark_decided(session, actor, row.application_id, now=now)
    award.state, award.signed_at, award.signed_by = state, now, actor.person_id
    award.commitment_id = commitment_id
    letter = Letter(
        id=new_id(),
        award_id=award.id,
        application_id=award.application_id,
        kind=kind_of_letter(row.outcome),
        state=LETTER.initial,
        prepared_at=now,
    )
    session.flush()
    session.add(letter)
    session.flush()
    _record(session, actor, award, letter, now=now)


def _record(session: Session, actor: Actor, award: Award, letter: Letter, *, now: datetime) -> None:
    facts = {
        "application": award.application_id,
        "outcome": award.outcome,
        "amount": award.amount,
        "commitment": award.commitment_id,
        "letter": letter.id,
    }
    record_event(session, actor, AwardSigned(subject_id=award.id, facts=facts, call_id=award.call_id), now=now)
