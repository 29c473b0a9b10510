"""Readings of organisations. Merged ones appear in no list; their rows point to the canonical one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from app.accounts.models import Person, RoleAssignment
from app.core.actor import Role, ScopeKind
from app.core.paging import Page, PageRequest
from app.organisations.models import Organisation
from app.organisations.rules.types import LegalForm, OrganisationType, PlatformState, SmeStatus
from app.organisations.schemas import OrganisationRow, OrganisationView
from app.reference import queries as reference


@dataclass(frozen=True, slots=True)
class OrganisationFilter:
    """Which organisations are wanted; empty fields do not narrow. With ``q`` and no ``sort`` the best match is first."""

    q: str = ""
    country: str = ""
    region: str = ""
    organisation_type: OrganisationType | None = None
    sme: SmeStatus | None = None
    sort: str = ""
    descending: bool = False


_LISTED: tuple[Any, ...] = (
    Organisation.id,
    Organisation.legal_name,
    Organisation.short_name,
    Organisation.pic,
    Organisation.organisation_type,
    Organisation.legal_form,
    Organisation.country,
    Organisation.region,
    Organisation.city,
    Organisation.website,
    Organisation.sme,
    Organisation.platform_registration,
)
_SORTS: dict[str, Any] = {
    "legal_name": Organisation.legal_name,
    "country": Organisation.country,
    "city": Organisation.city,
}


def search(session: Session, wanted: OrganisationFilter, page: PageRequest) -> Page[OrganisationRow]:
    """Matching organisations: by part of the name or city, by a name spelt alike, or by the beginning of the PIC."""
    total = session.scalar(_matching(sa.select(sa.func.count()).select_from(Organisation), wanted)) or 0
    statement = _matching(sa.select(*_LISTED), wanted).order_by(*_order(wanted))
    rows = session.execute(statement.limit(page.size).offset(page.offset))
    return Page([_listed(row) for row in rows], total, page.number, page.size)


def _matching(statement: sa.Select[Any], wanted: OrganisationFilter) -> sa.Select[Any]:
    statement = statement.where(Organisation.canonical_id.is_(None))
    if wanted.q:
        text = wanted.q.lower()
        alike = Organisation.search_text.op("%>", is_comparison=True)(text)
        found = alike | Organisation.search_text.contains(text, autoescape=True)
        if (digits := "".join(text.split())).isdigit():
            found |= Organisation.pic.startswith(digits, autoescape=True)
        statement = statement.where(found)
    for name in ("country", "region", "organisation_type", "sme"):
        if value := getattr(wanted, name):
            statement = statement.where(getattr(Organisation, name) == value)
    return statement


def _order(wanted: OrganisationFilter) -> tuple[Any, ...]:
    if wanted.q and not wanted.sort:
        closeness = sa.func.word_similarity(wanted.q.lower(), Organisation.search_text)
        return closeness.desc(), Organisation.legal_name, Organisation.id
    key = _SORTS[wanted.sort or "legal_name"]
    return (key.desc(), Organisation.id.desc()) if wanted.descending else (key, Organisation.id)


def organisation(session: Session, organisation_id: UUID) -> OrganisationView | None:
    """Everything stored about one organisation."""
    row = session.execute(
        sa.select(
            *_LISTED,
            Organisation.vat,
            Organisation.registration_number,
            Organisation.street,
            Organisation.postcode,
            Organisation.headcount,
            Organisation.turnover,
            Organisation.balance_sheet,
            Organisation.figures_on,
            Organisation.platform_reference,
            Organisation.platform_on,
            Organisation.platform_note,
            Organisation.platform_recorded_at,
            sa.func.coalesce(Person.name, "").label("platform_recorded_by"),
            Organisation.canonical_id,
            Organisation.created_at,
            Organisation.version,
        )
        .outerjoin(Person, Person.id == Organisation.platform_recorded_by)
        .where(Organisation.id == organisation_id)
    ).first()
    return OrganisationView(**_typed(row._asdict())) if row else None


@dataclass(frozen=True, slots=True)
class RegionFacts:
    """What reference data say about a region on one day; ``category`` is empty where an officer decides.

    It is that of the period from ``valid_from`` to ``valid_to`` (None: open), which may be over: the latest known one.
    """

    code: str
    name: str
    category: str
    source: str
    confidence: str
    valid_from: date | None = None
    valid_to: date | None = None
    current: bool = False
    """Whether the day lies in the period."""


def region_facts(code: str, *, on: date) -> RegionFacts | None:
    """Name and category of a NUTS 2 region with the support of the category; None for an unknown region.

    Where no category is known for the day, it is that of the latest known period, with its dates.
    """
    region = reference.region(code) if code else None
    if region is None:
        return None
    current = reference.category_record(code, on)
    record = current or reference.latest_category(code)
    if record is None:
        return RegionFacts(region.code, region.name, "", "", "")
    return RegionFacts(
        region.code,
        region.name,
        record.category.value,
        record.source,
        record.confidence.value,
        valid_from=record.valid.first,
        valid_to=record.valid.last,
        current=current is not None,
    )


def organisations_of(session: Session, person_id: UUID) -> Sequence[OrganisationRow]:
    """Organisations in which a person holds a role, with these roles. One query."""
    roles = sa.func.array_agg(aggregate_order_by(RoleAssignment.role, RoleAssignment.role))
    statement = (
        sa.select(*_LISTED, roles)
        .join(RoleAssignment, RoleAssignment.scope_id == Organisation.id)
        .where(RoleAssignment.scope == ScopeKind.ORGANISATION, RoleAssignment.person_id == person_id)
        .group_by(Organisation.id)
        .order_by(Organisation.legal_name, Organisation.id)
    )
    return [
        _listed(row[:-1], roles=tuple(role for role in Role if role in row[-1])) for row in session.execute(statement)
    ]


def names_of_organisations(session: Session, organisation_ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """Legal names, for lists that hold only ids. One query."""
    wanted = {organisation_id for organisation_id in organisation_ids if organisation_id is not None}
    if not wanted:
        return {}
    rows = session.execute(sa.select(Organisation.id, Organisation.legal_name).where(Organisation.id.in_(wanted)))
    return {organisation_id: name for organisation_id, name in rows}  # noqa: C416  # rows are not tuples to mypy


def organisation_for_update(session: Session, organisation_id: UUID) -> Organisation | None:
    """The row, locked until the end of the transaction."""
    statement = sa.select(Organisation).where(Organisation.id == organisation_id).with_for_update()
    return session.scalars(statement.execution_options(populate_existing=True)).one_or_none()


def _listed(row: Any, *, roles: tuple[Role, ...] = ()) -> OrganisationRow:  # noqa: ANN401  # a row of _LISTED
    names = (column.key for column in _LISTED)
    return OrganisationRow(**_typed(dict(zip(names, row, strict=True))), roles=roles)


def _typed(fields: dict[str, Any]) -> dict[str, Any]:
    """Text columns of closed lists as their enumerations."""
    kinds = {
        "organisation_type": OrganisationType,
        "legal_form": LegalForm,
        "sme": SmeStatus,
        "platform_registration": PlatformState,
    }
    return {name: kinds[name](value) if name in kinds else value for name, value in fields.items()}
