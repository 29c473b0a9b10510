"""Post a message: it exists exactly once, and a job sends it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.infra.ids import new_id
from app.infra.queue import enqueue
from app.notifications.models import Message
from app.notifications.rules.lifecycle import MESSAGE
from app.notifications.schemas import NewMessage

SEND_TASK = "send_message"


def post_message(session: Session, new: NewMessage, *, now: datetime) -> bool:
    """Keep the message and enqueue its sending; False where one with this key exists."""
    person_id = new.addressee.person_id
    message_id = session.execute(
        insert(Message)
        .values(
            id=new_id(),
            key=new.key,
            event_id=new.event_id,
            person_id=person_id,
            address=new.addressee.address,
            kind=new.letter.template,
            language=new.addressee.language,
            subject=new.wording.subject,
            text=new.wording.text,
            html=new.wording.html,
            secret=new.letter.secret,
            urgency=new.letter.urgency,
            state=MESSAGE.initial,
            attempts=0,
            created_at=now,
            due_at=now,
            failure="",
        )
        .on_conflict_do_nothing(index_elements=[Message.key])
        .returning(Message.id)
    ).scalar()
    if message_id is None:
        return False
    enqueue(session, SEND_TASK, priority=new.letter.urgency, message_id=str(message_id))
    return True
