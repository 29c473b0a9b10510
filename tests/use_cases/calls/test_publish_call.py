from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import Event
from app.calls import queries
from app.calls.models import Call, CallVersion
from app.calls.rules.call_rules import CallRules
from app.calls.rules.lifecycle import CallState
from app.calls.rules.phases import CLOSING_GRACE
from app.calls.schemas import DraftToSave, WithdrawCall
from app.calls.use_cases.close_call import close_call
from app.calls.use_cases.correct_call import correct_call
from app.calls.use_cases.import_call import import_call
from app.calls.use_cases.publish_call import publish_call
from app.calls.use_cases.save_draft import save_draft
from app.calls.use_cases.withdraw_call import withdraw_call
from app.core.actor import SYSTEM, Actor
from app.core.errors import NotFoundError, NotPermittedError, RulesViolatedError, TransitionNotAllowedError
from tests.builders.calls import (
    a_document,
    a_draft_call,
    a_programme,
    a_programme_officer,
    a_published_call,
    another_call,
    escp_4x,
    shipped_bytes,
)
from tests.builders.people import a_person, actor_for
from tests.conftest import NOW

DEADLINE = escp_4x().timetable.closes_at
TICK = timedelta(microseconds=1)


def last_event(session: Session, call: Call) -> Event:
    return session.scalars(sa.select(Event).filter_by(call_id=call.id).order_by(Event.seq.desc())).first()  # type: ignore[return-value]


def jobs(session: Session) -> int:
    statement = sa.text("select count(*) from jobs.procrastinate_jobs where task_name = 'deliver_event'")
    return int(session.execute(statement).scalar_one())


def refused_rules(refused: pytest.ExceptionInfo[RulesViolatedError]) -> set[str]:
    return {finding.rule for finding in refused.value.violations}


def test_publishing_freezes_the_first_version(session: Session) -> None:
    officer = a_programme_officer(session)
    call = a_draft_call(session, officer)
    version_id = publish_call(session, officer, call.id, confirmed=True, now=NOW)
    assert (call.state, call.published_version, call.first_published_at) == (CallState.PUBLISHED, 1, NOW)
    version = session.get_one(CallVersion, version_id)
    assert (version.label, version.sha256, version.published_by) == ("1.0", escp_4x("1.0").sha256, officer.person_id)
    event = last_event(session, call)
    assert event.kind == "call.published"
    assert event.facts["sha256"] == version.sha256
    assert "evaluation" in event.facts["assumed"]
    assert jobs(session) == 1


def test_the_database_refuses_to_change_what_is_published(session: Session) -> None:
    call = a_published_call(session, a_programme_officer(session))
    for statement in (
        sa.update(CallVersion).filter_by(call_id=call.id, number=1).values(label="9.9"),
        sa.delete(CallVersion).filter_by(call_id=call.id, number=1),
    ):
        with pytest.raises(sa.exc.DBAPIError, match="never changed or removed"), session.begin_nested():
            session.execute(statement)
    session.execute(sa.update(CallVersion).filter_by(call_id=call.id, number=2).values(label="1.2"))


def test_assumed_figures_need_somebody_who_stands_behind_them(session: Session) -> None:
    officer = a_programme_officer(session)
    call = a_draft_call(session, officer)
    with pytest.raises(RulesViolatedError) as refused:
        publish_call(session, officer, call.id, confirmed=False, now=NOW)
    assert refused_rules(refused) == {"call.assumed_figures"}
    assert "timetable.stages.single.deadline" in refused.value.message
    assert call.state == CallState.DRAFT


def test_a_contradiction_cannot_be_published_even_confirmed(session: Session) -> None:
    a_programme(session)
    officer = a_programme_officer(session)
    content = shipped_bytes().replace(b"min_months: 20", b"min_months: 25")
    call_id = import_call(session, officer, content, now=NOW).call_id
    with pytest.raises(RulesViolatedError) as refused:
        publish_call(session, officer, call_id, confirmed=True, now=NOW)
    assert refused_rules(refused) == {"document.duration_order"}


