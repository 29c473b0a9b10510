"""The life of a message."""

from __future__ import annotations

from enum import StrEnum

from app.core.lifecycle import Lifecycle


class MessageState(StrEnum):
    """Where a message stands."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


class MessageEvent(StrEnum):
    """What can happen to it."""

    CLAIM = "claimed"
    DELIVER = "delivered"
    DEFER = "deferred"
    GIVE_UP = "given_up"


MESSAGE = Lifecycle(
    name="message",
    initial=MessageState.QUEUED,
    transitions={
        (MessageState.QUEUED, MessageEvent.CLAIM): MessageState.SENDING,
        (MessageState.SENDING, MessageEvent.CLAIM): MessageState.SENDING,
        (MessageState.SENDING, MessageEvent.DELIVER): MessageState.SENT,
        (MessageState.SENDING, MessageEvent.DEFER): MessageState.QUEUED,
        (MessageState.SENDING, MessageEvent.GIVE_UP): MessageState.FAILED,
    },
)
"""A message whose sender died while sending is claimed again; it carries the same Message-ID both times."""
