"""Grants as lists and pages show them: who acts next and until when, all read in one statement."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.applications.policies import READERS
from app.calls.models import Call
from app.core.actor import Actor, ScopeKind
from app.core.errors import NotFoundError
from app.core.money import Money
from app.core.paging import Page, PageRequest
from app.grants.models import Grant, GrantPartner, GrantSignature
from app.grants.rules.grant_lifecycle import GrantState, PartyRole
from app.grants.rules.standing import Acts
from app.infra.db.statements import MOST_KEPT, OFFSET, ONE, SIZE, TODAY, TOTAL, among, total_of
from app.organisations.models import Organisation
from app.partnerships.policies import organisations_spoken_for


@dataclass(frozen=True, slots=True)
class GrantRow:
    """A grant with the progress of its preparation and its signatures; ``by`` is None where no day binds."""

    id: UUID
    application_id: UUID
    call_id: UUID
    call: str
    reference: str
    acronym: str
    title: str
    coordinator: str
    country: str
    state: GrantState
    maximum_grant: Money
    start_on: date | None
    end_on: date | None
    duration_months: int | None
    opened_at: datetime
    sent_at: datetime | None
    returned_at: datetime | None
    reason: str
    data_due_on: date
    declarations_due_on: date
    signature_due_on: date
    entered_into_force_at: datetime | None
    closed_at: datetime | None
    agreed_version: int | None
    version: int
    parties: int
    confirmed: int
    declared: int
    signed: int
    acts: Acts
    by: date | None
    late: bool


@dataclass(frozen=True, slots=True)
class GrantFilter:
    """Which grants are wanted; empty fields do not narrow. ``late`` is ``yes`` for those that are."""

    text: str = ""
    state: str = ""
    acts: str = ""
    late: str = ""

    @classmethod
    def of(cls, text: str, chosen: Callable[[str], str]) -> GrantFilter:
        """What was typed, and what was chosen of each filter by name."""
        return cls(text, chosen("state"), chosen("acts"), chosen("late"))


@dataclass(frozen=True, slots=True)
class GrantFigures:
    """What the grants of a call come to."""

    total: int
    amount: Money
    preparing: int
    signing: int
    running: int
    ended: int
    office: int
    authority: int


def _parties(*conditions: Any) -> Any:  # noqa: ANN401  # a count in SQL
    wanted = sa.select(sa.func.count()).where(GrantPartner.grant_id == Grant.id, *conditions)
    return wanted.correlate(Grant).scalar_subquery()


SIGNED: Any = (
    sa.select(sa.func.count())
    .where(
        GrantSignature.grant_id == Grant.id,
        GrantSignature.version == Grant.agreed_version,
        GrantSignature.partner_id.is_not(None),
    )
    .correlate(Grant)
    .scalar_subquery()
)
_FRESH = (
    sa.exists()
    .where(Organisation.id == GrantPartner.organisation_id, Organisation.version == GrantPartner.confirmed_version)
    .correlate(GrantPartner)
)
_ALL, _CONFIRMED, _DECLARED = _parties(), _parties(_FRESH), _parties(GrantPartner.declared_at.is_not(None))
_PREPARES = Grant.state == GrantState.PREPARATION
SIGNS = Grant.state == GrantState.SIGNATURE
ACTS: Any = sa.case(
    (sa.and_(_PREPARES, Grant.sent_at.is_(None)), Acts.CONSORTIUM.value),
    (_PREPARES, Acts.OFFICE.value),
    (sa.and_(SIGNS, SIGNED == 0), Acts.COORDINATOR.value),
    (sa.and_(SIGNS, SIGNED < _ALL), Acts.BENEFICIARIES.value),
    (SIGNS, Acts.AUTHORITY.value),
    (Grant.state == GrantState.RUNNING, Acts.PROJECT.value),
    else_=Acts.NOBODY.value,
)
BY: Any = sa.case(
    (sa.and_(_PREPARES, Grant.sent_at.is_(None), _CONFIRMED < _ALL), Grant.data_due_on),
    (sa.and_(_PREPARES, Grant.sent_at.is_(None), _DECLARED < _ALL), Grant.declarations_due_on),
    (sa.or_(_PREPARES, SIGNS), Grant.signature_due_on),
    (Grant.state == GrantState.RUNNING, Grant.end_on),
    else_=sa.null(),
)
_SORTS: Mapping[str, Any] = {
    "acronym": sa.func.lower(Grant.acronym),
    "reference": Grant.reference,
    "amount": Grant.maximum_grant,
    "state": Grant.state,
    "by": BY,
    "start": Grant.start_on,
    "opened": Grant.opened_at,
}


_LATE = sa.and_(sa.or_(_PREPARES, SIGNS), TODAY > BY)


def _statement() -> sa.Select[Any]:
    columns: tuple[Any, ...] = (
        Grant.id,
        Grant.application_id,
        Grant.call_id,
        Call.identifier.label("call"),
        Grant.reference,
        Grant.acronym,
        Grant.title,
        Organisation.legal_name.label("coordinator"),
        Organisation.country,
        Grant.state,
        Grant.maximum_grant,
        Grant.start_on,
        Grant.end_on,
        Grant.duration_months,
        Grant.opened_at,
        Grant.sent_at,
        Grant.returned_at,
        Grant.reason,
        Grant.data_due_on,
        Grant.declarations_due_on,
        Grant.signature_due_on,
        Grant.entered_into_force_at,
        Grant.closed_at,
        Grant.agreed_version,
        Grant.version,
        _ALL.label("parties"),
        _CONFIRMED.label("confirmed"),
        _DECLARED.label("declared"),
        SIGNED.label("signed"),
        ACTS.label("acts"),
        BY.label("by"),
        sa.func.coalesce(_LATE, sa.false()).label("late"),
    )
    lead = sa.and_(GrantPartner.grant_id == Grant.id, GrantPartner.role == PartyRole.COORDINATOR)
    return (
        sa.select(*columns)
        .select_from(Grant)
        .join(Call, Call.id == Grant.call_id)
        .join(GrantPartner, lead)
        .join(Organisation, Organisation.id == GrantPartner.organisation_id)
    )


_OF_CALL = Grant.call_id == ONE
_OF_PERSON = sa.or_(
    among(Grant.application_id, "applications"),
    Grant.id.in_(sa.select(GrantPartner.grant_id).where(among(GrantPartner.organisation_id, "organisations"))),
)
_ONE_GRANT = _statement().where(Grant.id == ONE)
_MOST_URGENT = _statement().where(_OF_PERSON).order_by(BY.asc().nulls_last(), Grant.id).limit(SIZE)


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose grants a list shows: those of a call or of a person, and who that is."""

    of_call: bool
    asked: Mapping[str, Any]


