"""Tables of the ledger. Balances are moved by the trigger on postings alone; the migration has it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.core.money import Money
from app.infra.db.base import Base, one_of
from app.ledger.rules.accounts import Account, EntryKind
from app.ledger.rules.recipients import Within


class Envelope(Base):
    """Money that a call sets aside for one strand or pool; ``call_id`` has no key: the ledger knows no calls."""

    __tablename__ = "envelope"
    __table_args__ = (
        sa.CheckConstraint("appropriated >= 0", name="appropriated"),
        sa.CheckConstraint("available >= 0", name="available"),
        sa.CheckConstraint("committed >= 0", name="committed"),
        sa.CheckConstraint("paid >= 0", name="paid"),
        sa.UniqueConstraint("call_id", "code"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    call_id: Mapped[UUID]
    code: Mapped[str]
    title: Mapped[str]
    appropriated: Mapped[Money] = mapped_column(default=Money(0))
    available: Mapped[Money] = mapped_column(default=Money(0))
    committed: Mapped[Money] = mapped_column(default=Money(0))
    paid: Mapped[Money] = mapped_column(default=Money(0))


class Commitment(Base):
    """A part of an envelope bound to one subject (an award): all of it pending at first."""

    __tablename__ = "commitment"
    __table_args__ = (
        sa.CheckConstraint("amount > 0", name="amount"),
        sa.CheckConstraint("pending >= 0", name="pending"),
        sa.CheckConstraint("paid >= 0", name="paid"),
        sa.CheckConstraint("released >= 0", name="released"),
        sa.CheckConstraint("amount = pending + paid + released", name="parts"),
        sa.UniqueConstraint("subject_kind", "subject_id"),
        sa.UniqueConstraint("id", "envelope_id"),
        sa.Index("ix_commitment_envelope_id", "envelope_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    envelope_id: Mapped[UUID] = mapped_column(sa.ForeignKey("envelope.id"))
    subject_kind: Mapped[str]
    subject_id: Mapped[UUID]
    reference: Mapped[str]
    title: Mapped[str]
    committed_at: Mapped[datetime]
    amount: Mapped[Money]
    pending: Mapped[Money]
    paid: Mapped[Money]
    released: Mapped[Money]


class Entry(Base):
    """One balanced act; never changed. ``key`` makes it happen once; ``reason`` is what the person wrote."""

    __tablename__ = "ledger_entry"
    __table_args__ = (
        one_of("kind", EntryKind),
        sa.UniqueConstraint("key"),
        sa.UniqueConstraint("id", "envelope_id"),
        sa.Index("ix_ledger_entry_envelope_id_occurred_at", "envelope_id", "occurred_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    envelope_id: Mapped[UUID] = mapped_column(sa.ForeignKey("envelope.id"))
    kind: Mapped[EntryKind] = mapped_column(sa.Text)
    key: Mapped[str]
    occurred_at: Mapped[datetime]
    actor_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    reference: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")


class Posting(Base):
    """One amount in one account of an entry; never changed. All postings of an entry come in one statement."""

    __tablename__ = "posting"
    __table_args__ = (
        one_of("account", Account),
        sa.CheckConstraint("amount <> 0", name="amount"),
        sa.CheckConstraint("(account in ('committed', 'paid')) <= (commitment_id is not null)", name="commitment"),
        sa.ForeignKeyConstraint(["entry_id", "envelope_id"], ["ledger_entry.id", "ledger_entry.envelope_id"]),
        sa.ForeignKeyConstraint(["commitment_id", "envelope_id"], ["commitment.id", "commitment.envelope_id"]),
        sa.UniqueConstraint("entry_id", "account"),
        sa.Index("ix_posting_commitment_id", "commitment_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    entry_id: Mapped[UUID]
    envelope_id: Mapped[UUID]
    commitment_id: Mapped[UUID | None]
    account: Mapped[Account] = mapped_column(sa.Text)
    amount: Mapped[Money]


class RecipientAmount(Base):
    """An amount that a third party received out of a grant; reversed, never removed.

    ``keys`` are its numbers: whoever shares one is the same recipient, and whoever shares one with that one. Grant, call and programme have no keys: the
    ledger knows none of them. ``ceiling`` is what counted ``within`` when it was recorded, None where nothing did.
    """

    __tablename__ = "recipient_amount"
    __table_args__ = (
        one_of("within", Within),
        sa.CheckConstraint("amount > 0", name="amount"),
        sa.CheckConstraint("amount <= ceiling", name="ceiling"),
        sa.CheckConstraint("cardinality(keys) > 0", name="keys"),
        sa.CheckConstraint("reversed_at >= recorded_at", name="reversed_at"),
        sa.UniqueConstraint("subject_kind", "subject_id"),
        sa.Index("ix_recipient_amount_keys", "keys", postgresql_using="gin"),
        sa.Index("ix_recipient_amount_grant_id", "grant_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    keys: Mapped[list[str]] = mapped_column(ARRAY(sa.Text))
    name: Mapped[str]
    grant_id: Mapped[UUID]
    call_id: Mapped[UUID]
    programme_id: Mapped[UUID]
    subject_kind: Mapped[str]
    subject_id: Mapped[UUID]
    amount: Mapped[Money]
    ceiling: Mapped[Money | None]
    within: Mapped[Within] = mapped_column(sa.Text)
    recorded_at: Mapped[datetime]
    reversed_at: Mapped[datetime | None]
