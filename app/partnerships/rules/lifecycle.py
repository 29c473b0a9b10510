"""States of an organisation in a partnership. The coordinator's own row begins as accepted."""

from __future__ import annotations

from enum import StrEnum

from app.core.lifecycle import Lifecycle


class PartnerState(StrEnum):
    """Where an invitation stands."""

    INVITED = "invited"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LEFT = "left"
    REMOVED = "removed"


class PartnerEvent(StrEnum):
    """What can happen to an invitation."""

    ACCEPT = "accepted"
    DECLINE = "declined"
    LEAVE = "left"
    REMOVE = "removed"
    INVITE_AGAIN = "invited_again"


PARTNER = Lifecycle(
    name="partner",
    initial=PartnerState.INVITED,
    transitions={
        (PartnerState.INVITED, PartnerEvent.ACCEPT): PartnerState.ACCEPTED,
        (PartnerState.INVITED, PartnerEvent.DECLINE): PartnerState.DECLINED,
        (PartnerState.INVITED, PartnerEvent.REMOVE): PartnerState.REMOVED,
        (PartnerState.ACCEPTED, PartnerEvent.LEAVE): PartnerState.LEFT,
        (PartnerState.ACCEPTED, PartnerEvent.REMOVE): PartnerState.REMOVED,
        (PartnerState.DECLINED, PartnerEvent.INVITE_AGAIN): PartnerState.INVITED,
        (PartnerState.LEFT, PartnerEvent.INVITE_AGAIN): PartnerState.INVITED,
        (PartnerState.REMOVED, PartnerEvent.INVITE_AGAIN): PartnerState.INVITED,
    },
)
"""Who declined, left or was removed comes back only by a new invitation of its own answer."""
