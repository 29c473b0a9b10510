"""Grants in preparation, in signature and running, each brought there by the use cases that it exists for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.actor import Actor, Role
from app.grants.models import Grant
from app.grants.queries.agreement import agreement_of
from app.grants.queries.grants import grant_head, parties_of
from app.grants.rules.agreement import Agreement
from app.grants.rules.declaration import declaration_hash, declaration_text
from app.grants.schemas import ConfirmData, DeclareForGrant, NamePartySignatory, SignAgreement
from app.grants.use_cases.confirm_data import confirm_data
from app.grants.use_cases.declare_for_grant import declare_for_grant
from app.grants.use_cases.name_party_signatory import name_party_signatory
from app.grants.use_cases.open_for_signature import open_for_signature
from app.grants.use_cases.send_preparation import send_preparation
from app.grants.use_cases.sign_agreement import sign_for_authority, sign_for_party
from tests.builders.applications import Made
from tests.builders.awards import SENT, STRONG, Ranked, told
from tests.builders.payments import a_validated_account
from tests.builders.people import a_role
from tests.support.kept import kept

PREPARED_GRANT = SENT + timedelta(days=10)
IN_FORCE = datetime(2019, 10, 14, 9, 0, tzinfo=UTC)
STARTS = date(2019, 11, 1)
"""The start of the application that the builders make; the grant runs for 24 months."""


@dataclass(slots=True)
class MadeGrant:
    """A grant with those who stand behind it; ``made.members`` begins with the coordinator, who all sign for theirs."""

    grant_id: UUID
    ranked: Ranked
    made: Made

    @property
    def officer(self) -> Actor:
        """The programme officer of the call."""
        return self.ranked.officer

    @property
    def authority(self) -> Actor:
        """The authorising officer."""
        return self.ranked.signer

    def actor(self, session: Session, member: int = 0) -> Actor:
        """The contact of a member, by default of the coordinator; contact, representative and signatory in one."""
        return self.made.actor(session, member)

    def partner_id(self, member: int) -> UUID:
        """The partner of a member."""
        return self.made.members[member].partner_id

    def row(self, session: Session) -> Grant:
        """The grant as it is stored now."""
        return session.get_one(Grant, self.grant_id, populate_existing=True)

    def agreement(self, session: Session) -> Agreement:
        """The agreement in signature or in force."""
        return agreement_of(session, self.grant_id)

    def text(self, session: Session) -> SignAgreement:
        """What somebody who reads the agreement now would sign."""
        return SignAgreement(sha256=self.agreement(session).sha256)


@kept
def an_opened_grant(session: Session, **given: Any) -> MadeGrant:
    """A grant whose letter has just been sent: nothing of it is prepared. Every contact may sign for theirs."""
    ranked = told(session, **({"scores": (STRONG,)} | given))
    [grant_id] = session.scalars(sa.select(Grant.id).where(Grant.application_id == ranked.made[0].application_id))
    made = MadeGrant(grant_id, ranked, ranked.made[0])
    for member in made.made.members:
        a_role(session, member.person, Role.SIGNATORY, member.organisation.id)
    return made


@kept
def a_prepared_grant(session: Session, *, now: datetime = PREPARED_GRANT, **given: Any) -> MadeGrant:
    """Everything is there; the coordinator only has to send it."""
    made = an_opened_grant(session, **given)
    a_validated_account(session, made.made.members[0].organisation.id, giver=made.actor(session), now=now)
    for party in parties_of(session, made.grant_id):
        prepare_party(session, made, party.position - 1, now=now)
    return made


def prepare_party(session: Session, made: MadeGrant, member: int, *, now: datetime = PREPARED_GRANT) -> None:
    """One party confirms its data and declares; the coordinator names its signatory."""
    partner_id, actor = made.partner_id(member), made.actor(session, member)
    party = next(one for one in parties_of(session, made.grant_id) if one.partner_id == partner_id)
    text = declaration_text(party.name, grant_head(session, made.grant_id).reference)
    confirmed = ConfirmData(version=party.organisation_version)
    confirm_data(session, actor, made.grant_id, partner_id, confirmed, now=now)
    declared = DeclareForGrant(sha256=declaration_hash(text))
    declare_for_grant(session, actor, made.grant_id, partner_id, declared, now=now)
    named = NamePartySignatory(person_id=made.made.members[member].person.id)
    name_party_signatory(session, made.actor(session), made.grant_id, partner_id, named, now=now)


@kept
def a_sent_grant(session: Session, *, now: datetime = PREPARED_GRANT, **given: Any) -> MadeGrant:
    """The preparation lies with the office."""
    made = a_prepared_grant(session, now=now, **given)
    send_preparation(session, made.actor(session), made.grant_id, now=now)
    return made


@kept
def a_grant_to_sign(session: Session, *, now: datetime = PREPARED_GRANT, **given: Any) -> MadeGrant:
    """The agreement is frozen and nobody has signed."""
    made = a_sent_grant(session, now=now, **given)
    open_for_signature(session, made.officer, made.grant_id, now=now)
    return made


def sign(session: Session, made: MadeGrant, member: int, *, now: datetime = IN_FORCE) -> None:
    """A member signs what it was shown."""
    sign_for_party(
        session,
        made.actor(session, member),
        made.grant_id,
        made.partner_id(member),
        made.text(session),
        now=now,
    )


@kept
def a_running_grant(session: Session, *, in_force: datetime = IN_FORCE, **given: Any) -> MadeGrant:
    """A grant in force: three partners in three countries, 24 months, two reporting periods, 40 % pre-financing."""
    made = a_grant_to_sign(session, **given)
    for member in range(len(made.made.members)):
        sign(session, made, member, now=in_force)
    sign_for_authority(
        session,
        made.authority,
        made.grant_id,
        made.text(session),
        now=in_force,
    )
    return made
