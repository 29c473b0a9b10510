"""Payments, bank accounts, files and lines of statements as JSON: made from the same readings as the pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, field_validator

from app.api.bank_shapes import StatusItem, status_item
from app.api.interest_shapes import InterestItem, interest_item
from app.core.actor import Actor
from app.core.commands import Euro
from app.payments.policies import sees_accounts
from app.payments.queries.reports import StatusRow
from app.payments.rules.accounts import masked
from app.payments.rules.circuit import Act, next_act
from app.payments.rules.interest import Interest
from app.payments.rules.lifecycle import AccountState, PaymentKind, PaymentState
from app.payments.rules.lines import AsideKind, LineState
from app.payments.schemas import AccountRow, FileRow, LineRow, PaymentRow


class _Shape(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class SheetLine(BaseModel):
    """One step of how an amount comes about."""

    words: str
    amount: Euro


class PaymentItem(_Shape):
    """A payment in its circuit."""

    id: UUID
    reference: str
    subject_kind: str
    subject_id: UUID
    subject_reference: str
    title: str
    kind: PaymentKind
    amount: Euro
    organisation_id: UUID
    payee: str
    holder: str
    iban: str = Field(description="In full for those who verify, authorise, pay and audit; else its last signs")
    bic: str
    due_on: date = Field(description="Last day in time, with the suspensions that ended")
    sheet: list[SheetLine]
    state: PaymentState
    next_act: Act | None = Field(description="What must happen next; null where it has come to its end")
    initiated_at: datetime
    verified_at: datetime | None
    authorised_at: datetime | None
    released_at: datetime | None
    missing_at: datetime | None = Field(description="When somebody reported that the bank never paid it")
    confirmed_at: datetime | None = Field(description="When another person confirmed that")
    file: str
    paid_on: date | None
    reason: str
    suspended_on: date | None
    suspended_days: int


class PaymentDocument(PaymentItem):
    """A payment with what being late costs under its agreement."""

    interest: InterestItem | None = Field(description="For late payment; null in time")
    statuses: list[StatusItem] = Field(description="What the bank said of it, the latest first")


class AccountItem(_Shape):
    """A bank account as it was given."""

    id: UUID
    organisation_id: UUID
    organisation: str
    holder: str
    iban: str = Field(description="In full for those who validate, authorise and audit; else its last signs")
    bic: str
    bank: str
    state: AccountState
    proposed_at: datetime
    decided_at: datetime | None
    reason: str


class PaymentFileItem(_Shape):
    """A file for the bank."""

    id: UUID
    reference: str
    message_id: str = Field(description="Follows from which payments are in it: the bank knows a repetition by it")
    sha256: str
    control_sum: Euro
    payments: int
    paid: int
    failed: int
    created_at: datetime


class StatementLineItem(_Shape):
    """A booking as the bank stated it; ``amount`` is below zero where money left."""

    id: UUID
    booked_on: date
    amount: Euro
    counterparty: str
    iban: str
    end_to_end_id: str
    text: str
    payment_id: UUID | None
    payment: str
    settles: str = Field(description="The reference of what else it settles, such as money that was paid back")
    state: LineState
    statement_id: UUID | None = Field(description="The recording that brought it")
    aside_kind: AsideKind | None = Field(description="Why it is no payment; null where nobody said so")
    aside_words: str
    aside_at: datetime | None
    aside_confirmed_at: datetime | None
    concerns_id: UUID | None = Field(description="The payment that it concerns: another person confirms it")
    concerns: str

    @field_validator("aside_kind", mode="before")
    @classmethod
    def _none(cls, value: str | None) -> str | None:
        return value or None


class PaidPayment(BaseModel):
    """The payment that a line pays."""

    payment_id: UUID


def payment_item(row: PaymentRow, actor: Actor) -> PaymentItem:
    """A row as JSON, with as much of the account number as the actor may read."""
    values = {
        name: getattr(row, name) for name in PaymentItem.model_fields if name not in {"iban", "sheet", "next_act"}
    }
    sheet = [SheetLine(words=words, amount=amount) for words, amount in row.sheet]
    iban = row.iban if sees_accounts(actor) else masked(row.iban)
    return PaymentItem(**values, iban=iban, sheet=sheet, next_act=next_act(row.state))


def payment_document(
    row: PaymentRow, actor: Actor, interest: Interest | None, told: Sequence[StatusRow]
) -> PaymentDocument:
    """One payment in full; ``told`` is what the bank said of it."""
    said = [status_item(one) for one in told]
    return PaymentDocument(**dict(payment_item(row, actor)), interest=interest_item(interest), statuses=said)


def account_item(row: AccountRow, actor: Actor) -> AccountItem:
    """A row as JSON, with as much of the number as the actor may read."""
    item = AccountItem.model_validate(row)
    return item if sees_accounts(actor) else item.model_copy(update={"iban": masked(row.iban)})


def file_item(row: FileRow) -> PaymentFileItem:
    """A row as JSON."""
    return PaymentFileItem.model_validate(row)


def line_item(row: LineRow) -> StatementLineItem:
    """A row as JSON."""
    return StatementLineItem.model_validate(row)
