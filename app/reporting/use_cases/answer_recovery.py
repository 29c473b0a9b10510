"""Answer the announcement of a recovery: say what speaks against it, or that there is nothing to say."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import RulesViolatedError
from app.documents.schemas import FileToStore
from app.documents.use_cases.store_file import store_file
from app.reporting.events import RecoveryAnswered
from app.reporting.rules.hearing import HEARING, HearingEvent, HearingState, answer_findings
from app.reporting.schemas import AnswerRecovery
from app.reporting.use_cases.acting import answering


def answer_recovery(  # noqa: PLR0913  # the report, the answer and the document beside it
    session: Session,
    actor: Actor,
    grant_id: UUID,
    number: int,
    wanted: AnswerRecovery,
    *,
    enclosure: FileToStore | None = None,
    now: datetime,
) -> None:
    """Store the answer of the coordinator, once; ``enclosure`` lies in the file store already. It ends the hearing.

    Raise RulesViolated after the last day, for an answer that says nothing or two things, for a document over the limit;
    TransitionNotAllowed where it was answered or decided on, NotFound where nothing was announced, NotPermitted for others
    than the coordinator's contact.
    """
    act, hearing = answering(session, actor, grant_id, number)
    state = HEARING.after(HearingState(hearing.state), HearingEvent.ANSWER)
    size = enclosure.size if enclosure is not None else None
    found = answer_findings(
        wanted.observations, nothing=wanted.nothing, enclosure=size, ends_at=hearing.ends_at, now=now
    )
    if found:
        raise RulesViolatedError(found)
    file_id = store_file(session, actor, enclosure, now=now) if enclosure is not None else None
    hearing.state, hearing.answer, hearing.file_id = state, wanted.observations.strip(), file_id
    hearing.answered_at, hearing.answered_by = now, actor.person_id
    session.flush()  # written once: a table refuses a second time
    personal = {"answer": hearing.answer} if hearing.answer else {}
    if enclosure is not None:
        personal |= {"filename": enclosure.filename}
    facts = {"answer": "no observations" if wanted.nothing else "observations", "enclosure": enclosure is not None}
    record_event(session, actor, RecoveryAnswered(**act.event(**facts), personal=personal), now=now)
