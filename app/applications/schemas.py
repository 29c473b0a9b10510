"""Commands and rows of applications."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BeforeValidator,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)

from app.applications.rules.check_lifecycle import CheckOutcome, CheckResult, CheckStep, ClarificationKind
from app.applications.rules.lifecycle import ApplicationState
from app.core.canonical import canonical_json
from app.core.commands import Command, EmptyIsNone, Text
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
    str, BeforeValidator(_as_typed, json_schema_input_type=str | dict[str, str]), StringConstraints(max_length=40)
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


Version = Annotated[int, Field(ge=0, le=10**9)]
"""The row version that the person saw; 0 where nothing was stored."""


class ProposeCheck(Command):
    """The outcome that an officer proposes for one step."""

    outcome: CheckOutcome
    reason: Text = ""
    version: Version = 0


class DecideCheck(Command):
    """Another person confirms the proposed outcome, or gives the proposal back with a reason."""

    decision: Literal["confirm", "return"]
    reason: Text = ""
    version: Version = 0


class ReopenCheck(Command):
    """Take a decision back."""

    reason: Text = ""
    version: Version = 0


class ChosenProposal(Command):
    """One proposal out of a list, as the person saw it."""

    application_id: UUID
    step: CheckStep
    version: Version


class ConfirmChecks(Command):
    """Proposals to confirm together."""

    chosen: Annotated[list[ChosenProposal], Field(min_length=1, max_length=500)]


class RecordCheck(Command):
    """What was found about one partner elsewhere."""

    partner_id: UUID
    check: Annotated[str, StringConstraints(max_length=60)]
    outcome: CheckResult
    words: Text = ""


class DeclareHonour(Command):
    """Declare for a partner; the words are those of the platform."""

    confirmed: Annotated[Literal[True], BeforeValidator(lambda typed: typed in (True, "true"))]


class AskClarification(Command):
    """A question to the consortium; ``field`` names a document of the form that is missing or wrong."""

    kind: ClarificationKind
    question: Annotated[str, StringConstraints(min_length=1, max_length=4000)]
    field: Annotated[Annotated[str, StringConstraints(max_length=60)] | None, EmptyIsNone] = None
    due_at: AwareDatetime


class AnswerClarification(Command):
    """The words of an answer; its length is a rule of its own."""

    answer: Annotated[str, StringConstraints(max_length=40_000)] = ""


class SettleClarification(Command):
    """Accept or refuse an answer."""

    accept: bool
    words: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdmittedApplication:
    """A submitted application whose three checks passed; words and partners are those of the submission."""

    application_id: UUID
    submission_id: UUID
    reference: str
    acronym: str
    title: str
    strand: str
    stage: str
    requested: Money
    coordinator: str
    countries: Sequence[str]
    partners: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedApplication(AdmittedApplication):
    """One that a check refused, with the step and the reason that was given."""

    step: CheckStep
    reason: str


@dataclass(frozen=True, slots=True)
class ScreeningCounts:
    """Submitted applications of a call by where they stand; ``proposed`` waits for the second pair of eyes."""

    open: int
    proposed: int
    admitted: int
    refused: int
    withdrawn: int


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
    decided_at: datetime | None = None


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