def _row(found: Any) -> GrantRow:  # noqa: ANN401  # a row of the statement
    values = found._asdict()
    values.pop("total", None)
    return GrantRow(**(values | {"state": GrantState(values["state"]), "acts": Acts(values["acts"])}))


def grant_row(session: Session, grant_id: UUID, *, today: date) -> GrantRow:
    """One grant; raise NotFound."""
    found = session.execute(_ONE_GRANT, {"one": grant_id, "today": today}).first()
    if found is None:
        raise NotFoundError("grant")
    return _row(found)


def grants_page(  # a list page's knobs
    session: Session,
    whose: Whose,
    wanted: GrantFilter,
    page: PageRequest,
    *,
    today: date,
    order: tuple[str, bool] = ("acronym", False),
) -> Page[GrantRow]:
    """Grants of a call or a person (of_call, of_person): one query, two where the page has no rows.

    ``order`` is a key of the list and whether it descends.
    """
    statement = _listing(whose.of_call, wanted, order)
    asked = {**whose.asked, "today": today, "size": page.size, "offset": page.offset}
    rows = session.execute(statement, asked).all()
    return Page([_row(row) for row in rows], total_of(session, statement, asked, rows), page.number, page.size)


@lru_cache(maxsize=MOST_KEPT)
def _listing(of_call: bool, wanted: GrantFilter, order: tuple[str, bool]) -> sa.Select[Any]:  # noqa: FBT001  # a key
    statement = _statement().add_columns(TOTAL).where(_OF_CALL if of_call else _OF_PERSON)
    if wanted.text:
        texts = (Grant.acronym, Grant.title, Grant.reference, Organisation.legal_name)
        statement = statement.where(sa.or_(*(text.icontains(wanted.text, autoescape=True) for text in texts)))
    if wanted.state:
        statement = statement.where(Grant.state == wanted.state)
    if wanted.acts:
        statement = statement.where(wanted.acts == ACTS)
    if wanted.late == "yes":
        statement = statement.where(_LATE)
    key = _SORTS.get(order[0], _SORTS["acronym"])
    first = key.desc().nulls_last() if order[1] else key.asc().nulls_last()
    return statement.order_by(first, Grant.id).limit(SIZE).offset(OFFSET)


def most_urgent(session: Session, actor: Actor, most: int, *, today: date) -> Sequence[GrantRow]:
    """The grants of a person that bind soonest. One query."""
    asked = {"today": today, "size": most, **of_person(actor).asked}
    return [_row(row) for row in session.execute(_MOST_URGENT, asked)]


def of_call(call_id: UUID) -> Whose:
    """The grants of a call."""
    return Whose(of_call=True, asked={"one": call_id})


def of_person(actor: Actor) -> Whose:
    """The grants of consortia that the person belongs to, and of organisations for which the person speaks."""
    applications = list(actor.ids(ScopeKind.APPLICATION, *READERS))
    organisations = list(organisations_spoken_for(actor))
    return Whose(of_call=False, asked={"applications": applications, "organisations": organisations})


def grant_figures(session: Session, call_id: UUID) -> GrantFigures:
    """What the grants of a call come to. One query."""
    live = Grant.state != GrantState.ABANDONED
    cents = sa.type_coerce(Grant.maximum_grant, sa.BigInteger)
    ended = Grant.state.in_((GrantState.CLOSED, GrantState.TERMINATED, GrantState.ABANDONED))
    count = sa.func.count()
    statement = sa.select(
        count,
        sa.cast(sa.func.coalesce(sa.func.sum(cents).filter(live), 0), sa.BigInteger),
        count.filter(_PREPARES),
        count.filter(SIGNS),
        count.filter(Grant.state == GrantState.RUNNING),
        count.filter(ended),
        count.filter(Acts.OFFICE.value == ACTS),
        count.filter(Acts.AUTHORITY.value == ACTS),
    ).where(Grant.call_id == call_id)
    total, amount, *counts = session.execute(statement).one()
    return GrantFigures(total, Money(amount), *counts)
