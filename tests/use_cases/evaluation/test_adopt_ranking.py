"""Adoption: of what was voted on, by enough members, once."""

from decimal import Decimal
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.applications.schemas import Withdraw
from app.applications.use_cases.withdraw_application import withdraw_application
from app.core.errors import NotFoundError, RulesViolatedError, TransitionNotAllowedError
from app.documents.queries import documents_of
from app.evaluation.queries.panel import adopted_ranking, ranking_row, rankings_of
from app.evaluation.queries.rounds import round_row
from app.evaluation.rules.lifecycle import RankingState, RoundState
from app.evaluation.schemas import SetMark
from app.evaluation.use_cases.adopt_ranking import adopt_ranking, mark_informed
from app.evaluation.use_cases.propose_ranking import propose_ranking
from app.evaluation.use_cases.seat_person import unseat_person
from app.evaluation.use_cases.set_mark import set_mark
from tests.builders.calls import a_programme_officer
from tests.builders.panel import GOOD, REASON, SITTING, a_panel, a_proposal, vote
from tests.use_cases.evaluation.test_start_evaluation import rules_of

MARK = SetMark(criterion="quality", score=Decimal(20), reason=REASON)


def test_the_approved_ranking_is_final_and_its_record_is_asked_for(session: Session) -> None:
    round_id, ranking_id, [made], members = a_proposal(session)
    officer = a_programme_officer(session)
    for member in members[:2]:
        vote(session, member, round_id, ranking_id)
    assert adopt_ranking(session, officer, round_id, now=SITTING) == ranking_id
    row = round_row(session, round_id)
    assert (row.state, row.adopted_at) == (RoundState.ADOPTED, SITTING)
    adopted = adopted_ranking(session, row.call_id)
    assert adopted is not None
    assert (adopted.id, adopted.state) == (ranking_id, RankingState.ADOPTED)
    [document] = documents_of(session, "ranking", [ranking_id])
    assert document.kind == "ranking_record"
    with pytest.raises(TransitionNotAllowedError):
        adopt_ranking(session, officer, round_id, now=SITTING)
    with pytest.raises(RulesViolatedError) as error:
        set_mark(session, officer, made.application_id, MARK, now=SITTING)
    assert rules_of(error) == {"panel.not_sitting"}
    mark_informed(session, officer, round_id, now=SITTING)
    assert round_row(session, round_id).state is RoundState.INFORMED


def test_without_a_quorum_it_is_refused_with_the_figures(session: Session) -> None:
    round_id, ranking_id, _, members = a_proposal(session)
    vote(session, members[0], round_id, ranking_id)
    vote(session, members[1], round_id, ranking_id, approves=False)
    with pytest.raises(RulesViolatedError) as error:
        adopt_ranking(session, a_programme_officer(session), round_id, now=SITTING)
    [violation] = error.value.violations
    assert violation.text == "1 of 3 members approve this ranking, 2 are needed."


def test_the_vote_of_who_left_the_committee_counts_no_more(session: Session) -> None:
    round_id, ranking_id, _, members = a_proposal(session)
    officer = a_programme_officer(session)
    for member in members[:2]:
        vote(session, member, round_id, ranking_id)
        assert member.person_id is not None
    gone = members[0].person_id
    assert gone is not None
    unseat_person(session, officer, round_id, gone, now=SITTING)
    with pytest.raises(RulesViolatedError) as error:
        adopt_ranking(session, officer, round_id, now=SITTING)
    assert rules_of(error) == {"panel.no_quorum"}


def test_a_change_after_the_proposal_needs_a_new_one(session: Session) -> None:
    round_id, ranking_id, [made], members = a_proposal(session)
    officer = a_programme_officer(session)
    for member in members:
        vote(session, member, round_id, ranking_id)
    set_mark(session, officer, made.application_id, MARK, now=SITTING)
    with pytest.raises(RulesViolatedError) as error:
        adopt_ranking(session, officer, round_id, now=SITTING)
    assert rules_of(error) == {"panel.changed_since"}


def test_a_withdrawn_application_drops_out_and_needs_a_new_proposal(session: Session) -> None:
    round_id, ranking_id, made, members = a_proposal(session, GOOD, (30, 28, 18, 18))
    officer, gone = a_programme_officer(session), made[0]
    for member in members:
        vote(session, member, round_id, ranking_id)
    withdraw_application(session, gone.actor(session), gone.application_id, Withdraw(reason="No"), now=SITTING)
    with pytest.raises(RulesViolatedError) as error:
        adopt_ranking(session, officer, round_id, now=SITTING)
    assert rules_of(error) == {"panel.changed_since"}
    again = propose_ranking(session, officer, round_id, now=SITTING)
    entries = ranking_row(session, again).snapshot["entries"]
    assert isinstance(entries, list)
    assert [UUID(entry["application"]) for entry in entries] == [made[1].application_id]
    with pytest.raises(RulesViolatedError) as error:
        adopt_ranking(session, officer, round_id, now=SITTING)
    assert rules_of(error) == {"panel.no_quorum"}
    for member in members:
        vote(session, member, round_id, again)
    adopt_ranking(session, officer, round_id, now=SITTING)
    assert [row.state for row in rankings_of(session, round_id)] == [RankingState.ADOPTED, RankingState.SUPERSEDED]


def test_nothing_is_adopted_unproposed(session: Session) -> None:
    round_id, _, _ = a_panel(session)
    with pytest.raises(RulesViolatedError) as error:
        adopt_ranking(session, a_programme_officer(session), round_id, now=SITTING)
    assert rules_of(error) == {"panel.nothing_proposed"}


def test_a_member_adopts_nothing(session: Session) -> None:
    round_id, _, _, [member, *_] = a_proposal(session)
    with pytest.raises(NotFoundError):
        adopt_ranking(session, member, round_id, now=SITTING)


def test_the_database_keeps_one_adopted_ranking_of_a_round(session: Session) -> None:
    names = session.execute(sa.text("select indexdef from pg_indexes where indexname = 'uq_ranking_adopted'"))
    assert "UNIQUE" in names.scalar_one()
