"""What a person is part of: taken from rows by the caller, made into tasks by ``tasks.py``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from app.applications.rules.lifecycle import ApplicationState
from app.calls.rules.lifecycle import CallState
from app.partnerships.rules.facts import PartnerRole

if TYPE_CHECKING:
    from app.notifications.rules.tasks import Task


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationWork:
    """An open invitation that the person can answer."""

    application_id: UUID
    partner_id: UUID
    acronym: str
    coordinator: str
    role: PartnerRole
    call: str
    deadline: datetime
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationWork:
    """An application that the person takes part in.

    ``complete`` of its ``sections`` stop nothing and ``part_done`` says that nothing is left to the person: both
    are known of drafts that can still be submitted. ``receipt`` says whether the one of the last submission is sealed.
    """

    application_id: UUID
    acronym: str
    reference: str
    state: ApplicationState
    coordinates: bool
    edits: bool
    call: str
    call_state: CallState
    deadline: datetime
    zone: str
    invited: int
    sections: int = 0
    complete: int = 0
    part_done: bool = False
    submission: int = 0
    receipt: bool = False
    information_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallWork:
    """A call that the person manages; ``waiting`` is the label of a version that is not published."""

    call_id: UUID
    call: str
    title: str
    state: CallState
    opens_at: datetime
    deadline: datetime
    zone: str
    waiting: str = ""
    assumed: int = 0
    drafts: int = 0
    submitted: int = 0
    propose: int = 0
    confirm: int = 0
    settle: int = 0
    """Applications whose next check this person may propose, proposals of others, answers to settle."""
    unfinished: int = 0
    """Applications that are still being checked, by whomever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionWork:
    """An open question of the office that the person can answer."""

    application_id: UUID
    acronym: str
    call: str
    number: int
    due_at: datetime
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclarationWork:
    """An application for which the person can still declare on honour; ``partners`` is for how many of its partners."""

    application_id: UUID
    acronym: str
    call: str
    partners: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeWork:
    """An application whose decision its consortium has; ``until`` ends the term for redress."""

    application_id: UUID
    acronym: str
    call: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionWork:
    """A call whose decisions wait for this person: to prepare, to sign, to look at letters, to send them."""

    call_id: UUID
    call: str
    title: str
    prepare: bool = False
    sign: int = 0
    unseen: int = 0
    send: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Everything a person is part of; ``evaluation`` are tasks that its own rules made."""

    invitations: tuple[InvitationWork, ...] = ()
    questions: tuple[QuestionWork, ...] = ()
    declarations: tuple[DeclarationWork, ...] = ()
    applications: tuple[ApplicationWork, ...] = ()
    calls: tuple[CallWork, ...] = ()
    evaluation: tuple[Task, ...] = ()
    outcomes: tuple[OutcomeWork, ...] = ()
    decisions: tuple[DecisionWork, ...] = ()
    speaks_for_organisation: bool = False
    has_office: bool = False
    judges: bool = False

    @property
    def is_newcomer(self) -> bool:
        """Nothing yet: the page shows how to begin."""
        known = (self.invitations, self.applications, self.calls, self.declarations)
        return not (any(known) or self.has_office or self.judges)
