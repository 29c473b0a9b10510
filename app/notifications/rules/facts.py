"""What the rules know of an event: taken from rows by the caller, never looked up here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from app.calls.rules.changes import Change
from app.core.money import Money
from app.core.periods import BRUSSELS


@dataclass(frozen=True, slots=True)
class Addressee:
    """Somebody who may be written to; ``person_id`` None for an address without an account."""

    address: str
    person_id: UUID | None = None
    name: str = ""
    language: str = "en"
    zone: str = BRUSSELS


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    """Everyone an event may concern, by what they are to it."""

    person: tuple[Addressee, ...] = ()
    invited: tuple[Addressee, ...] = ()
    coordinators: tuple[Addressee, ...] = ()
    partners: tuple[Addressee, ...] = ()
    gone: tuple[Addressee, ...] = ()
    applicants: tuple[Addressee, ...] = ()
    officers: tuple[Addressee, ...] = ()
    committee: tuple[Addressee, ...] = ()
    experts: tuple[Addressee, ...] = ()
    signatories: tuple[Addressee, ...] = ()
    authority: tuple[Addressee, ...] = ()


@dataclass(frozen=True, slots=True)
class CallFacts:
    """The call that an event belongs to; ``zone`` is the one in which it prints its deadline."""

    id: UUID
    identifier: str
    titles: Mapping[str, str]
    deadline: datetime
    zone: str

    def title(self, language: str) -> str:
        """The title in a language, or in English."""
        return self.titles.get(language) or self.titles["en"]


@dataclass(frozen=True, slots=True)
class ApplicationFacts:
    """The application that an event belongs to."""

    id: UUID
    reference: str
    acronym: str
    submitted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentFacts:
    """The payment that an event belongs to; ``shares`` are names with what of it is in proportion theirs."""

    reference: str
    about: str
    kind: str
    amount: Money
    due_on: date
    paid_on: date | None = None
    shares: tuple[tuple[str, Money], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """An event with what must be known to write about it; ``actor`` and ``partner`` are names."""

    event_id: UUID
    kind: str
    subject_id: UUID
    facts: Mapping[str, object]
    occurred_at: datetime
    actor: str = ""
    partner: str = ""
    partner_role: str = ""
    words: str = ""
    """What somebody wrote: the message of an invitation, the reason of a withdrawn call, a question."""
    call: CallFacts | None = None
    application: ApplicationFacts | None = None
    payment: PaymentFacts | None = None
    changes: tuple[Change, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    amounts: Mapping[str, Money] = field(default_factory=dict)
    """Amounts of the event, by the names of its facts."""
    received_at: datetime | None = None
    until: datetime | None = None
    due_on: date | None = None
    """The day until which what the event asks for is done."""
    circle: Circle = field(default_factory=Circle)
