"""Violation: one finding of a rule, with the place, the words and the figures behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from app.core.money import Money
from app.core.rates import Rate

Figure = Money | Rate | int | str | date | datetime


class Severity(StrEnum):
    """Whether a finding stops a submission or only informs."""

    BLOCKING = "blocking"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that does not hold.

    ``rule`` is the id printed on pages (found by one ``git grep``); ``message`` is a
    gettext msgid with ``{named}`` places filled from ``figures``; ``place`` says where:
    a field name of the form that was sent, or a path such as ``budget/<partner>``.
    ``cure`` says what would mend it; ``source`` names the article or page of the rule.
    """

    rule: str
    message: str
    place: str = ""
    figures: Mapping[str, Figure] = field(default_factory=dict)
    severity: Severity = Severity.BLOCKING
    cure: str = ""
    source: str = ""

    @property
    def text(self) -> str:
        """The message in plain English with its figures (the API's and the log's wording)."""
        return fill(self.message, self.figures)

    def at(self, place: str) -> Violation:
        """The same finding at another place."""
        return replace(self, place=place)

    def __str__(self) -> str:
        return f"{self.place}: {self.text} [{self.rule}]" if self.place else f"{self.text} [{self.rule}]"


def fill(message: str, figures: Mapping[str, Figure]) -> str:
    """``message`` with its ``{named}`` places filled; an unknown name raises KeyError."""
    return message.format_map({name: str(value) for name, value in figures.items()}) if figures else message


def blocking(violations: tuple[Violation, ...]) -> tuple[Violation, ...]:
    """Only the findings that stop."""
    return tuple(v for v in violations if v.severity is Severity.BLOCKING)
