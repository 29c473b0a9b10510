"""The life line of a grant by the way it ends: closed after its reports, or given up without an agreement."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from app.applications.queries.reading import submission
from app.grants.queries.facts import day_of
from app.grants.queries.grants import grant_head
from app.grants.queries.listing import grant_row
from app.grants.schemas import GiveReason
from app.grants.use_cases.abandon_grant import abandon_grant
from app.reporting.queries.portfolio import standing_of
from app.reporting.queries.reports import reports_of
from app.web.grant_view.life_line import LifeFacts, LifeStep, life_steps
from tests.builders.grants import PREPARED_GRANT, MadeGrant, a_sent_grant

LATER = PREPARED_GRANT + timedelta(days=9)


def line(session: Session, made: MadeGrant) -> list[LifeStep]:
    row = grant_row(session, made.grant_id, today=day_of(LATER))
    standing = standing_of(session, made.grant_id, today=day_of(LATER))
    received = submission(session, grant_head(session, made.grant_id).submission_id).received_at
    facts = LifeFacts(row, standing, None, (), reports_of(session, made.grant_id), received)
    return list(life_steps(facts, "en"))


def test_a_grant_in_preparation_has_its_closure_before_it(session: Session) -> None:
    last = line(session, a_sent_grant(session))[-1]
    assert (last.name, last.note, last.state) == ("Closure", "", "next")


def test_one_that_was_given_up_was_never_closed(session: Session) -> None:
    made = a_sent_grant(session)
    why = GiveReason(reason="The coordinator withdrew from the award in writing.")
    abandon_grant(session, made.officer, made.grant_id, why, now=LATER)
    steps = line(session, made)
    assert [(one.name, one.state) for one in steps] == [
        ("Application", "done"),
        ("Information letter", "done"),
        ("Preparation", "stopped"),
        ("Ended without agreement", "stopped"),
    ]
    assert "2019" in steps[-1].note, "the day on which it ended"
