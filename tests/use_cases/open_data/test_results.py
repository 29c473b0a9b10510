"""What is public of a closed project: results of an accepted last report, the final grant of any."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.open_data.queries.results import funded_project
from app.reporting.models import PeriodicReport
from app.reporting.schemas import DecideReport
from app.reporting.use_cases.close_grant import close_grant
from app.reporting.use_cases.decide_report import decide_report
from tests.builders import reporting as build

LATER = build.FINALLY + timedelta(days=60)


def test_a_rejected_last_report_is_no_result(session: Session) -> None:
    made = build.a_reporting_grant(session)
    build.prefinanced(session, made)
    build.submitted(session, made, costs=())
    build.accepted(session, made)
    build.submitted(session, made, number=2, costs=(), now=build.FINALLY)
    rejected = DecideReport(decision="reject", reason="No work was done that the agreement describes.")
    decide_report(session, made.officer, made.grant_id, 2, rejected, now=build.FINALLY)
    build.recovered(session, made, now=LATER)
    close_grant(session, made.officer, made.grant_id, now=LATER)
    project = funded_project(session, made.grant_id)
    assert project.state == "closed"
    assert project.final_grant is not None
    assert (project.summary, project.results) == (None, ())
    session.execute(sa.update(PeriodicReport).values(state="accepted"))
    accepted = funded_project(session, made.grant_id)
    assert accepted.summary == build.TEXTS["summary"]
    assert accepted.results
