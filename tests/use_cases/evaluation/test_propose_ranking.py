"""Proposing: complete, frozen with its hash, once for the same content."""

from decimal import Decimal

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.canonical import digest
from app.core.errors import NotFoundError, RulesViolatedError
from app.evaluation.models import Ranking
from app.evaluation.queries.panel import proposed_ranking, ranking_row, rankings_of
from app.evaluation.rules.lifecycle import RankingState
from app.evaluation.schemas import SetMark
from app.evaluation.use_cases.propose_ranking import propose_ranking
from app.evaluation.use_cases.set_mark import set_mark
from tests.builders.calls import a_programme_officer
from tests.builders.panel import GOOD, REASON, SITTING, a_concluded_round, a_member, a_panel, a_proposal
from tests.use_cases.evaluation.test_start_evaluation import rules_of


def test_everything_that_is_open_is_told_at_once(session: Session) -> None:
    round_id, _, made = a_panel(session, GOOD, GOOD, checked=False)
    with pytest.raises(RulesViolatedError) as error:
        propose_ranking(session, a_programme_officer(session), round_id, now=SITTING)
    assert rules_of(error) == {"panel.ties", "panel.capacity_unchecked"}
    assert made


def test_it_is_frozen_with_the_hash_of_its_content(session: Session) -> None:
    round_id, ranking_id, _, _ = a_proposal(session)
    row = ranking_row(session, ranking_id)
    assert (row.number, row.state) == (1, RankingState.PROPOSED)
    assert digest(dict(row.snapshot)) == row.sha256
    found = session.execute(sa.text("select call_id from evaluation_round where id = :id"), {"id": round_id})
    assert proposed_ranking(session, found.scalar_one()) == row
    with pytest.raises(sa.exc.DBAPIError, match="never changed"), session.begin_nested():
        session.execute(sa.update(Ranking).where(Ranking.id == ranking_id).values(sha256="0" * 64))


def test_the_same_content_is_proposed_once_another_supersedes(session: Session) -> None:
    round_id, ranking_id, [made], _ = a_proposal(session)
    officer = a_programme_officer(session)
    assert propose_ranking(session, officer, round_id, now=SITTING) == ranking_id
    mark = SetMark(criterion="quality", score=Decimal(20), reason=REASON)
    set_mark(session, officer, made.application_id, mark, now=SITTING)
    again = propose_ranking(session, officer, round_id, now=SITTING)
    assert [(row.id, row.number, row.state) for row in rankings_of(session, round_id)] == [
        (again, 2, RankingState.PROPOSED),
        (ranking_id, 1, RankingState.SUPERSEDED),
    ]


def test_not_before_the_panel_and_not_by_members(session: Session) -> None:
    round_id, _, _ = a_concluded_round(session)
    with pytest.raises(RulesViolatedError) as error:
        propose_ranking(session, a_programme_officer(session), round_id, now=SITTING)
    assert rules_of(error) == {"panel.no_proposal_now"}
    _, member = a_member(session, round_id)
    with pytest.raises(NotFoundError):
        propose_ranking(session, member, round_id, now=SITTING)
