"""Assigning experts: conflicts, load, twice, phases, the rapporteur; ends and decisions keep history."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.applications.schemas import Withdraw
from app.applications.use_cases.withdraw_application import withdraw_application
from app.audit.models import Event
from app.core.actor import Role
from app.core.errors import NotFoundError, NotPermittedError, TransitionNotAllowedError
from app.evaluation.models import (
    Assignment,
    CallExpert,
    ConsensusReport,
    EvaluationRound,
    ExpertProfile,
    IndividualReport,
    JudgedApplication,
)
from app.evaluation.queries.assignments import assignment_row, assignments_of_application
from app.evaluation.rules.lifecycle import AssignmentState, ConsensusState, JudgementState, ReportState, RoundState
from app.evaluation.schemas import AssignExpert, DecideConflict, WithReason
from app.evaluation.use_cases.assign_expert import assign_expert
from app.evaluation.use_cases.decide_conflict import decide_conflict
from app.evaluation.use_cases.end_assignment import end_assignment
from app.evaluation.use_cases.name_rapporteur import name_rapporteur
from app.infra.db.constraints import violation_of
from app.infra.ids import new_id
from tests.builders.applications import Made
from tests.builders.calls import a_programme_officer
from tests.builders.evaluation import DUE, EVALUATING, a_round, an_assignment, an_expert
from tests.builders.people import a_person, a_role, actor_for
from tests.use_cases.evaluation.refusals import refused_by

WHY = WithReason(reason="Cannot be reached since two weeks.")


def assign(session: Session, made: Made, person: Person, *, rapporteur: bool = False) -> set[str]:
    wanted = AssignExpert(person_id=person.id, rapporteur=rapporteur)
    officer = a_programme_officer(session)
    return refused_by(lambda: assign_expert(session, officer, made.application_id, wanted, now=EVALUATING))


def a_report(session: Session, assignment_id: object, state: ReportState) -> None:
    at = EVALUATING if state is ReportState.SUBMITTED else None
    session.add(
        IndividualReport(assignment_id=assignment_id, state=state, version=1, saved_at=EVALUATING, submitted_at=at)
    )
    session.flush()


def test_an_application_is_given_to_an_expert_who_is_told(session: Session) -> None:
    _, call, [made] = a_round(session)
    person = an_expert(session, call)
    row = assignment_row(session, an_assignment(session, made, person, rapporteur=True))
    assert (row.person_id, row.state, row.due_at) == (person.id, AssignmentState.ASSIGNED, DUE)
    assert row.rapporteur
    event = session.execute(sa.select(Event).where(Event.subject_id == row.id)).scalar_one()
    assert (event.kind, event.call_id, event.application_id) == ("assignment.made", call.id, None)


def test_no_event_of_an_evaluation_stands_in_the_timeline_of_the_consortium(session: Session) -> None:
    _, call, [made] = a_round(session)
    first, second = (an_assignment(session, made, an_expert(session, call), answer="possible") for _ in range(2))
    decide_conflict(
        session, a_programme_officer(session), first, DecideConflict(allow=True, reason="Long ago."), now=EVALUATING
    )
    end_assignment(session, a_programme_officer(session), second, WHY, now=EVALUATING)
    kinds = session.scalars(sa.select(Event.kind).where(Event.application_id == made.application_id)).all()
    assert not [kind for kind in kinds if kind.startswith(("assignment", "expert", "evaluation", "judgement"))]


@pytest.mark.parametrize("tie", ["consortium", "organisation", "employer", "competing"])
def test_who_is_tied_to_the_application_is_refused(session: Session, tie: str) -> None:
    _, call, [made, other] = a_round(session, applications=2)
    person = an_expert(session, call)
    if tie == "consortium":
        a_role(session, person, Role.TEAM_MEMBER, made.application_id)
    if tie == "organisation":
        a_role(session, person, Role.MEMBER, made.members[2].organisation.id)
    if tie == "employer":
        session.get_one(ExpertProfile, person.id).employer = f" {made.members[1].organisation.legal_name.upper()} "
    if tie == "competing":
        a_role(session, person, Role.PARTNER_CONTACT, other.application_id)
    session.flush()
    assert assign(session, made, person) == {f"assignment.conflict_{tie}"}
    assert not assignments_of_application(session, made.application_id)


def test_a_shared_mail_domain_only_warns(session: Session) -> None:
    _, call, [made] = a_round(session)
    person = an_expert(session, call, email="expert@example.org")  # the domain of every contact in the tests
    assert assignment_row(session, an_assignment(session, made, person)).state is AssignmentState.ASSIGNED


def test_load_registration_and_twice_are_told_at_once(session: Session) -> None:
    _, call, [made, other] = a_round(session, applications=2)
    person = an_expert(session, call)
    an_assignment(session, made, person)
    session.get_one(CallExpert, (call.id, person.id)).max_load = 1
    session.flush()
    assert assign(session, other, person) == {"assignment.load"}
    assert assign(session, made, person) == {"assignment.load", "assignment.twice"}
    assert assign(session, other, a_person(session)) == {"assignment.not_registered"}


def test_who_declined_or_was_taken_off_is_not_assigned_again(session: Session) -> None:
    _, call, [made] = a_round(session)
    person = an_expert(session, call)
    end_assignment(session, a_programme_officer(session), an_assignment(session, made, person), WHY, now=EVALUATING)
    assert assign(session, made, person) == {"assignment.twice"}
    [row] = assignments_of_application(session, made.application_id)
    assert (row.state, row.reason) == (AssignmentState.ENDED, WHY.reason)


def test_an_application_that_was_withdrawn_takes_no_part(session: Session) -> None:
    _, call, [made] = a_round(session)
    assignment_id = an_assignment(session, made, an_expert(session, call))
    withdraw_application(
        session, made.actor(session), made.application_id, Withdraw(reason="No money."), now=EVALUATING
    )
    officer = a_programme_officer(session)
    assert assign(session, made, an_expert(session, call)) == {"evaluation.withdrawn"}
    assert refused_by(lambda: end_assignment(session, officer, assignment_id, WHY, now=EVALUATING)) == {
        "evaluation.withdrawn"
    }
    assert refused_by(lambda: name_rapporteur(session, officer, assignment_id, now=EVALUATING)) == {
        "evaluation.withdrawn"
    }


def test_an_extra_expert_opens_the_individual_phase_again(session: Session) -> None:
    _, call, [made] = a_round(session)
    judged = session.get_one(JudgedApplication, made.application_id)
    judged.state = JudgementState.CONSENSUS
    session.add(
        ConsensusReport(
            application_id=made.application_id, state=ConsensusState.PROPOSED, version=4, saved_at=EVALUATING
        )
    )
    session.flush()
    an_assignment(session, made, an_expert(session, call))
    session.refresh(judged)
    report = session.get_one(ConsensusReport, made.application_id, populate_existing=True)
    assert judged.state == JudgementState.INDIVIDUAL
    assert (report.state, report.version) == (ConsensusState.DRAFT, 5), "views on what was proposed count no more"


def test_after_the_group_concluded_or_the_panel_sits_nobody_is_assigned(session: Session) -> None:
    round_id, call, [made] = a_round(session)
    assignment_id = an_assignment(session, made, an_expert(session, call), answer="none")
    session.get_one(JudgedApplication, made.application_id).state = JudgementState.CONCLUDED
    session.get_one(EvaluationRound, round_id).state = RoundState.PANEL
    session.flush()
    officer = a_programme_officer(session)
    assert assign(session, made, an_expert(session, call)) == {"assignment.concluded", "assignment.round_over"}
    assert refused_by(lambda: end_assignment(session, officer, assignment_id, WHY, now=EVALUATING)) == {
        "assignment.concluded"
    }
    assert refused_by(lambda: name_rapporteur(session, officer, assignment_id, now=EVALUATING)) == {
        "assignment.concluded",
        "assignment.round_over",
    }


def test_who_is_assigned_after_the_due_date_has_a_week(session: Session) -> None:
    _, call, [made] = a_round(session)
    late = DUE + timedelta(days=3)
    row = assignment_row(session, an_assignment(session, made, an_expert(session, call), now=late))
    assert row.due_at == late + timedelta(days=7)


def test_only_who_conducts_the_evaluation_assigns(session: Session) -> None:
    _, call, [made] = a_round(session)
    person = an_expert(session, call)
    wanted = AssignExpert(person_id=person.id)
    auditor = actor_for(session, a_person(session, roles=(Role.AUDITOR,)))
    for actor, error in ((auditor, NotPermittedError), (actor_for(session, person), NotFoundError)):
        with pytest.raises(error):
            assign_expert(session, actor, made.application_id, wanted, now=EVALUATING)
    assignment_id = an_assignment(session, made, person)
    for actor, error in ((auditor, NotPermittedError), (actor_for(session, person), NotFoundError)):
        with pytest.raises(error):
            end_assignment(session, actor, assignment_id, WHY, now=EVALUATING)
        with pytest.raises(error):
            name_rapporteur(session, actor, assignment_id, now=EVALUATING)
        with pytest.raises(error):
            decide_conflict(session, actor, assignment_id, DecideConflict(allow=True, reason="Mine."), now=EVALUATING)


@pytest.mark.parametrize("state", [ReportState.DRAFT, ReportState.SUBMITTED])
def test_ending_closes_the_content_and_keeps_the_report_as_history(session: Session, state: ReportState) -> None:
    _, call, [made] = a_round(session)
    assignment_id = an_assignment(session, made, an_expert(session, call), answer="none")
    a_report(session, assignment_id, state)
    end_assignment(session, a_programme_officer(session), assignment_id, WHY, now=EVALUATING)
    row = assignment_row(session, assignment_id)
    assert (row.state, row.report) == (AssignmentState.ENDED, ReportState.VOIDED)
    with pytest.raises(TransitionNotAllowedError):
        end_assignment(session, a_programme_officer(session), assignment_id, WHY, now=EVALUATING)


def test_a_possible_conflict_is_allowed_or_barred_with_its_reason(session: Session) -> None:
    _, call, [made] = a_round(session)
    officer = a_programme_officer(session)
    first, second = (an_assignment(session, made, an_expert(session, call), answer="possible") for _ in range(2))
    decide_conflict(session, officer, first, DecideConflict(allow=True, reason="Five years ago."), now=EVALUATING)
    decide_conflict(session, officer, second, DecideConflict(allow=False, reason="Too close."), now=EVALUATING)
    rows = {row.id: row for row in assignments_of_application(session, made.application_id)}
    assert (rows[first].state, rows[first].reason) == (AssignmentState.OPEN, "Five years ago.")
    assert (rows[second].state, rows[second].words) == (AssignmentState.CONFLICT, "We worked together in 2017.")
    with pytest.raises(TransitionNotAllowedError):
        decide_conflict(session, officer, first, DecideConflict(allow=False, reason="Again."), now=EVALUATING)


def test_there_is_one_rapporteur_who_can_be_changed(session: Session) -> None:
    _, call, [made] = a_round(session)
    first = an_assignment(session, made, an_expert(session, call), rapporteur=True)
    assert assign(session, made, an_expert(session, call), rapporteur=True) == {"assignment.rapporteur_taken"}
    second = an_assignment(session, made, an_expert(session, call))
    name_rapporteur(session, a_programme_officer(session), second, now=EVALUATING)
    rows = {row.id: row.rapporteur for row in assignments_of_application(session, made.application_id)}
    assert rows == {first: False, second: True}


def test_who_left_the_application_is_no_rapporteur(session: Session) -> None:
    _, call, [made] = a_round(session)
    first = an_assignment(session, made, an_expert(session, call), answer="conflict")
    with pytest.raises(TransitionNotAllowedError):
        name_rapporteur(session, a_programme_officer(session), first, now=EVALUATING)


def test_the_table_allows_one_rapporteur_and_says_so(session: Session) -> None:
    round_id, call, [made] = a_round(session)
    an_assignment(session, made, an_expert(session, call), rapporteur=True)
    again = Assignment(
        id=new_id(),
        round_id=round_id,
        application_id=made.application_id,
        person_id=an_expert(session, call).id,
        rapporteur=True,
        state=AssignmentState.ASSIGNED,
        due_at=DUE,
        assigned_at=EVALUATING,
    )
    session.add(again)
    with pytest.raises(sa.exc.IntegrityError) as error:
        session.flush()
    assert {violation.rule for violation in violation_of(error.value).violations} == {"assignment.one_rapporteur"}
