"""May this version be published? Its parts agree, and somebody stands behind assumed figures."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from app.calls.rules.consistency import inconsistencies
from app.core.periods import in_time
from app.core.violations import Figure, Violation, blocking

if TYPE_CHECKING:
    from app.calls.rules.call_rules import CallRules


def unconfirmed(rules: CallRules, *, confirmed: bool) -> tuple[Violation, ...]:
    """A finding while the document rests on figures nobody has read in an official text."""
    assumed = rules.assumed()
    if confirmed or not assumed:
        return ()
    words = "{count} figures are assumed: {paths}. Confirm them, or enter what the official text says."
    figures: dict[str, Figure] = {"count": len(assumed), "paths": ", ".join(assumed)}
    return (Violation("call.assumed_figures", words, "confirmed", figures),)


def publication_findings(rules: CallRules, now: datetime, *, confirmed: bool) -> tuple[Violation, ...]:
    """Everything that speaks against publishing the version at ``now``."""
    found = blocking(inconsistencies(rules)) + unconfirmed(rules, confirmed=confirmed)
    if not in_time(now, rules.timetable.closes_at):
        words = "The deadline {deadline} has already passed."
        figures = {"deadline": str(rules.timetable.deadline)}
        found += (Violation("call.published_too_late", words, "timetable.stages", figures),)
    return found
