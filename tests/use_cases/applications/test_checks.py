"""Checks: proposed by one officer, decided by another, in order, with reasons, and never on what is withdrawn."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.applications.models import ApplicationCheck
from app.applications.queries.checks import admitted_applications, refused_applications, screening_counts
from app.applications.rules.check_lifecycle import CheckOutcome, CheckResult, CheckStep, ClarificationKind
from app.applications.schemas import (
    ChosenProposal,
    ConfirmChecks,
    DecideCheck,
    ProposeCheck,
    RecordCheck,
    ReopenCheck,
    ScreeningCounts,
    Withdraw,
)
from app.applications.use_cases.confirm_checks import confirm_checks
from app.applications.use_cases.decide_check import decide_check
from app.applications.use_cases.declare_honour import declare_honour
from app.applications.use_cases.mark_decided import mark_decided
from app.applications.use_cases.propose_check import propose_check
from app.applications.use_cases.propose_clean_checks import propose_clean_checks
from app.applications.use_cases.record_check import record_check
from app.applications.use_cases.reopen_check import reopen_check
from app.applications.use_cases.withdraw_application import withdraw_application
from app.audit.models import Event
from app.core.actor import SYSTEM, Role
from app.core.errors import (
    DomainError,
    NotFoundError,
    NotPermittedError,
    RulesViolatedError,
    StaleVersionError,
    TransitionNotAllowedError,
)
from tests.builders.applications import a_call, a_submitted_application
from tests.builders.calls import another_call
from tests.builders.checks import (
    AFTER,
    DUE,
    REASON,
    a_closed_call,
    admitted,
    answered,
    asked,
    close,
    decided,
    evidenced,
    proposed,
    version_of,
)
from tests.builders.people import a_person, actor_for

PASS, FAIL = CheckOutcome.PASS, CheckOutcome.FAIL
FIRST, SECOND, THIRD = CheckStep


def rules_of(refused: DomainError) -> set[str]:
    return {violation.rule for violation in refused.violations}


def test_a_clean_application_is_admitted_by_two_people(session: Session) -> None:
    closed = a_closed_call(session, "ALPHA", "BETA")
    admitted(session, closed, closed.one)
    [found] = admitted_applications(session, closed.call.id)
    assert (found.application_id, found.acronym, found.partners) == (closed.one.application_id, "ALPHA", 3)
    assert found.countries == ("BG", "IT", "PT")
    assert found.submission_id == closed.one.submission_id
    assert found.requested == closed.one.row(session).requested
    assert screening_counts(session, closed.call.id) == ScreeningCounts(1, 0, 1, 0, 0)
    assert refused_applications(session, closed.call.id) == []


def test_who_proposed_does_not_decide(session: Session) -> None:
    closed = a_closed_call(session)
    proposed(session, closed, closed.one, FIRST)
    own = actor_for(session, closed.first)
    for decision in ("confirm", "return"):
        wanted = DecideCheck.model_validate({"decision": decision, "reason": REASON, "version": 1})
        with pytest.raises(RulesViolatedError) as refused:
            decide_check(session, own, closed.one.application_id, FIRST, wanted, now=AFTER)
        assert rules_of(refused.value) == {"checks.four_eyes"}
    chosen = ChosenProposal(application_id=closed.one.application_id, step=FIRST, version=1)
    with pytest.raises(RulesViolatedError) as refused:
        confirm_checks(session, own, closed.call.id, ConfirmChecks(chosen=[chosen]), now=AFTER)
    assert rules_of(refused.value) == {"checks.four_eyes"}
    assert refused.value.message.startswith(closed.one.row(session).reference)
    assert screening_counts(session, closed.call.id).proposed == 1


def test_the_database_refuses_it_too(session: Session) -> None:
    closed = a_closed_call(session)
    decided(session, closed, closed.one, FIRST)
    with pytest.raises(sa.exc.IntegrityError, match="four_eyes"), session.begin_nested():
        session.execute(sa.update(ApplicationCheck).values(decided_by=closed.first.id))


def test_the_second_of_two_officers_is_told_that_somebody_was_first(session: Session) -> None:
    closed = a_closed_call(session)
    proposed(session, closed, closed.one, FIRST)
    third = actor_for(session, a_person(session, roles=(Role.PROGRAMME_OFFICER,)))
    wanted = DecideCheck(decision="confirm", version=1)
    decide_check(session, actor_for(session, closed.second), closed.one.application_id, FIRST, wanted, now=AFTER)
    with pytest.raises(StaleVersionError):
        decide_check(session, third, closed.one.application_id, FIRST, wanted, now=AFTER)
    fresh = DecideCheck(decision="confirm", version=2)
    with pytest.raises(TransitionNotAllowedError):
        decide_check(session, third, closed.one.application_id, FIRST, fresh, now=AFTER)


def test_steps_come_in_order_and_a_refusal_ends_them(session: Session) -> None:
    closed = a_closed_call(session)
    with pytest.raises(RulesViolatedError) as refused:
        proposed(session, closed, closed.one, SECOND)
    assert rules_of(refused.value) == {"checks.order"}
    decided(session, closed, closed.one, FIRST, FAIL)
    [found] = refused_applications(session, closed.call.id)
    assert (found.step, found.reason) == (FIRST, REASON)
    with pytest.raises(RulesViolatedError):
        proposed(session, closed, closed.one, SECOND)


def test_a_failure_and_a_pass_over_findings_need_a_reason(session: Session) -> None:
    closed = a_closed_call(session)
    for outcome, step in ((FAIL, FIRST), (PASS, THIRD)):
        with pytest.raises(RulesViolatedError) as refused:
            proposed(session, closed, closed.one, step, outcome, reason="because")
        assert "checks.reason" in rules_of(refused.value)
        decided(session, closed, closed.one, FIRST) if step is FIRST else None
        decided(session, closed, closed.one, SECOND) if step is FIRST else None
    proposed(session, closed, closed.one, THIRD)


def test_a_returned_proposal_is_open_again_with_its_reason(session: Session) -> None:
    closed = a_closed_call(session)
    proposed(session, closed, closed.one, FIRST, FAIL)
    second = actor_for(session, closed.second)
    with pytest.raises(RulesViolatedError):
        decide_check(
            session, second, closed.one.application_id, FIRST, DecideCheck(decision="return", version=1), now=AFTER
        )
    back = DecideCheck(decision="return", reason="Please look at page three again.", version=1)
    assert decide_check(session, second, closed.one.application_id, FIRST, back, now=AFTER) == 2
    row = session.scalars(sa.select(ApplicationCheck)).one()
    assert (row.state, row.decision_reason) == ("open", "Please look at page three again.")
    proposed(session, closed, closed.one, FIRST)
    assert version_of(session, closed.one, FIRST) == 3


def test_a_decision_is_reopened_from_the_last_step_backwards(session: Session) -> None:
    closed = a_closed_call(session)
    admitted(session, closed, closed.one)
    officer = actor_for(session, closed.first)

    def reopen(step: CheckStep, reason: str = REASON) -> None:
        wanted = ReopenCheck(reason=reason, version=version_of(session, closed.one, step))
        reopen_check(session, officer, closed.one.application_id, step, wanted, now=AFTER)

    with pytest.raises(RulesViolatedError) as refused:
        reopen(FIRST, "no")
    assert rules_of(refused.value) == {"checks.later_step", "checks.reason"}
    for step in (THIRD, SECOND, FIRST):
        reopen(step)
    assert screening_counts(session, closed.call.id) == ScreeningCounts(1, 0, 0, 0, 0)
    with pytest.raises(TransitionNotAllowedError):
        reopen(FIRST)


def test_nothing_is_checked_before_the_call_is_closed(session: Session) -> None:
    made = a_submitted_application(session)
    officer = actor_for(session, a_person(session, roles=(Role.PROGRAMME_OFFICER,)))
    with pytest.raises(RulesViolatedError) as refused:
        propose_check(session, officer, made.application_id, FIRST, ProposeCheck(outcome=PASS), now=AFTER)
    assert rules_of(refused.value) == {"checks.call_open"}
    assert propose_clean_checks(session, officer, made.call.id, now=AFTER).proposed == 0


def test_nothing_is_decided_about_what_is_withdrawn(session: Session) -> None:
    closed = a_closed_call(session)
    proposed(session, closed, closed.one, FIRST)
    why = Withdraw(reason="A partner left.")
    withdraw_application(session, closed.one.actor(session), closed.one.application_id, why, now=AFTER)
    wanted, second = DecideCheck(decision="confirm", version=1), actor_for(session, closed.second)
    with pytest.raises(RulesViolatedError) as refused:
        decide_check(session, second, closed.one.application_id, FIRST, wanted, now=AFTER)
    assert rules_of(refused.value) == {"checks.not_submitted"}
    assert screening_counts(session, closed.call.id).withdrawn == 1


def test_strangers_and_other_offices_are_not_told_that_it_exists(session: Session) -> None:
    closed = a_closed_call(session)
    wanted = ProposeCheck(outcome=PASS)
    for person in (a_person(session), closed.one.person):
        with pytest.raises(NotFoundError):
            propose_check(session, actor_for(session, person), closed.one.application_id, FIRST, wanted, now=AFTER)
    auditor = actor_for(session, a_person(session, roles=(Role.AUDITOR,)))
    with pytest.raises(NotPermittedError):
        propose_check(session, auditor, closed.one.application_id, FIRST, wanted, now=AFTER)


def test_no_decision_while_a_clarification_is_open(session: Session) -> None:
    closed = a_closed_call(session)
    question = asked(session, closed, closed.one)
    proposed(session, closed, closed.one, FIRST)
    second, wanted = actor_for(session, closed.second), DecideCheck(decision="confirm", version=1)
    with pytest.raises(RulesViolatedError) as refused:
        decide_check(session, second, closed.one.application_id, FIRST, wanted, now=DUE)
    assert rules_of(refused.value) == {"checks.clarification_open"}
    answered(session, closed.one, question, now=DUE)
    decide_check(session, second, closed.one.application_id, FIRST, wanted, now=DUE)


def test_who_is_to_be_excluded_is_heard_before(session: Session) -> None:
    closed = a_closed_call(session)
    for step in (FIRST, SECOND):
        decided(session, closed, closed.one, step)
    with pytest.raises(RulesViolatedError) as refused:
        proposed(session, closed, closed.one, THIRD, FAIL)
    assert rules_of(refused.value) == {"checks.hearing"}
    asked(session, closed, closed.one, ClarificationKind.HEARING)
    with pytest.raises(RulesViolatedError):
        decided(session, closed, closed.one, THIRD, FAIL, now=DUE)
    decided(session, closed, closed.one, THIRD, FAIL, now=DUE + timedelta(microseconds=1))
    assert [one.step for one in refused_applications(session, closed.call.id)] == [THIRD]


def test_everything_without_findings_is_proposed_and_confirmed_at_once(session: Session) -> None:
    closed = a_closed_call(session, "ALPHA", "BETA", "GAMMA")
    first, second = actor_for(session, closed.first), actor_for(session, closed.second)
    asked(session, closed, closed.made[2])
    assert (done := propose_clean_checks(session, first, closed.call.id, now=AFTER)).proposed == 2
    assert done.left == 1
    assert propose_clean_checks(session, first, closed.call.id, now=AFTER).proposed == 0
    chosen = [ChosenProposal(application_id=one.application_id, step=FIRST, version=1) for one in closed.made[:2]]
    assert confirm_checks(session, second, closed.call.id, ConfirmChecks(chosen=chosen * 2), now=AFTER) == 2
    assert propose_clean_checks(session, second, closed.call.id, now=AFTER).proposed == 2
    confirmed = [one.model_copy(update={"step": SECOND}) for one in chosen]
    assert confirm_checks(session, first, closed.call.id, ConfirmChecks(chosen=confirmed), now=AFTER) == 2
    left = propose_clean_checks(session, first, closed.call.id, now=AFTER)
    assert (left.proposed, left.left) == (0, 3), "nobody has declared or been looked up yet"


def test_proposals_of_another_call_are_not_confirmed(session: Session) -> None:
    closed = a_closed_call(session)
    other = a_call(session, another_call("OTHER-2019-01-01"))
    close(session, other)
    proposed(session, closed, closed.one, FIRST)
    chosen = ChosenProposal(application_id=closed.one.application_id, step=FIRST, version=1)
    with pytest.raises(NotFoundError):
        confirm_checks(session, actor_for(session, closed.second), other.id, ConfirmChecks(chosen=[chosen]), now=AFTER)


def test_a_later_result_counts_and_the_earlier_one_stays(session: Session) -> None:
    closed = a_closed_call(session)
    evidenced(session, closed, closed.one)
    officer, partner = actor_for(session, closed.first), closed.one.members[1].partner_id
    found = RecordCheck(partner_id=partner, check="edes", outcome=CheckResult.CONCERN, words="Listed since May.")
    record_check(session, officer, closed.one.application_id, found, now=AFTER)
    for step in (FIRST, SECOND):
        decided(session, closed, closed.one, step)
    left = propose_clean_checks(session, officer, closed.call.id, now=AFTER)
    assert (left.proposed, left.left) == (0, 1)
    unknown = RecordCheck(partner_id=closed.one.application_id, check="edes", outcome=CheckResult.CLEAR)
    with pytest.raises(RulesViolatedError) as refused:
        record_check(session, officer, closed.one.application_id, unknown, now=AFTER)
    assert rules_of(refused.value) == {"exclusion.not_beneficiary"}


def test_only_who_speaks_for_a_partner_declares_for_it_and_once(session: Session) -> None:
    closed = a_closed_call(session)
    made, (_, second, third) = closed.one, closed.one.members
    with pytest.raises(NotPermittedError):
        declare_honour(session, made.actor(session, 1), made.application_id, third.partner_id, now=AFTER)
    with pytest.raises(NotFoundError):
        declare_honour(session, actor_for(session, a_person(session)), made.application_id, third.partner_id, now=AFTER)
    declare_honour(session, made.actor(session, 1), made.application_id, second.partner_id, now=AFTER)
    signatory = a_person(session, roles=((Role.SIGNATORY, third.organisation.id),))
    declare_honour(session, actor_for(session, signatory), made.application_id, third.partner_id, now=AFTER)
    with pytest.raises(RulesViolatedError) as refused:
        declare_honour(session, made.actor(session, 1), made.application_id, second.partner_id, now=AFTER)
    assert rules_of(refused.value) == {"declarations.made"}


def test_after_the_award_decision_nothing_changes(session: Session) -> None:
    closed = a_closed_call(session)
    made = closed.one
    admitted(session, closed, made)
    with pytest.raises(NotPermittedError):
        mark_decided(session, made.actor(session), made.application_id, now=AFTER)
    mark_decided(session, SYSTEM, made.application_id, now=AFTER)
    for again in (
        lambda: mark_decided(session, SYSTEM, made.application_id, now=AFTER),
        lambda: withdraw_application(
            session, made.actor(session), made.application_id, Withdraw(reason="no"), now=AFTER
        ),
        lambda: reopen_check(
            session,
            actor_for(session, closed.first),
            made.application_id,
            THIRD,
            ReopenCheck(reason=REASON, version=2),
            now=AFTER,
        ),
    ):
        with pytest.raises(RulesViolatedError) as refused:
            again()
        assert rules_of(refused.value) == {"application.decided"}


def test_reasons_stand_in_the_log_only_as_digests(session: Session) -> None:
    closed = a_closed_call(session)
    decided(session, closed, closed.one, FIRST, FAIL)
    events = session.scalars(sa.select(Event).where(Event.kind.startswith("check."))).all()
    assert [event.facts for event in events] == [
        {"step": "admissibility", "outcome": "fail"},
        {"step": "admissibility", "state": "failed"},
    ]
    assert {event.application_id for event in events} == {closed.one.application_id}
