"""Note that somebody looked at a letter and says that it may leave."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.applications.queries.applied_call import applied_call
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import NotFoundError, TransitionNotAllowedError
from app.grants.events import LetterPreviewed
from app.grants.policies import require_preparing
from app.grants.queries.letters import call_of_letter, letters_for_change
from app.grants.rules.lifecycle import LETTER, LetterEvent


def preview_letter(session: Session, actor: Actor, letter_id: UUID, *, now: datetime) -> None:
    """Mark the letter as looked at; looking again changes nothing. Raise TransitionNotAllowed once it was sent."""
    call = applied_call(session, call_of_letter(session, letter_id))
    require_preparing(actor, call.id, call.programme_id)
    found = letters_for_change(session, call.id, [letter_id])
    if not found:
        raise NotFoundError("letter")
    letter, award = found[0]
    if not LETTER.allows(letter.state, LetterEvent.SEND):
        raise TransitionNotAllowedError(LETTER.name, letter.state, "previewed")
    if letter.previewed_at is not None:
        return
    letter.previewed_at, letter.previewed_by = now, actor.person_id
    session.flush()
    facts = {"letter": letter.id, "kind": letter.kind}
    record_event(session, actor, LetterPreviewed(subject_id=award.id, facts=facts, call_id=award.call_id), now=now)
