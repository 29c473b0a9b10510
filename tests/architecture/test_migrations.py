"""The schema that the migrations build is the one that the models describe."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from app.all_models import metadata
from app.infra.db.engine import connection_options
from app.infra.db.migrations import alembic_config, downgrade, upgrade
from tests.support.database import test_server as database_server


@pytest.fixture
def url() -> Iterator[str]:
    """An empty database."""
    server = database_server()
    server.drop("migrating")
    server.admin('create database "migrating"')
    yield server.url("migrating")
    server.drop("migrating")


def differences(url: str) -> list[Any]:
    engine = sa.create_engine(url, connect_args={"options": connection_options()}, poolclass=sa.NullPool)
    with engine.connect() as connection:

        def ours(_thing: object, name: str | None, kind: str, *_: object) -> bool:
            return not (kind == "table" and (name or "").startswith(("procrastinate_", "alembic_")))

        context = MigrationContext.configure(connection, opts={"include_object": ours, "compare_type": True})
        return list(compare_metadata(context, metadata))


def checks_and_triggers(url: str) -> set[tuple[str, str]]:
    """What autogenerate does not compare."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    statement = """
        select 'check ' || conrelid::regclass, conname || ' ' || pg_get_constraintdef(oid) from pg_constraint
        where contype in ('c', 'x') and connamespace = 'public'::regnamespace
        union all
        select 'trigger ' || tgrelid::regclass, tgname from pg_trigger where not tgisinternal
        and tgrelid::regclass::text not like '%procrastinate%'
        union all
        select 'index ' || tablename, indexdef from pg_indexes where schemaname = 'public' and tablename not like 'alembic%'
    """
    with engine.connect() as connection:
        return {(row[0], row[1]) for row in connection.execute(sa.text(statement))}


def test_models_and_migrations_agree(url: str) -> None:
    upgrade(url)
    assert differences(url) == []


def test_constraints_and_indexes_are_those_of_the_models(url: str) -> None:
    upgrade(url)
    migrated = checks_and_triggers(url)
    server = database_server()
    server.drop("modelled")
    server.admin('create database "modelled"')
    try:
        engine = sa.create_engine(server.url("modelled"), poolclass=sa.NullPool)
        with engine.begin() as connection:
            metadata.create_all(connection)
        modelled = checks_and_triggers(server.url("modelled"))
    finally:
        server.drop("modelled")
    assert {found for found in migrated if not found[0].startswith("trigger")} == modelled


def test_what_must_never_change_is_guarded_by_triggers(url: str) -> None:
    upgrade(url)
    guarded = {name.removeprefix("trigger ") for name, _ in checks_and_triggers(url) if name.startswith("trigger")}
    money = {"envelope", "commitment", "ledger_entry", "posting", "recipient_amount", "interest_request"}
    payments = {"payment", "payment_file", "bank_account", "statement_line", "bank_report", "payment_status"}
    checks = {"honour_declaration", "recorded_check", "sealed_root"}
    grants = {'"grant"', "grant_version", "grant_signature", "third_party_payment"}
    amendments = {"amendment", "amendment_signature"}
    reports = {"payment_calculation", "periodic_report", "claimed_cost", "financial_statement", "recovery_hearing"}
    decided = {"award", "letter", "ranking", "submission"}
    assert (
        guarded == {"audit_event", "call_version"} | decided | grants | amendments | reports | checks | money | payments
    )


def test_migrations_go_up_down_and_up_again(url: str) -> None:
    upgrade(url)
    downgrade(url, "base")
    upgrade(url)
    assert differences(url) == []


def test_there_is_one_head() -> None:
    assert len(ScriptDirectory.from_config(alembic_config("postgresql://")).get_heads()) == 1
