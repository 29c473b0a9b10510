"""What a builder made once and is put back is what it would have made again."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.applications.schemas import Withdraw
from app.applications.use_cases.withdraw_application import withdraw_application
from app.audit.use_cases.verify_chains import verify_chains
from tests.builders.applications import a_draft, a_submitted_application
from tests.builders.calls import a_programme_officer, a_published_call, another_call
from tests.conftest import NOW


def rows(session: Session) -> dict[str, int]:
    """Every table that holds something, with its number of rows."""
    session.flush()
    tables = session.scalars(sa.text("select tablename from pg_tables where schemaname in ('public', 'jobs')")).all()
    counted = {table: session.scalar(sa.text(f'select count(*) from "{table}"')) or 0 for table in tables}  # noqa: S608
    return {table: number for table, number in counted.items() if number}


def built_by_itself(engine: sa.Engine) -> dict[str, int]:
    """What the builder leaves in a session that keeps nothing."""
    with engine.connect() as connection:
        outer = connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False) as plain:
            a_submitted_application(plain)
            found = rows(plain)
        outer.rollback()
    return found


def test_what_is_put_back_is_what_was_built(session: Session, engine: sa.Engine) -> None:
    built = built_by_itself(engine)
    made = a_submitted_application(session)
    assert rows(session) == built
    assert made.row(session).state == "submitted"
    assert len({one.person.email for one in made.members}) == 3
    assert all(sa.inspect(one.person).persistent for one in made.members)


def test_work_goes_on_from_there(session: Session) -> None:
    made = a_submitted_application(session)
    wanted = Withdraw(reason="Changed our mind.")
    withdraw_application(session, made.actor(session), made.application_id, wanted, now=NOW)
    assert made.row(session).state == "withdrawn"
    assert verify_chains(session).whole


def test_one_test_does_not_see_the_objects_of_another(session: Session) -> None:
    made = a_submitted_application(session)
    assert made.members[0].person.name != "Somebody else"
    made.members[0].person.name = "Somebody else"
    session.flush()


def test_nor_does_the_next(session: Session) -> None:
    test_one_test_does_not_see_the_objects_of_another(session)


def test_who_has_begun_something_else_gets_the_builder_itself(session: Session) -> None:
    officer = a_programme_officer(session)
    a_published_call(session, officer, another_call("COS-OTHER-2019-1"))
    one, other = a_draft(session), rows(session)["call"]
    assert other == 2
    assert one.row(session).state == "draft"
