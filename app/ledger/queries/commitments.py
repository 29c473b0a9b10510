"""Commitments: of one subject, to change, or as a list."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.errors import NotFoundError
from app.core.money import Money
from app.core.paging import Page, PageRequest
from app.infra.db.base import MoneyCents
from app.ledger.models import Commitment, Entry, Envelope, Posting
from app.ledger.rules.accounts import Account, EntryKind
from app.ledger.schemas import CommitmentFilter, CommitmentRow, Standing

_COLUMNS = (
    Commitment.id,
    Commitment.envelope_id,
    Envelope.title,
    Envelope.code,
    Commitment.subject_kind,
    Commitment.subject_id,
    Commitment.reference,
    Commitment.title,
    Commitment.committed_at,
    Commitment.amount,
    Commitment.pending,
    Commitment.paid,
    Commitment.released,
)
_SORTS: Mapping[str, Any] = {
    "reference": Commitment.reference,
    "title": sa.func.lower(Commitment.title),
    "committed_at": Commitment.committed_at,
    "amount": Commitment.amount,
    "pending": Commitment.pending,
    "paid": Commitment.paid,
}


def _statement() -> sa.Select[*tuple[Any, ...]]:
    return sa.select(*_COLUMNS).join(Envelope, Envelope.id == Commitment.envelope_id)


def commitment_balances() -> sa.Subquery:
    """What became of every commitment, to be joined by queries of other areas.

    Columns: commitment_id, amount, pending, paid, released, and recovered: what came back of what was paid.
    """
    cents = sa.cast(sa.func.coalesce(sa.func.sum(sa.type_coerce(Posting.amount, sa.BigInteger)), 0), sa.BigInteger)
    came_back = (
        sa.select(sa.type_coerce(cents, MoneyCents()))
        .join(Entry, Entry.id == Posting.entry_id)
        .where(
            Posting.commitment_id == Commitment.id,
            Posting.account == Account.COMMITTED,
            Entry.kind == EntryKind.RECOVER,
        )
        .correlate(Commitment)
        .scalar_subquery()
    )
    figures = (Commitment.amount, Commitment.pending, Commitment.paid, Commitment.released)
    columns = (Commitment.id.label("commitment_id"), *figures, came_back.label("recovered"))
    return sa.select(*columns).subquery("commitment_balances")


def commitment_of(session: Session, subject_kind: str, subject_id: UUID) -> CommitmentRow | None:
    """What is bound to a subject, or None."""
    wanted = Commitment.subject_kind == subject_kind, Commitment.subject_id == subject_id
    found = session.execute(_statement().where(*wanted)).first()
    return CommitmentRow(*found) if found else None


def commitment_for_change(session: Session, commitment_id: UUID) -> CommitmentRow:
    """One commitment, its envelope and itself locked, in this order; raise NotFoundError where there is none."""
    envelope = sa.select(Envelope.id).join(Commitment, Commitment.envelope_id == Envelope.id)
    session.execute(envelope.where(Commitment.id == commitment_id).with_for_update(of=Envelope))
    found = session.execute(_statement().where(Commitment.id == commitment_id).with_for_update(of=Commitment)).first()
    if found is None:
        raise NotFoundError("commitment")
    return CommitmentRow(*found)


def commitments_for_change(session: Session, commitment_ids: Collection[UUID]) -> Mapping[UUID, CommitmentRow]:
    """These commitments by id: first their envelopes locked, then they, each in the order of ids."""
    wanted = Commitment.id.in_(commitment_ids)
    of_envelopes = sa.select(Commitment.envelope_id).where(wanted)
    envelopes = sa.select(Envelope.id).where(Envelope.id.in_(of_envelopes)).order_by(Envelope.id)
    session.execute(envelopes.with_for_update())
    rows = session.execute(_statement().where(wanted).order_by(Commitment.id).with_for_update(of=Commitment))
    return {row.id: CommitmentRow(*row) for row in rows}


def commitments_page(  # a list page's knobs
    session: Session,
    call_id: UUID,
    wanted: CommitmentFilter,
    page: PageRequest,
    *,
    sort: str = "committed_at",
    descending: bool = True,
) -> Page[CommitmentRow]:
    """Commitments of a call: two queries whatever the number of rows."""
    statement = _narrowed(_statement(), call_id, wanted)
    total = session.execute(statement.with_only_columns(sa.func.count())).scalar_one()
    column = _SORTS.get(sort, Commitment.committed_at)
    order = column.desc() if descending else column.asc()
    rows = session.execute(statement.order_by(order, Commitment.id).limit(page.size).offset(page.offset))
    return Page([CommitmentRow(*row) for row in rows], total, page.number, page.size)


def pending_sum(session: Session, call_id: UUID, wanted: CommitmentFilter) -> Money:
    """What is pending of the commitments that fit. One query."""
    cents = sa.func.coalesce(sa.func.sum(sa.type_coerce(Commitment.pending, sa.BigInteger)), 0)
    statement = sa.select(cents).select_from(Commitment).join(Envelope, Envelope.id == Commitment.envelope_id)
    return Money(int(session.execute(_narrowed(statement, call_id, wanted)).scalar_one()))


def _narrowed(statement: sa.Select[Any], call_id: UUID, wanted: CommitmentFilter) -> sa.Select[Any]:
    statement = statement.where(Envelope.call_id == call_id)
    if wanted.text:
        texts = (Commitment.reference, Commitment.title)
        statement = statement.where(sa.or_(*(column.icontains(wanted.text, autoescape=True) for column in texts)))
    if wanted.envelope:
        statement = statement.where(Envelope.code == wanted.envelope)
    if wanted.standing is not None:
        pending = sa.type_coerce(Commitment.pending, sa.BigInteger)
        statement = statement.where(pending > 0 if wanted.standing is Standing.PENDING else pending == 0)
    return statement
