"""Commands about amendments, and the rows that pages, the API and other areas read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from app.amendments.rules.lifecycle import WRITABLE, AmendmentKind, AmendmentState
from app.core.commands import Command, EmptyIsNone, Line

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Prose = Annotated[str, StringConstraints(max_length=4000)]
Whole = Annotated[Annotated[int, Field(ge=0, le=10**9)] | None, EmptyIsNone]


class WantedCost(Command):
    """What one partner plans for one category, as typed; ``units`` where the call fixes the price of one."""

    partner_id: UUID
    category: Line
    amount: Annotated[str, StringConstraints(max_length=60)] = ""
    units: Whole = None


class SaveAmendment(Command):
    """An amendment as a whole; ``version`` is the one that was read.

    ``account``: ``keep`` the one of the agreement, take the ``validated`` one of the organisation, or give a ``new``
    one. ``budget``: None leaves it as it is; else every cost, those that flat rates give aside.
    """

    version: Annotated[int, Field(ge=1)]
    reason: Prose = ""
    effect_on: Annotated[date | None, EmptyIsNone] = None
    account: Literal["keep", "validated", "new"] = "keep"
    holder: Line = ""
    iban: Annotated[str, StringConstraints(max_length=60)] = ""
    bic: Annotated[str, StringConstraints(max_length=20)] = ""
    budget: Annotated[tuple[WantedCost, ...], Field(max_length=5000)] | None = None
    duration_months: Annotated[Annotated[int, Field(ge=1, le=120)] | None, EmptyIsNone] = None


class DecideAmendment(Command):
    """Accept a request, give it back or refuse it; both with a reason. What was accepted can still be given back."""

    decision: Literal["accept", "return", "refuse"]
    reason: Annotated[str, StringConstraints(max_length=2000)] = ""


class DeclineAmendment(Command):
    """Why the coordinator does not sign what the managing body proposes."""

    reason: Annotated[str, StringConstraints(max_length=2000)] = ""


class SignAmendment(Command):
    """Sign an amendment; ``sha256`` is that of the text that was shown."""

    sha256: Sha256


@dataclass(frozen=True, slots=True)
class AmendmentRow:
    """An amendment with the head of its grant."""

    id: UUID
    grant_id: UUID
    number: int
    state: AmendmentState
    by_authority: bool
    base_version: int
    reason: str
    effect_on: date | None
    created_at: datetime
    saved_at: datetime
    version: int
    requested_at: datetime | None
    requested_by: UUID | None
    decide_by: date | None
    decided_at: datetime | None
    decided_by: UUID | None
    note: str
    round: int
    sha256: str | None
    entered_into_force_at: datetime | None
    agreement_version: int | None
    document_id: UUID | None
    kinds: tuple[AmendmentKind, ...]
    grant_reference: str
    acronym: str
    call_id: UUID
    application_id: UUID

    @property
    def writable(self) -> bool:
        """Whether the side that began it still writes it."""
        return self.state in WRITABLE

    @property
    def requested(self) -> bool:
        """Whether it was ever asked for, or proposed."""
        return self.requested_at is not None


@dataclass(frozen=True, slots=True)
class OfficeAmendments:
    """What waits in one call: requests to decide with the earliest last day, and last signatures."""

    call_id: UUID
    call: str
    title: str
    to_decide: int
    decide_by: date | None
    to_sign: int


@dataclass(frozen=True, slots=True)
class AmendmentToSign:
    """An amendment that waits for the signature of the person, for the coordinator."""

    grant_id: UUID
    number: int
    acronym: str
    call: str
