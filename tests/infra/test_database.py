from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.calls.models import Programme
from app.core.money import Money
from app.infra.clock import MAX_DATABASE_OFFSET, Clock
from app.infra.db.base import MoneyCents, UtcDateTime
from app.infra.db.constraints import violation_of
from app.infra.db.engine import Database, may_retry
from app.infra.ids import new_id

if TYPE_CHECKING:
    from app.delivery.runtime import Runtime

SEEN = datetime(2019, 1, 1, tzinfo=UTC)
SAMPLE = sa.Table(
    "column_types",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("price", MoneyCents),
    sa.Column("at", UtcDateTime),
)


@pytest.fixture(scope="module")
def database(runtime: Runtime) -> Database:
    """A database with one table of our own."""
    SAMPLE.metadata.create_all(runtime.database.engine)
    return runtime.database


@pytest.fixture(autouse=True)
def empty(database: Database) -> None:
    """Each test starts without rows."""
    with database.transaction() as session:
        session.execute(sa.delete(SAMPLE))


def count(database: Database) -> int:
    with database.reading() as session:
        return session.execute(sa.select(sa.func.count()).select_from(SAMPLE)).scalar_one()


def test_money_and_instants_come_back_as_they_went(database: Database) -> None:
    brussels = datetime(2019, 4, 4, 17, 0, 0, 1, tzinfo=timezone(timedelta(hours=2)))
    with database.transaction() as session:
        session.execute(sa.insert(SAMPLE).values(id=1, price=Money(-5), at=brussels))
        session.execute(sa.insert(SAMPLE).values(id=2, price=None, at=None))
    with database.reading() as session:
        rows = session.execute(sa.select(SAMPLE.c.price, SAMPLE.c.at).order_by(SAMPLE.c.id)).all()
    assert rows == [(Money(-5), datetime(2019, 4, 4, 15, 0, 0, 1, tzinfo=UTC)), (None, None)]
    assert rows[0].at.tzinfo is UTC


def test_an_instant_without_zone_is_refused(session: Session) -> None:
    naive = datetime(2019, 4, 4, 17)  # noqa: DTZ001  # the point
    with pytest.raises(sa.exc.StatementError, match="needs a zone"):
        session.execute(sa.select(sa.literal(naive, UtcDateTime)))


def test_another_currency_is_refused(session: Session) -> None:
    with pytest.raises(sa.exc.StatementError, match="holds euro"):
        session.execute(sa.select(sa.literal(Money(1, "CHF"), MoneyCents)))


def test_a_block_that_fails_leaves_nothing(database: Database) -> None:
    def fail_afterwards() -> None:
        with database.transaction() as session:
            session.execute(sa.insert(SAMPLE).values(id=1))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_afterwards()
    assert count(database) == 0


def test_a_reading_session_cannot_write(database: Database) -> None:
    with (
        database.reading() as session,
        pytest.raises(sa.exc.InternalError, match="read-only transaction"),
    ):
        session.execute(sa.insert(SAMPLE).values(id=1))
    assert count(database) == 0


def test_a_reading_session_sees_one_moment(database: Database) -> None:
    rows = sa.select(sa.func.count()).select_from(SAMPLE)
    with database.reading() as session:
        assert session.execute(rows).scalar_one() == 0
        with database.transaction() as other:
            other.execute(sa.insert(SAMPLE).values(id=1))
        assert session.execute(rows).scalar_one() == 0
    assert count(database) == 1


def test_a_reading_session_gives_the_rows_that_any_session_gives(database: Database) -> None:
    """Names, types and order of columns too: pages make their rows of them. What has no name is read by its place."""
    other = aliased(Programme)
    one = sa.select(
        Programme.id, Programme.code, sa.func.upper(Programme.title).label("loud"), other.id, other.code.label("again")
    )
    statements = [
        one.join(other, other.id == Programme.id),
        sa.select(Programme.code, sa.exists().where(other.code == sa.bindparam("code")).label("known")),
        sa.select(sa.func.count().label("number")).select_from(Programme),
        sa.union_all(sa.select(Programme.code), sa.select(Programme.title)),
    ]
    with database.transaction() as session:
        session.add(Programme(id=new_id(), code="READ", title="Reading", created_at=SEEN))
    with database.reading() as session, Session(database.engine) as usual:
        for statement in statements:
            rows, expected = (
                session.execute(statement, {"code": "READ"}).all(),
                usual.execute(statement, {"code": "READ"}).all(),
            )
            assert [(row._fields, tuple(row)) for row in rows] == [(row._fields, tuple(row)) for row in expected]
            assert (
                session.scalars(statement, {"code": "READ"}).all() == usual.scalars(statement, {"code": "READ"}).all()
            )


