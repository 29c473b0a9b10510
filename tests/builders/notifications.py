"""Messages for tests."""

from __future__ import annotations

import itertools
from typing import Any

from sqlalchemy.orm import Session

from app.infra.ids import new_id
from app.notifications.models import Message
from app.notifications.rules.lifecycle import MessageState
from tests.conftest import NOW

_numbers = itertools.count(1)


def a_message(session: Session, **given: Any) -> Message:
    """A message that waits to be sent."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "id": new_id(),
        "key": f"message {number}",
        "address": f"reader{number}@example.org",
        "kind": "submitted",
        "language": "en",
        "subject": f"Subject {number}",
        "text": f"Text {number}",
        "html": f"<p>Text {number}</p>",
        "state": MessageState.QUEUED,
        "created_at": NOW,
        "due_at": NOW,
    }
    message = Message(**(values | given))
    session.add(message)
    session.flush()
    return message
