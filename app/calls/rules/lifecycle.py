"""States of a call. Whether it is open follows from the clock (phases.py) and is never stored."""

from __future__ import annotations

from enum import StrEnum

from app.core.lifecycle import Lifecycle


class CallState(StrEnum):
    """What has been decided about a call."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class CallAction(StrEnum):
    """What can be done with a call."""

    PUBLISH = "published"
    CORRECT = "corrected"
    CLOSE = "closed"
    WITHDRAW = "withdrawn"


CALL = Lifecycle(
    name="call",
    initial=CallState.DRAFT,
    transitions={
        (CallState.DRAFT, CallAction.PUBLISH): CallState.PUBLISHED,
        (CallState.PUBLISHED, CallAction.CORRECT): CallState.PUBLISHED,
        (CallState.PUBLISHED, CallAction.CLOSE): CallState.CLOSED,
        (CallState.PUBLISHED, CallAction.WITHDRAW): CallState.WITHDRAWN,
    },
)
"""A draft is published once; a corrigendum keeps it published; closed and withdrawn are final."""
