"""Grants in preparation, in signature and running, each made from an award whose letter was sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.actor import Actor, Role
from app.grants.models import Grant, GrantPartner, GrantSignature, GrantVersion
from app.grants.queries.agreement import agreement_of, draft_of
from app.grants.rules.agreement import Agreement
from app.grants.rules.grant_lifecycle import Authentication, GrantState
from app.grants.rules.periods import end_of
from tests.builders.applications import Made
from tests.builders.awards import SENT, STRONG, Ranked, told
from tests.builders.people import a_role

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

    def row(self, session: Session) -> Grant:
        """The grant as it is stored now."""
        return session.get_one(Grant, self.grant_id, populate_existing=True)

    def agreement(self, session: Session) -> Agreement:
        """The agreement in signature or in force."""
        return agreement_of(session, self.grant_id)


def an_opened_grant(session: Session, **given: Any) -> MadeGrant:
    """A grant whose letter has just been sent: nothing of it is prepared. Every contact may sign for theirs."""
    ranked = told(session, **({"scores": (STRONG,)} | given))
    [grant_id] = session.scalars(sa.select(Grant.id).where(Grant.application_id == ranked.made[0].application_id))
    made = MadeGrant(grant_id, ranked, ranked.made[0])
    for member in made.made.members:
        a_role(session, member.person, Role.SIGNATORY, member.organisation.id)
    return made


def a_running_grant(session: Session, *, in_force: datetime = IN_FORCE, **given: Any) -> MadeGrant:
    """A grant in force: three partners in three countries, 24 months, two reporting periods, 40 % pre-financing."""
    made = an_opened_grant(session, **given)
    signed(session, made, now=in_force)
    return made


def signed(session: Session, made: MadeGrant, *, now: datetime = IN_FORCE) -> None:
    """Everything is prepared, frozen and signed at once."""
    grant = made.row(session)
    grant.start_on, grant.duration_months, grant.end_on = STARTS, 24, end_of(STARTS, 24)
    for member in made.made.members:
        row = session.get_one(GrantPartner, (made.grant_id, member.partner_id))
        row.signatory_id = member.person.id
        row.confirmed_at, row.confirmed_by, row.confirmed_version = now, member.person.id, member.organisation.version
        row.declared_at, row.declared_by, row.declaration_sha256 = now, member.person.id, "d" * 64
    session.flush()
    facts = draft_of(session, made.grant_id)
    version = GrantVersion(
        grant_id=made.grant_id, number=1, snapshot=facts.plain(), sha256=facts.sha256, created_at=now, created_by=None
    )
    session.add(version)
    session.flush()
    people = [(member.partner_id, member.person.id) for member in made.made.members]
    assert made.authority.person_id is not None
    for order, (partner_id, person_id) in enumerate([*people, (None, made.authority.person_id)], start=1):
        session.add(
            GrantSignature(
                grant_id=made.grant_id,
                version=1,
                order=order,
                partner_id=partner_id,
                person_id=person_id,
                capacity="Legal signatory" if partner_id else "Authorising officer",
                authentication=Authentication.PASSWORD,
                signed_at=now,
                sha256=facts.sha256,
            )
        )
    grant.state, grant.agreed_version, grant.entered_into_force_at = GrantState.RUNNING, 1, now
    session.flush()
