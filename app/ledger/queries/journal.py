"""The journal: every entry with its postings, for lists and for the check of the balances."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.money import Money
from app.core.paging import Page, PageRequest
from app.ledger.models import Commitment, Entry, Envelope, Posting
from app.ledger.rules.accounts import Account, EntryKind, PostingLine
from app.ledger.rules.balances import CommitmentBalance, EnvelopeBalance, Posted
from app.ledger.schemas import Booked, EntryFilter, EntryRow


def entries_page(
    session: Session, call_id: UUID, wanted: EntryFilter, page: PageRequest, *, descending: bool = True
) -> Page[EntryRow]:
    """Entries of a call by the instant of their act: three queries whatever the number of rows."""
    statement = _narrowed(sa.select(*_COLUMNS), call_id, wanted)
    total = session.execute(statement.with_only_columns(sa.func.count())).scalar_one()
    columns: tuple[Any, ...] = (Entry.occurred_at, Entry.id)
    order = [column.desc() if descending else column.asc() for column in columns]
    rows = session.execute(statement.order_by(*order).limit(page.size).offset(page.offset)).all()
    lines = _lines(session, [row[0] for row in rows])
    return Page([_row(row, lines) for row in rows], total, page.number, page.size)


def entries_sum(session: Session, call_id: UUID, wanted: EntryFilter) -> Money:
    """What the entries come to: in the account that is chosen, else what they moved. One query.

    The appropriation is counted as what it gave: it is the source of the money.
    """
    which = _narrowed(sa.select(Entry.id), call_id, wanted)
    side = Posting.account == wanted.account if wanted.account is not None else _cents(Posting) > 0
    statement = sa.select(sa.func.coalesce(sa.func.sum(_cents(Posting)), 0)).where(Posting.entry_id.in_(which), side)
    total = Money(int(session.execute(statement).scalar_one()))
    return -total if wanted.account is Account.APPROPRIATION else total


_COLUMNS: tuple[Any, ...] = (
    Entry.id,
    Entry.kind,
    Entry.envelope_id,
    Envelope.title,
    Envelope.code,
    Entry.occurred_at,
    Entry.actor_id,
    Entry.reference,
    Entry.reason,
    Entry.key,
    sa.select(Posting.commitment_id)
    .where(Posting.entry_id == Entry.id, Posting.commitment_id.is_not(None))
    .limit(1)
    .correlate(Entry)
    .scalar_subquery()
    .label("commitment_id"),
)


def _cents(table: type[Posting]) -> sa.ColumnElement[int]:
    return sa.type_coerce(table.amount, sa.BigInteger)


def _narrowed(statement: sa.Select[Any], call_id: UUID, wanted: EntryFilter) -> sa.Select[Any]:
    statement = statement.join(Envelope, Envelope.id == Entry.envelope_id).where(Envelope.call_id == call_id)
    if wanted.text:
        texts = (Entry.reference, Entry.reason)
        statement = statement.where(sa.or_(*(column.icontains(wanted.text, autoescape=True) for column in texts)))
    if wanted.envelope:
        statement = statement.where(Envelope.code == wanted.envelope)
    if wanted.kind is not None:
        statement = statement.where(Entry.kind == wanted.kind)
    if wanted.account is not None:
        touching = sa.select(Posting.entry_id).where(Posting.account == wanted.account)
        statement = statement.where(Entry.id.in_(touching))
    if wanted.keys is not None:
        statement = statement.where(Entry.key.in_(wanted.keys))
    if wanted.commitments is not None:
        moved = sa.select(Posting.entry_id).where(Posting.commitment_id.in_(wanted.commitments))
        statement = statement.where(Entry.id.in_(moved))
    return statement


def _row(row: sa.Row[*tuple[Any, ...]], lines: Mapping[UUID, list[PostingLine]]) -> EntryRow:
    identity, kind, *rest = row
    values: list[Any] = [identity, EntryKind(kind), *rest, lines[identity]]
    return EntryRow(*values)


def _lines(session: Session, entry_ids: list[UUID]) -> Mapping[UUID, list[PostingLine]]:
    """The postings of entries, the account that gives first."""
    found: dict[UUID, list[PostingLine]] = defaultdict(list)
    among = Posting.entry_id == sa.any_(sa.cast(entry_ids, sa.ARRAY(sa.Uuid)))
    statement = sa.select(Posting.entry_id, Posting.account, Posting.amount).where(among)
    for entry_id, account, amount in session.execute(statement.order_by(Posting.amount)):
        found[entry_id].append(PostingLine(Account(account), amount))
    return found


def entries_so_far(session: Session, envelope_id: UUID, kinds: tuple[EntryKind, ...]) -> int:
    """How many entries of these kinds an envelope has; exact while the envelope is locked."""
    statement = sa.select(sa.func.count()).where(Entry.envelope_id == envelope_id, Entry.kind.in_(kinds))
    return session.execute(statement).scalar_one()


def postings(session: Session) -> Iterator[Posted]:
    """Every posting there is, for the check of the balances."""
    statement = sa.select(
        Posting.entry_id, Entry.kind, Posting.envelope_id, Posting.commitment_id, Posting.account, Posting.amount
    ).join(Entry, Entry.id == Posting.entry_id)
    for entry_id, kind, envelope_id, commitment_id, account, amount in session.execute(
        statement.execution_options(yield_per=1000)
    ):
        yield Posted(entry_id, EntryKind(kind), envelope_id, commitment_id, Account(account), amount)


def stored_balances(
    session: Session,
) -> tuple[Mapping[UUID, EnvelopeBalance], Mapping[UUID, CommitmentBalance], int]:
    """The balances that stand in the tables, of envelopes and of commitments, and the number of entries."""
    envelopes = sa.select(Envelope.id, Envelope.appropriated, Envelope.available, Envelope.committed, Envelope.paid)
    commitments = sa.select(Commitment.id, Commitment.amount, Commitment.pending, Commitment.paid, Commitment.released)
    entries = session.execute(sa.select(sa.func.count()).select_from(Entry)).scalar_one()
    return (
        {identity: EnvelopeBalance(*figures) for identity, *figures in session.execute(envelopes)},
        {identity: CommitmentBalance(*figures) for identity, *figures in session.execute(commitments)},
        entries,
    )


def booked(session: Session) -> Mapping[str, Booked]:
    """Every entry that pays or takes back, by its key: what other areas must be able to explain."""
    gains: Any = sa.type_coerce(Posting.amount, sa.BigInteger) > 0
    statement = (
        sa.select(Entry.key, Entry.id, Entry.kind, Posting.commitment_id, Posting.amount, Entry.occurred_at)
        .join(Posting, Posting.entry_id == Entry.id)
        .where(Entry.kind.in_((EntryKind.PAY, EntryKind.RECOVER)), gains)
    )
    return {
        key: Booked(entry_id, EntryKind(kind), commitment_id, amount, occurred_at)
        for key, entry_id, kind, commitment_id, amount, occurred_at in session.execute(statement)
    }