def test_a_call_whose_deadline_has_passed_is_not_published(session: Session) -> None:
    officer = a_programme_officer(session)
    call = a_draft_call(session, officer)
    with pytest.raises(RulesViolatedError) as refused:
        publish_call(session, officer, call.id, confirmed=True, now=DEADLINE + TICK)
    assert refused_rules(refused) == {"call.published_too_late"}
    publish_call(session, officer, call.id, confirmed=True, now=DEADLINE)


def test_only_officers_publish_correct_withdraw_and_close(session: Session) -> None:
    officer, stranger = a_programme_officer(session), actor_for(session, a_person(session))
    call = a_draft_call(session, officer)
    with pytest.raises(NotPermittedError):
        publish_call(session, stranger, call.id, confirmed=True, now=NOW)
    publish_call(session, officer, call.id, confirmed=True, now=NOW)
    with pytest.raises(NotPermittedError):
        correct_call(session, stranger, call.id, confirmed=True, now=NOW)
    with pytest.raises(NotPermittedError):
        withdraw_call(session, stranger, call.id, WithdrawCall(reason="Because."), now=NOW)
    with pytest.raises(NotPermittedError):
        close_call(session, stranger, call.id, now=DEADLINE + timedelta(days=1))
    assert (call.state, call.published_version) == (CallState.PUBLISHED, 1)


def test_a_call_is_published_once(session: Session) -> None:
    officer = a_programme_officer(session)
    call = a_published_call(session, officer)
    with pytest.raises(TransitionNotAllowedError):
        publish_call(session, officer, call.id, confirmed=True, now=NOW)
    assert call.published_version == 1


def test_a_corrigendum_puts_the_next_version_into_force_and_tells(session: Session) -> None:
    officer = a_programme_officer(session)
    call = a_published_call(session, officer)
    version_id = correct_call(session, officer, call.id, confirmed=True, now=NOW)
    assert queries.published_rules(session, call.id) == (version_id, escp_4x("1.1"))
    event = last_event(session, call)
    assert (event.kind, event.facts["version"], event.facts["replaces"]) == (
        "call.corrected",
        "1.1",
        escp_4x("1.0").sha256,
    )
    assert "form.sections.results.fields.indicators.indicators.exchanges.target" in event.facts["changed"]
    assert jobs(session) == 2
    first, second = queries.versions(session, call.id)
    assert (first.sha256, second.sha256) == (escp_4x("1.0").sha256, escp_4x("1.1").sha256)
    with pytest.raises(NotFoundError):
        correct_call(session, officer, call.id, confirmed=True, now=NOW)


def test_a_later_deadline_moves_the_call(session: Session) -> None:
    officer = a_programme_officer(session)
    call = a_published_call(session, officer)
    document = a_document({"timetable.stages.single.deadline": "2019-04-11 17:00"})
    save_draft(session, officer, call.id, DraftToSave(document=document, revision=1), now=NOW)
    assert call.deadline == DEADLINE
    correct_call(session, officer, call.id, confirmed=True, now=NOW)
    assert call.deadline == DEADLINE + timedelta(days=7)


@pytest.mark.parametrize(
    ("changes", "now", "rules"),
    [
        ({"timetable.stages.single.deadline": "2019-02-20 17:00"}, NOW, {"call.deadline_in_the_past"}),
        ({"timetable.opening": "2019-03-20"}, NOW, {"call.opening_moved"}),
        ({"identity.programme": "H2020"}, NOW, {"call.programme_changed"}),
        ({"changes.1.0.date": "2019-01-07"}, NOW, {"call.history_rewritten"}),
        ({"funding.rounding": "down"}, DEADLINE + TICK, {"call.correction_after_deadline"}),
        ({"funding.ceilings.duration.min_months": 25}, NOW, {"document.duration_order"}),
    ],
)
def test_what_a_corrigendum_must_not_do(
    session: Session, changes: dict[str, object], now: datetime, rules: set[str]
) -> None:
    officer = a_programme_officer(session)
    call = a_published_call(session, officer)
    save_draft(session, officer, call.id, DraftToSave(document=a_document(changes), revision=1), now=NOW)
    with pytest.raises(RulesViolatedError) as refused:
        correct_call(session, officer, call.id, confirmed=True, now=now)
    assert refused_rules(refused) == rules
    assert call.published_version == 1


