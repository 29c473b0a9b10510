"""What is published, as pages, files and the API show it alike. None, or nothing, stands for what is not public."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from app.core.money import Money
from app.grants.rules.grant_lifecycle import GrantState


@dataclass(frozen=True, slots=True)
class PublicPartner:
    """An organisation of a consortium."""

    name: str
    country: str
    role: str


@dataclass(frozen=True, slots=True)
class PublicResult:
    """What a project reached of one indicator; ``target`` None where nothing was promised."""

    title: str
    unit: str
    target: int | None
    value: int | None


@dataclass(frozen=True, slots=True)
class FundedProject:
    """A grant as far as its call publishes it."""

    id: UUID
    call: str
    reference: str
    state: GrantState
    acronym: str | None = None
    title: str | None = None
    abstract: str | None = None
    coordinator: str | None = None
    partners: Sequence[PublicPartner] = ()
    countries: Sequence[str] = ()
    maximum_grant: Money | None = None
    final_grant: Money | None = None
    start_on: date | None = None
    end_on: date | None = None
    summary: str | None = None
    results: Sequence[PublicResult] = ()

    @property
    def name(self) -> str:
        """What it is called: its acronym where that is public."""
        return self.acronym or self.reference


@dataclass(frozen=True, slots=True)
class ResultsFilter:
    """Which projects are wanted; empty fields do not narrow. ``country`` is one of any partner."""

    text: str = ""
    country: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class CallResults:
    """What a call came to: projects, their grants against what was set aside, and what remains of it.

    ``closed`` projects have a final grant; ``final`` is the total of these, ``paid`` what was paid to them in the end, less
    what came back. ``ended`` awards never became an agreement: nothing else of them is public.
    """

    projects: int
    granted: Money | None
    appropriated: Money
    countries: Sequence[str] = field(default_factory=tuple)
    closed: int = 0
    final: Money | None = None
    paid: Money | None = None
    ended: int = 0

    @property
    def remains(self) -> Money | None:
        """What of the appropriation no project was granted."""
        return self.appropriated - self.granted if self.granted is not None else None
