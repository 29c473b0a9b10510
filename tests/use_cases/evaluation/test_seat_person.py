"""Seats in the committee: by account, by the office, until the adoption."""

import pytest
from sqlalchemy.orm import Session

from app.core.actor import Role
from app.core.errors import NotFoundError, NotPermittedError, RulesViolatedError
from app.evaluation.queries.committee import committee_conflicts
from app.evaluation.queries.panel import seats_of
from app.evaluation.rules.assignments import HitKind
from app.evaluation.rules.committee import Seat
from app.evaluation.schemas import SeatPerson
from app.evaluation.use_cases.adopt_ranking import adopt_ranking
from app.evaluation.use_cases.seat_person import seat_person, unseat_person
from tests.builders.calls import a_programme_officer
from tests.builders.panel import SITTING, a_concluded_round, a_member, a_proposal, known_rules, vote
from tests.builders.people import a_person, actor_for
from tests.use_cases.evaluation.test_start_evaluation import rules_of


def test_a_person_holds_one_seat_and_can_change_it(session: Session) -> None:
    round_id, _, _ = a_concluded_round(session)
    person, _ = a_member(session, round_id)
    a_member(session, round_id, seat=Seat.OBSERVER, person=person)
    assert [(row.person_id, row.seat) for row in seats_of(session, round_id)] == [(person.id, Seat.OBSERVER)]
    unseat_person(session, a_programme_officer(session), round_id, person.id, now=SITTING)
    assert seats_of(session, round_id) == []
    with pytest.raises(NotFoundError):
        unseat_person(session, a_programme_officer(session), round_id, person.id, now=SITTING)


def test_an_address_without_a_confirmed_account_gets_no_seat(session: Session) -> None:
    round_id, _, _ = a_concluded_round(session)
    a_person(session, email="unconfirmed@example.org", email_confirmed_at=None)
    for email in ("nobody@example.org", "unconfirmed@example.org"):
        with pytest.raises(RulesViolatedError) as error:
            seat_person(
                session,
                a_programme_officer(session),
                round_id,
                SeatPerson(email=email, seat=Seat.PANEL_MEMBER),
                now=SITTING,
            )
        assert rules_of(error) == {"committee.no_account"}


def test_only_the_office_seats(session: Session) -> None:
    round_id, _, _ = a_concluded_round(session)
    person, member = a_member(session, round_id, seat=Seat.MODERATOR)
    wanted = SeatPerson(email=person.email, seat=Seat.PANEL_MEMBER)
    with pytest.raises(NotFoundError):
        seat_person(session, member, round_id, wanted, now=SITTING)
    auditor = actor_for(session, a_person(session, roles=(Role.AUDITOR,)))
    with pytest.raises(NotPermittedError):
        seat_person(session, auditor, round_id, wanted, now=SITTING)


def test_the_committee_that_adopted_stays(session: Session) -> None:
    round_id, ranking_id, _, members = a_proposal(session)
    for member in members:
        vote(session, member, round_id, ranking_id)
    officer = a_programme_officer(session)
    adopt_ranking(session, officer, round_id, now=SITTING)
    assert members[0].person_id is not None
    with pytest.raises(RulesViolatedError) as error:
        unseat_person(session, officer, round_id, members[0].person_id, now=SITTING)
    assert rules_of(error) == {"committee.adopted"}


def test_conflicts_of_seat_holders_are_found(session: Session) -> None:
    round_id, _, made = a_concluded_round(session, (25, 24, 16, 15), (20, 20, 15, 15))
    a_member(session, round_id, person=made[0].person)
    neutral, _ = a_member(session, round_id)
    barring = [one for one in committee_conflicts(session, known_rules(session, round_id)) if one.bars]
    assert {one.person_id for one in barring} == {made[0].person.id}
    own, other = barring
    assert HitKind.CONSORTIUM in own.hits
    assert HitKind.COMPETING in other.hits
    assert neutral.id not in {one.person_id for one in barring}
