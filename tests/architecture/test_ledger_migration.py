"""Calls that were published before there was a ledger get their envelopes, once, and lose them with it."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.infra.db.engine import connection_options
from app.infra.db.migrations import downgrade, upgrade
from app.ledger.use_cases.verify_ledger import verify_ledger
from tests.builders.calls import a_document
from tests.conftest import NOW
from tests.support.database import test_server as database_server

BEFORE = "0010"
CALL = """
insert into call (id, programme_id, identifier, identifier_key, title, titles, funding_kind, opens_at, deadline, state,
    published_version, created_at, withdrawal_reason)
select gen_random_uuid(), id, :name, :name, :name, '{}', 'grant', :now, :now + interval '1 day', :state, :version, :now, ''
from programme returning id
"""
VERSION = """
insert into call_version (id, call_id, number, label, document, sha256, revision, saved_at, published_at)
values (gen_random_uuid(), :call, :number, '1.0', :document, repeat('0', 64), 1, :now, :published)
"""


@pytest.fixture
def url() -> Iterator[str]:
    """A database as it was before the ledger, with nothing in it."""
    server = database_server()
    server.drop("before_ledger")
    server.admin('create database "before_ledger"')
    upgrade(server.url("before_ledger"), BEFORE)
    yield server.url("before_ledger")
    server.drop("before_ledger")


def a_call(session: Session, name: str, state: str, documents: list[dict[str, object]], published: int | None) -> None:
    call = session.execute(sa.text(CALL), {"name": name, "state": state, "version": published, "now": NOW}).scalar_one()
    for number, document in enumerate(documents, start=1):
        frozen = NOW if published is not None and number <= published else None
        values = {"call": call, "number": number, "document": json.dumps(document), "now": NOW, "published": frozen}
        session.execute(sa.text(VERSION), values)


def envelopes(session: Session) -> list[tuple[str, str, str, int, int]]:
    statement = """
        select identifier, code, envelope.title, appropriated, available
        from envelope join call on call.id = call_id order by identifier, code
    """
    return [tuple(row) for row in session.execute(sa.text(statement))]  # type: ignore[misc]


def test_published_calls_set_their_money_aside_when_the_ledger_comes(url: str) -> None:
    first, second = (
        a_document(version="1.0"),
        a_document({"strands.main.envelope": {"amount": "4000000.00", "currency": "EUR"}}),
    )
    shared = a_document()
    shared["strands"] = [
        {"id": "industry", "titles": {"en": "Industry"}, "pool": "common"},
        {"id": "none", "titles": {"en": "None"}, "envelope": {"amount": "0.00", "currency": "EUR"}},
    ]
    money = {"amount": "2600000.50", "currency": "EUR"}
    shared["pools"] = [{"id": "common", "titles": {"en": "Both", "fr": "Les deux"}, "envelope": money}]
    label = a_document()
    label["strands"] = [{"id": "main", "titles": {"en": "Main"}}]
    engine = sa.create_engine(url, connect_args={"options": connection_options()}, poolclass=sa.NullPool)
    with Session(engine) as session, session.begin():
        session.execute(
            sa.text("insert into programme values (gen_random_uuid(), 'COSME', 'COSME', :now)"), {"now": NOW}
        )
        a_call(session, "CORRECTED", "published", [first, second], 2)
        a_call(session, "WAITING", "closed", [first, second], 1)
        a_call(session, "SHARED", "withdrawn", [shared], 1)
        a_call(session, "DRAFT", "draft", [first], None)
        a_call(session, "LABEL", "published", [label], 1)
    title = "European Strategic Cluster Partnerships for Excellence"
    expected = [
        ("CORRECTED", "main", title, 400_000_000, 400_000_000),
        ("SHARED", "common", "Both", 260_000_050, 260_000_050),
        ("SHARED", "none", "None", 0, 0),
        ("WAITING", "main", title, 360_000_000, 360_000_000),
    ]
    for _ in range(2):
        upgrade(url)
        with Session(engine) as session:
            assert envelopes(session) == expected
            report = verify_ledger(session)
            assert (report.entries, report.faults) == (3, ())
        downgrade(url, BEFORE)
        with Session(engine) as session:
            assert session.execute(sa.text("select to_regclass('envelope'), to_regclass('posting')")).one() == (
                None,
                None,
            )
