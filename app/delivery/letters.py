"""A letter with its report for both doors: frozen once it was sent, before that as it would be sent now."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.documents.queries import document
from app.grants.queries.awards import award_row
from app.grants.queries.facts import letter_facts, summary_facts
from app.grants.rules.letter_facts import LetterFacts, SummaryFacts
from app.grants.schemas import LetterRow


def letter_content(session: Session, letter: LetterRow, *, now: datetime) -> tuple[LetterFacts, SummaryFacts | None]:
    """What the letter says and what its report says, if it has one."""
    if letter.document_id is None:
        award = award_row(session, letter.award_id)
        return letter_facts(session, award, now=now), summary_facts(session, award)
    sent = document(session, letter.document_id)
    report = document(session, letter.summary_document_id) if letter.summary_document_id is not None else None
    return (
        LetterFacts.model_validate(sent.data if sent is not None else {}),
        SummaryFacts.model_validate(report.data) if report is not None else None,
    )
