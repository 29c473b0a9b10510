"""Before money is asked back the coordinator is heard: announced, answered or not, then confirmed, lowered or withdrawn."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import NotFoundError, NotPermittedError, TransitionNotAllowedError
from app.core.money import Money
from app.documents.queries import documents_of
from app.documents.schemas import FileToStore
from app.jobs.verify import verify_money
from app.ledger.queries import commitment_of
from app.reporting.queries.documents import ABOUT_REPORT, RECOVERY_ANNOUNCEMENT, RECOVERY_NOTE
from app.reporting.queries.hearings import enclosure_of
from app.reporting.queries.reports import calculations_of, report_row
from app.reporting.rules.hearing import HearingState
from app.reporting.rules.settled import CalculationRow
from app.reporting.schemas import AnswerRecovery, DecideRecovery, NoteRecovery, WaiveRecovery
from app.reporting.use_cases.answer_recovery import answer_recovery
from app.reporting.use_cases.close_grant import close_grant
from app.reporting.use_cases.decide_recovery import decide_recovery
from app.reporting.use_cases.note_recovery import note_recovery
from app.reporting.use_cases.waive_recovery import waive_recovery
from tests.builders import reporting as build
from tests.builders.applications import a_call
from tests.builders.calls import another_call
from tests.builders.grants import MadeGrant
from tests.builders.payments import an_office
from tests.builders.people import a_person
from tests.use_cases.evaluation.refusals import refused_by

LAST = datetime(2021, 12, 15, 22, 59, 59, 999999, tzinfo=UTC)
"""The end of 15 December 2021 in Brussels: announced on 15 November."""
OVER = LAST + timedelta(microseconds=1)
SAID = AnswerRecovery(observations="The hours of May were worked, and the time sheets show it.")
WHY = "The time sheets of May prove half of what was claimed for it."
CONFIRM = DecideRecovery(decision="confirm", reason=WHY)


def announced(session: Session, **given: object) -> tuple[MadeGrant, Money]:
    """A grant whose whole pre-financing is to come back, and the coordinator is heard."""
    made = build.a_reporting_grant(session, **given)
    advance = build.prefinanced(session, made)
    for number, now in ((1, build.DECIDED), (2, build.FINALLY)):
        build.submitted(session, made, number=number, costs=(), now=now)
        build.accepted(session, made, number=number, now=now)
    return made, advance


def row(session: Session, made: MadeGrant) -> CalculationRow:
    return calculations_of(session, made.grant_id)[-1]


def kinds(session: Session, made: MadeGrant) -> set[str]:
    about = [report_row(session, made.grant_id, 2).period_id]
    return {one.kind for one in documents_of(session, ABOUT_REPORT, about)} - {"periodic_report"}


def second(session: Session, made: MadeGrant) -> Actor:
    """Another officer of the same call."""
    return replace(made.officer, person_id=a_person(session).id)


def test_a_decision_after_which_money_comes_back_announces_it_and_asks_nothing_back(session: Session) -> None:
    made, owed = announced(session)
    found = row(session, made)
    assert found.hearing is not None
    assert (found.hearing.stands.state, found.hearing.stands.answer_by) == (HearingState.ANNOUNCED, date(2021, 12, 15))
    assert (found.noted_at, kinds(session, made)) == (None, {RECOVERY_ANNOUNCEMENT})
    line = NoteRecovery(line_id=build.came_in(session, owed, day=date(2021, 12, 1)))
    office = an_office(session)
    assert refused_by(lambda: note_recovery(session, office.accountant, made.grant_id, 2, line, now=LAST)) == {
        "hearing.undecided"
    }
    why = WaiveRecovery(waiver_reason="The coordinator is insolvent and the court closed the case.")
    assert refused_by(lambda: waive_recovery(session, office.authoriser, made.grant_id, 2, why, now=LAST)) == {
        "hearing.undecided"
    }
    assert refused_by(lambda: close_grant(session, made.officer, made.grant_id, now=LAST)) == {"closing.owed"}
    with pytest.raises(sa.exc.DBAPIError, match="before the hearing"), session.begin_nested():
        session.execute(sa.text("update payment_calculation set received = 1 where recovery > 0"))


def test_the_coordinator_answers_once_in_time_with_a_document(session: Session) -> None:
    made, _ = announced(session)
    enclosure = FileToStore(sha256="e" * 64, size=1000, media_type="application/pdf", filename="sheets.pdf", pages=1)
    for other in (made.officer, made.actor(session, 1), an_office(session).accountant):
        with pytest.raises((NotPermittedError, NotFoundError)):
            answer_recovery(session, other, made.grant_id, 2, SAID, now=LAST)
    coordinator = made.actor(session)
    assert refused_by(lambda: answer_recovery(session, coordinator, made.grant_id, 2, SAID, now=OVER)) == {
        "hearing.too_late"
    }
    with pytest.raises(NotFoundError):
        answer_recovery(session, coordinator, made.grant_id, 1, SAID, now=LAST)
    answer_recovery(session, coordinator, made.grant_id, 2, SAID, enclosure=enclosure, now=LAST)
    found = row(session, made).hearing
    assert found is not None
    assert (found.answer, found.answered_by, found.stands.state) == (
        SAID.observations,
        coordinator.person_id,
        HearingState.ANSWERED,
    )
    assert enclosure_of(session, made.grant_id, 2).filename == "sheets.pdf"
    with pytest.raises(TransitionNotAllowedError):
        answer_recovery(session, coordinator, made.grant_id, 2, SAID, now=LAST)
    with pytest.raises(sa.exc.DBAPIError, match="never changes"), session.begin_nested():
        session.execute(sa.text("update recovery_hearing set answer = 'Yes, we owe it.'"))
    with pytest.raises(sa.exc.DBAPIError, match="never changes"), session.begin_nested():
        session.execute(sa.text("delete from recovery_hearing"))


def test_without_an_answer_it_is_decided_on_after_the_last_day_and_the_note_has_its_term_from_then(
    session: Session,
) -> None:
    made, owed = announced(session)
    for other in (made.actor(session), made.authority, an_office(session).accountant):
        with pytest.raises(NotPermittedError):
            decide_recovery(session, other, made.grant_id, 2, CONFIRM, now=OVER)
    bare = DecideRecovery(decision="confirm", reason="Yes.")
    assert refused_by(lambda: decide_recovery(session, made.officer, made.grant_id, 2, bare, now=LAST)) == {
        "hearing.under_way",
        "hearing.reason",
    }
    decide_recovery(session, made.officer, made.grant_id, 2, CONFIRM, now=OVER)
    about = [report_row(session, made.grant_id, 2).period_id]
    [note] = [one for one in documents_of(session, ABOUT_REPORT, about) if one.kind == RECOVERY_NOTE]
    assert (note.data["amount"], note.data["due_on"], note.data["reason"]) == (owed.amount, "2022-01-15", WHY)
    with pytest.raises(TransitionNotAllowedError):
        decide_recovery(session, made.officer, made.grant_id, 2, CONFIRM, now=OVER)
    with pytest.raises(TransitionNotAllowedError):
        answer_recovery(session, made.actor(session), made.grant_id, 2, SAID, now=OVER)
    build.recovered(session, made, now=OVER)
    close_grant(session, made.officer, made.grant_id, now=OVER)
    assert verify_money(session).faults == ()


def test_another_officer_lowers_it_and_only_the_rest_comes_back(session: Session) -> None:
    made, owed = announced(session)
    answer_recovery(session, made.actor(session), made.grant_id, 2, SAID, now=build.FINALLY)
    left = owed - Money(100_000)
    lower = DecideRecovery(decision="lower", amount=left, reason=WHY)
    now = build.FINALLY
    assert refused_by(lambda: decide_recovery(session, made.officer, made.grant_id, 2, lower, now=now)) == {
        "hearing.own_decision"
    }
    too_much = DecideRecovery(decision="lower", amount=owed, reason=WHY)
    other = second(session, made)
    assert refused_by(lambda: decide_recovery(session, other, made.grant_id, 2, too_much, now=now)) == {
        "hearing.lowered_to"
    }
    decide_recovery(session, other, made.grant_id, 2, lower, now=now)
    found = row(session, made)
    assert (found.recovery, found.lowered, found.asked_back) == (owed, Money(100_000), left)
    with pytest.raises(sa.exc.DBAPIError, match="stays"), session.begin_nested():
        session.execute(sa.text("update payment_calculation set lowered = 0 where lowered > 0"))
    both = Actor(person_id=other.person_id, assignments=an_office(session).authoriser.assignments)
    why = WaiveRecovery(waiver_reason="The coordinator is insolvent and the court closed the case.")
    assert refused_by(lambda: waive_recovery(session, both, made.grant_id, 2, why, now=now)) == {"recovery.own_waiver"}
    build.recovered(session, made, now=datetime(2021, 12, 1, 12, tzinfo=UTC))
    found = row(session, made)
    assert (found.received, found.recovered_on) == (left, date(2021, 12, 1))
    assert verify_money(session).faults == ()
    close_grant(session, made.officer, made.grant_id, now=LAST)
    bound = commitment_of(session, "award", made.row(session).award_id)
    assert bound is not None
    assert bound.paid == Money(100_000), "what was taken off stays paid"


def test_a_withdrawn_recovery_asks_nothing_back_and_the_grant_can_be_closed(session: Session) -> None:
    made, owed = announced(session)
    answer_recovery(session, made.actor(session), made.grant_id, 2, SAID, now=build.FINALLY)
    wanted = DecideRecovery(decision="withdraw", reason=WHY)
    decide_recovery(session, second(session, made), made.grant_id, 2, wanted, now=build.FINALLY)
    found = row(session, made)
    assert (found.lowered, found.asked_back, found.recovered_on) == (owed, Money(0), date(2021, 11, 15))
    assert kinds(session, made) == {RECOVERY_ANNOUNCEMENT}, "no note"
    assert verify_money(session).faults == ()
    close_grant(session, made.officer, made.grant_id, now=LAST)


def test_who_answered_for_the_coordinator_does_not_decide(session: Session) -> None:
    made, _ = announced(session)
    answer_recovery(session, made.actor(session), made.grant_id, 2, SAID, now=build.FINALLY)
    both = replace(made.officer, person_id=made.made.person.id)
    assert refused_by(lambda: decide_recovery(session, both, made.grant_id, 2, CONFIRM, now=build.FINALLY)) == {
        "report.own_part",
        "interest.of_a_party",
    }


def test_a_call_gives_its_own_term(session: Session) -> None:
    document = another_call("LONG-HEARING-1", **{"hearing_days: 30": "hearing_days: 45"})
    made, _ = announced(session, call=a_call(session, document))
    found = row(session, made).hearing
    assert found is not None
    assert (found.stands.answer_by, found.stands.decide_by) == (date(2021, 12, 30), date(2022, 2, 13))


def test_verify_finds_what_was_taken_off_without_a_decision(session: Session) -> None:
    made, _ = announced(session)
    build.heard(session, made)
    session.execute(sa.text("update payment_calculation set lowered = 1 where recovery > 0"))
    session.expire_all()
    assert any("no decision after the hearing" in fault for fault in verify_money(session).faults)
