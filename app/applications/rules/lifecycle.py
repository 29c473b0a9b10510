"""States of an application. Each submission is a version of its own; the last one in time counts."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from app.core.lifecycle import Lifecycle


class ApplicationState(StrEnum):
    """Where an application stands until the call closes."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"
    NOT_SUBMITTED = "not_submitted"


class ApplicationEvent(StrEnum):
    """What can happen to an application."""

    SUBMIT = "submitted"
    WITHDRAW = "withdrawn"
    MISS_DEADLINE = "not_submitted"


APPLICATION = Lifecycle(
    name="application",
    initial=ApplicationState.DRAFT,
    transitions={
        (ApplicationState.DRAFT, ApplicationEvent.SUBMIT): ApplicationState.SUBMITTED,
        (ApplicationState.DRAFT, ApplicationEvent.WITHDRAW): ApplicationState.WITHDRAWN,
        (ApplicationState.DRAFT, ApplicationEvent.MISS_DEADLINE): ApplicationState.NOT_SUBMITTED,
        (ApplicationState.SUBMITTED, ApplicationEvent.SUBMIT): ApplicationState.SUBMITTED,
        (ApplicationState.SUBMITTED, ApplicationEvent.WITHDRAW): ApplicationState.WITHDRAWN,
        (ApplicationState.WITHDRAWN, ApplicationEvent.SUBMIT): ApplicationState.SUBMITTED,
    },
)
"""A submitted application stays submitted while its working copy is edited; sending that copy makes
the next version. Withdrawn before the deadline, it may be submitted again in time."""


def can_be_edited(state: ApplicationState) -> bool:
    """Whether the working copy accepts changes (until the deadline; that is checked beside it)."""
    return state is not ApplicationState.NOT_SUBMITTED


def can_be_withdrawn(state: ApplicationState, decided_at: datetime | None) -> bool:
    """Whether the coordinator may still take it out of the call; not once the award decision on it was signed."""
    return decided_at is None and ApplicationEvent.WITHDRAW in APPLICATION.events_from(state)
