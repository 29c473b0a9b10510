"""Individual reports: saved as drafts, submitted complete, returned and voided with reasons."""

from datetime import timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.applications.models import Application
from app.applications.rules.lifecycle import ApplicationState
from app.core.actor import PUBLIC, Role
from app.core.errors import (
    NotFoundError,
    NotPermittedError,
    RulesViolatedError,
    SignInRequiredError,
    StaleVersionError,
    TransitionNotAllowedError,
)
from app.evaluation.models import EvaluationRound
from app.evaluation.queries.assignments import assignment_row
from app.evaluation.queries.reports import report, reports_of_application
from app.evaluation.rules.lifecycle import AssignmentState, ReportState, RoundState
from app.evaluation.schemas import OfVersion, SaveSheet, WithReason
from app.evaluation.use_cases.return_report import return_report
from app.evaluation.use_cases.save_report import save_report
from app.evaluation.use_cases.submit_report import submit_report
from app.evaluation.use_cases.void_report import void_report
from tests.builders.evaluation import DUE, a_round, an_expert
from tests.builders.people import a_person, actor_for
from tests.builders.scoring import JUDGING, WHY, a_group, a_sheet, an_assignment, in_consensus, reported

WHEREFORE = WithReason(reason="The comment on impact names another proposal.")


def rules_of(error: pytest.ExceptionInfo[RulesViolatedError]) -> list[str]:
    return [violation.rule for violation in error.value.violations]


def test_a_draft_keeps_whatever_there_is(session: Session) -> None:
    [first, *_] = a_group(session).experts
    half = SaveSheet(scores={"impact": Decimal(12)}, comments={"quality": "Good"}, version=0)
    assert save_report(session, first.actor, first.id, half, now=JUDGING) == 1
    row = report(session, first.id)
    assert row is not None
    assert (row.state, row.version, row.saved_at) == (ReportState.DRAFT, 1, JUDGING)
    assert row.sheet.scores == {"relevance": None, "quality": None, "impact": Decimal(12), "budget": None}
    assert row.sheet.comments["quality"] == "Good"
    assert save_report(session, first.actor, first.id, a_sheet(1), now=JUDGING) == 2


@pytest.mark.parametrize(
    ("points", "rule", "place"),
    [
        ({"relevance": "31"}, "evaluation.score_off_scale", "scores.relevance"),
        ({"impact": "7.5"}, "evaluation.score_between_steps", "scores.impact"),
        ({"beauty": "3"}, "evaluation.unknown_criterion", "scores.beauty"),
    ],
)
def test_scores_off_the_scale_are_never_stored(session: Session, points: dict[str, str], rule: str, place: str) -> None:
    [first, *_] = a_group(session).experts
    with pytest.raises(RulesViolatedError) as error:
        save_report(session, first.actor, first.id, a_sheet(points=points), now=JUDGING)
    assert [(found.rule, found.place) for found in error.value.violations] == [(rule, place)]
    assert report(session, first.id) is None


def test_a_second_window_is_told_what_the_first_one_stored(session: Session) -> None:
    [first, *_] = a_group(session).experts
    save_report(session, first.actor, first.id, a_sheet(), now=JUDGING)
    with pytest.raises(StaleVersionError) as error:
        save_report(session, first.actor, first.id, a_sheet(0, points={"impact": "3"}), now=JUDGING)
    assert (error.value.sent, error.value.current) == (0, 1)
    assert error.value.theirs["scores.impact"] == "15"
    assert error.value.theirs["comments.impact"] == f"{WHY} (impact)"


def test_a_complete_report_is_submitted_and_then_closed_to_its_expert(session: Session) -> None:
    [first, *_] = a_group(session).experts
    reported(session, first)
    row = report(session, first.id)
    assert row is not None
    assert (row.state, row.submitted_at, row.late) == (ReportState.SUBMITTED, JUDGING, False)
    with pytest.raises(RulesViolatedError) as error:
        save_report(session, first.actor, first.id, a_sheet(1), now=JUDGING)
    assert rules_of(error) == ["evaluation.report_not_draft"]
    with pytest.raises(TransitionNotAllowedError):
        submit_report(session, first.actor, first.id, OfVersion(version=1), now=JUDGING)


def test_everything_that_is_missing_is_told_at_once(session: Session) -> None:
    [first, *_] = a_group(session).experts
    with pytest.raises(RulesViolatedError) as nothing:
        submit_report(session, first.actor, first.id, OfVersion(version=0), now=JUDGING)
    assert rules_of(nothing).count("evaluation.score_missing") == 4
    save_report(session, first.actor, first.id, a_sheet(comments={"budget": "fine"}), now=JUDGING)
    with pytest.raises(RulesViolatedError) as error:
        submit_report(session, first.actor, first.id, OfVersion(version=1), now=JUDGING)
    assert rules_of(error) == ["evaluation.comment_missing"] * 4


def test_what_was_not_read_is_not_submitted(session: Session) -> None:
    [first, *_] = a_group(session).experts
    save_report(session, first.actor, first.id, a_sheet(), now=JUDGING)
    save_report(session, first.actor, first.id, a_sheet(1, points={"impact": "3"}), now=JUDGING)
    with pytest.raises(StaleVersionError):
        submit_report(session, first.actor, first.id, OfVersion(version=1), now=JUDGING)


def test_a_late_report_is_kept_and_marked(session: Session) -> None:
    first, second, _ = a_group(session).experts
    reported(session, first, now=DUE)
    reported(session, second, now=DUE + timedelta(microseconds=1))
    assert [assignment_row(session, one.id).late for one in (first, second)] == [False, True]


