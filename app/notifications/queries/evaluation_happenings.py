"""What experts are told: an application was given to them, their reports are late."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from app.applications.queries.applied_call import applied_call
from app.evaluation.queries.assignments import assignment_row
from app.evaluation.queries.rounds import withdrawn_applications
from app.evaluation.rules.lifecycle import AssignmentState
from app.notifications.queries import addressees
from app.notifications.queries.told_calls import call_facts
from app.notifications.rules.facts import Circle, Happening

if TYPE_CHECKING:
    from app.audit.queries import EventRow


def of_assignment(session: Session, row: EventRow, bare: Happening) -> Happening:
    """The expert, as long as the answer is theirs to give; of the application not even the name."""
    if row.kind != "assignment.made" or row.call_id is None:
        return bare
    found = assignment_row(session, row.subject_id)
    over = found.application_id in withdrawn_applications(session, found.round_id)
    circle = Circle(person=addressees.person(session, found.person_id))
    known = replace(bare, call=call_facts(applied_call(session, row.call_id)), until=found.due_at)
    return known if over or found.state is not AssignmentState.ASSIGNED else replace(known, circle=circle)


def of_reminder(session: Session, row: EventRow, bare: Happening) -> Happening:
    """The expert, with how many reports are late and since when."""
    if row.kind != "expert.reminded" or row.call_id is None:
        return bare
    return replace(
        bare,
        call=call_facts(applied_call(session, row.call_id)),
        counts={"reports": int(str(row.facts["reports"]))},
        until=datetime.fromisoformat(str(row.facts["due_at"])),
        circle=Circle(person=addressees.person(session, row.subject_id)),
    )
