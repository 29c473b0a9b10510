"""Grants: the head of one, those who take part in it, rows that are about to change."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Person, RoleAssignment
from app.applications.models import Submission
from app.calls.models import Call
from app.core.actor import Role, ScopeKind
from app.core.errors import NotFoundError
from app.core.money import Money
from app.grants.models import Grant, GrantPartner
from app.grants.policies import GrantScope
from app.grants.rules.grant_lifecycle import GrantState, PartyRole
from app.infra.db.statements import ONE
from app.organisations.models import Organisation
from app.partnerships.models import Partner


@dataclass(frozen=True, slots=True)
class GrantHead:
    """A grant without its agreement."""

    id: UUID
    award_id: UUID
    application_id: UUID
    submission_id: UUID
    call_id: UUID
    call_version_id: UUID
    reference: str
    acronym: str
    title: str
    state: GrantState
    commitment_id: UUID | None
    maximum_grant: Money
    start_on: date | None
    duration_months: int | None
    end_on: date | None
    opened_at: datetime
    data_due_on: date
    declarations_due_on: date
    signature_due_on: date
    sent_at: datetime | None
    returned_at: datetime | None
    reason: str
    agreed_version: int | None
    entered_into_force_at: datetime | None
    closed_at: datetime | None
    version: int
    call: str

    @property
    def office_acts(self) -> bool:
        """Whether the preparation lies with the office."""
        return self.state is GrantState.PREPARATION and self.sent_at is not None


@dataclass(frozen=True, slots=True)
class PartyRow:
    """A party with the progress of its preparation; ``organisation_version`` is that of its data now.

    ``signatory_holds`` says whether the named person still holds the role of signatory there.
    """

    partner_id: UUID
    organisation_id: UUID
    name: str
    position: int
    role: PartyRole
    accepted_by: UUID | None
    organisation_version: int
    confirmed_at: datetime | None
    confirmed_version: int | None
    declared_at: datetime | None
    declared_by: UUID | None
    signatory_id: UUID | None
    signatory: str
    signatory_holds: bool

    @property
    def coordinates(self) -> bool:
        """Whether it is the coordinator."""
        return self.role is PartyRole.COORDINATOR

    @property
    def confirmed(self) -> bool:
        """Whether the data as they are now were confirmed."""
        return self.confirmed_version == self.organisation_version


_HEAD: tuple[Any, ...] = (
    Grant.id,
    Grant.award_id,
    Grant.application_id,
    Grant.submission_id,
    Grant.call_id,
    Grant.call_version_id,
    Grant.reference,
    Grant.acronym,
    Grant.title,
    Grant.state,
    Grant.commitment_id,
    Grant.maximum_grant,
    Grant.start_on,
    Grant.duration_months,
    Grant.end_on,
    Grant.opened_at,
    Grant.data_due_on,
    Grant.declarations_due_on,
    Grant.signature_due_on,
    Grant.sent_at,
    Grant.returned_at,
    Grant.reason,
    Grant.agreed_version,
    Grant.entered_into_force_at,
    Grant.closed_at,
    Grant.version,
    Call.identifier.label("call"),
)


_ONE_HEAD = sa.select(*_HEAD).join(Call, Call.id == Grant.call_id).where(Grant.id == ONE)
_ORGANISATIONS = (
    sa.select(sa.func.coalesce(sa.func.array_agg(GrantPartner.organisation_id), sa.text("'{}'::uuid[]")))
    .where(GrantPartner.grant_id == Grant.id)
    .correlate(Grant)
    .scalar_subquery()
)
_SCOPE: sa.Select[Any] = (
    sa.select(Grant.application_id, Grant.call_id, Call.programme_id, _ORGANISATIONS)
    .join(Call, Call.id == Grant.call_id)
    .where(Grant.id == ONE)
)


_RECEIVED = sa.select(Submission.received_at).join(Grant, Grant.submission_id == Submission.id).where(Grant.id == ONE)


def received_at(session: Session, grant_id: UUID) -> datetime:
    """When the application of a grant was received that was judged; raise NoResultFound for an unknown grant."""
    return session.execute(_RECEIVED, {"one": grant_id}).scalar_one()


def grants_bound(session: Session, commitment_ids: Collection[UUID]) -> Mapping[UUID, UUID]:
    """The grants that these commitments pay, by commitment; an award without an agreement has none. One query."""
    statement = sa.select(Grant.commitment_id, Grant.id).where(Grant.commitment_id.in_(commitment_ids))
    return {commitment_id: grant_id for commitment_id, grant_id in session.execute(statement) if commitment_id}


def grant_head(session: Session, grant_id: UUID) -> GrantHead:
    """One grant; raise NotFound."""
    found = session.execute(_ONE_HEAD, {"one": grant_id}).first()
    if found is None:
        raise NotFoundError("grant")
    return head_from(found)


def head_from(row: Any) -> GrantHead:  # noqa: ANN401  # a row of _HEAD
    """The text of the state as its enumeration."""
    return GrantHead(**{**row._asdict(), "state": GrantState(row.state)})


_LOCKED = sa.select(Grant).where(Grant.id == ONE).with_for_update().execution_options(populate_existing=True)
"""Every act on a grant asks these, and for its parties: they are built once."""


def grant_scope(session: Session, grant_id: UUID) -> GrantScope:
    """What permission is judged by; raise NotFound. One query."""
    found = session.execute(_SCOPE, {"one": grant_id}).first()
    if found is None:
        raise NotFoundError("grant")
    application_id, call_id, programme_id, members = found
    return GrantScope(grant_id, application_id, call_id, programme_id, frozenset(members))


def grant_for_change(session: Session, grant_id: UUID) -> Grant:
    """One grant, locked; raise NotFound."""
    found = session.scalars(_LOCKED, {"one": grant_id}).first()
    if found is None:
        raise NotFoundError("grant")
    return found


def party_for_change(session: Session, grant_id: UUID, partner_id: UUID) -> GrantPartner:
    """A party, locked (its grant is locked already); raise NotFound."""
    found = session.get(GrantPartner, (grant_id, partner_id), with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFoundError("partner")
    return found


def grant_of_application(session: Session, application_id: UUID) -> UUID | None:
    """The grant that followed from an application; None where there is none."""
    statement = sa.select(Grant.id).where(Grant.application_id == application_id).order_by(Grant.opened_at.desc())
    return session.execute(statement.limit(1)).scalar()


_HOLDS = (
    sa.exists()
    .where(
        RoleAssignment.person_id == GrantPartner.signatory_id,
        RoleAssignment.role == Role.SIGNATORY,
        RoleAssignment.scope == ScopeKind.ORGANISATION,
        RoleAssignment.scope_id == GrantPartner.organisation_id,
    )
    .correlate(GrantPartner)
)
_PARTIES: sa.Select[*tuple[Any, ...]] = (
    sa.select(
        GrantPartner.partner_id,
        GrantPartner.organisation_id,
        Organisation.legal_name,
        GrantPartner.position,
        GrantPartner.role,
        Partner.answered_by,
        Organisation.version,
        GrantPartner.confirmed_at,
        GrantPartner.confirmed_version,
        GrantPartner.declared_at,
        GrantPartner.declared_by,
        GrantPartner.signatory_id,
        sa.func.coalesce(Person.name, "").label("signatory"),
        _HOLDS,
    )
    .join(Organisation, Organisation.id == GrantPartner.organisation_id)
    .join(Partner, Partner.id == GrantPartner.partner_id)
    .outerjoin(Person, Person.id == GrantPartner.signatory_id)
    .where(GrantPartner.grant_id == ONE)
    .order_by(GrantPartner.position)
)


def parties_of(session: Session, grant_id: UUID) -> Sequence[PartyRow]:
    """The parties of a grant in their order. One query."""
    found = session.execute(_PARTIES, {"one": grant_id}).all()
    return [
        PartyRow(
            partner_id=row.partner_id,
            organisation_id=row.organisation_id,
            name=row.legal_name,
            position=row.position,
            role=PartyRole(row.role),
            accepted_by=row.answered_by,
            organisation_version=row.version,
            confirmed_at=row.confirmed_at,
            confirmed_version=row.confirmed_version,
            declared_at=row.declared_at,
            declared_by=row.declared_by,
            signatory_id=row.signatory_id,
            signatory=row.signatory,
            signatory_holds=bool(row[-1]),
        )
        for row in found
    ]


def party_row(session: Session, grant_id: UUID, partner_id: UUID) -> PartyRow:
    """One party; raise NotFound."""
    found = next((party for party in parties_of(session, grant_id) if party.partner_id == partner_id), None)
    if found is None:
        raise NotFoundError("partner")
    return found
