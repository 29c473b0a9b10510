"""May this version follow that one? What a corrigendum must never change."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from app.calls.rules.changes import changes_between
from app.calls.rules.identifiers import same_call
from app.core.periods import in_time
from app.core.violations import Violation

if TYPE_CHECKING:
    from app.calls.rules.call_rules import CallRules


def correction_findings(before: CallRules, after: CallRules, now: datetime) -> tuple[Violation, ...]:
    """Everything that speaks against publishing ``after`` as the corrigendum of ``before`` at ``now``."""
    found: list[Violation] = []
    if not same_call(before.identity.identifier, after.identity.identifier):
        words = "A corrigendum keeps the identifier {identifier}."
        figures = {"identifier": before.identity.identifier}
        found.append(Violation("call.identifier_changed", words, "identity.identifier", figures))
    if before.identity.programme != after.identity.programme:
        found.append(Violation("call.programme_changed", "A corrigendum keeps the programme.", "identity.programme"))
    if after.changes[: len(before.changes)] != before.changes or len(after.changes) <= len(before.changes):
        words = "The history of changes goes on from version {version} with a line for this one."
        found.append(Violation("call.history_rewritten", words, "changes", {"version": before.version}))
    if not changes_between(before, after):
        words = "This version says the same as version {version}."
        found.append(Violation("call.nothing_changed", words, "version", {"version": before.version}))
    if not in_time(now, before.timetable.closes_at):
        words = "The deadline has passed; the call can no longer be corrected."
        found.append(Violation("call.correction_after_deadline", words, "timetable"))
    elif not in_time(now, after.timetable.closes_at):
        words = "The new deadline {deadline} has already passed."
        figures = {"deadline": str(after.timetable.deadline)}
        found.append(Violation("call.deadline_in_the_past", words, "timetable.stages", figures))
    if before.timetable.opens_at <= now < after.timetable.opens_at:
        words = "The call is open; its opening cannot be moved into the future."
        found.append(Violation("call.opening_moved", words, "timetable.opening"))
    return tuple(found)
