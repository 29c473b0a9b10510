"""The consensus of a group: opened when all have reported, drafted, proposed, answered, concluded, reopened."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.applications.models import Application
from app.applications.rules.lifecycle import ApplicationState
from app.core.actor import Role
from app.core.errors import (
    NotFoundError,
    NotPermittedError,
    RulesViolatedError,
    StaleVersionError,
    TransitionNotAllowedError,
)
from app.evaluation.models import Assignment, CommitteeSeat
from app.evaluation.queries.reports import consensus, messages_of, views_of
from app.evaluation.queries.rounds import judged_row
from app.evaluation.rules.committee import Seat
from app.evaluation.rules.consensus import Agreement
from app.evaluation.rules.lifecycle import AssignmentState, ConsensusState, JudgementState
from app.evaluation.schemas import ConcludeConsensus, GiveView, OfVersion, WithReason, WriteMessage
from app.evaluation.use_cases.conclude_consensus import conclude_consensus
from app.evaluation.use_cases.give_view import give_view
from app.evaluation.use_cases.open_consensus import open_consensus, open_ready_consensus
from app.evaluation.use_cases.propose_consensus import propose_consensus, revise_consensus
from app.evaluation.use_cases.reopen_consensus import reopen_consensus, reopen_reports
from app.evaluation.use_cases.save_consensus import save_consensus
from app.evaluation.use_cases.write_message import write_message
from tests.builders.evaluation import a_round
from tests.builders.people import a_person, actor_for
from tests.builders.scoring import (
    JUDGING,
    Group,
    a_group,
    a_group_for,
    a_sheet,
    in_consensus,
    proposed,
    reported,
)

WHY_NOT = "The work plan leaves the second year without any partner."
WHEREFORE = WithReason(reason="A figure in the report is wrong.")


def rules_of(error: pytest.ExceptionInfo[RulesViolatedError]) -> list[str]:
    return [violation.rule for violation in error.value.violations]


def say(session: Session, group: Group, number: int, version: int, *, agrees: bool = True) -> None:
    wanted = GiveView(agrees=agrees, words="" if agrees else WHY_NOT, version=version)
    give_view(session, group.experts[number].actor, group.application_id, wanted, now=JUDGING)


def conclude(session: Session, group: Group, version: int, **given: Any) -> Agreement:
    actor = given.pop("actor", group.rapporteur.actor)
    wanted = ConcludeConsensus(version=version, **given)
    return conclude_consensus(session, actor, group.application_id, wanted, now=JUDGING)


def test_it_opens_when_every_report_is_submitted(session: Session) -> None:
    group = a_group(session)
    for seated in group.experts[:2]:
        reported(session, seated)
    with pytest.raises(RulesViolatedError) as error:
        open_consensus(session, group.officer, group.application_id, now=JUDGING)
    assert rules_of(error) == ["evaluation.reports_missing", "evaluation.reports_unfinished"]
    reported(session, group.experts[2])
    open_consensus(session, group.officer, group.application_id, now=JUDGING)
    assert judged_row(session, group.application_id).state is JudgementState.CONSENSUS
    row = consensus(session, group.application_id)
    assert row is not None
    assert (row.state, row.version) == (ConsensusState.DRAFT, 1)


def test_somebody_must_draft(session: Session) -> None:
    group = a_group(session)
    session.execute(sa.update(Assignment).values(rapporteur=False))
    for seated in group.experts:
        reported(session, seated)
    with pytest.raises(RulesViolatedError) as error:
        open_consensus(session, group.officer, group.application_id, now=JUDGING)
    assert rules_of(error) == ["evaluation.no_rapporteur"]


def test_all_that_are_ready_open_at_once(session: Session) -> None:
    round_id, call, made = a_round(session, applications=3)
    groups = [a_group_for(session, round_id, call, one) for one in made]
    officer = groups[0].officer
    with pytest.raises(RulesViolatedError) as error:
        open_ready_consensus(session, officer, call.id, now=JUDGING)
    assert rules_of(error) == ["evaluation.none_ready"]
    for group in groups[:2]:
        for seated in group.experts:
            reported(session, seated)
    session.execute(
        sa.update(Application).where(Application.id == made[1].application_id).values(state=ApplicationState.WITHDRAWN)
    )
    assert open_ready_consensus(session, officer, call.id, now=JUDGING) == 1
    states = [judged_row(session, one.application_id).state for one in made]
    assert states == [JudgementState.CONSENSUS, JudgementState.INDIVIDUAL, JudgementState.INDIVIDUAL]
    with pytest.raises(NotFoundError):
        open_ready_consensus(session, groups[2].rapporteur.actor, call.id, now=JUDGING)


def test_only_the_rapporteur_drafts(session: Session) -> None:
    group = in_consensus(session)
    assert save_consensus(session, group.rapporteur.actor, group.application_id, a_sheet(1), now=JUDGING) == 2
    for actor in (group.experts[1].actor, group.officer):
        with pytest.raises(NotPermittedError):
            save_consensus(session, actor, group.application_id, a_sheet(2), now=JUDGING)
    stranger = actor_for(session, a_person(session))
    with pytest.raises(NotFoundError):
        save_consensus(session, stranger, group.application_id, a_sheet(2), now=JUDGING)


def test_two_windows_of_the_rapporteur_never_overwrite_each_other(session: Session) -> None:
    group = in_consensus(session)
    save_consensus(session, group.rapporteur.actor, group.application_id, a_sheet(1), now=JUDGING)
    with pytest.raises(StaleVersionError) as error:
        save_consensus(
            session, group.rapporteur.actor, group.application_id, a_sheet(1, points={"impact": "2"}), now=JUDGING
        )
    assert (error.value.current, error.value.theirs["scores.impact"]) == (2, "15")


def test_an_unfinished_report_is_not_proposed(session: Session) -> None:
    group = in_consensus(session)
    with pytest.raises(RulesViolatedError) as error:
        propose_consensus(session, group.rapporteur.actor, group.application_id, OfVersion(version=1), now=JUDGING)
    assert rules_of(error).count("evaluation.score_missing") == 4


def test_silence_is_no_consent(session: Session) -> None:
    group, version = proposed(session)
    say(session, group, 1, version)
    with pytest.raises(RulesViolatedError) as error:
        conclude(session, group, version)
    assert rules_of(error) == ["evaluation.views_missing"]
    with pytest.raises(RulesViolatedError) as also:
        conclude(session, group, version, actor=group.officer, panel_decides=True, reason=WHY_NOT)
    assert rules_of(also) == ["evaluation.views_missing"]


def test_unanimous(session: Session) -> None:
    group, version = proposed(session)
    say(session, group, 1, version)
    say(session, group, 2, version)
    assert conclude(session, group, version) is Agreement.UNANIMOUS
    row, judged = consensus(session, group.application_id), judged_row(session, group.application_id)
    assert row is not None
    assert (row.state, row.agreement, judged.state) == (
        ConsensusState.CONCLUDED,
        "unanimous",
        JudgementState.CONCLUDED,
    )
    assert judged.without_agreement is False


def test_a_majority_keeps_the_minority_view(session: Session) -> None:
    group, version = proposed(session)
    say(session, group, 1, version, agrees=False)
    say(session, group, 2, version)
    assert conclude(session, group, version) is Agreement.MAJORITY
    kept = [one.words for one in views_of(session, group.application_id, version=version) if not one.agrees]
    assert kept == [WHY_NOT]


def test_a_dissent_needs_words(session: Session) -> None:
    group, version = proposed(session)
    with pytest.raises(RulesViolatedError) as error:
        give_view(
            session,
            group.experts[1].actor,
            group.application_id,
            GiveView(agrees=False, words="No.", version=version),
            now=JUDGING,
        )
    assert rules_of(error) == ["evaluation.dissent_reason"]


def test_half_is_no_majority_and_only_the_moderator_turns_to_the_panel(session: Session) -> None:
    group, version = proposed(session, in_consensus(session, a_group(session, experts=4)))
    say(session, group, 1, version)
    say(session, group, 2, version, agrees=False)
    say(session, group, 3, version, agrees=False)
    with pytest.raises(RulesViolatedError) as error:
        conclude(session, group, version)
    assert rules_of(error) == ["evaluation.extra_expert"]
    with pytest.raises(NotPermittedError):
        conclude(session, group, version, panel_decides=True, reason=WHY_NOT)
    with pytest.raises(RulesViolatedError) as silent:
        conclude(session, group, version, actor=group.officer, panel_decides=True, reason="no")
    assert rules_of(silent) == ["panel.reason"]
    assert conclude(session, group, version, actor=group.officer, panel_decides=True, reason=WHY_NOT) is Agreement.NONE
    row = consensus(session, group.application_id)
    assert judged_row(session, group.application_id).without_agreement is True
    assert row is not None
    assert (row.agreement, row.conclusion_words) == ("none", WHY_NOT)


def test_the_panel_is_not_asked_where_most_agree(session: Session) -> None:
    group, version = proposed(session)
    say(session, group, 1, version)
    say(session, group, 2, version, agrees=False)
    with pytest.raises(RulesViolatedError) as error:
        conclude(session, group, version, actor=group.officer, panel_decides=True, reason=WHY_NOT)
    assert rules_of(error) == ["evaluation.majority_agrees"]


def test_a_moderator_of_the_committee_acts_like_the_office(session: Session) -> None:
    group, version = proposed(session)
    person = a_person(session)
    seat = CommitteeSeat(
        round_id=group.round_id, person_id=person.id, seat=Seat.MODERATOR, seated_at=JUDGING, seated_by=None
    )
    session.add(seat)
    session.flush()
    say(session, group, 1, version)
    say(session, group, 2, version)
    assert conclude(session, group, version, actor=actor_for(session, person)) is Agreement.UNANIMOUS


def test_a_revised_report_needs_new_views_and_keeps_the_old_ones(session: Session) -> None:
    group, version = proposed(session)
    say(session, group, 1, version, agrees=False)
    say(session, group, 2, version)
    newer = revise_consensus(session, group.rapporteur.actor, group.application_id, now=JUDGING)
    assert newer == version + 1
    with pytest.raises(RulesViolatedError) as error:
        say(session, group, 1, version)
    assert rules_of(error) == ["evaluation.not_proposed"]
    again = save_consensus(session, group.rapporteur.actor, group.application_id, a_sheet(newer), now=JUDGING)
    propose_consensus(session, group.rapporteur.actor, group.application_id, OfVersion(version=again), now=JUDGING)
    with pytest.raises(StaleVersionError):
        say(session, group, 1, version)
    with pytest.raises(RulesViolatedError):
        conclude(session, group, again)
    assert len(views_of(session, group.application_id, version=version)) == 3
    assert len(views_of(session, group.application_id, version=again)) == 1


def test_what_is_proposed_or_concluded_does_not_change(session: Session) -> None:
    group, version = proposed(session)
    with pytest.raises(RulesViolatedError) as error:
        save_consensus(session, group.rapporteur.actor, group.application_id, a_sheet(version), now=JUDGING)
    assert rules_of(error) == ["evaluation.consensus_not_draft"]
    say(session, group, 1, version)
    say(session, group, 2, version)
    conclude(session, group, version)
    for act in (
        lambda: save_consensus(session, group.rapporteur.actor, group.application_id, a_sheet(version), now=JUDGING),
        lambda: revise_consensus(session, group.rapporteur.actor, group.application_id, now=JUDGING),
        lambda: say(session, group, 1, version, agrees=False),
        lambda: conclude(session, group, version),
    ):
        with pytest.raises(RulesViolatedError) as closed:
            act()
        assert rules_of(closed) == ["evaluation.no_consensus"]


def test_a_concluded_report_is_reopened_as_a_new_version(session: Session) -> None:
    group, version = proposed(session)
    say(session, group, 1, version)
    say(session, group, 2, version)
    with pytest.raises(RulesViolatedError) as error:
        reopen_consensus(session, group.officer, group.application_id, WHEREFORE, now=JUDGING)
    assert rules_of(error) == ["evaluation.not_concluded"]
    conclude(session, group, version)
    with pytest.raises(NotFoundError):
        reopen_consensus(session, group.rapporteur.actor, group.application_id, WHEREFORE, now=JUDGING)
    reopen_consensus(session, group.officer, group.application_id, WHEREFORE, now=JUDGING)
    row = consensus(session, group.application_id)
    assert row is not None
    assert (row.state, row.version, row.agreement) == (ConsensusState.DRAFT, version + 1, "")
    assert judged_row(session, group.application_id).state is JudgementState.CONSENSUS


def test_a_further_expert_is_heard_in_the_individual_phase(session: Session) -> None:
    group, version = proposed(session)
    reopen_reports(session, group.officer, group.application_id, WHEREFORE, now=JUDGING)
    assert judged_row(session, group.application_id).state is JudgementState.INDIVIDUAL
    row = consensus(session, group.application_id)
    assert row is not None
    assert (row.state, row.version) == (ConsensusState.DRAFT, version + 1)
    with pytest.raises(NotFoundError):
        save_consensus(session, group.rapporteur.actor, group.application_id, a_sheet(version + 1), now=JUDGING)
    open_consensus(session, group.officer, group.application_id, now=JUDGING)
    assert save_consensus(session, group.rapporteur.actor, group.application_id, a_sheet(version + 1), now=JUDGING)


def test_who_leaves_the_group_has_no_view_and_a_small_group_concludes_nothing(session: Session) -> None:
    group, version = proposed(session)
    say(session, group, 2, version)
    session.execute(
        sa.update(Assignment).where(Assignment.id == group.experts[1].id).values(state=AssignmentState.CONFLICT)
    )
    with pytest.raises(NotFoundError):
        say(session, group, 1, version)
    with pytest.raises(RulesViolatedError) as error:
        conclude(session, group, version)
    assert rules_of(error) == ["evaluation.reports_missing"]


def test_an_officer_with_a_conflict_moderates_nothing(session: Session) -> None:
    group, version = proposed(session)
    session.execute(
        sa.update(Assignment)
        .where(Assignment.id == group.experts[2].id)
        .values(state=AssignmentState.CONFLICT, person_id=group.officer.person_id)
    )
    with pytest.raises(NotFoundError):
        conclude(session, group, version, actor=group.officer)


def test_the_discussion_belongs_to_the_group_and_its_moderator(session: Session) -> None:
    group = in_consensus(session)
    said = WriteMessage(text="Shall we talk about the budget?")
    write_message(session, group.experts[1].actor, group.application_id, said, now=JUDGING)
    write_message(session, group.officer, group.application_id, WriteMessage(text="Please do."), now=JUDGING)
    lines = [(one.assignment_id, one.text) for one in messages_of(session, group.application_id)]
    assert lines == [(group.experts[1].id, said.text), (None, "Please do.")]
    auditor = actor_for(session, a_person(session, roles=(Role.AUDITOR,)))
    with pytest.raises(NotPermittedError):
        write_message(session, auditor, group.application_id, said, now=JUDGING)
    coordinator = group.made.actor(session)
    with pytest.raises(NotFoundError):
        write_message(session, coordinator, group.application_id, said, now=JUDGING)


def test_a_withdrawn_application_is_discussed_no_more(session: Session) -> None:
    group, version = proposed(session)
    session.execute(
        sa.update(Application).where(Application.id == group.application_id).values(state=ApplicationState.WITHDRAWN)
    )
    for act in (
        lambda: say(session, group, 1, version),
        lambda: conclude(session, group, version),
        lambda: reopen_reports(session, group.officer, group.application_id, WHEREFORE, now=JUDGING),
    ):
        with pytest.raises(RulesViolatedError) as error:
            act()
        assert rules_of(error) == ["evaluation.withdrawn"]


def test_nothing_is_proposed_twice(session: Session) -> None:
    group, version = proposed(session)
    with pytest.raises(TransitionNotAllowedError):
        propose_consensus(
            session, group.rapporteur.actor, group.application_id, OfVersion(version=version), now=JUDGING
        )
