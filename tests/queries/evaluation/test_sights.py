"""What each person sees of an application in each phase, by the table of the call; a conflict shuts everything."""

from __future__ import annotations

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.accounts.models import Person, RoleAssignment
from app.core.actor import Role
from app.evaluation.models import CommitteeSeat, EvaluationRound, JudgedApplication
from app.evaluation.queries.rounds import RoundRules, judged_row, round_row, round_rules
from app.evaluation.queries.sights import may_read, sights_for, sights_in_round, standpoint_of
from app.evaluation.rules.committee import Seat
from app.evaluation.rules.lifecycle import JudgementState, RoundState
from tests.builders.evaluation import EVALUATING, a_round, an_assignment, an_expert
from tests.builders.people import a_person, a_role, actor_for

ALL_EXPERT = {"own_report", "other_reports", "expert_names", "consensus_report"}


class Scene:
    """One application under evaluation, and how everybody sees it."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.round_id, self.call, [self.made] = a_round(session)

    @property
    def rules(self) -> RoundRules:
        return round_rules(self.session, round_row(self.session, self.round_id))

    def phase(self, state: RoundState, judgement: JudgementState) -> None:
        self.session.get_one(EvaluationRound, self.round_id).state = state
        self.session.get_one(JudgedApplication, self.made.application_id).state = judgement
        self.session.flush()

    def sees(self, person: Person) -> set[str]:
        actor, rules = actor_for(self.session, person), self.rules
        one = sights_for(self.session, actor, judged_row(self.session, self.made.application_id), rules)
        assert sights_in_round(self.session, actor, rules) == {self.made.application_id: one}
        return set(one)

    def reads(self, person: Person) -> bool:
        judged = judged_row(self.session, self.made.application_id)
        return may_read(self.session, actor_for(self.session, person), judged, self.rules)

    def seat(self, seat: Seat) -> Person:
        person = a_person(self.session)
        self.session.add(CommitteeSeat(round_id=self.round_id, person_id=person.id, seat=seat, seated_at=EVALUATING))
        self.session.flush()
        return person


@pytest.fixture
def scene(session: Session) -> Scene:
    return Scene(session)


INDIVIDUAL = (RoundState.EXPERTS_AT_WORK, JudgementState.INDIVIDUAL)
CONSENSUS = (RoundState.EXPERTS_AT_WORK, JudgementState.CONSENSUS)
PANEL = (RoundState.PANEL, JudgementState.CONCLUDED)
INFORMED = (RoundState.INFORMED, JudgementState.CONCLUDED)


def test_an_expert_sees_the_others_only_when_the_consensus_begins(scene: Scene, session: Session) -> None:
    expert = an_expert(session, scene.call)
    an_assignment(session, scene.made, expert, answer="none")
    seen = []
    for phase in (INDIVIDUAL, CONSENSUS, PANEL, INFORMED):
        scene.phase(*phase)
        seen.append(scene.sees(expert))
    assert seen == [{"own_report"}, ALL_EXPERT, set(), set()]
    assert scene.reads(expert)


@pytest.mark.parametrize("answer", ["", "possible", "conflict"])
def test_before_a_declaration_and_with_a_conflict_one_sees_nothing(scene: Scene, session: Session, answer: str) -> None:
    expert = an_expert(session, scene.call)
    an_assignment(session, scene.made, expert, answer=answer)
    for phase in (INDIVIDUAL, CONSENSUS, PANEL, INFORMED):
        scene.phase(*phase)
        assert not scene.sees(expert)
        assert not scene.reads(expert)


def test_a_conflict_outweighs_office_and_seat(scene: Scene, session: Session) -> None:
    expert = an_expert(session, scene.call)
    an_assignment(session, scene.made, expert, answer="conflict")
    a_role(session, expert, Role.ADMINISTRATOR)
    session.add(
        CommitteeSeat(round_id=scene.round_id, person_id=expert.id, seat=Seat.PANEL_MEMBER, seated_at=EVALUATING)
    )
    session.flush()
    for phase in (INDIVIDUAL, CONSENSUS, PANEL, INFORMED):
        scene.phase(*phase)
        assert not scene.sees(expert)
        assert not scene.reads(expert)


def test_who_takes_part_in_the_application_sees_nothing_even_in_office(scene: Scene, session: Session) -> None:
    officer = a_person(session, roles=(Role.PROGRAMME_OFFICER, (Role.TEAM_MEMBER, scene.made.application_id)))
    scene.phase(*PANEL)
    assert not scene.sees(officer)
    assert not scene.reads(officer)


def test_the_office_and_the_auditor_stand_as_moderator(scene: Scene, session: Session) -> None:
    officer = a_person(session, roles=(Role.PROGRAMME_OFFICER,))
    auditor = a_person(session, roles=(Role.AUDITOR,))
    for phase, wanted in (
        (INDIVIDUAL, {"other_reports", "expert_names"}),
        (CONSENSUS, {"other_reports", "expert_names", "consensus_report"}),
        (PANEL, {"other_reports", "expert_names", "consensus_report", "ranking"}),
        (INFORMED, set()),
    ):
        scene.phase(*phase)
        assert scene.sees(officer) == scene.sees(auditor) == wanted


@pytest.mark.parametrize("seat", [Seat.PANEL_MEMBER, Seat.OBSERVER])
def test_the_committee_sees_when_the_panel_sits(scene: Scene, seat: Seat) -> None:
    member = scene.seat(seat)
    scene.phase(*CONSENSUS)
    assert not scene.sees(member)
    scene.phase(*PANEL)
    assert scene.sees(member) == {"consensus_report", "ranking"}
    assert scene.reads(member)


def test_strangers_and_the_consortium_see_nothing(scene: Scene, session: Session) -> None:
    for phase in (INDIVIDUAL, CONSENSUS, PANEL, INFORMED):
        scene.phase(*phase)
        for person in (scene.made.person, a_person(session), an_expert(session, scene.call)):
            assert not scene.sees(person)
            assert not scene.reads(person)


def test_who_lost_the_role_of_an_expert_sees_nothing(scene: Scene, session: Session) -> None:
    expert = an_expert(session, scene.call)
    an_assignment(session, scene.made, expert, answer="none", rapporteur=True)
    session.execute(delete(RoleAssignment).where(RoleAssignment.person_id == expert.id))
    scene.phase(*CONSENSUS)
    assert not scene.sees(expert)
    assert not scene.reads(expert)


def test_the_rapporteur_is_known_as_such(scene: Scene, session: Session) -> None:
    expert = an_expert(session, scene.call)
    an_assignment(session, scene.made, expert, answer="none", rapporteur=True)
    rules = scene.rules
    found = standpoint_of(session, actor_for(session, expert), scene.made.application_id, rules.row, rules.programme_id)
    assert found.rapporteur
