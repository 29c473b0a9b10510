"""Calls as the office follows them: with the applications that each has, drafts only as counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.applications.models import Application
from app.applications.policies import OFFICE
from app.applications.rules.lifecycle import ApplicationState
from app.calls.models import Call, CallVersion, Programme
from app.calls.rules.funding_kinds import FundingKind
from app.calls.rules.identifiers import identifier_key
from app.calls.rules.lifecycle import CallState
from app.calls.rules.phases import Phase, phase
from app.core.actor import Actor
from app.core.errors import NotFoundError
from app.core.money import Money
from app.core.paging import Page, PageRequest
from app.infra.db.statements import MOST_KEPT, NOW, OFFSET, ONE, SIZE, TOTAL, in_scope, scope, total_of
from app.ledger.policies import FINANCE


@dataclass(frozen=True, slots=True)
class OfficeCall:
    """A call with its counts; ``version`` is empty while nothing is published, ``waiting`` is the label of a draft."""

    id: UUID
    identifier: str
    title: str
    programme_id: UUID
    programme: str
    funding_kind: FundingKind
    state: CallState
    phase: Phase
    opens_at: datetime
    deadline: datetime
    envelope: Money | None
    version: str
    waiting: str
    drafts: int
    submitted: int
    withdrawal_reason: str

    @property
    def standing(self) -> str:
        """What can be said of it in one word: draft, forthcoming, open, closed or withdrawn."""
        return self.phase.value if self.state in {CallState.PUBLISHED, CallState.CLOSED} else self.state.value


@dataclass(frozen=True, slots=True)
class OfficeCallFilter:
    """Which calls are wanted; empty fields do not narrow. ``standing`` is a key of STANDINGS."""

    text: str = ""
    programme: str = ""
    standing: str = ""


STANDINGS = ("draft", "forthcoming", "open", "closed", "withdrawn")


def _count(state: ApplicationState) -> sa.ScalarSelect[int]:
    return (
        sa.select(sa.func.count())
        .where(Application.call_id == Call.id, Application.state == state)
        .correlate(Call)
        .scalar_subquery()
    )


_DRAFTS, _SUBMITTED = _count(ApplicationState.DRAFT), _count(ApplicationState.SUBMITTED)
_WAITING = (
    sa.select(sa.func.max(CallVersion.label))
    .where(CallVersion.call_id == Call.id, CallVersion.published_at.is_(None))
    .correlate(Call)
    .scalar_subquery()
)
_SORTS: Mapping[str, Any] = {
    "title": sa.func.lower(Call.title),
    "identifier": Call.identifier_key,
    "programme": Programme.code,
    "deadline": Call.deadline,
    "drafts": _DRAFTS,
    "submitted": _SUBMITTED,
    "made": Call.id,
}


_COLUMNS: tuple[Any, ...] = (
    Call.id,
    Call.identifier,
    Call.title,
    Call.programme_id,
    Programme.code,
    Call.funding_kind,
    Call.state,
    Call.opens_at,
    Call.deadline,
    Call.envelope,
    sa.func.coalesce(CallVersion.label, ""),
    sa.func.coalesce(_WAITING, ""),
    _DRAFTS,
    _SUBMITTED,
    Call.withdrawal_reason,
)


def _statement() -> sa.Select[Any]:
    published = sa.and_(CallVersion.call_id == Call.id, CallVersion.number == Call.published_version)
    return (
        sa.select(*_COLUMNS)
        .select_from(Call)
        .join(Programme, Programme.id == Call.programme_id)
        .outerjoin(CallVersion, published)
    )


def _row(values: Any, now: datetime) -> OfficeCall:  # noqa: ANN401  # a row of the statement
    identity, identifier, title, programme_id, programme, kind, state, opens_at, deadline, *rest = values
    envelope, version, waiting, drafts, submitted, reason = rest
    over = state in {CallState.CLOSED, CallState.WITHDRAWN}
    return OfficeCall(
        id=identity,
        identifier=identifier,
        title=title,
        programme_id=programme_id,
        programme=programme,
        funding_kind=FundingKind(kind),
        state=CallState(state),
        phase=Phase.CLOSED if over else phase(opens_at, deadline, now),
        opens_at=opens_at,
        deadline=deadline,
        envelope=envelope,
        version=version,
        waiting=waiting,
        drafts=drafts,
        submitted=submitted,
        withdrawal_reason=reason,
    )


def _standing(standing: str) -> sa.ColumnElement[bool]:
    published = Call.state == CallState.PUBLISHED
    match standing:
        case "forthcoming":
            return sa.and_(published, Call.opens_at > NOW)
        case "open":
            return sa.and_(published, Call.opens_at <= NOW, Call.deadline >= NOW)
        case "closed":
            return sa.or_(Call.state == CallState.CLOSED, sa.and_(published, Call.deadline < NOW))
        case _:
            return Call.state == standing


_FOLLOWED = sa.or_(
    in_scope("office", Call.programme_id, Call.id),
    sa.and_(Call.state != CallState.DRAFT, in_scope("finance", Call.programme_id, Call.id)),
)
"""The office follows its calls from the draft on; who handles money, those that have set some aside."""


def office_calls(  # noqa: PLR0913  # a list page's knobs
    session: Session,
    actor: Actor,
    wanted: OfficeCallFilter,
    page: PageRequest,
    *,
    now: datetime,
    sort: str = "made",
    descending: bool = True,
) -> Page[OfficeCall]:
    """Every call that the actor follows, for the office drafts too. One query, two where the page has no rows."""
    statement = _listing(wanted, sort, descending=descending)
    asked = scope("office", actor, *OFFICE) | scope("finance", actor, *FINANCE)
    asked |= {"now": now, "size": page.size, "offset": page.offset}
    rows = session.execute(statement, asked).all()
    total = total_of(session, statement, asked, rows)
    return Page([_row(row[:-1], now) for row in rows], total, page.number, page.size)


@lru_cache(maxsize=MOST_KEPT)
def _listing(wanted: OfficeCallFilter, sort: str, *, descending: bool) -> sa.Select[Any]:
    statement = _statement().add_columns(TOTAL).where(_FOLLOWED)
    if wanted.text:
        key = identifier_key(wanted.text)
        found = Call.title.icontains(wanted.text, autoescape=True)
        named = Call.identifier_key.contains(key, autoescape=True)
        statement = statement.where(sa.or_(found, named) if key else found)
    if wanted.programme:
        statement = statement.where(Programme.code == wanted.programme)
    if wanted.standing:
        statement = statement.where(_standing(wanted.standing))
    column = _SORTS.get(sort, Call.id)
    order = column.desc() if descending else column.asc()
    return statement.order_by(order, Call.id.desc()).limit(SIZE).offset(OFFSET)


_ONE_CALL = _statement().where(Call.id == ONE)
_SCOPE = sa.select(Call.id, Call.programme_id)
_SCOPE_BY_ID, _SCOPE_BY_KEY = _SCOPE.where(Call.id == ONE), _SCOPE.where(Call.identifier_key == sa.bindparam("key"))


_CALL_OF_SUBMITTED = sa.select(Application.call_id).where(
    Application.id == ONE, Application.last_submission_id.is_not(None)
)


def office_call(session: Session, call_id: UUID, *, now: datetime) -> OfficeCall:
    """One call in any state; raise NotFoundError."""
    found = session.execute(_ONE_CALL, {"one": call_id}).first()
    if found is None:
        raise NotFoundError("call")
    return _row(found, now)


def call_scope(session: Session, call: UUID | str) -> tuple[UUID, UUID] | None:
    """Id and programme of a call in any state, by id or by its identifier in any spelling."""
    if isinstance(call, UUID):
        found = session.execute(_SCOPE_BY_ID, {"one": call}).first()
    else:
        found = session.execute(_SCOPE_BY_KEY, {"key": identifier_key(call)}).first()
    return (found[0], found[1]) if found else None


def call_of_application(session: Session, application_id: UUID) -> UUID | None:
    """The call of an application that was submitted at least once; None for drafts: the office does not see them."""
    return session.execute(_CALL_OF_SUBMITTED, {"one": application_id}).scalar()