@pytest.mark.parametrize(
    ("state", "rule"),
    [
        (AssignmentState.ASSIGNED, "evaluation.undeclared"),
        (AssignmentState.DECLINED, "evaluation.assignment_over"),
        (AssignmentState.ENDED, "evaluation.assignment_over"),
    ],
)
def test_only_an_open_assignment_is_worked_on(session: Session, state: AssignmentState, rule: str) -> None:
    round_id, call, made = a_round(session)
    seated = an_assignment(session, round_id, made[0], an_expert(session, call), state=state)
    with pytest.raises(RulesViolatedError) as error:
        save_report(session, seated.actor, seated.id, a_sheet(), now=JUDGING)
    assert rules_of(error) == [rule]


@pytest.mark.parametrize("state", [AssignmentState.CONFLICT, AssignmentState.TO_DECIDE])
def test_who_has_a_conflict_is_told_nothing(session: Session, state: AssignmentState) -> None:
    round_id, call, made = a_round(session)
    seated = an_assignment(session, round_id, made[0], an_expert(session, call), state=state)
    with pytest.raises(NotFoundError):
        save_report(session, seated.actor, seated.id, a_sheet(), now=JUDGING)


def test_nobody_writes_in_anothers_report(session: Session) -> None:
    group = a_group(session)
    first, second, _ = group.experts
    for actor in (second.actor, group.officer, actor_for(session, a_person(session))):
        with pytest.raises(NotFoundError):
            save_report(session, actor, first.id, a_sheet(), now=JUDGING)
        with pytest.raises(NotFoundError):
            submit_report(session, actor, first.id, OfVersion(version=0), now=JUDGING)
    with pytest.raises(SignInRequiredError):
        save_report(session, PUBLIC, first.id, a_sheet(), now=JUDGING)


def test_a_returned_report_is_written_again_and_stays_as_punctual_as_it_was(session: Session) -> None:
    group = a_group(session)
    [first, *_] = group.experts
    reported(session, first)
    return_report(session, group.officer, first.id, WHEREFORE, now=DUE)
    row = report(session, first.id)
    assert row is not None
    assert (row.state, row.reason) == (ReportState.DRAFT, WHEREFORE.reason)
    assert not reports_of_application(session, group.application_id)
    reported(session, first, version=1, now=DUE + timedelta(days=1))
    assert assignment_row(session, first.id).late is False
    auditor = actor_for(session, a_person(session, roles=(Role.AUDITOR,)))
    with pytest.raises(NotPermittedError):
        return_report(session, auditor, first.id, WHEREFORE, now=DUE)
    with pytest.raises(NotFoundError):
        return_report(session, first.actor, first.id, WHEREFORE, now=DUE)


def test_a_voided_report_counts_for_nothing_and_ends_the_assignment(session: Session) -> None:
    group = a_group(session)
    [first, *_] = group.experts
    reported(session, first)
    void_report(session, group.officer, first.id, WHEREFORE, now=JUDGING)
    row = assignment_row(session, first.id)
    assert (row.state, row.report, row.reason) == (AssignmentState.ENDED, ReportState.VOIDED, WHEREFORE.reason)
    assert not reports_of_application(session, group.application_id)
    [kept] = reports_of_application(session, group.application_id, states=[ReportState.VOIDED])
    assert kept.sheet.scores["relevance"] == Decimal(25)
    with pytest.raises(RulesViolatedError):
        save_report(session, first.actor, first.id, a_sheet(1), now=JUDGING)
    with pytest.raises(TransitionNotAllowedError):
        void_report(session, group.officer, first.id, WHEREFORE, now=JUDGING)


def test_nothing_is_returned_or_voided_before_it_is_written(session: Session) -> None:
    group = a_group(session)
    for act in (return_report, void_report):
        with pytest.raises(NotFoundError):
            act(session, group.officer, group.experts[0].id, WHEREFORE, now=JUDGING)


def test_reports_close_when_the_consensus_opens(session: Session) -> None:
    group = in_consensus(session)
    for act in (return_report, void_report):
        with pytest.raises(RulesViolatedError) as error:
            act(session, group.officer, group.experts[0].id, WHEREFORE, now=JUDGING)
        assert rules_of(error) == ["evaluation.reports_closed"]


def test_reports_close_when_the_panel_opens(session: Session) -> None:
    group = a_group(session)
    session.execute(sa.update(EvaluationRound).values(state=RoundState.PANEL))
    with pytest.raises(RulesViolatedError) as error:
        save_report(session, group.experts[0].actor, group.experts[0].id, a_sheet(), now=JUDGING)
    assert rules_of(error) == ["evaluation.experts_done"]


def test_a_withdrawn_application_is_judged_no_more(session: Session) -> None:
    group = a_group(session)
    [first, *_] = group.experts
    reported(session, first)
    session.execute(
        sa.update(Application).where(Application.id == group.application_id).values(state=ApplicationState.WITHDRAWN)
    )
    with pytest.raises(RulesViolatedError) as error:
        save_report(session, group.experts[1].actor, group.experts[1].id, a_sheet(), now=JUDGING)
    assert rules_of(error) == ["evaluation.withdrawn"]
    with pytest.raises(RulesViolatedError) as refused:
        return_report(session, group.officer, first.id, WHEREFORE, now=JUDGING)
    assert rules_of(refused) == ["evaluation.withdrawn"]