def test_a_reading_session_gives_objects_where_objects_are_asked_for(database: Database) -> None:
    with database.transaction() as session:
        session.add(Programme(id=new_id(), code="OBJECT", title="Whole", created_at=SEEN))
    other = aliased(Programme)
    wanted = Programme.code == "OBJECT"
    with database.reading() as session:
        whole = session.scalars(sa.select(Programme).where(wanted)).one()
        assert session.execute(sa.select(Programme.title, Programme).where(wanted)).one() == ("Whole", whole)
        assert session.scalars(sa.select(other).where(other.code == "OBJECT")).one() is whole


def test_a_connection_forgets_that_it_was_only_reading(runtime: Runtime, database: Database) -> None:
    small = Database(runtime.database.url, pool_size=1)
    try:
        with small.reading() as session:
            session.execute(sa.select(1))
        with small.transaction() as session:
            session.execute(sa.insert(SAMPLE).values(id=1))
            level = session.execute(sa.text("show transaction_isolation")).scalar_one()
    finally:
        small.close()
    assert (level, count(database)) == ("read committed", 1)


def test_every_connection_has_our_limits_and_paths(database: Database) -> None:
    with database.reading() as session:
        shown = [
            session.execute(sa.text(f"show {name}")).scalar_one()
            for name in ("timezone", "search_path", "lock_timeout", "statement_timeout")
        ]
    assert shown == ["UTC", "public,jobs", "20s", "30s"]


def test_a_statement_that_takes_too_long_is_stopped(runtime: Runtime) -> None:
    hasty = Database(runtime.database.url, pool_size=1, statement_timeout_ms=50)
    try:
        with hasty.reading() as session, pytest.raises(sa.exc.OperationalError, match="statement timeout"):
            session.execute(sa.text("select pg_sleep(5)"))
    finally:
        hasty.close()


def test_a_deadlock_may_be_tried_again_and_a_slip_may_not(database: Database) -> None:
    with database.transaction() as session:
        session.execute(sa.insert(SAMPLE).values([{"id": 1}, {"id": 2}]))
    both, errors = threading.Barrier(2), []

    def lock(first: int, second: int) -> None:
        try:
            with database.transaction() as session:
                session.execute(sa.select(SAMPLE).where(SAMPLE.c.id == first).with_for_update())
                both.wait(10)
                session.execute(sa.select(SAMPLE).where(SAMPLE.c.id == second).with_for_update())
        except sa.exc.DBAPIError as error:
            errors.append(error)

    threads = [threading.Thread(target=lock, args=order) for order in ((1, 2), (2, 1))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [may_retry(error) for error in errors] == [True]
    with database.reading() as session, pytest.raises(sa.exc.ProgrammingError) as slip:
        session.execute(sa.text("select no_such_column"))
    assert not may_retry(slip.value)


def test_an_unknown_constraint_is_a_programming_error(database: Database) -> None:
    with pytest.raises(sa.exc.IntegrityError) as broken, database.transaction() as session:
        session.execute(sa.insert(SAMPLE).values([{"id": 1}, {"id": 1}]))
    with pytest.raises(sa.exc.IntegrityError):
        violation_of(broken.value)


def test_keys_sort_by_time_of_creation() -> None:
    keys = [new_id() for _ in range(1000)]
    assert keys == sorted(keys)
    assert {key.version for key in keys} == {7}


def test_the_clock_takes_over_the_time_of_the_database(database: Database) -> None:
    clock = Clock()
    told, asked, answered = database.read_clock()
    clock.note_database_time(told, asked, answered)
    assert clock.agrees
    ahead = timedelta(milliseconds=200)
    clock.note_database_time(asked + ahead, asked, asked)
    assert clock.database_offset == ahead
    assert clock.now() - datetime.now(UTC) == pytest.approx(ahead, abs=timedelta(milliseconds=50))


@pytest.mark.parametrize("sign", [1, -1])
def test_above_a_quarter_of_a_second_the_clocks_do_not_agree(sign: int) -> None:
    clock, asked = Clock(), datetime(2019, 4, 4, 15, tzinfo=UTC)
    clock.note_database_time(asked + sign * MAX_DATABASE_OFFSET, asked, asked)
    assert clock.agrees
    clock.note_database_time(asked + sign * (MAX_DATABASE_OFFSET + timedelta(microseconds=1)), asked, asked)
    assert not clock.agrees


def test_a_moved_clock_runs_on_and_knows_the_real_instant() -> None:
    start = datetime(2019, 4, 4, 14, 59, tzinfo=UTC)
    clock = Clock(start_at=start)
    shown = clock.now()
    assert start <= shown < start + timedelta(seconds=5)
    assert abs(clock.real(shown) - datetime.now(UTC)) < timedelta(seconds=5)
