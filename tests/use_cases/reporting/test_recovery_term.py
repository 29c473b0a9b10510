"""When money must be back is said by the terms of the agreement: note, start page and interest agree on it."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from app.documents.queries import documents_of
from app.grants.queries.facts import day_of
from app.notifications.queries.reporting_work import reporting_work
from app.reporting.queries.documents import ABOUT_REPORT, RECOVERY_NOTE
from app.reporting.queries.reading import report_reading
from app.reporting.queries.recoveries import recovery_after
from tests.builders import reporting as build
from tests.builders.applications import a_call
from tests.builders.calls import another_call

DECIDED = day_of(build.FINALLY)
BY = DECIDED + timedelta(days=45)


def test_a_call_gives_its_own_term(session: Session) -> None:
    document = another_call("LONG-TERM-1", **{"recovery_days: 30": "recovery_days: 45"})
    made = build.a_reporting_grant(session, call=a_call(session, document))
    build.prefinanced(session, made)
    for number, now in ((1, build.REPORTED), (2, build.FINALLY)):
        build.submitted(session, made, number=number, costs=(), now=now)
        build.accepted(session, made, number=number, now=now)
    build.heard(session, made)
    reading = report_reading(session, made.grant_id, 2)
    calculation, agreement = reading.calculation, made.agreement(session)
    assert calculation is not None
    [note] = [one for one in documents_of(session, ABOUT_REPORT, [reading.row.period_id]) if one.kind == RECOVERY_NOTE]
    assert note.data["due_on"] == BY.isoformat()
    assert [one.back_by for one in reporting_work(session, made.actor(session), today=DECIDED)] == [BY]
    in_time = recovery_after(session, agreement, calculation, BY)
    assert in_time is not None
    assert (in_time.due_on, in_time.interest) == (BY, [])
    late = recovery_after(session, agreement, calculation, BY + timedelta(days=1))
    assert late is not None
    assert [one.due_on for one in late.interest] == [BY]
