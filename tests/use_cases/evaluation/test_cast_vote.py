"""Votes: of members, on what they read, with a reason against, changeable until the adoption."""

import pytest
from sqlalchemy.orm import Session

from app.core.errors import NotFoundError, NotPermittedError, RulesViolatedError
from app.evaluation.queries.panel import ranking_row, votes_of
from app.evaluation.rules.committee import Seat
from app.evaluation.schemas import CastVote
from app.evaluation.use_cases.cast_vote import cast_vote
from tests.builders.calls import a_programme_officer
from tests.builders.panel import SITTING, a_member, a_panel, a_proposal, vote
from tests.builders.people import a_person, actor_for
from tests.use_cases.evaluation.test_start_evaluation import rules_of


def test_a_vote_can_be_changed(session: Session) -> None:
    round_id, ranking_id, _, [member, *_] = a_proposal(session)
    vote(session, member, round_id, ranking_id, approves=False)
    vote(session, member, round_id, ranking_id)
    assert [(row.person_id, row.approves, row.words) for row in votes_of(session, ranking_id)] == [
        (member.person_id, True, "")
    ]


def test_a_vote_on_another_content_or_without_a_reason_against_is_refused(session: Session) -> None:
    round_id, ranking_id, _, [member, *_] = a_proposal(session)
    with pytest.raises(RulesViolatedError) as error:
        cast_vote(session, member, round_id, CastVote(approves=False, sha256="0" * 64), now=SITTING)
    assert rules_of(error) == {"panel.stale_vote", "panel.reason"}
    assert votes_of(session, ranking_id) == []


def test_only_members_vote(session: Session) -> None:
    round_id, ranking_id, _, _ = a_proposal(session)
    wanted = CastVote(approves=True, sha256=ranking_row(session, ranking_id).sha256)
    others = [a_member(session, round_id, seat=seat)[1] for seat in (Seat.OBSERVER, Seat.MODERATOR)]
    for actor in (*others, a_programme_officer(session)):
        with pytest.raises(NotPermittedError):
            cast_vote(session, actor, round_id, wanted, now=SITTING)
    with pytest.raises(NotFoundError):
        cast_vote(session, actor_for(session, a_person(session)), round_id, wanted, now=SITTING)


def test_a_member_with_a_conflict_votes_on_the_list(session: Session) -> None:
    round_id, ranking_id, [made], _ = a_proposal(session)
    _, conflicted = a_member(session, round_id, person=made.person)
    vote(session, conflicted, round_id, ranking_id)
    assert made.person.id in {row.person_id for row in votes_of(session, ranking_id)}


def test_without_a_proposal_there_is_nothing_to_vote_on(session: Session) -> None:
    round_id, _, _ = a_panel(session)
    _, member = a_member(session, round_id)
    with pytest.raises(RulesViolatedError) as error:
        cast_vote(session, member, round_id, CastVote(approves=True, sha256="0" * 64), now=SITTING)
    assert rules_of(error) == {"panel.nothing_to_vote"}
