"""Readings of programmes, calls and their documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import pairwise
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.calls.models import Call, CallVersion, Programme
from app.calls.policies import manages_everything
from app.calls.rules.call_rules import CallRules
from app.calls.rules.changes import Change, changes_between
from app.calls.rules.funding_kinds import FundingKind
from app.calls.rules.identifiers import identifier_key
from app.calls.rules.lifecycle import CallState
from app.calls.rules.phases import CLOSING_GRACE, Phase, may_close
from app.calls.schemas import CallFilter, CallList, CallPage, CallRow, CorrigendumRow, CountedCalls, VersionRow
from app.core.actor import Actor, Role
from app.core.canonical import digest
from app.core.errors import NotFoundError
from app.core.paging import Page, PageRequest
from app.infra.db.statements import MOST_KEPT, NOW, OFFSET, ONE, SIZE, among, in_scope, scope

_VERSION = (
    CallVersion.id, CallVersion.number, CallVersion.label, CallVersion.sha256, CallVersion.revision,
    CallVersion.saved_at, CallVersion.published_at, CallVersion.published_by, Person.name,
)  # fmt: skip
MOST_PARSED = 256
_PARSED: dict[str, CallRules] = {}
_CHANGES: dict[tuple[str, str], tuple[Change, ...]] = {}
"""Parsed documents by hash, and what one changed in another: what has one hash says the same for ever."""
_SORTS: Mapping[str, sa.ColumnElement[Any]] = {
    "title": sa.func.lower(Call.title),
    "identifier": sa.type_coerce(Call.identifier_key, sa.Text),
    "programme": sa.type_coerce(Programme.code, sa.Text),
    "deadline": sa.type_coerce(Call.deadline, sa.DateTime(timezone=True)),
    "envelope": sa.type_coerce(Call.envelope, sa.BigInteger),
}
_PUBLIC = Call.state != CallState.DRAFT
_PUBLISHED = sa.and_(CallVersion.call_id == Call.id, CallVersion.number == Call.published_version)
_PHASE: Any = sa.case(
    (Call.state.in_((CallState.CLOSED, CallState.WITHDRAWN)), Phase.CLOSED.value),
    (Call.opens_at > NOW, Phase.FORTHCOMING.value),
    (Call.deadline >= NOW, Phase.OPEN.value),
    else_=Phase.CLOSED.value,
)
_ROW: tuple[Any, ...] = (
    Call.id, Call.identifier, Call.titles, Programme.code, Call.funding_kind, Call.opens_at, Call.deadline, Call.envelope,
    Call.state, _PHASE, sa.func.coalesce(CallVersion.label, ""), sa.func.coalesce(CallVersion.sha256, ""),
)  # fmt: skip
_ROWS: sa.Select[Any] = (
    sa.select(*_ROW)
    .select_from(Call)
    .join(Programme, Programme.id == Call.programme_id)
    .outerjoin(CallVersion, _PUBLISHED)
)
_PAGE = _ROWS.add_columns(Call.programme_id, Call.withdrawal_reason).where(
    Call.identifier_key == sa.bindparam("key"), _PUBLIC
)
_MANAGED = _ROWS.where(in_scope("officer", Call.programme_id, Call.id)).order_by(Call.id.desc()).limit(SIZE)
_VERSIONS: sa.Select[*tuple[Any, ...]] = (
    sa.select(*_VERSION)
    .outerjoin(Person, Person.id == CallVersion.published_by)
    .where(CallVersion.call_id == ONE)
    .order_by(CallVersion.number)
)
_HASHES = sa.select(Call.id, CallVersion.sha256).join(CallVersion, _PUBLISHED).where(among(Call.id))


def _row(values: Sequence[Any]) -> CallRow:
    identity, identifier, titles, programme, kind, opens_at, deadline, envelope, state, phase, version, sha256 = values
    terms = opens_at, deadline, envelope, CallState(state), Phase(phase), version, sha256
    return CallRow(identity, identifier, titles, programme, FundingKind(kind), *terms)


def _narrowed(wanted: CallFilter) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if wanted.text:
        key = identifier_key(wanted.text)
        found = Call.title.icontains(wanted.text, autoescape=True)
        conditions.append(sa.or_(found, Call.identifier_key.contains(key, autoescape=True)) if key else found)
    if wanted.programme:
        conditions.append(Programme.code == wanted.programme)
    if wanted.phase:
        conditions.append(wanted.phase.value == _PHASE)
    if wanted.funding_kind:
        conditions.append(Call.funding_kind == wanted.funding_kind)
    return conditions


def public_calls(
    session: Session, wanted: CallFilter, page: PageRequest, *, now: datetime, sort: str = "", descending: bool = False
) -> CallList:
    """Published calls: open ones by deadline, then forthcoming ones, then closed ones, latest first; or as ``sort`` says.

    Each facet is counted without its own narrowing, so that another value can be chosen.
    """
    return calls_among(session, counted_calls(session, wanted.text, now=now), wanted, page, sort, descending=descending)


def calls_among(  # a list page's knobs
    session: Session, known: CountedCalls, wanted: CallFilter, page: PageRequest, sort: str, *, descending: bool
) -> CallList:
    """The same where the calls were counted already: one query, and one more where a text is looked for."""
    counted = known if known.text == wanted.text else counted_calls(session, wanted.text, now=known.now)
    facets, total = counted.under(wanted)
    asked = {"now": known.now, "size": page.size, "offset": page.offset}
    rows = session.execute(_listing(wanted, sort, descending=descending), asked).all()
    return CallList(Page([_row(row) for row in rows], total, page.number, page.size), facets)


@lru_cache(maxsize=MOST_KEPT)
def _listing(wanted: CallFilter, sort: str, *, descending: bool) -> sa.Select[Any]:
    order: tuple[Any, ...] = (
        sa.case((Phase.OPEN.value == _PHASE, 0), (Phase.FORTHCOMING.value == _PHASE, 1), else_=2),
        sa.case((Phase.CLOSED.value == _PHASE, None), else_=Call.deadline).asc(),
        Call.deadline.desc(),
        Call.id,
    )
    if sort in _SORTS:
        order = ((_SORTS[sort].desc() if descending else _SORTS[sort].asc()).nulls_last(), Call.id)
    return _ROWS.where(_PUBLIC, *_narrowed(wanted)).order_by(*order).limit(SIZE).offset(OFFSET)


def counted_calls(session: Session, text: str = "", *, now: datetime) -> CountedCalls:
    """Published calls with a text, counted once by all values of their facets together, in few rows. One query."""
    rows = session.execute(_counts(text), {"now": now})
    return CountedCalls(text, now, tuple((tuple(values), count) for *values, count in rows))


@lru_cache(maxsize=MOST_KEPT)
def _counts(text: str) -> sa.Select[Any]:
    columns: tuple[Any, ...] = (Programme.code, _PHASE.label("value"), Call.funding_kind)
    return (
        sa.select(*columns, sa.func.count())
        .select_from(Call)
        .join(Programme, Programme.id == Call.programme_id)
        .where(_PUBLIC, *_narrowed(CallFilter(text=text)))
        .group_by(*columns)
    )


def managed_calls(session: Session, actor: Actor, most: int, *, now: datetime) -> Sequence[CallRow]:
    """The newest calls that the actor manages, drafts too. One query."""
    asked = scope("officer", actor, Role.PROGRAMME_OFFICER) | {"now": now, "size": most}
    if manages_everything(actor):
        asked["officer_everywhere"] = True
    return [_row(row) for row in session.execute(_MANAGED, asked)]


def programmes(session: Session) -> Sequence[tuple[UUID, str, str]]:
    """Id, code and title of every programme, by code."""
    rows = session.execute(sa.select(Programme.id, Programme.code, Programme.title).order_by(Programme.code))
    return [(identity, code, title) for identity, code, title in rows]


def programme_by_code(session: Session, code: str) -> Programme | None:
    """The programme of that code."""
    return session.scalars(sa.select(Programme).filter_by(code=code)).first()


def call_by_identifier(session: Session, identifier: str) -> Call | None:
    """The call of that identifier in any spelling, drafts too."""
    return session.scalars(sa.select(Call).filter_by(identifier_key=identifier_key(identifier))).first()


def locked_call(session: Session, call_id: UUID, *, shared: bool = False) -> Call:
    """The call, locked until the end of the transaction; raise NotFoundError where there is none.

    ``shared`` lets others do the same and keeps only changes of the call waiting: for submissions.
    """
    statement = sa.select(Call).filter_by(id=call_id).with_for_update(read=shared)
    call = session.scalars(statement.execution_options(populate_existing=True)).first()
    if call is None:
        raise NotFoundError("call")
    return call


def drafts(session: Session, call_id: UUID) -> Sequence[CallVersion]:
    """Versions of the call that are not published, the next one first."""
    statement = sa.select(CallVersion).filter_by(call_id=call_id, published_at=None).order_by(CallVersion.number)
    return session.scalars(statement).all()


def versions(session: Session, call_id: UUID) -> Sequence[VersionRow]:
    """Every version of the call, drafts too, oldest first, without the documents."""
    return [VersionRow(*row) for row in session.execute(_VERSIONS, {"one": call_id})]


def call_page(session: Session, identifier: str, *, now: datetime) -> CallPage:
    """What the public sees of a call; raise NotFoundError for a draft or an unknown identifier."""
    found = session.execute(_PAGE, {"key": identifier_key(identifier), "now": now}).first()
    if found is None:
        raise NotFoundError("call")
    *values, programme_id, reason = found
    row = _row(values)
    history = [version for version in versions(session, row.id) if version.published_at is not None]
    current = history[-1]
    rules = rules_by_hash(session, [current.sha256])[current.sha256]
    return CallPage(row, programme_id, reason, rules, current, history[::-1], _corrigenda(session, history))


def corrigenda(session: Session, call_id: UUID) -> Sequence[CorrigendumRow]:
    """What each later published version of the call changed in the one before, newest first."""
    return _corrigenda(session, [version for version in versions(session, call_id) if version.published_at is not None])


def _corrigenda(session: Session, history: Sequence[VersionRow]) -> Sequence[CorrigendumRow]:
    found = [
        CorrigendumRow(later, _changes(session, earlier.sha256, later.sha256)) for earlier, later in pairwise(history)
    ]
    return found[::-1]


def _changes(session: Session, before: str, after: str) -> tuple[Change, ...]:
    """What one document changed in another, by their hashes; computed once."""
    found = _CHANGES.get((before, after))
    if found is None:
        documents = rules_by_hash(session, [before, after])
        found = changes_between(documents[before], documents[after])
        if len(_CHANGES) > MOST_PARSED:
            _CHANGES.clear()
        _CHANGES[before, after] = found
    return found


_HASH = sa.select(CallVersion.sha256).where(CallVersion.id == ONE)


def rules_of_version(session: Session, version_id: UUID) -> CallRules:
    """The document of a version; raise NotFoundError where there is none. Each document is parsed once."""
    sha256 = session.execute(_HASH, {"one": version_id}).scalar()
    if sha256 is None:
        raise NotFoundError("version of a call")
    return rules_by_hash(session, [sha256])[sha256]


def published_rules(session: Session, call_id: UUID) -> tuple[UUID, CallRules]:
    """Id and document of the version in force; raise NotFoundError for drafts."""
    statement = sa.select(CallVersion.id, CallVersion.sha256).join(Call, _PUBLISHED).where(Call.id == call_id)
    found = session.execute(statement).first()
    if found is None:
        raise NotFoundError("call")
    return found.id, rules_by_hash(session, [found.sha256])[found.sha256]


def rules_of_calls(session: Session, call_ids: Sequence[UUID]) -> Mapping[UUID, CallRules]:
    """Documents of the versions in force of several calls, by call. Two queries at most."""
    hashes = {row.id: row.sha256 for row in session.execute(_HASHES, {"many": list(call_ids)})}
    documents = rules_by_hash(session, list(hashes.values()))
    return {call_id: documents[sha256] for call_id, sha256 in hashes.items()}


def calls_to_close(session: Session, *, now: datetime) -> Sequence[UUID]:
    """Published calls whose last deadline and grace have passed. Two queries."""
    found = calls_past_first_deadline(session, now=now)
    return [call_id for call_id, rules in found.items() if may_close(rules.timetable.ends_at, now)]


def calls_past_first_deadline(session: Session, *, now: datetime) -> Mapping[UUID, CallRules]:
    """Published calls of which a deadline has passed with its grace, the earliest first, with their documents."""
    statement = sa.select(Call.id).where(Call.state == CallState.PUBLISHED, Call.deadline < now - CLOSING_GRACE)
    ids = session.scalars(statement.order_by(Call.deadline, Call.id)).all()
    documents = rules_of_calls(session, ids)
    return {call_id: documents[call_id] for call_id in ids}


def altered_versions(session: Session) -> Sequence[UUID]:
    """Published versions whose document no longer has the hash it was published with (for ``verify``)."""
    statement = sa.select(CallVersion.id, CallVersion.sha256, CallVersion.document)
    rows = session.execute(statement.where(CallVersion.published_at.is_not(None)).order_by(CallVersion.id))
    return [identity for identity, sha256, document in rows if digest(document) != sha256]


def rules_by_hash(session: Session, wanted: Sequence[str]) -> dict[str, CallRules]:
    """Documents by hash; those that this process has not parsed yet are read in one query."""
    found = {sha256: known for sha256 in wanted if (known := _PARSED.get(sha256)) is not None}
    missing = set(wanted) - set(found)
    if missing:
        statement = sa.select(CallVersion.sha256, CallVersion.document).where(CallVersion.sha256.in_(missing))
        found |= {sha256: CallRules.from_plain(document) for sha256, document in session.execute(statement)}
        if len(_PARSED) > MOST_PARSED:
            _PARSED.clear()
        _PARSED.update(found)
    return found
