"""Shell: what every page of one application shows around its content."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.applications.policies import is_coordinator, may_edit
from app.applications.queries import application_in_call
from app.applications.rules.lifecycle import ApplicationState, can_be_edited
from app.calls.rules.lifecycle import CallState
from app.infra.templates import instant_text as instant_words
from app.infra.templates import locale_of, translator
from app.web.deadlines import shown_deadline

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from app.applications.queries import AppliedCall
    from app.applications.schemas import ApplicationHead
    from app.delivery.unit_of_work import Work
    from app.web.deadlines import ShownDeadline

STATES = {
    ApplicationState.DRAFT: ("draft", "info"),
    ApplicationState.SUBMITTED: ("submitted", "ok"),
    ApplicationState.WITHDRAWN: ("withdrawn", "warn"),
    ApplicationState.NOT_SUBMITTED: ("not submitted in time", "bad"),
}
"""State to its words (msgids) and the look of its tag."""


@dataclass(frozen=True, slots=True)
class Shell:
    """One application, its call, and what this reader may do now."""

    head: ApplicationHead
    call: AppliedCall
    deadline: ShownDeadline
    after_deadline: str
    state_words: str
    state_look: str
    editable: bool
    coordinates: bool
    changed_by: str
    zone: str

    @property
    def base(self) -> str:
        """Address of the application."""
        return f"/applications/{self.head.id}"

    @property
    def place(self) -> str:
        """Place of the application, for findings."""
        return f"application/{self.head.id}"

    @property
    def ahead_of_submission(self) -> bool:
        """Whether the working copy was changed after the last submission."""
        return self.head.submitted_at is not None and self.head.changed_at > self.head.submitted_at


def shell(work: Work, application_id: UUID) -> Shell:
    """The shell of an application at the instant of the request. One query."""
    found = application_in_call(work.session, application_id)
    head, call = found.head, found.call
    deadline = call.rules.timetable.stage(head.stage).deadline
    shown = shown_deadline(work, deadline.instant, deadline.zone)
    words = translator(work.known.language)
    open_for_changes = can_be_edited(head.state) and not shown.past and call.state != CallState.WITHDRAWN
    state_words, look = STATES[head.state]
    return Shell(
        head=head,
        call=call,
        deadline=shown,
        after_deadline=words(_after(head.state, past=shown.past)),
        state_words=words(state_words),
        state_look=look,
        editable=open_for_changes and may_edit(work.actor, application_id),
        coordinates=is_coordinator(work.actor, application_id),
        changed_by=found.changed_by,
        zone=work.known.zone,
    )


def _after(state: ApplicationState, *, past: bool) -> str:
    if not past:
        return "Until then you can change everything and submit as often as you like: the last version in time counts."
    if state is ApplicationState.SUBMITTED:
        return "The last version that you submitted counts. Nothing can be changed any more."
    return "Nothing can be changed or submitted any more. Your text stays here and can be taken along."


def saved_at(work: Work, instant: datetime) -> str:
    """``14:32:07`` on the day itself, else with the date; in the reader's zone."""
    zone, locale = work.known.zone, locale_of(work.known.language)
    full = instant_words(instant, locale, zone=zone, seconds=True)
    today = instant_words(work.now, locale, zone=zone, seconds=True).rsplit(", ", 1)[0]
    return full.rsplit(", ", 1)[-1] if full.startswith(f"{today}, ") else full
