"""Readings of partnerships."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.queries import takes_part_in
from app.core.actor import Actor, ScopeKind
from app.core.errors import NotFoundError
from app.infra.db.statements import ONE, among
from app.organisations.models import Organisation
from app.partnerships.models import Partner
from app.partnerships.policies import may_answer
from app.partnerships.rules.facts import PartnerFacts, PartnerRole, Registration
from app.partnerships.rules.lifecycle import PartnerState
from app.partnerships.schemas import InvitationRow, PartnerRow
from app.reference import queries as reference

_ROW: tuple[Any, ...] = (
    Partner.id,
    Partner.partnership_id,
    Partner.position,
    Partner.organisation_id,
    sa.func.coalesce(Organisation.legal_name, Partner.invited_email).label("name"),
    sa.func.coalesce(sa.func.nullif(Organisation.short_name, ""), Organisation.legal_name, Partner.invited_email).label(
        "short_name"
    ),
    sa.func.coalesce(Organisation.country, "").label("country"),
    sa.func.coalesce(Organisation.region, "").label("region"),
    Partner.role,
    Partner.state,
    Partner.invited_email,
    Partner.invited_at,
    Partner.answered_at,
)

_FACTS = (
    sa.select(
        Partner.partnership_id,
        Partner.id,
        Partner.organisation_id,
        sa.func.coalesce(Organisation.legal_name, Partner.invited_email),
        Partner.role,
        sa.func.coalesce(Organisation.country, ""),
        sa.func.coalesce(Organisation.region, ""),
        sa.func.coalesce(Organisation.organisation_type, "other"),
        Organisation.legal_form,
        Organisation.sme,
        sa.func.coalesce(Organisation.platform_registration, "none"),
        Partner.state,
    )
    .outerjoin(Organisation, Organisation.id == Partner.organisation_id)
    .where(among(Partner.partnership_id))
    .order_by(Partner.position)
)
_TAKING_PART = sa.select(Partner.partnership_id, Partner.id).where(
    among(Partner.partnership_id),
    Partner.state == PartnerState.ACCEPTED,
    sa.or_(Partner.answered_by == ONE, among(Partner.organisation_id, "organisations")),
)
_OPEN_INVITATIONS = (
    sa.select(*_ROW)
    .outerjoin(Organisation, Organisation.id == Partner.organisation_id)
    .where(
        Partner.state == PartnerState.INVITED,
        sa.or_(among(Partner.organisation_id), Partner.invited_email == sa.bindparam("email")),
    )
    .order_by(Partner.invited_at)
)


def partner_rows(session: Session, partnership_id: UUID) -> Sequence[PartnerRow]:
    """Everyone who was ever asked, in the order of the partnership."""
    statement = (
        sa.select(*_ROW)
        .outerjoin(Organisation, Organisation.id == Partner.organisation_id)
        .where(Partner.partnership_id == partnership_id)
        .order_by(Partner.position)
    )
    return [_row(row) for row in session.execute(statement)]


def _row(row: Any) -> PartnerRow:  # noqa: ANN401  # a row of _ROW
    """Text columns of closed lists as their enumerations."""
    return PartnerRow(**{**row._asdict(), "role": PartnerRole(row.role), "state": PartnerState(row.state)})


def partner_facts(session: Session, partnership_id: UUID, *, on: date) -> tuple[PartnerFacts, ...]:
    """The partnership as the rules see it; region categories as they were ``on`` a day. One query.

    Organisations invited by e-mail only are known by the address until they answer.
    """
    return facts_of_partnerships(session, {partnership_id: on})[partnership_id]


def facts_of_partnerships(session: Session, days: Mapping[UUID, date]) -> Mapping[UUID, tuple[PartnerFacts, ...]]:
    """The same of several partnerships, each with the day of its region categories. One query."""
    found: dict[UUID, list[PartnerFacts]] = {identity: [] for identity in days}
    for identity, *row in session.execute(_FACTS, {"many": list(days)}):
        found[identity].append(_facts(row, days[identity]))
    return {identity: tuple(partners) for identity, partners in found.items()}


def partners_of(session: Session, actor: Actor, partnership_ids: Sequence[UUID]) -> Mapping[UUID, frozenset[UUID]]:
    """The partners in which the person takes part themselves: those they answered for, and those of their organisations.

    By partnership; one query.
    """
    organisations = list(actor.ids(ScopeKind.ORGANISATION))
    asked = {"many": list(partnership_ids), "organisations": organisations, "one": actor.person_id}
    found: dict[UUID, set[UUID]] = {identity: set() for identity in partnership_ids}
    for identity, partner_id in session.execute(_TAKING_PART, asked):
        found[identity].add(partner_id)
    return {identity: frozenset(partners) for identity, partners in found.items()}


def applicant_facts(session: Session, organisation_ids: Sequence[UUID], *, on: date) -> tuple[PartnerFacts, ...]:
    """Organisations as if each coordinated an application, for the self-check before one exists. One query."""
    statement = (
        sa.select(
            Organisation.id,
            Organisation.id,
            Organisation.legal_name,
            sa.literal(PartnerRole.COORDINATOR.value),
            Organisation.country,
            Organisation.region,
            Organisation.organisation_type,
            Organisation.legal_form,
            Organisation.sme,
            Organisation.platform_registration,
            sa.literal(PartnerState.ACCEPTED.value),
        )
        .where(Organisation.id.in_(organisation_ids))
        .order_by(Organisation.legal_name, Organisation.id)
    )
    return tuple(_facts(row, on) for row in session.execute(statement))


def _facts(row: Sequence[Any], on: date) -> PartnerFacts:
    partner_id, organisation_id, name, role, country, region, kind, legal_form, sme, registration, state = row
    return PartnerFacts(
        partner_id=partner_id,
        organisation_id=organisation_id or partner_id,
        name=name,
        role=PartnerRole(role),
        country=country,
        region=region,
        region_category=reference.region_category(region, on) if region else None,
        organisation_type=kind,
        legal_form=legal_form,
        sme={"yes": True, "no": False}.get(sme or "unknown"),
        registration=Registration(registration),
        state=PartnerState(state),
    )


def partner_for_change(session: Session, partner_id: UUID) -> Partner | None:
    """One partner, locked."""
    return session.scalars(sa.select(Partner).where(Partner.id == partner_id).with_for_update()).first()


def organisation_of_partner(session: Session, partnership_id: UUID, partner_id: UUID) -> UUID | None:
    """The organisation of a partner, None where an address was asked; raise NotFoundError for an unknown partner."""
    statement = sa.select(Partner.organisation_id).filter_by(id=partner_id, partnership_id=partnership_id)
    row = session.execute(statement).first()
    if row is None:
        raise NotFoundError("partner")
    found: UUID | None = row.organisation_id
    return found


def partner_of_organisation(session: Session, partnership_id: UUID, organisation_id: UUID) -> Partner | None:
    """The organisation's row in the partnership, locked, whatever its state."""
    return session.scalars(
        sa.select(Partner)
        .where(Partner.partnership_id == partnership_id, Partner.organisation_id == organisation_id)
        .with_for_update()
    ).first()


