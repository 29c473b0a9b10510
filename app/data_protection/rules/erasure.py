"""What stands in the way of an erasure? Which signed acts keep the name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from app.core.violations import Violation
from app.data_protection.rules.retention import RETENTION, RecordKind

ERASED_NAME = "erased person"
"""What pages show instead of a name."""


@dataclass(frozen=True, slots=True)
class SignedAct:
    """An act that the person answers for: how long it is kept follows from ``kind`` and ``counted_from``."""

    words: str
    reference: str
    done_at: datetime
    kind: RecordKind
    counted_from: datetime | None
    """None while what the period counts from has not happened."""

    @property
    def kept_until(self) -> datetime | None:
        """When the name may go; None where that is not known yet."""
        return RETENTION[self.kind].due_at(self.counted_from) if self.counted_from else None


@dataclass(frozen=True, slots=True)
class Duties:
    """What the person has not finished or handed over."""

    last_administrator: bool = False
    only_contact_of: tuple[str, ...] = ()
    """References of living applications that nobody else coordinates."""
    open_assignments: int = 0


def obstacles(duties: Duties) -> tuple[Violation, ...]:
    """Everything that must be handed over before; empty where the person can be erased."""
    found = []
    if duties.last_administrator:
        found.append(
            Violation(
                "erasure.last_administrator",
                "This is the last administrator.",
                cure="Name another administrator first.",
            )
        )
    found += [
        Violation(
            "erasure.only_contact",
            "Nobody else is coordinator contact of {reference}.",
            figures={"reference": reference},
            cure="Have another contact named in the application, or have it withdrawn.",
        )
        for reference in duties.only_contact_of
    ]
    if duties.open_assignments:
        found.append(
            Violation(
                "erasure.open_assignments",
                "As an expert the person still has work to do: assignments that are not over: {count}.",
                figures={"count": duties.open_assignments},
                cure="End the assignments on the pages of the evaluation.",
            )
        )
    return tuple(found)


def binding_acts(acts: Iterable[SignedAct], now: datetime) -> tuple[SignedAct, ...]:
    """Acts whose name must still be known, the one that is kept longest last; unknown ends come last of all."""
    binding = [act for act in acts if act.kept_until is None or act.kept_until > now]
    return tuple(sorted(binding, key=lambda act: (act.kept_until is None, act.kept_until or act.done_at)))
