"""What the office sees of a call's applications: lists and figures, drafts only as counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.applications.models import Application, Submission
from app.applications.rules.lifecycle import ApplicationState
from app.core.money import Money
from app.core.paging import Page, PageRequest
from app.infra.db.statements import MOST_KEPT, OFFSET, ONE, SIZE, TOTAL, among, total_of
from app.organisations.models import Organisation
from app.partnerships.models import Partner
from app.partnerships.rules.facts import PartnerRole
from app.partnerships.rules.lifecycle import PartnerState


@dataclass(frozen=True, slots=True)
class OfficeRow:
    """A submitted application as the office's list shows it."""

    id: UUID
    reference: str
    acronym: str
    title: str
    state: ApplicationState
    coordinator: str
    country: str
    countries: Sequence[str]
    partners: int
    requested: Money
    eligible: Money
    received_at: datetime
    versions: int
    submission_id: UUID


@dataclass(frozen=True, slots=True)
class OfficeFilter:
    """Which applications are wanted; empty fields do not narrow."""

    text: str = ""
    country: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class CallFigures:
    """Counts and sums of a call."""

    drafts: int
    submitted: int
    withdrawn: int
    not_submitted: int
    requested: Money
    by_country: Sequence[tuple[str, int]]
    by_day: Sequence[tuple[date, int]]


_SORTS = {
    "reference": (Application.number,),
    "acronym": (sa.func.lower(Application.acronym),),
    "requested": (Submission.requested,),
    "received": (Submission.received_at,),
    "partners": (Submission.partners,),
}
_SHOWN = (ApplicationState.SUBMITTED, ApplicationState.WITHDRAWN)


def _statement(wanted: OfficeFilter) -> sa.Select[*tuple[Any, ...]]:
    countries = (
        sa.select(sa.func.coalesce(sa.func.array_agg(sa.distinct(Organisation.country)), sa.text("'{}'::text[]")))
        .select_from(Partner)
        .join(Organisation, Organisation.id == Partner.organisation_id)
        .where(Partner.partnership_id == Application.id, Partner.state == PartnerState.ACCEPTED)
        .scalar_subquery()
    )
    statement = (
        sa.select(
            Application.id,
            Application.reference,
            Application.acronym,
            Application.title,
            Application.state,
            Organisation.legal_name,
            Organisation.country,
            countries,
            Submission.partners,
            Submission.requested,
            Submission.eligible,
            Submission.received_at,
            Submission.number,
            Submission.id,
            TOTAL,
        )
        .join(Submission, Submission.id == Application.last_submission_id)
        .join(
            Partner,
            sa.and_(
                Partner.partnership_id == Application.id,
                Partner.role == PartnerRole.COORDINATOR,
                Partner.state == PartnerState.ACCEPTED,
            ),
        )
        .join(Organisation, Organisation.id == Partner.organisation_id)
        .where(Application.call_id == ONE, Application.state.in_(_SHOWN))
    )
    if wanted.text:
        statement = statement.where(
            sa.or_(
                *(
                    column.icontains(wanted.text, autoescape=True)
                    for column in (
                        Application.acronym,
                        Application.title,
                        Application.reference,
                        Organisation.legal_name,
                    )
                )
            )
        )
    if wanted.country:
        statement = statement.where(Organisation.country == wanted.country)
    if wanted.state:
        statement = statement.where(Application.state == wanted.state)
    return statement


def office_list(  # a list page's knobs
    session: Session,
    call_id: UUID,
    wanted: OfficeFilter,
    page: PageRequest,
    *,
    sort: str = "received",
    descending: bool = True,
) -> Page[OfficeRow]:
    """Submitted and withdrawn applications of a call: one query, two where the page has no rows."""
    statement = _listing(wanted, sort, descending=descending)
    asked = {"one": call_id, "size": page.size, "offset": page.offset}
    rows = session.execute(statement, asked).all()
    total = total_of(session, statement, asked, rows)
    return Page([OfficeRow(*row[:-1]) for row in rows], total, page.number, page.size)