def test_a_corrigendum_that_changes_nothing_is_refused(session: Session) -> None:
    officer = a_programme_officer(session)
    call = a_published_call(session, officer)
    document = a_document(version="1.0")
    save_draft(session, officer, call.id, DraftToSave(document=document, revision=1), now=NOW)
    with pytest.raises(RulesViolatedError) as refused:
        correct_call(session, officer, call.id, confirmed=True, now=NOW)
    assert refused_rules(refused) == {"call.nothing_changed", "call.history_rewritten"}


def test_a_corrigendum_asks_for_confirmation_too(session: Session) -> None:
    officer = a_programme_officer(session)
    call = a_published_call(session, officer)
    with pytest.raises(RulesViolatedError) as refused:
        correct_call(session, officer, call.id, confirmed=False, now=NOW)
    assert refused_rules(refused) == {"call.assumed_figures"}


def test_a_withdrawn_call_keeps_its_reason_and_never_returns(session: Session) -> None:
    officer = a_programme_officer(session)
    call = a_published_call(session, officer)
    withdraw_call(session, officer, call.id, WithdrawCall(reason="The budget was cancelled."), now=NOW)
    assert (call.state, call.withdrawal_reason, call.ended_at) == (
        CallState.WITHDRAWN,
        "The budget was cancelled.",
        NOW,
    )
    for again in (
        lambda: withdraw_call(session, officer, call.id, WithdrawCall(reason="Again."), now=NOW),
        lambda: correct_call(session, officer, call.id, confirmed=True, now=NOW),
        lambda: close_call(session, SYSTEM, call.id, now=DEADLINE + timedelta(days=1)),
    ):
        with pytest.raises(TransitionNotAllowedError):
            again()


@pytest.mark.parametrize("who", ["the clock", "an officer"])
def test_a_call_closes_once_when_the_grace_has_passed(session: Session, who: str) -> None:
    officer = a_programme_officer(session)
    call = a_published_call(session, officer)
    closer: Actor = SYSTEM if who == "the clock" else officer
    over = DEADLINE + CLOSING_GRACE
    for early in (NOW, DEADLINE + TICK, over):
        assert queries.calls_to_close(session, now=early) == []
        with pytest.raises(RulesViolatedError) as refused:
            close_call(session, closer, call.id, now=early)
        assert refused_rules(refused) == {"call.not_over"}
    assert queries.calls_to_close(session, now=over + TICK) == [call.id]
    close_call(session, closer, call.id, now=over + TICK)
    assert (call.state, last_event(session, call).kind) == (CallState.CLOSED, "call.closed")
    assert queries.calls_to_close(session, now=over + timedelta(days=1)) == []
    with pytest.raises(TransitionNotAllowedError):
        close_call(session, closer, call.id, now=over + timedelta(days=1))


def test_an_altered_document_is_found(session: Session) -> None:
    call = a_published_call(session, a_programme_officer(session))
    a_published_call(session, a_programme_officer(session), another_call("COS-OTHER-2018-1"))
    assert queries.altered_versions(session) == []
    session.execute(sa.text("alter table call_version disable trigger all"))
    cheaper = CallRules.from_plain(a_document({"strands.main.envelope": "3600001.00"}, version="1.0")).plain()
    session.execute(sa.update(CallVersion).filter_by(call_id=call.id, number=1).values(document=cheaper))
    (altered,) = queries.altered_versions(session)
    assert session.get_one(CallVersion, altered).call_id == call.id


def test_an_unknown_call_is_not_found(session: Session) -> None:
    officer = a_programme_officer(session)
    assert officer.person_id is not None
    with pytest.raises(NotFoundError):
        publish_call(session, officer, officer.person_id, confirmed=True, now=NOW)
