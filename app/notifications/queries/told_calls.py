"""Calls as letters name them."""

from __future__ import annotations

from app.applications.queries.applied_call import AppliedCall
from app.notifications.rules.facts import CallFacts


def call_facts(call: AppliedCall, stage: str = "") -> CallFacts:
    """The call as letters name it, with the deadline of a stage (the first where none is said)."""
    timetable = call.rules.timetable
    deadline = timetable.stage(stage).deadline if stage else timetable.deadline
    return CallFacts(call.id, call.identifier, call.rules.identity.titles.root, deadline.instant, deadline.zone)
