"""The life of an invitation."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from app.core.violations import Violation


class InvitationState(StrEnum):
    """What has become of an invitation."""

    OPEN = "open"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


_WORDS = {
    InvitationState.ACCEPTED: "This invitation was already accepted. It can be used once.",
    InvitationState.WITHDRAWN: "This invitation was withdrawn.",
    InvitationState.EXPIRED: "This invitation has expired. Ask for a new one.",
}


def invitation_state(
    *, accepted_at: datetime | None, withdrawn_at: datetime | None, expires_at: datetime, now: datetime
) -> InvitationState:
    """The state at ``now``; the last instant of an invitation still counts."""
    if accepted_at is not None:
        return InvitationState.ACCEPTED
    if withdrawn_at is not None:
        return InvitationState.WITHDRAWN
    return InvitationState.OPEN if now <= expires_at else InvitationState.EXPIRED


def check_open(state: InvitationState) -> tuple[Violation, ...]:
    """Why the invitation cannot be accepted or withdrawn, if it cannot."""
    return () if state is InvitationState.OPEN else (Violation("account.invitation_over", _WORDS[state]),)