def next_position(session: Session, partnership_id: UUID) -> int:
    """The number of the next partner."""
    highest = session.execute(
        sa.select(sa.func.coalesce(sa.func.max(Partner.position), 0)).where(Partner.partnership_id == partnership_id)
    ).scalar_one()
    return int(highest) + 1


def open_invitations_for(session: Session, organisation_ids: Sequence[UUID], email: str) -> Sequence[PartnerRow]:
    """Invitations that somebody of these organisations, or with this address, can answer."""
    asked = {"many": list(organisation_ids), "email": email}
    return [_row(row) for row in session.execute(_OPEN_INVITATIONS, asked)]


def is_invited(session: Session, partnership_id: UUID, organisation_ids: Sequence[UUID], email: str) -> bool:
    """Whether an open invitation of this partnership is for one of the organisations or the address."""
    found = session.execute(
        sa.select(Partner.id).where(
            Partner.partnership_id == partnership_id,
            Partner.state == PartnerState.INVITED,
            sa.or_(Partner.organisation_id.in_(organisation_ids), Partner.invited_email == email),
        )
    ).first()
    return found is not None


def speaks_for_another(session: Session, partnership_id: UUID, person_id: UUID) -> bool:
    """Whether the person answered for a partner that still takes part."""
    found = session.execute(
        sa.select(Partner.id).where(
            Partner.partnership_id == partnership_id,
            Partner.answered_by == person_id,
            Partner.state == PartnerState.ACCEPTED,
        )
    ).first()
    return found is not None


def invitation_to(session: Session, actor: Actor, partnership_id: UUID, partner_id: UUID) -> InvitationRow | None:
    """An invitation of this partnership if it is the actor's to answer, answered or not."""
    row: Any = session.execute(
        sa.select(
            Partner.id,
            Partner.partnership_id,
            Partner.organisation_id,
            sa.func.coalesce(Organisation.legal_name, "").label("organisation"),
            Partner.invited_email,
            Partner.role,
            Partner.state,
            Partner.message,
            Partner.invited_by,
            Partner.invited_at,
        )
        .outerjoin(Organisation, Organisation.id == Partner.organisation_id)
        .where(Partner.id == partner_id, Partner.partnership_id == partnership_id)
    ).first()
    if row is None or not may_answer(actor, row.organisation_id, row.invited_email):
        return None
    return InvitationRow(**{**row._asdict(), "role": PartnerRole(row.role), "state": PartnerState(row.state)})


def own_applications(session: Session, actor: Actor, application_ids: Collection[UUID]) -> frozenset[UUID]:
    """Which of these applications the actor, or anybody whom the actor counts as, has a part in. Two queries.

    An organisation that was asked and has not answered, left or was taken out has none.
    """
    held = takes_part_in(session, actor)
    wanted = Partner.partnership_id.in_(application_ids), Partner.state == PartnerState.ACCEPTED
    statement = sa.select(Partner.partnership_id, Partner.organisation_id).where(*wanted)
    found = frozenset(
        application_id for application_id, organisation in session.execute(statement) if organisation in held
    )
    return found | (held & frozenset(application_ids))
