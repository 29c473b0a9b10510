"""Grants as lists and pages show them: who acts next and until when, all read in one statement."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
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


_SIGNED: Any = (
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
_SIGNS = Grant.state == GrantState.SIGNATURE
ACTS: Any = sa.case(
    (sa.and_(_PREPARES, Grant.sent_at.is_(None)), Acts.CONSORTIUM.value),
    (_PREPARES, Acts.OFFICE.value),
    (sa.and_(_SIGNS, _SIGNED == 0), Acts.COORDINATOR.value),
    (sa.and_(_SIGNS, _SIGNED < _ALL), Acts.BENEFICIARIES.value),
    (_SIGNS, Acts.AUTHORITY.value),
    (Grant.state == GrantState.RUNNING, Acts.PROJECT.value),
    else_=Acts.NOBODY.value,
)
BY: Any = sa.case(
    (sa.and_(_PREPARES, Grant.sent_at.is_(None), _CONFIRMED < _ALL), Grant.data_due_on),
    (sa.and_(_PREPARES, Grant.sent_at.is_(None), _DECLARED < _ALL), Grant.declarations_due_on),
    (sa.or_(_PREPARES, _SIGNS), Grant.signature_due_on),
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


def _late(today: date) -> Any:  # noqa: ANN401  # a condition in SQL
    return sa.and_(sa.or_(_PREPARES, _SIGNS), today > BY)


def _statement(today: date) -> sa.Select[Any]:
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
        _SIGNED.label("signed"),
        ACTS.label("acts"),
        BY.label("by"),
        sa.func.coalesce(_late(today), sa.false()).label("late"),
    )
    lead = sa.and_(GrantPartner.grant_id == Grant.id, GrantPartner.role == PartyRole.COORDINATOR)
    return (
        sa.select(*columns)
        .select_from(Grant)
        .join(Call, Call.id == Grant.call_id)
        .join(GrantPartner, lead)
        .join(Organisation, Organisation.id == GrantPartner.organisation_id)
    )


def _row(found: Any) -> GrantRow:  # noqa: ANN401  # a row of the statement
    values = found._asdict()
    return GrantRow(**(values | {"state": GrantState(values["state"]), "acts": Acts(values["acts"])}))


def grant_row(session: Session, grant_id: UUID, *, today: date) -> GrantRow:
    """One grant; raise NotFound."""
    found = session.execute(_statement(today).where(Grant.id == grant_id)).first()
    if found is None:
        raise NotFoundError("grant")
    return _row(found)


def grants_page(  # a list page's knobs
    session: Session,
    where: sa.ColumnElement[bool],
    wanted: GrantFilter,
    page: PageRequest,
    *,
    today: date,
    order: tuple[str, bool] = ("acronym", False),
) -> Page[GrantRow]:
    """Grants within ``where`` (of_call, of_person): two queries whatever the number of rows.

    ``order`` is a key of the list and whether it descends.
    """
    statement = _statement(today).where(where)
    if wanted.text:
        texts = (Grant.acronym, Grant.title, Grant.reference, Organisation.legal_name)
        statement = statement.where(sa.or_(*(text.icontains(wanted.text, autoescape=True) for text in texts)))
    if wanted.state:
        statement = statement.where(Grant.state == wanted.state)
    if wanted.acts:
        statement = statement.where(wanted.acts == ACTS)
    if wanted.late == "yes":
        statement = statement.where(_late(today))
    total = session.execute(statement.with_only_columns(sa.func.count())).scalar_one()
    key = _SORTS.get(order[0], _SORTS["acronym"])
    first = key.desc().nulls_last() if order[1] else key.asc().nulls_last()
    rows = session.execute(statement.order_by(first, Grant.id).limit(page.size).offset(page.offset))
    return Page([_row(row) for row in rows], total, page.number, page.size)


def of_call(call_id: UUID) -> sa.ColumnElement[bool]:
    """The grants of a call."""
    return Grant.call_id == call_id


def of_person(actor: Actor) -> sa.ColumnElement[bool]:
    """The grants of consortia that the person belongs to, and of organisations for which the person speaks."""
    speaks = (
        sa.select(GrantPartner.grant_id)
        .where(GrantPartner.organisation_id.in_(organisations_spoken_for(actor)))
        .scalar_subquery()
    )
    return sa.or_(Grant.application_id.in_(actor.ids(ScopeKind.APPLICATION, *READERS)), Grant.id.in_(speaks))


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
        count.filter(_SIGNS),
        count.filter(Grant.state == GrantState.RUNNING),
        count.filter(ended),
        count.filter(Acts.OFFICE.value == ACTS),
        count.filter(Acts.AUTHORITY.value == ACTS),
    ).where(Grant.call_id == call_id)
    total, amount, *counts = session.execute(statement).one()
    return GrantFigures(total, Money(amount), *counts)


def signs_next(session: Session, actor: Actor) -> Sequence[tuple[UUID, UUID]]:
    """Grants and parties for which it is this person's turn to sign. One query."""
    if actor.person_id is None:
        return ()
    given = sa.exists().where(
        GrantSignature.grant_id == Grant.id,
        GrantSignature.version == Grant.agreed_version,
        GrantSignature.partner_id == GrantPartner.partner_id,
    )
    turn = sa.or_(GrantPartner.role == PartyRole.COORDINATOR, _SIGNED > 0)
    statement = (
        sa.select(Grant.id, GrantPartner.partner_id)
        .join(GrantPartner, GrantPartner.grant_id == Grant.id)
        .where(_SIGNS, GrantPartner.signatory_id == actor.person_id, turn, sa.not_(given))
        .order_by(Grant.signature_due_on, Grant.id)
    )
    return [(grant_id, partner_id) for grant_id, partner_id in session.execute(statement)]
