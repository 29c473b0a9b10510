"""Letters: looked at, sent, frozen; the evaluation is over with the last one."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from app.core.actor import Role
from app.core.errors import NotFoundError, NotPermittedError, RulesViolatedError, TransitionNotAllowedError
from app.documents.queries import document
from app.evaluation.queries.rounds import round_of_call
from app.evaluation.rules.lifecycle import RoundState
from app.grants.queries.awards import award_row, figures_of
from app.grants.queries.letters import sent_letters
from app.grants.queries.work import award_work, told_outcomes
from app.grants.rules.letter_facts import LetterFacts, SummaryFacts
from app.grants.rules.lifecycle import AwardState, LetterState
from app.grants.schemas import SendLetters
from app.grants.use_cases.preview_letter import preview_letter
from app.grants.use_cases.send_letters import send_letters
from app.notifications.queries import work_of
from app.notifications.rules.award_tasks import award_tasks
from app.notifications.rules.task_kinds import TaskKind
from app.notifications.rules.tasks import tasks_of
from tests.builders.awards import SENT, SIGNED, a_ranking, prepared, sent, signed, told
from tests.builders.people import a_person, actor_for


def test_nothing_decisive_leaves_that_nobody_looked_at(session: Session) -> None:
    ranked = a_ranking(session)
    prepared(session, ranked)
    signed(session, ranked)
    ids = [one.id for one in ranked.letters(session)]
    preview_letter(session, ranked.officer, ids[0], now=SENT)
    with pytest.raises(RulesViolatedError) as error:
        send_letters(session, ranked.officer, ranked.call.id, SendLetters(letter_ids=ids), now=SENT)
    assert [found.rule for found in error.value.violations] == ["letter.not_previewed"] * 2
    assert {one.state for one in ranked.letters(session)} == {LetterState.TO_SEND}, "all or none"
    with pytest.raises(NotPermittedError):
        preview_letter(session, ranked.signer, ids[1], now=SENT)
    stranger = actor_for(session, a_person(session))
    with pytest.raises(NotFoundError):
        send_letters(session, stranger, ranked.call.id, SendLetters(letter_ids=ids), now=SENT)


def test_sending_informs_freezes_and_ends_the_evaluation(session: Session) -> None:
    ranked = a_ranking(session, refused=1)
    main, *_ = prepared(session, ranked)
    signed(session, ranked)
    letters = ranked.letters(session)
    for one in letters:
        preview_letter(session, ranked.officer, one.id, now=SENT)
    first = [letters[0].id]
    send_letters(session, ranked.officer, ranked.call.id, SendLetters(letter_ids=first), now=SENT)
    judged = round_of_call(session, ranked.call.id)
    assert judged is not None
    assert judged.state is RoundState.ADOPTED, "somebody is not told yet"
    rest = [one.id for one in letters[1:]]
    assert send_letters(session, ranked.officer, ranked.call.id, SendLetters(letter_ids=rest), now=SENT) == 3
    judged = round_of_call(session, ranked.call.id)
    assert judged is not None
    assert (judged.state, judged.informed_at) == (RoundState.INFORMED, SENT)
    assert figures_of(session, ranked.call.id).informed == 4
    [letter] = sent_letters(session, main.application_id)
    assert str(letter.redress_until) == "2019-10-14"
    assert letter.document_id is not None
    assert letter.summary_document_id is not None
    asked = document(session, letter.document_id)
    report = document(session, letter.summary_document_id)
    assert asked is not None
    assert report is not None
    facts = LetterFacts.model_validate(asked.data)
    assert (facts.amount, facts.place and facts.place.position) == (main.amount, 1)
    assert facts.plain() == asked.data
    assert SummaryFacts.model_validate(report.data).plain() == report.data
    with pytest.raises(TransitionNotAllowedError):
        preview_letter(session, ranked.officer, letter.id, now=SENT)
    assert award_row(session, main.id).state is AwardState.INFORMED


@pytest.mark.parametrize(
    "sql",
    [
        "update award set amount = 1",
        "update award set outcome = 'main'",
        "delete from award",
        "update letter set redress_until = '2030-01-01'",
        "delete from letter",
    ],
)
def test_what_was_decided_and_told_is_never_changed(session: Session, sql: str) -> None:
    told(session)
    with pytest.raises(DatabaseError, match="never changed"), session.begin_nested():
        session.execute(sa.text(sql))


def test_tasks_follow_who_acts_next(session: Session) -> None:
    ranked = a_ranking(session)

    def kinds(actor: object) -> set[TaskKind]:
        work = work_of(session, actor, now=SENT)  # type: ignore[arg-type]  # an actor
        return {task.kind for task in tasks_of(work, SENT, award_tasks(work, SENT))}

    applicant = ranked.made[0].actor(session)
    assert TaskKind.PREPARE_AWARDS in kinds(ranked.officer)
    assert TaskKind.SIGN_AWARDS not in kinds(ranked.signer)
    prepared(session, ranked)
    assert kinds(ranked.signer) >= {TaskKind.SIGN_AWARDS}
    assert award_work(session, ranked.signer)[0].to_sign == 3
    both = a_person(session, roles=(Role.AUTHORISING_OFFICER,))
    assert award_work(session, actor_for(session, both))[0].to_sign == 3
    assert award_work(session, applicant) == ()
    signed(session, ranked)
    assert TaskKind.PREVIEW_LETTERS in kinds(ranked.officer)
    assert TaskKind.UNDER_EVALUATION in kinds(applicant)
    assert told_outcomes(session, [one.application_id for one in ranked.made]) == []
    sent(session, ranked)
    assert not kinds(ranked.officer) & {TaskKind.PREVIEW_LETTERS, TaskKind.SEND_LETTERS, TaskKind.PREPARE_AWARDS}
    assert TaskKind.READ_OUTCOME in kinds(applicant)
    assert TaskKind.UNDER_EVALUATION not in kinds(applicant)
    assert SIGNED < SENT
