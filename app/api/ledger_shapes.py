"""Shapes of envelopes, commitments and entries at the JSON door."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.commands import Euro
from app.ledger.rules.accounts import Account, EntryKind


class _Shape(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class EnvelopeItem(_Shape):
    """An envelope with its balances; ``appropriated`` is the sum of the other three."""

    id: UUID
    code: str = Field(description="Id of the strand or pool in the call document")
    title: str
    appropriated: Euro = Field(description="Set aside by the call")
    available: Euro = Field(description="Left: can still be committed")
    committed: Euro = Field(description="Bound to awards, neither paid nor released")
    paid: Euro


class CommitmentItem(_Shape):
    """A part of an envelope bound to one award."""

    id: UUID
    envelope: str = Field(description="Code of its envelope", validation_alias="code")
    subject_kind: str
    subject_id: UUID
    reference: str
    title: str
    committed_at: datetime
    amount: Euro
    pending: Euro = Field(description="Neither paid nor released")
    paid: Euro
    released: Euro


class PostingItem(_Shape):
    """One amount in one account; the postings of an entry add up to zero."""

    account: Account
    amount: Euro


class EntryItem(_Shape):
    """One balanced act."""

    id: UUID
    kind: EntryKind
    envelope: str = Field(description="Code of its envelope", validation_alias="code")
    occurred_at: datetime
    actor_id: UUID | None = Field(None, description="Null where the platform did it")
    reference: str
    reason: str
    postings: list[PostingItem] = Field(description="The account that gives, then the one that receives")
