"""What recording a voucher and recording an exchange have in common: permit, lock, judge, store, tell."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.audit.use_cases.record_event import record_event
from app.cascade.events import SupportRecorded
from app.cascade.models import ThirdPartyPayment
from app.cascade.policies import may_record
from app.cascade.queries.frame import frame_of, numbers_of_recipient, place_of, registered_organisation
from app.cascade.queries.payments import SUBJECT, next_number
from app.cascade.rules.support import Frame, Support, recipient_findings, state_findings, support_findings
from app.core.actor import Actor
from app.core.errors import RulesViolatedError
from app.core.periods import BRUSSELS
from app.core.violations import Violation, blocking
from app.grants.models import Grant
from app.grants.policies import GrantScope, require_grant
from app.grants.queries.agreement import agreement_of
from app.grants.queries.grants import PartyRow, grant_for_change, grant_scope, party_row
from app.grants.rules.grant_lifecycle import GrantState
from app.infra.ids import new_id
from app.ledger.queries import lock_recipient
from app.ledger.rules.recipients import recipient_keys
from app.ledger.schemas import RecipientAmountToRecord
from app.ledger.use_cases.record_recipient_amount import record_recipient_amount
from app.organisations.rules.vat import check_vat
from app.reference.queries import is_in


@dataclass(frozen=True, slots=True)
class Recording:
    """A payment about to be recorded: everything that it is judged by, with recipient and grant locked."""

    scope: GrantScope
    party: PartyRow
    grant: Grant
    keys: tuple[str, ...]
    """The numbers of the recipient: those that were given and those of its organisation on the platform."""
    frame: Frame
    numbers: tuple[Violation, ...]
    """What speaks against the numbers of the recipient: a mistyped one would dodge its ceiling."""


def begin(
    session: Session,
    actor: Actor,
    grant_id: UUID,
    partner_id: UUID,
    numbers: tuple[str, str, str],
    *,
    now: datetime,
) -> Recording:
    """Permit, then lock the recipient and the grant, in this order; ``numbers`` are country, VAT, registration.

    Raise NotFound, NotPermitted, or RulesViolated where the grant does not run.
    """
    scope = grant_scope(session, grant_id)
    party = party_of(session, actor, scope, partner_id)
    keys = numbers_of_recipient(session, recipient_keys(*numbers))
    lock_recipient(session, keys)
    grant = running_grant(session, grant_id)
    agreement = agreement_of(session, grant_id)
    today = now.astimezone(ZoneInfo(BRUSSELS)).date()
    frame = frame_of(session, scope, agreement, party, keys, today=today)
    country, vat, _ = numbers
    typed = blocking(check_vat(country, vat, member_state=is_in("eu_member_states", country, today)))
    return Recording(scope, party, grant, keys, frame, typed)


def party_of(session: Session, actor: Actor, scope: GrantScope, partner_id: UUID) -> PartyRow:
    """The party that paid, for somebody who may record for it; raise NotFound or NotPermitted."""
    party = party_row(session, scope.grant_id, partner_id)
    permitted = may_record(actor, scope, party.organisation_id, party.accepted_by)
    require_grant(actor, scope, permitted=permitted)
    return party


def running_grant(session: Session, grant_id: UUID) -> Grant:
    """The grant, locked; raise RulesViolated where it does not run."""
    grant = grant_for_change(session, grant_id)
    if found := state_findings(GrantState(grant.state)):
        raise RulesViolatedError(found)
    return grant


def judge(recording: Recording, wanted: Support, *more: Iterable[Violation]) -> None:
    """Raise RulesViolated with everything that speaks against the payment."""
    found = [
        *recipient_findings(recording.keys),
        *recording.numbers,
        *support_findings(wanted, recording.frame),
        *(one for each in more for one in each),
    ]
    if found:
        raise RulesViolatedError(found)


def store(
    session: Session,
    actor: Actor,
    recording: Recording,
    fill: Callable[[UUID, int, UUID | None], ThirdPartyPayment],
    *,
    now: datetime,
) -> UUID:
    """Add the payment that ``fill`` makes of id, number and registered organisation; count it for its recipient."""
    grant_id = recording.scope.grant_id
    organisation_id = registered_organisation(session, recording.keys)
    row = fill(new_id(), next_number(session, grant_id), organisation_id)
    session.add(row)
    session.flush()
    amount = RecipientAmountToRecord(
        keys=recording.keys,
        name=row.recipient,
        place=place_of(recording.scope),
        subject_kind=SUBJECT,
        subject_id=row.id,
        amount=row.amount,
        ceiling=recording.frame.ceiling,
        within=recording.frame.within,
    )
    record_recipient_amount(session, amount, now=now)
    event = SupportRecorded(
        subject_id=row.id,
        facts={
            "grant": grant_id,
            "partner": row.partner_id,
            "number": row.number,
            "what": row.kind,
            "amount": row.amount,
            "country": row.country,
            "paid_on": row.paid_on,
        },
        personal={"recipient": row.recipient} | ({"visitor": row.visitor} if row.visitor is not None else {}),
        call_id=recording.scope.call_id,
        application_id=recording.scope.application_id,
    )
    record_event(session, actor, event, now=now)
    return row.id
