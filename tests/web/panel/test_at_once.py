"""Two officers at once: one proposal, one adopted ranking."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.errors import DomainError
from app.delivery.runtime import Runtime
from app.evaluation.queries.panel import rankings_of
from app.evaluation.rules.lifecycle import RankingState
from app.evaluation.use_cases.adopt_ranking import adopt_ranking
from app.evaluation.use_cases.propose_ranking import propose_ranking
from tests.builders.calls import a_programme_officer
from tests.builders.panel import SITTING, a_member, a_panel, vote

Deed = Callable[[Session], UUID]


def at_once(runtime: Runtime, deed: Deed, times: int = 4) -> list[UUID | str]:
    """What each of several threads got: an id, or the class of the refusal."""

    def one(_number: int) -> UUID | str:
        try:
            with runtime.database.transaction() as session:
                return deed(session)
        except DomainError as error:
            return type(error).__name__

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))


def test_one_proposal_and_one_adoption(runtime: Runtime) -> None:
    with runtime.database.transaction() as session:
        round_id, _, _ = a_panel(session)
        officer = a_programme_officer(session)
        member = a_member(session, round_id)[1]
    proposed = at_once(runtime, lambda session: propose_ranking(session, officer, round_id, now=SITTING))
    assert len(set(proposed)) == 1
    [ranking_id] = set(proposed)
    assert isinstance(ranking_id, UUID)
    with runtime.database.transaction() as session:
        vote(session, member, round_id, ranking_id)
    adopted = at_once(runtime, lambda session: adopt_ranking(session, officer, round_id, now=SITTING))
    assert sorted(map(str, adopted)) == sorted([str(ranking_id), *["TransitionNotAllowedError"] * 3])
    with runtime.database.reading() as session:
        assert [row.state for row in rankings_of(session, round_id)] == [RankingState.ADOPTED]
