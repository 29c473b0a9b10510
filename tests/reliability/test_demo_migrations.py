"""The schema goes down to the time before grants were paid and up again, with everything that the demo holds.

Going down takes the tables of an area with what is in them; nothing older may lose a row or a hash by it. What payments
left in the ledger stays there, and `grappe verify` then names exactly these entries: their payments are gone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory
from sqlalchemy.exc import IntegrityError

from app.audit.use_cases.verify_chains import verify_chains
from app.demo.load import load_demo
from app.infra.db.migrations import alembic_config, downgrade, upgrade
from app.infra.sealing_demo import make_test_authority
from app.jobs.verify import verify_everything, verify_money
from app.ledger.queries import booked
from app.ledger.use_cases.verify_ledger import verify_ledger
from app.settings import Mode
from tests.architecture.test_migrations import differences
from tests.builders import reporting as build
from tests.support import database as databases
from tests.support.runtime import a_runtime

if TYPE_CHECKING:
    from pathlib import Path

    from app.delivery.runtime import Runtime

BEFORE_GRANTS = "0014"
IN_THE_MIDDLE = datetime(2020, 6, 2, 9, 0, tzinfo=UTC)
"""The projects of 2019 run, some of them pre-financed; nothing of a grant has come back."""
_COLUMNS = sa.text("""
    select table_name, array_agg(column_name::text order by column_name) from information_schema.columns
    where table_schema = 'public' and table_name not in ('alembic_version') and is_generated = 'NEVER'
    group by table_name order by table_name
""")

Columns = Mapping[str, list[str]]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runtime]:
    folder = tmp_path_factory.mktemp("demo")
    with a_runtime("demo_migrated", folder, mode=Mode.DEMO, real_clock=True, now=IN_THE_MIDDLE) as runtime:
        make_test_authority(runtime.seal_dir, now=runtime.clock.now())
        load_demo(runtime)
        yield runtime


def columns_at(revision: str) -> Columns:
    """The columns of every table as a revision has them."""
    server = databases.test_server()
    server.drop("older")
    server.admin('create database "older"')
    try:
        upgrade(server.url("older"), revision)
        engine = sa.create_engine(server.url("older"), poolclass=sa.NullPool)
        with engine.connect() as connection:
            return {table: list(columns) for table, columns in connection.execute(_COLUMNS)}
    finally:
        server.drop("older")


def contents(runtime: Runtime, known: Columns) -> dict[str, tuple[int, str]]:
    """Number and hash of the rows of every table, as far as ``known`` names its columns."""
    found = {}
    with runtime.database.engine.connect() as connection:
        quote = connection.dialect.identifier_preparer.quote
        for table, columns in known.items():
            row = f"row({', '.join(quote(column) for column in columns)})::text"
            statement = f"select count(*), coalesce(md5(string_agg({row}, '|' order by {row})), '') from {quote(table)}"  # noqa: S608  # names of our own tables
            count, digest = connection.execute(sa.text(statement)).one()
            found[table] = (count, digest)
    return found


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_down_to_the_time_before_grants_and_up_again_with_the_demo(demo: Runtime) -> None:
    known = columns_at(BEFORE_GRANTS)
    before = contents(demo, known)
    assert sum(count for count, _ in before.values()) > 1000
    report = verify_everything(demo)
    assert report.faults == ()
    assert report.payments > 0
    with demo.database.reading() as session:
        paid = {f"ledger entry {one.entry_id}: no payment or recovery explains it" for one in booked(session).values()}
    demo.database.close()
    scripts = ScriptDirectory.from_config(alembic_config(demo.database.url))
    newer = [one.revision for one in scripts.iterate_revisions("head", BEFORE_GRANTS)]
    for revision in newer:
        downgrade(demo.database.url, "-1")
        assert contents(demo, known) == before, f"{revision} takes rows of older tables with it"
    with demo.database.engine.connect() as connection:
        assert {table: list(columns) for table, columns in connection.execute(_COLUMNS)} == known
        assert connection.execute(sa.text("select version_num from alembic_version")).scalar_one() == BEFORE_GRANTS
    demo.database.close()
    for revision in reversed(newer):
        upgrade(demo.database.url, "+1")
        assert contents(demo, known) == before, f"{revision} changes rows of older tables"
    assert differences(demo.database.url) == []
    again = verify_everything(demo)
    assert set(again.faults) == paid, "nothing but the payments that went with their table"
    assert (again.events, again.files) == (report.events, report.files)


def money_faults(runtime: Runtime) -> tuple[str, ...]:
    with runtime.database.reading() as session:
        return (*verify_money(session).faults, *verify_ledger(session).faults, *verify_chains(session).broken)


def test_money_that_came_back_stays_in_the_journal_of_an_older_schema(tmp_path: Path) -> None:
    with a_runtime("settled_migrated", tmp_path) as runtime:
        with runtime.database.transaction() as session:
            made = build.a_reporting_grant(session, files=runtime.files)
            build.prefinanced(session, made)
            for number, now in ((1, build.DECIDED), (2, build.FINALLY)):
                build.submitted(session, made, number=number, costs=(), now=now)
                build.accepted(session, made, number=number, now=now)
            build.recovered(session, made, now=build.FINALLY)
        assert money_faults(runtime) == ()
        known = columns_at(BEFORE_GRANTS)
        before = contents(runtime, known)
        runtime.database.close()
        downgrade(runtime.database.url, BEFORE_GRANTS)
        assert contents(runtime, known) == before
        again = sa.text(
            "insert into ledger_entry select gen_random_uuid(), envelope_id, kind, 'again', occurred_at, null, '', '' "
            "from ledger_entry where kind = 'recover'"
        )
        with (
            runtime.database.engine.begin() as connection,
            pytest.raises(IntegrityError, match="ck_ledger_entry_kind"),
        ):
            connection.execute(again)
        runtime.database.close()
        upgrade(runtime.database.url)
        assert contents(runtime, known) == before
        assert differences(runtime.database.url) == []
