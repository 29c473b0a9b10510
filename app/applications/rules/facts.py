"""What the rules know of an application: taken from rows by the caller, never looked up here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from app.core.money import Money
from app.core.violations import Violation
from app.partnerships.rules.facts import PartnerFacts

Cell = str | int | Money | date
Row = Mapping[str, Cell]
Answer = str | int | bool | Money | date | tuple[str, ...] | tuple[Row, ...] | Mapping[str, str] | Mapping[str, int]
"""The value of a field; rules/answer_values.py says which kind of field has which, and how it is stored."""


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """What one partner enters for one cost category.

    For ``unit_cost`` categories ``units`` counts and ``amount`` is computed from the call;
    for all others ``units`` is None and ``amount`` counts.
    """

    partner_id: UUID
    category_id: str
    amount: Money = field(default_factory=Money.zero)
    units: int | None = None


@dataclass(frozen=True, slots=True)
class OwnFunding:
    """What a partner leaves unclaimed of the grant that its costs would allow: it asks for so much less."""

    partner_id: UUID
    amount: Money


@dataclass(frozen=True, slots=True)
class AttachmentFacts:
    """An uploaded document of a file field; ``size`` in bytes, ``sha256`` in hexadecimal."""

    field_id: str
    filename: str
    pages: int
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class OtherApplication:
    """Another application to the same call, submitted and not withdrawn, in which an organisation takes part."""

    organisation_id: UUID
    reference: str
    as_coordinator: bool


@dataclass(frozen=True, slots=True)
class ApplicationFacts:
    """The working copy of an application as the rules see it.

    Acronym, title and duration are answers to the fields with that meaning (``meant``).
    ``unreadable`` are the findings of reading stored answers; ``in_lists`` gives the EU codes of
    the countries in each list on each day that the call asks about (``composition.lists_asked``);
    ``support_to_smes`` is what the applicant declares to reach SMEs outside the consortium.
    """

    application_id: UUID
    strand: str
    stage: str
    answers: Mapping[str, Answer] = field(default_factory=dict)
    unreadable: tuple[Violation, ...] = ()
    partners: tuple[PartnerFacts, ...] = ()
    lines: tuple[BudgetLine, ...] = ()
    own_funding: tuple[OwnFunding, ...] = ()
    attachments: tuple[AttachmentFacts, ...] = ()
    other_applications: tuple[OtherApplication, ...] = ()
    support_to_smes: Money = field(default_factory=Money.zero)
    in_lists: Mapping[tuple[str, date], frozenset[str]] = field(default_factory=dict)

    def attachment(self, field_id: str) -> AttachmentFacts | None:
        """The document of a file field, or None."""
        return next((one for one in self.attachments if one.field_id == field_id), None)
