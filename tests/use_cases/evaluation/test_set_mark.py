"""The panel's own scores: on the scale, with a reason, while it sits, by who writes down its decisions."""

from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from app.applications.schemas import Withdraw
from app.applications.use_cases.withdraw_application import withdraw_application
from app.core.errors import NotFoundError, NotPermittedError, RulesViolatedError
from app.evaluation.queries.candidates import candidates
from app.evaluation.queries.rankings import prepared_ranking
from app.evaluation.rules.committee import Seat
from app.evaluation.schemas import SetMark, WithReason
from app.evaluation.use_cases.open_panel import open_panel
from app.evaluation.use_cases.set_mark import set_mark, withdraw_mark
from tests.builders.calls import a_programme_officer
from tests.builders.evaluation import a_round
from tests.builders.panel import CRITERIA, REASON, SITTING, a_concluded_round, a_member, a_panel, concluded, known_rules
from tests.use_cases.evaluation.test_start_evaluation import rules_of

MARK = SetMark(criterion="quality", score=Decimal(20), reason=REASON)


def test_a_mark_counts_instead_of_the_experts_score_until_it_is_withdrawn(session: Session) -> None:
    round_id, _, [made] = a_panel(session)
    officer, known = a_programme_officer(session), known_rules(session, round_id)
    set_mark(session, officer, made.application_id, MARK, now=SITTING)
    [one] = candidates(session, known)
    assert (one.scores["quality"], one.total) == (Decimal(20), Decimal(76))
    withdraw_mark(session, officer, made.application_id, "quality", WithReason(reason=REASON), now=SITTING)
    [one] = candidates(session, known)
    assert one.total == Decimal(80)
    with pytest.raises(NotFoundError):
        withdraw_mark(session, officer, made.application_id, "quality", WithReason(reason=REASON), now=SITTING)


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        ({"score": Decimal(31)}, "evaluation.score_off_scale"),
        ({"score": Decimal("20.5")}, "evaluation.score_between_steps"),
        ({"score": None}, "panel.score_missing"),
        ({"criterion": "beauty"}, "panel.unknown_criterion"),
        ({"reason": "because"}, "panel.reason"),
    ],
)
def test_what_cannot_be_a_mark_is_refused(session: Session, given: dict[str, object], rule: str) -> None:
    _, _, [made] = a_panel(session)
    with pytest.raises(RulesViolatedError) as error:
        set_mark(session, a_programme_officer(session), made.application_id, MARK.model_copy(update=given), now=SITTING)
    assert rules_of(error) == {rule}


def test_moderators_write_members_and_observers_do_not(session: Session) -> None:
    round_id, _, [made] = a_panel(session)
    _, moderator = a_member(session, round_id, seat=Seat.MODERATOR)
    set_mark(session, moderator, made.application_id, MARK, now=SITTING)
    for seat in (Seat.PANEL_MEMBER, Seat.OBSERVER):
        _, actor = a_member(session, round_id, seat=seat)
        with pytest.raises(NotPermittedError):
            set_mark(session, actor, made.application_id, MARK, now=SITTING)


def test_a_moderator_with_a_conflict_is_not_told_that_the_application_exists(session: Session) -> None:
    round_id, _, [made] = a_panel(session)
    _, moderator = a_member(session, round_id, seat=Seat.MODERATOR, person=made.person)
    with pytest.raises(NotFoundError):
        set_mark(session, moderator, made.application_id, MARK, now=SITTING)


def test_before_the_panel_nothing_is_set(session: Session) -> None:
    _, _, [made] = a_concluded_round(session)
    with pytest.raises(RulesViolatedError) as error:
        set_mark(session, a_programme_officer(session), made.application_id, MARK, now=SITTING)
    assert rules_of(error) == {"panel.not_sitting"}


def test_a_withdrawn_application_gets_no_mark(session: Session) -> None:
    _, _, [made] = a_panel(session)
    withdraw_application(session, made.actor(session), made.application_id, Withdraw(reason="No"), now=SITTING)
    with pytest.raises(RulesViolatedError) as error:
        set_mark(session, a_programme_officer(session), made.application_id, MARK, now=SITTING)
    assert rules_of(error) == {"panel.withdrawn"}


def test_without_agreement_only_the_panel_s_scores_count_and_all_are_needed(session: Session) -> None:
    round_id, _, [made] = a_round(session)
    concluded(session, made, agreement=False)
    officer = a_programme_officer(session)
    open_panel(session, officer, round_id, now=SITTING)
    known = known_rules(session, round_id)
    [one] = candidates(session, known)
    assert (one.scores, one.passes) == ({}, False)
    for criterion, score in zip(CRITERIA, (25, 24, 16, 15), strict=True):
        assert prepared_ranking(session, known).unresolved == (made.application_id,)
        mark = SetMark(criterion=criterion, score=Decimal(score), reason=REASON)
        set_mark(session, officer, made.application_id, mark, now=SITTING)
    assert prepared_ranking(session, known).unresolved == ()
    assert candidates(session, known)[0].passes
