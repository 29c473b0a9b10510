"""Starting an evaluation: once, after the closing, with what was admitted."""

import pytest
from sqlalchemy.orm import Session

from app.core.actor import Role
from app.core.errors import NotFoundError, NotPermittedError, RulesViolatedError
from app.evaluation.queries.rounds import judged_rows, round_of_call
from app.evaluation.rules.lifecycle import JudgementState, RoundState
from app.evaluation.schemas import StartEvaluation
from app.evaluation.use_cases.start_evaluation import start_evaluation
from tests.builders.applications import a_submitted_application
from tests.builders.calls import a_programme_officer
from tests.builders.evaluation import DUE, EVALUATING, a_closed_call, a_round
from tests.builders.people import a_person, actor_for
from tests.conftest import NOW

WANTED = StartEvaluation(reports_due_at=DUE)


def rules_of(error: pytest.ExceptionInfo[RulesViolatedError]) -> set[str]:
    return {violation.rule for violation in error.value.violations}


def test_what_was_submitted_goes_to_the_experts_as_it_was_submitted(session: Session) -> None:
    round_id, call, made = a_round(session, applications=2)
    row = round_of_call(session, call.id)
    assert row is not None
    assert (row.id, row.state, row.reports_due_at) == (round_id, RoundState.EXPERTS_AT_WORK, DUE)
    judged = judged_rows(session, round_id)
    assert [one.application_id for one in judged] == [one.application_id for one in made]
    assert [one.submission_id for one in judged] == [one.submission_id for one in made]
    assert {one.state for one in judged} == {JudgementState.INDIVIDUAL}
    assert judged[0].countries == ("BG", "IT", "PT")


def test_a_call_is_evaluated_once(session: Session) -> None:
    _, call, _ = a_round(session)
    with pytest.raises(RulesViolatedError) as error:
        start_evaluation(session, a_programme_officer(session), call.id, WANTED, now=EVALUATING)
    assert rules_of(error) == {"evaluation.started_already"}


def test_everything_against_it_is_told_at_once(session: Session) -> None:
    made = a_submitted_application(session)
    with pytest.raises(RulesViolatedError) as error:
        start_evaluation(
            session, a_programme_officer(session), made.call.id, StartEvaluation(reports_due_at=NOW), now=NOW
        )
    assert {"evaluation.call_not_closed", "evaluation.due_in_past"} <= rules_of(error)


def test_only_the_office_starts_it(session: Session) -> None:
    call, _ = a_closed_call(session)
    auditor = actor_for(session, a_person(session, roles=(Role.AUDITOR,)))
    with pytest.raises(NotPermittedError):
        start_evaluation(session, auditor, call.id, WANTED, now=EVALUATING)
    with pytest.raises(NotFoundError):
        start_evaluation(session, actor_for(session, a_person(session)), call.id, WANTED, now=EVALUATING)
