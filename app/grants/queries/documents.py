"""Documents about decisions, for those who may read them."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from app.applications.policies import may_read_draft
from app.applications.queries.applied_call import applied_call
from app.core.actor import Actor
from app.core.errors import NotFoundError
from app.documents.schemas import DocumentRow
from app.grants.policies import may_see_grant, reads_awards
from app.grants.queries.grants import grant_scope
from app.grants.queries.letters import letter_row, shows_summary
from app.grants.rules.lifecycle import LetterState

SUBJECT, GRANT = "letter", "grant"
AGREEMENT = "grant_agreement"
"""What documents of this area are about, and the kind of the one that holds an agreement."""


def readable_decision(session: Session, actor: Actor, found: DocumentRow) -> UUID:
    """The application that a letter or report belongs to; raise NotFound for who may not read it.

    The consortium may once the letter was sent, its report as far as the call shows it to applicants; the office and
    those who follow the money may always.
    """
    letter = letter_row(session, found.subject_id)
    if letter.state is LetterState.SENT and may_read_draft(actor, letter.application_id):
        is_report = found.id == letter.summary_document_id
        if not is_report or shows_summary(session, letter.call_id):
            return letter.application_id
    call = applied_call(session, letter.call_id)
    if not reads_awards(actor, call.id, call.programme_id):
        raise NotFoundError("document")
    return letter.application_id


def readable_agreement(session: Session, actor: Actor, found: DocumentRow) -> UUID:
    """The application that an agreement followed from; raise NotFound for who may not read it."""
    scope = grant_scope(session, found.subject_id)
    if not may_see_grant(actor, scope):
        raise NotFoundError("document")
    return scope.application_id
