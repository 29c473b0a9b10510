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
from app.infra.db.statements import MOST_KEPT, OFFSET, ONE, SIZE
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


@lru_cache(maxsize=MOST_KEPT)
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
    """Submitted and withdrawn applications of a call: two queries whatever the number of rows."""
    total = session.execute(_total(wanted), {"one": call_id}).scalar_one()
    asked = {"one": call_id, "size": page.size, "offset": page.offset}
    rows = session.execute(_listing(wanted, sort, descending=descending), asked).all()
    return Page([OfficeRow(*row) for row in rows], total, page.number, page.size)


@lru_cache(maxsize=MOST_KEPT)
def _total(wanted: OfficeFilter) -> sa.Select[*tuple[Any, ...]]:
    return sa.select(sa.func.count()).select_from(_statement(wanted).subquery())


@lru_cache(maxsize=MOST_KEPT)
def _listing(wanted: OfficeFilter, sort: str, *, descending: bool) -> sa.Select[*tuple[Any, ...]]:
    order = [column.desc() if descending else column.asc() for column in _SORTS.get(sort, _SORTS["received"])]
    return _statement(wanted).order_by(*order, Application.id).limit(SIZE).offset(OFFSET)


_BY_STATE = (
    sa.select(
        Application.state,
        sa.func.count(),
        sa.cast(
            sa.func.coalesce(sa.func.sum(sa.type_coerce(Application.requested, sa.BigInteger)), 0),
            sa.BigInteger,
        ),
    )
    .where(Application.call_id == ONE)
    .group_by(Application.state)
)
_BY_COUNTRY = (
    sa.select(Organisation.country, sa.func.count().label("n"))
    .join(Partner, Partner.organisation_id == Organisation.id)
    .join(Application, Application.id == Partner.partnership_id)
    .where(
        Application.call_id == ONE,
        Application.state == ApplicationState.SUBMITTED,
        Partner.role == PartnerRole.COORDINATOR,
        Partner.state == PartnerState.ACCEPTED,
    )
    .group_by(Organisation.country)
    .order_by(sa.desc("n"), Organisation.country)
)


@lru_cache(maxsize=MOST_KEPT)
def _by_day(zone: str) -> sa.Select[*tuple[Any, ...]]:
    day = sa.cast(sa.func.timezone(zone, Submission.received_at), sa.Date)
    return (
        sa.select(day, sa.func.count())
        .join(Application, Application.last_submission_id == Submission.id)
        .where(Application.call_id == ONE, Application.state == ApplicationState.SUBMITTED)
        .group_by(day)
        .order_by(day)
    )


def call_figures(session: Session, call_id: UUID, *, zone: str) -> CallFigures:
    """Counts by state, by country of the coordinator and by day of receipt, and the sum requested."""
    asked = {"one": call_id}
    by_state: Mapping[str, tuple[int, int]] = {
        state: (count, cents) for state, count, cents in session.execute(_BY_STATE, asked)
    }
    country = session.execute(_BY_COUNTRY, asked).all()
    days = session.execute(_by_day(zone), asked).all()

    def count(state: ApplicationState) -> int:
        return by_state.get(state, (0, 0))[0]

    return CallFigures(
        drafts=count(ApplicationState.DRAFT),
        submitted=count(ApplicationState.SUBMITTED),
        withdrawn=count(ApplicationState.WITHDRAWN),
        not_submitted=count(ApplicationState.NOT_SUBMITTED),
        requested=Money(by_state.get(ApplicationState.SUBMITTED, (0, 0))[1]),
        by_country=[(code, number) for code, number in country],
        by_day=[(when, number) for when, number in days],
    )


def figures_of_calls(session: Session, call_ids: Sequence[UUID]) -> Mapping[UUID, Mapping[str, int]]:
    """Counts by state of several calls. One query."""
    found: dict[UUID, dict[str, int]] = {call_id: {} for call_id in call_ids}
    rows = session.execute(
        sa.select(Application.call_id, Application.state, sa.func.count())
        .where(Application.call_id.in_(call_ids))
        .group_by(Application.call_id, Application.state)
    )
    for call_id, state, number in rows:
        found[call_id][state] = number
    return found
