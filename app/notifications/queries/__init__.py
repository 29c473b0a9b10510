"""Readings of notifications: messages, the facts behind an event, drafts near their deadline, a person's work."""

from app.notifications.queries.deadlines import DraftNearDeadline, drafts_near_deadline
from app.notifications.queries.happenings import happening
from app.notifications.queries.messages import known_keys, message_for_change, waiting_message, waiting_messages
from app.notifications.queries.panel_work import panel_work
from app.notifications.queries.references import application_id_of, call_id_of, person_id_of, references_of
from app.notifications.queries.work import work_of

__all__ = [
    "DraftNearDeadline",
    "application_id_of",
    "call_id_of",
    "drafts_near_deadline",
    "happening",
    "known_keys",
    "message_for_change",
    "panel_work",
    "person_id_of",
    "references_of",
    "waiting_message",
    "waiting_messages",
    "work_of",
]
