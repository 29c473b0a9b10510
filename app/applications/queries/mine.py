"""A person's own applications: those whose consortium they belong to."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.applications.models import Application
from app.applications.rules.lifecycle import ApplicationState
from app.calls.models import Call
from app.core.money import Money
from app.core.paging import Page, PageRequest
from app.infra.db.statements import MOST_KEPT, OFFSET, SIZE, TOTAL, among, total_of
from app.organisations.models import Organisation
from app.partnerships.models import Partner
from app.partnerships.rules.facts import PartnerRole


@dataclass(frozen=True, slots=True)
class OwnApplication:
    """An application as its own people list it."""

    id: UUID
    reference: str
    acronym: str
    title: str
    state: ApplicationState
    requested: Money
    changed_at: datetime
    submitted_at: datetime | None
    call_id: UUID
    identifier: str
    deadline: datetime
    coordinator: str


@dataclass(frozen=True, slots=True)
class OwnFilter:
    """Which of them are wanted; empty fields do not narrow."""

    text: str = ""
    state: str = ""
    call_id: UUID | None = None


_SORTS: dict[str, Any] = {
    "acronym": sa.func.lower(Application.acronym),
    "reference": Application.reference,
    "requested": Application.requested,
    "changed": Application.changed_at,
    "deadline": Call.deadline,
}


def own_applications(  # a list page's knobs
    session: Session,
    application_ids: Collection[UUID],
    wanted: OwnFilter,
    page: PageRequest,
    *,
    sort: str = "changed",
    descending: bool = True,
) -> Page[OwnApplication]:
    """Applications out of these ids, last changed first. One query, two where the page has no rows."""
    statement = _listing(wanted, sort, descending=descending)
    asked = {"many": list(application_ids), "size": page.size, "offset": page.offset}
    rows = session.execute(statement, asked).all()
    return Page([_own(row) for row in rows], total_of(session, statement, asked, rows), page.number, page.size)


def _own(row: Any) -> OwnApplication:  # noqa: ANN401  # a row of _listing
    values = row._asdict()
    del values["total"]
    return OwnApplication(**{**values, "state": ApplicationState(row.state)})


@lru_cache(maxsize=MOST_KEPT)
def _listing(wanted: OwnFilter, sort: str, *, descending: bool) -> sa.Select[*tuple[Any, ...]]:
    key = _SORTS.get(sort, _SORTS["changed"])
    ordered = _statement(wanted).order_by(key.desc() if descending else key.asc(), Application.id)
    return ordered.limit(SIZE).offset(OFFSET)


def _statement(wanted: OwnFilter) -> sa.Select[*tuple[Any, ...]]:
    statement: sa.Select[*tuple[Any, ...]] = (
        sa.select(
            Application.id,
            Application.reference,
            Application.acronym,
            Application.title,
            Application.state,
            Application.requested,
            Application.changed_at,
            Application.submitted_at,
            Application.call_id,
            Call.identifier,
            Call.deadline,
            Organisation.legal_name.label("coordinator"),
            TOTAL,
        )
        .join(Call, Call.id == Application.call_id)
        .join(Partner, sa.and_(Partner.partnership_id == Application.id, Partner.role == PartnerRole.COORDINATOR))
        .join(Organisation, Organisation.id == Partner.organisation_id)
        .where(among(Application.id))
    )
    if wanted.text:
        columns = (Application.acronym, Application.title, Application.reference, Call.identifier)
        statement = statement.where(sa.or_(*(column.icontains(wanted.text, autoescape=True) for column in columns)))
    if wanted.state:
        statement = statement.where(Application.state == wanted.state)
    if wanted.call_id:
        statement = statement.where(Application.call_id == wanted.call_id)
    return statement