@lru_cache(maxsize=MOST_KEPT)
def _listing(wanted: OfficeFilter, sort: str, *, descending: bool) -> sa.Select[*tuple[Any, ...]]:
    order = [column.desc() if descending else column.asc() for column in _SORTS.get(sort, _SORTS["received"])]
    return _statement(wanted).order_by(*order, Application.id).limit(SIZE).offset(OFFSET)


_NO_CENTS = sa.literal(0, sa.BigInteger)
_BY_STATE: sa.Select[*tuple[Any, ...]] = (
    sa.select(
        sa.literal("state").label("kind"),
        Application.state.label("value"),
        sa.func.count().label("n"),
        sa.cast(
            sa.func.coalesce(sa.func.sum(sa.type_coerce(Application.requested, sa.BigInteger)), 0),
            sa.BigInteger,
        ).label("cents"),
    )
    .where(Application.call_id == ONE)
    .group_by(Application.state)
)
_BY_COUNTRY: sa.Select[*tuple[Any, ...]] = (
    sa.select(sa.literal("country"), Organisation.country, sa.func.count(), _NO_CENTS)
    .join(Partner, Partner.organisation_id == Organisation.id)
    .join(Application, Application.id == Partner.partnership_id)
    .where(
        Application.call_id == ONE,
        Application.state == ApplicationState.SUBMITTED,
        Partner.role == PartnerRole.COORDINATOR,
        Partner.state == PartnerState.ACCEPTED,
    )
    .group_by(Organisation.country)
)
_DAY = sa.cast(sa.cast(sa.func.timezone(sa.bindparam("zone"), Submission.received_at), sa.Date), sa.Text)
_BY_DAY: sa.Select[*tuple[Any, ...]] = (
    sa.select(sa.literal("day"), _DAY, sa.func.count(), _NO_CENTS)
    .join(Application, Application.last_submission_id == Submission.id)
    .where(Application.call_id == ONE, Application.state == ApplicationState.SUBMITTED)
    .group_by(_DAY)
)
_FIGURES = sa.union_all(_BY_STATE, _BY_COUNTRY, _BY_DAY)


def call_figures(session: Session, call_id: UUID, *, zone: str) -> CallFigures:
    """Counts by state, by country of the coordinator and by day of receipt, and the sum requested. One query."""
    counts: dict[str, dict[str, int]] = {"state": {}, "country": {}, "day": {}}
    requested = Money.zero()
    for kind, value, number, cents in session.execute(_FIGURES, {"one": call_id, "zone": zone}):
        counts[kind][value] = number
        if value == ApplicationState.SUBMITTED:
            requested = Money(cents)
    return CallFigures(
        drafts=counts["state"].get(ApplicationState.DRAFT, 0),
        submitted=counts["state"].get(ApplicationState.SUBMITTED, 0),
        withdrawn=counts["state"].get(ApplicationState.WITHDRAWN, 0),
        not_submitted=counts["state"].get(ApplicationState.NOT_SUBMITTED, 0),
        requested=requested,
        by_country=sorted(counts["country"].items(), key=lambda one: (-one[1], one[0])),
        by_day=[(date.fromisoformat(day), number) for day, number in sorted(counts["day"].items())],
    )


_STATES_BY_CALL = (
    sa.select(Application.call_id, Application.state, sa.func.count())
    .where(among(Application.call_id))
    .group_by(Application.call_id, Application.state)
)


def figures_of_calls(session: Session, call_ids: Sequence[UUID]) -> Mapping[UUID, Mapping[str, int]]:
    """Counts by state of several calls. One query."""
    found: dict[UUID, dict[str, int]] = {call_id: {} for call_id in call_ids}
    for call_id, state, number in session.execute(_STATES_BY_CALL, {"many": list(call_ids)}):
        found[call_id][state] = number
    return found
