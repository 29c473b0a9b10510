"""Send letters: the decision reaches the applicants, its documents are asked for, and grants are opened."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.applications.queries.applied_call import applied_call
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import NotFoundError, RulesViolatedError
from app.documents.schemas import DocumentRequest
from app.documents.use_cases.request_document import request_document
from app.evaluation.queries.rounds import round_for_change, round_of_call
from app.evaluation.rules.lifecycle import RoundState
from app.evaluation.use_cases.adopt_ranking import mark_informed
from app.grants.events import LetterSent
from app.grants.models import Award, Letter
from app.grants.policies import require_preparing
from app.grants.queries.awards import award_row, figures_of
from app.grants.queries.facts import letter_facts, summary_facts
from app.grants.queries.letters import letters_for_change
from app.grants.rules.letter_facts import Facts
from app.grants.rules.lifecycle import AWARD, LETTER, AwardEvent, LetterEvent, LetterKind, LetterState
from app.grants.rules.outcomes import Outcome
from app.grants.rules.sending import ToSend, sending_findings
from app.grants.schemas import AwardRow, SendLetters
from app.grants.use_cases.open_grant import open_grant

SUBJECT = "letter"
SUMMARY = "evaluation_summary_report"
TITLES = {
    LetterKind.INFORMATION: "Information letter",
    LetterKind.REJECTION: "Letter on the outcome of the application",
    SUMMARY: "Evaluation summary report",
}


def send_letters(session: Session, actor: Actor, call_id: UUID, wanted: SendLetters, *, now: datetime) -> int:
    """Send the chosen letters, all or none; return how many. With the last one the evaluation is over.

    Each award of the main list opens the preparation of its grant.

    Raise RulesViolated, letter by letter, where one was sent already or nobody has looked at it.
    """
    call = applied_call(session, call_id)
    require_preparing(actor, call_id, call.programme_id)
    judged = round_of_call(session, call_id)
    if judged is not None:
        round_for_change(session, judged.id)
    found = letters_for_change(session, call_id, wanted.letter_ids)
    if len(found) != len(set(wanted.letter_ids)):
        raise NotFoundError("letter")
    rows = {award.id: award_row(session, award.id) for _, award in found}
    chosen = [
        ToSend(letter.id, rows[award.id].reference, LetterState(letter.state), letter.previewed_at)
        for letter, award in found
    ]
    if against := sending_findings(chosen):
        raise RulesViolatedError(against)
    for letter, award in found:
        _send(session, actor, letter, award, rows[award.id], now=now)
    figures = figures_of(session, call_id)
    if judged is not None and judged.state is RoundState.ADOPTED and not (figures.to_sign or figures.to_send):
        mark_informed(session, actor, judged.id, now=now)
    return len(found)


def _send(session: Session, actor: Actor, letter: Letter, award: Award, row: AwardRow, *, now: datetime) -> None:
    facts = letter_facts(session, row, now=now)
    summary = summary_facts(session, row)
    state = LETTER.after(letter.state, LetterEvent.SEND)
    document_id = _document(session, actor, letter, row, letter.kind, facts, now=now)
    if summary is not None:
        letter.summary_document_id = _document(session, actor, letter, row, SUMMARY, summary, now=now)
    letter.state, letter.document_id = state, document_id
    letter.sent_at, letter.sent_by = now, actor.person_id
    letter.deemed_received_on, letter.redress_until = facts.dates.received_on, facts.dates.redress_until
    award.state, award.informed_at = AWARD.after(award.state, AwardEvent.INFORM), now
    session.flush()
    told = {
        "letter": letter.id,
        "kind": letter.kind,
        "outcome": award.outcome,
        "amount": award.amount,
        "redress_until": facts.dates.redress_until,
    }
    event = LetterSent(subject_id=award.id, facts=told, call_id=award.call_id, application_id=award.application_id)
    record_event(session, actor, event, now=now)
    if row.outcome is Outcome.MAIN:
        open_grant(session, actor, row, facts.dates, now=now)


def _document(  # noqa: PLR0913  # the document and what it is about
    session: Session, actor: Actor, letter: Letter, row: AwardRow, kind: str, facts: Facts, *, now: datetime
) -> UUID:
    return request_document(
        session,
        actor,
        DocumentRequest(
            kind=kind,
            subject_kind=SUBJECT,
            subject_id=letter.id,
            reference=f"{row.reference} v{row.number}",
            title=TITLES[kind],
            data=facts.plain(),
            call_id=row.call_id,
            application_id=row.application_id,
            many=True,
        ),
        now=now,
    )
