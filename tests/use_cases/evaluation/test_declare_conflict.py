"""The declaration before content opens, and after: what each answer does, who may give it, and what is kept."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import RoleAssignment
from app.applications.schemas import Withdraw
from app.applications.use_cases.withdraw_application import withdraw_application
from app.audit.models import Event
from app.core.actor import Role
from app.core.errors import NotFoundError, TransitionNotAllowedError
from app.evaluation.models import EvaluationRound, IndividualReport
from app.evaluation.queries.assignments import assignment_row
from app.evaluation.rules.lifecycle import AssignmentState, ReportState, RoundState
from app.evaluation.schemas import DeclareConflict, WithReason
from app.evaluation.use_cases.declare_conflict import declare_conflict, report_later_conflict
from app.evaluation.use_cases.decline_assignment import decline_assignment
from tests.builders.evaluation import EVALUATING, a_round, an_assignment, an_expert
from tests.builders.people import a_role, actor_for
from tests.use_cases.evaluation.refusals import refused_by

WHY = WithReason(reason="They offered me a job.")


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ("none", AssignmentState.OPEN),
        ("possible", AssignmentState.TO_DECIDE),
        ("conflict", AssignmentState.CONFLICT),
    ],
)
def test_each_answer_leads_to_its_state_and_is_kept(session: Session, answer: str, state: AssignmentState) -> None:
    _, call, [made] = a_round(session)
    row = assignment_row(session, an_assignment(session, made, an_expert(session, call), answer=answer))
    assert (row.state, row.answered_at) == (state, EVALUATING)
    assert row.words == ("" if answer == "none" else "We worked together in 2017.")
    event = session.execute(
        sa.select(Event).where(Event.subject_id == row.id, Event.kind == "assignment.answered")
    ).scalar_one()
    assert event.facts["answer"] == answer
    assert "2017" not in str(event.facts), "words of a declaration enter the chain as a digest only"


@pytest.mark.parametrize("answer", ["possible", "conflict"])
def test_a_conflict_is_named(session: Session, answer: str) -> None:
    _, call, [made] = a_round(session)
    person = an_expert(session, call)
    assignment_id, actor = an_assignment(session, made, person), actor_for(session, person)
    given = DeclareConflict(answer=answer, words="   ")
    assert refused_by(lambda: declare_conflict(session, actor, assignment_id, given, now=EVALUATING)) == {
        "assignment.reason"
    }
    assert assignment_row(session, assignment_id).state is AssignmentState.ASSIGNED


def test_nobody_declares_no_conflict_against_what_is_registered(session: Session) -> None:
    _, call, [made] = a_round(session)
    person = an_expert(session, call)
    assignment_id = an_assignment(session, made, person)
    a_role(session, person, Role.MEMBER, made.members[1].organisation.id)
    actor, given = actor_for(session, person), DeclareConflict(answer="none")
    assert refused_by(lambda: declare_conflict(session, actor, assignment_id, given, now=EVALUATING)) == {
        "assignment.conflict_organisation"
    }


def test_one_answers_once(session: Session) -> None:
    _, call, [made] = a_round(session)
    for answer in ("none", "possible", "conflict"):
        person = an_expert(session, call)
        assignment_id = an_assignment(session, made, person, answer=answer)
        actor = actor_for(session, person)
        for again in ("none", "possible", "conflict"):
            given = DeclareConflict(answer=again, words="Again.")
            with pytest.raises(TransitionNotAllowedError):
                declare_conflict(session, actor, assignment_id, given, now=EVALUATING)


def test_an_assignment_is_nobody_elses(session: Session) -> None:
    _, call, [made] = a_round(session)
    assignment_id = an_assignment(session, made, an_expert(session, call))
    stranger = actor_for(session, an_expert(session, call))
    with pytest.raises(NotFoundError):
        declare_conflict(session, stranger, assignment_id, DeclareConflict(answer="none"), now=EVALUATING)
    with pytest.raises(NotFoundError):
        decline_assignment(session, stranger, assignment_id, WHY, now=EVALUATING)
    with pytest.raises(NotFoundError):
        report_later_conflict(session, stranger, assignment_id, WHY, now=EVALUATING)


def test_who_lost_the_role_answers_no_more(session: Session) -> None:
    _, call, [made] = a_round(session)
    person = an_expert(session, call)
    assignment_id = an_assignment(session, made, person)
    session.execute(sa.delete(RoleAssignment).where(RoleAssignment.person_id == person.id))
    with pytest.raises(NotFoundError):
        declare_conflict(
            session, actor_for(session, person), assignment_id, DeclareConflict(answer="none"), now=EVALUATING
        )


def test_a_withdrawn_application_asks_for_no_answer(session: Session) -> None:
    _, call, [made] = a_round(session)
    person = an_expert(session, call)
    assignment_id, actor = an_assignment(session, made, person), actor_for(session, person)
    withdraw_application(session, made.actor(session), made.application_id, Withdraw(reason="No."), now=EVALUATING)
    given = DeclareConflict(answer="none")
    for act in (
        lambda: declare_conflict(session, actor, assignment_id, given, now=EVALUATING),
        lambda: decline_assignment(session, actor, assignment_id, WHY, now=EVALUATING),
        lambda: report_later_conflict(session, actor, assignment_id, WHY, now=EVALUATING),
    ):
        assert refused_by(act) == {"evaluation.withdrawn"}


def test_when_the_panel_sits_nothing_opens_but_a_conflict_is_still_heard(session: Session) -> None:
    round_id, call, [made] = a_round(session)
    person = an_expert(session, call)
    assignment_id, actor = an_assignment(session, made, person), actor_for(session, person)
    session.get_one(EvaluationRound, round_id).state = RoundState.PANEL
    session.flush()
    given = DeclareConflict(answer="none")
    assert refused_by(lambda: declare_conflict(session, actor, assignment_id, given, now=EVALUATING)) == {
        "assignment.round_over"
    }
    declare_conflict(
        session, actor, assignment_id, DeclareConflict(answer="conflict", words="My sister."), now=EVALUATING
    )
    assert assignment_row(session, assignment_id).state is AssignmentState.CONFLICT


@pytest.mark.parametrize("state", [ReportState.DRAFT, ReportState.SUBMITTED])
def test_a_later_conflict_closes_the_content_and_the_report_counts_no_more(
    session: Session, state: ReportState
) -> None:
    _, call, [made] = a_round(session)
    person = an_expert(session, call)
    assignment_id = an_assignment(session, made, person, answer="none")
    at = EVALUATING if state is ReportState.SUBMITTED else None
    session.add(
        IndividualReport(assignment_id=assignment_id, state=state, version=1, saved_at=EVALUATING, submitted_at=at)
    )
    session.flush()
    report_later_conflict(session, actor_for(session, person), assignment_id, WHY, now=EVALUATING)
    row = assignment_row(session, assignment_id)
    assert (row.state, row.report, row.words) == (AssignmentState.CONFLICT, ReportState.VOIDED, WHY.reason)


def test_what_is_not_open_has_no_later_conflict(session: Session) -> None:
    _, call, [made] = a_round(session)
    person = an_expert(session, call)
    assignment_id = an_assignment(session, made, person)
    with pytest.raises(NotFoundError):
        report_later_conflict(session, actor_for(session, person), assignment_id, WHY, now=EVALUATING)


@pytest.mark.parametrize("answer", ["", "none"])
def test_one_declines_before_and_after_the_declaration(session: Session, answer: str) -> None:
    _, call, [made] = a_round(session)
    person = an_expert(session, call)
    assignment_id = an_assignment(session, made, person, answer=answer)
    decline_assignment(session, actor_for(session, person), assignment_id, WHY, now=EVALUATING)
    row = assignment_row(session, assignment_id)
    assert (row.state, row.words) == (AssignmentState.DECLINED, WHY.reason)
    with pytest.raises(TransitionNotAllowedError):
        decline_assignment(session, actor_for(session, person), assignment_id, WHY, now=EVALUATING)
