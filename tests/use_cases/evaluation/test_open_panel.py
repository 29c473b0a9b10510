"""The panel opens when every application is concluded, and can give the round back."""

import pytest
from sqlalchemy.orm import Session

from app.applications.schemas import Withdraw
from app.applications.use_cases.withdraw_application import withdraw_application
from app.core.errors import NotFoundError, RulesViolatedError, TransitionNotAllowedError
from app.evaluation.queries.panel import ranking_row
from app.evaluation.queries.rounds import round_row
from app.evaluation.rules.lifecycle import RankingState, RoundState
from app.evaluation.schemas import WithReason
from app.evaluation.use_cases.open_panel import open_panel, return_to_experts
from tests.builders.calls import a_programme_officer
from tests.builders.evaluation import a_round
from tests.builders.panel import REASON, SITTING, a_proposal, concluded
from tests.builders.people import a_person, actor_for
from tests.use_cases.evaluation.test_start_evaluation import rules_of


def test_every_application_must_be_concluded_first(session: Session) -> None:
    round_id, _, made = a_round(session, applications=2)
    officer = a_programme_officer(session)
    concluded(session, made[0])
    with pytest.raises(RulesViolatedError) as error:
        open_panel(session, officer, round_id, now=SITTING)
    assert rules_of(error) == {"panel.not_concluded"}
    assert "1 of 2" in error.value.violations[0].text
    withdraw_application(session, made[1].actor(session), made[1].application_id, Withdraw(reason="No"), now=SITTING)
    open_panel(session, officer, round_id, now=SITTING)
    row = round_row(session, round_id)
    assert (row.state, row.panel_opened_at) == (RoundState.PANEL, SITTING)
    with pytest.raises(TransitionNotAllowedError):
        open_panel(session, officer, round_id, now=SITTING)


def test_a_stranger_is_not_told(session: Session) -> None:
    round_id, _, _ = a_round(session)
    with pytest.raises(NotFoundError):
        open_panel(session, actor_for(session, a_person(session)), round_id, now=SITTING)


def test_giving_the_round_back_needs_a_reason_and_supersedes_the_proposal(session: Session) -> None:
    round_id, ranking_id, _, _ = a_proposal(session)
    officer = a_programme_officer(session)
    with pytest.raises(RulesViolatedError) as error:
        return_to_experts(session, officer, round_id, WithReason(reason="short"), now=SITTING)
    assert rules_of(error) == {"panel.reason"}
    return_to_experts(session, officer, round_id, WithReason(reason=REASON), now=SITTING)
    assert round_row(session, round_id).state is RoundState.EXPERTS_AT_WORK
    assert ranking_row(session, ranking_id).state is RankingState.SUPERSEDED
