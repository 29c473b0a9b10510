"""Commands and rows of applications."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, field_validator, model_validator

from app.applications.rules.lifecycle import ApplicationState
from app.core.canonical import canonical_json
from app.core.commands import Command
from app.core.money import EURO, Money

MAX_ANSWERS = 400_000
"""Characters of all answers of one section together."""
MAX_ACRONYM = 30
_ACRONYM = re.compile(r"\w[\w .:+&/-]*")


def _plain_acronym(typed: str) -> str:
    if not _ACRONYM.fullmatch(typed):
        raise ValueError("Begin with a letter or digit; then letters, digits, spaces and . : + & / - are fine.")
    return typed


Acronym = Annotated[str, StringConstraints(min_length=2, max_length=MAX_ACRONYM), AfterValidator(_plain_acronym)]


class StartApplication(Command):
    """Begin an application for an organisation that one may speak for."""

    organisation_id: UUID
    acronym: Acronym
    strand: Annotated[str, StringConstraints(max_length=60)] = ""


class SaveSection(Command):
    """All answers of one section; ``version`` is the one the person saw (0 for the first save)."""

    answers: Mapping[str, Any]
    version: int = Field(ge=0, le=10**9)

    @field_validator("answers")
    @classmethod
    def _storable(cls, answers: Mapping[str, Any]) -> Mapping[str, Any]:
        """Refuse what has no canonical form, and what is no answer for its sheer size."""
        try:
            size = len(canonical_json(dict(answers)).decode())
        except (TypeError, ValueError, RecursionError):
            raise ValueError("Send whole numbers as numbers, and amounts as text such as 1234.50.") from None
        if size > MAX_ANSWERS:
            raise ValueError(f"The answers of this section are longer than {MAX_ANSWERS:,} characters.")
        return answers


def _as_typed(value: object) -> object:
    """Amounts may come as JSON money too; rules read the text."""
    if isinstance(value, Mapping) and set(value) == {"amount", "currency"} and value["currency"] == EURO:
        return value["amount"]
    return value


TypedAmount = Annotated[
    str,
    BeforeValidator(_as_typed, json_schema_input_type=str | dict[str, str]),
    StringConstraints(max_length=40),
]
"""An amount as a person typed it (``1,234.50``), or ``{"amount": "1234.50", "currency": "EUR"}``."""


class BudgetAmount(Command):
    """One cell of a partner's sheet as typed; units only for unit costs."""

    category: Annotated[str, StringConstraints(max_length=60)]
    amount: TypedAmount = "0.00"
    units: Annotated[int, Field(ge=0, le=10**6)] | None = None


class SaveBudget(Command):
    """The whole sheet of one partner."""

    partner_id: UUID
    lines: Annotated[list[BudgetAmount], Field(max_length=50)]
    own_funding: TypedAmount = "0.00"
    version: int = Field(ge=0, le=10**9)


class Withdraw(Command):
    """Take the application out of the call."""

    reason: Annotated[str, StringConstraints(min_length=1, max_length=2000)]

    @model_validator(mode="before")
    @classmethod
    def _blank_is_missing(cls, data: object) -> object:
        """A blank reason is none, through either door."""
        if isinstance(data, dict) and isinstance(data.get("reason"), str) and not data["reason"].strip():
            return {name: value for name, value in data.items() if name != "reason"}
        return data


@dataclass(frozen=True, slots=True)
class ApplicationHead:
    """An application without its content."""

    id: UUID
    call_id: UUID
    reference: str
    strand: str
    stage: str
    acronym: str
    title: str
    state: ApplicationState
    requested: Money
    created_at: datetime
    changed_at: datetime
    changed_by: UUID | None
    submitted_at: datetime | None
    last_submission_id: UUID | None
    withdrawal_reason: str = ""


@dataclass(frozen=True, slots=True)
class SectionRow:
    """A saved section."""

    section: str
    answers: Mapping[str, Any]
    version: int
    saved_at: datetime
    saved_by: UUID | None


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A partner's saved budget sheet."""

    partner_id: UUID
    own_funding: Money
    version: int
    saved_at: datetime
    saved_by: UUID | None


@dataclass(frozen=True, slots=True)
class AttachmentRow:
    """A current attachment with its file."""

    id: UUID
    field: str
    file_id: UUID
    filename: str
    pages: int
    size: int
    sha256: str
    attached_at: datetime


@dataclass(frozen=True, slots=True)
class SubmissionRow:
    """A submission without its content."""

    id: UUID
    application_id: UUID
    number: int
    received_at: datetime
    submitted_by: UUID | None
    sha256: str
    requested: Money
    eligible: Money
    partners: int
    call_version_id: UUID
