"""Questions after the deadline: asked by the office, answered in time by the consortium, settled; nothing submitted changes."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.applications.models import ClarificationRequest, Submission
from app.applications.rules.check_lifecycle import CheckOutcome, CheckStep, ClarificationKind
from app.applications.schemas import AnswerClarification, AskClarification, SettleClarification, Withdraw
from app.applications.use_cases.answer_clarification import answer_clarification
from app.applications.use_cases.ask_clarification import ask_clarification, withdraw_clarification
from app.applications.use_cases.settle_clarification import settle_clarification
from app.applications.use_cases.withdraw_application import withdraw_application
from app.audit.models import Event
from app.core.canonical import digest
from app.core.errors import DomainError, NotFoundError, NotPermittedError, RulesViolatedError, TransitionNotAllowedError
from app.infra.tokens import TokenSigner
from app.notifications.models import Message
from app.notifications.schemas import Links
from app.notifications.use_cases.notify_of_event import notify_of_event
from tests.builders.applications import a_submitted_application
from tests.builders.calls import a_programme_officer
from tests.builders.checks import AFTER, DUE, REASON, a_closed_call, answered, asked, decided
from tests.builders.people import a_person, actor_for

TICK = timedelta(microseconds=1)
YES = AnswerClarification(answer="Yes.")


def rules_of(refused: DomainError) -> set[str]:
    return {violation.rule for violation in refused.violations}


def test_an_answer_in_time_counts_and_one_microsecond_later_does_not(session: Session) -> None:
    closed = a_closed_call(session)
    made = closed.one
    question = asked(session, closed, made)
    with pytest.raises(RulesViolatedError) as refused:
        answer_clarification(session, made.actor(session), made.application_id, question, YES, now=DUE + TICK)
    assert rules_of(refused.value) == {"clarifications.late"}
    before = session.get_one(Submission, made.submission_id).sha256
    answer_clarification(session, made.actor(session, 1), made.application_id, question, YES, now=DUE)
    after = session.get_one(Submission, made.submission_id, populate_existing=True)
    assert (digest(after.snapshot), after.sha256) == (before, before)
    with pytest.raises(TransitionNotAllowedError):
        answer_clarification(session, made.actor(session), made.application_id, question, YES, now=DUE)


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        ({"due_at": AFTER + timedelta(hours=1) - TICK}, "clarifications.due_soon"),
        ({"due_at": AFTER + timedelta(days=30) + TICK}, "clarifications.due_late"),
        ({"field": "acronym"}, "clarifications.unknown_field"),
        ({"field": "nothing"}, "clarifications.unknown_field"),
    ],
)
def test_what_may_not_be_asked(session: Session, given: dict[str, object], rule: str) -> None:
    closed = a_closed_call(session)
    values = {"kind": "clerical_error", "question": "Which month?", "due_at": DUE} | given
    wanted = AskClarification.model_validate(values)
    with pytest.raises(RulesViolatedError) as refused:
        ask_clarification(session, actor_for(session, closed.first), closed.one.application_id, wanted, now=AFTER)
    assert rules_of(refused.value) == {rule}


def test_nothing_is_asked_before_the_call_is_closed_or_after_the_checks(session: Session) -> None:
    early = a_submitted_application(session)
    wanted = AskClarification(kind=ClarificationKind.HEARING, question="Well?", due_at=DUE)
    officer, stranger = a_programme_officer(session), actor_for(session, a_person(session))
    with pytest.raises(RulesViolatedError) as refused:
        ask_clarification(session, officer, early.application_id, wanted, now=AFTER)
    assert rules_of(refused.value) == {"checks.call_open"}
    with pytest.raises(NotFoundError):
        ask_clarification(session, stranger, early.application_id, wanted, now=AFTER)


def test_when_everything_is_decided_nothing_is_asked(session: Session) -> None:
    closed = a_closed_call(session)
    decided(session, closed, closed.one, CheckStep.ADMISSIBILITY, CheckOutcome.FAIL)
    with pytest.raises(RulesViolatedError) as refused:
        asked(session, closed, closed.one)
    assert rules_of(refused.value) == {"clarifications.checks_decided"}


def test_answers_are_settled_with_reasons(session: Session) -> None:
    closed = a_closed_call(session)
    made, officer = closed.one, actor_for(session, closed.second)
    question = asked(session, closed, made)
    refuse = SettleClarification(accept=False, words="No.")
    with pytest.raises(TransitionNotAllowedError):
        settle_clarification(session, officer, made.application_id, question, refuse, now=AFTER)
    answered(session, made, question)
    with pytest.raises(RulesViolatedError) as refused:
        settle_clarification(session, officer, made.application_id, question, refuse, now=AFTER)
    assert rules_of(refused.value) == {"checks.reason"}
    with pytest.raises(NotFoundError):
        settle_clarification(session, made.actor(session), made.application_id, question, refuse, now=AFTER)
    settled = SettleClarification(accept=False, words=REASON)
    settle_clarification(session, officer, made.application_id, question, settled, now=AFTER)
    row = session.get_one(ClarificationRequest, question)
    assert (row.state, row.decision_words) == ("refused", REASON)


def test_a_question_is_taken_back_only_while_it_is_open(session: Session) -> None:
    closed = a_closed_call(session)
    made, officer = closed.one, actor_for(session, closed.second)
    one, two = asked(session, closed, made), asked(session, closed, made)
    withdraw_clarification(session, officer, made.application_id, one, now=DUE)
    with pytest.raises(TransitionNotAllowedError):
        withdraw_clarification(session, officer, made.application_id, two, now=DUE + TICK)
    with pytest.raises(TransitionNotAllowedError):
        answer_clarification(session, made.actor(session), made.application_id, one, YES, now=AFTER)


def test_only_contacts_of_this_consortium_answer(session: Session) -> None:
    closed = a_closed_call(session, "ONE", "TWO")
    one, two = closed.made
    question = asked(session, closed, one)
    with pytest.raises(NotFoundError):
        answer_clarification(session, two.actor(session), one.application_id, question, YES, now=AFTER)
    with pytest.raises(NotFoundError):
        answer_clarification(session, two.actor(session), two.application_id, question, YES, now=AFTER)
    officer = actor_for(session, closed.first)
    with pytest.raises((NotFoundError, NotPermittedError)):
        answer_clarification(session, officer, one.application_id, question, YES, now=AFTER)


def test_nothing_is_answered_once_the_application_is_withdrawn(session: Session) -> None:
    closed = a_closed_call(session)
    made, question = closed.one, asked(session, closed, closed.one)
    withdraw_application(session, made.actor(session), made.application_id, Withdraw(reason="No."), now=AFTER)
    with pytest.raises(RulesViolatedError) as refused:
        answer_clarification(session, made.actor(session), made.application_id, question, YES, now=AFTER)
    assert rules_of(refused.value) == {"checks.not_submitted"}


def test_the_consortium_and_the_officer_who_asked_are_told(session: Session) -> None:
    closed = a_closed_call(session)
    made, officer = closed.one, actor_for(session, closed.second)
    question = asked(session, closed, made)
    answered(session, made, question)
    settle = SettleClarification(accept=True, words="Thank you for the document.")
    settle_clarification(session, officer, made.application_id, question, settle, now=AFTER)
    withdrawn = asked(session, closed, made)
    withdraw_clarification(session, officer, made.application_id, withdrawn, now=AFTER)
    events = session.execute(
        sa.select(Event.id, Event.kind, Event.facts).where(Event.subject_id.in_((question, withdrawn)))
    ).all()
    for event in events:
        notify_of_event(
            session, event.id, links=Links("https://grappe.example", TokenSigner("a key for tests only")), now=AFTER
        )
    told = session.execute(sa.select(Message.event_id, Message.address, Message.text)).all()
    kinds = {event.id: event.kind for event in events}
    by_kind: dict[str, set[str]] = {}
    for event_id, address, _ in told:
        by_kind.setdefault(kinds[event_id], set()).add(address)
    consortium = {member.person.email for member in made.members}
    assert by_kind == {
        "clarification.asked": consortium,
        "clarification.answered": {closed.first.email},
        "clarification.settled": consortium,
        "clarification.withdrawn": consortium,
    }
    words = "\n".join(text for _, _, text in told)
    assert "Please send Part B again." in words
    assert "Thank you for the document." in words
    assert f"/applications/{made.application_id}/clarifications" in words
    assert not any("Part B" in str(event.facts) or "Thank you" in str(event.facts) for event in events)
