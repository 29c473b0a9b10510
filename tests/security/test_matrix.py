"""The authorisation matrix: who may use which route, exercised with own, other and unknown things.

``matrix.csv`` was written by hand from what the product promises to each audience. A cell says ``-`` (refused),
``own`` (only what the person belongs to) or ``any``. What is refused must be refused with a body that would be
accepted from somebody else, and must change nothing; `test_matrix_allowed.py` tries what is allowed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from fastapi.routing import iter_route_contexts

from tests.security.visitor import CELLS, OTHER_NAMES, STANDING_FOR, UNKNOWN, Row, Visitor, matrix, refused
from tests.security.world import ROLES, Two
from tests.support.runtime import app_of

if TYPE_CHECKING:
    import httpx2 as httpx

    from app.delivery.runtime import Runtime


def state(runtime: Runtime) -> dict[str, tuple[int, int]]:
    """Every table with its number of rows and the last transaction that wrote one that is still there."""
    with runtime.database.engine.connect() as connection:
        tables = connection.execute(
            sa.text("select schemaname || '.' || tablename from pg_tables where schemaname in ('public', 'jobs')")
        )
        found = {}
        for table in tables.scalars().all():
            counted = sa.text(f"select count(*), coalesce(max(xmin::text::bigint), 0) from {table}")  # noqa: S608
            rows, last = connection.execute(counted).one()
            found[table] = (rows, last)
        return found


PARTLY = "a part of other"
"""Own thing, with something inside it that belongs to somebody else; it may also be told apart as a wrong value."""


@pytest.fixture(autouse=True)
def patient(two: Two) -> None:
    """The brake counts by address; here everybody comes from the same one."""
    two.runtime.limiter._uses.clear()


def test_every_route_has_a_row_and_every_row_a_route(two: Two) -> None:
    served = {
        (method, re.sub(r":\w+}", "}", context.path or ""))
        for context in iter_route_contexts(app_of(two.runtime).routes)
        for method in (context.methods or set()) - {"HEAD", "OPTIONS"}
    }
    rows = [(row.method, row.path) for row in matrix()]
    assert sorted(rows) == sorted(set(rows)), "a route stands twice in matrix.csv"
    assert served - set(rows) == set(), "routes without a row in matrix.csv: decide who may use them"
    assert set(rows) - served == set(), "rows of matrix.csv without a route"


def test_cells_hold_only_words_of_the_matrix() -> None:
    for row in matrix():
        assert set(row.cells.values()) <= CELLS, row
        assert row.door == ("api" if row.path.startswith("/api/") else "web"), row
        assert row.token == ("" if row.door == "web" else "read" if row.method == "GET" else "write"), row
        assert row.cells["public"] != "own", row


@pytest.mark.parametrize("role", ROLES)
def test_who_may_not_is_refused_and_changes_nothing(two: Two, role: str) -> None:
    visitor = Visitor(two, role, two.runtime)
    before = state(two.runtime)
    let_in = []
    for row in matrix():
        for what, answer in unwelcome(visitor, row):
            two.runtime.limiter._uses.clear()
            if not refused(answer) and not (what == PARTLY and answer.status_code in {409, 422}):
                let_in.append(f"{row.method} {row.path} ({what}): {answer.status_code}")
    assert not let_in, "\n".join(let_in)
    changed = {table for table, now in state(two.runtime).items() if before.get(table) != now}
    assert not changed, f"a refused request wrote into {changed}"
    assert not visitor.unsafe, "\n".join(visitor.unsafe)


def unwelcome(visitor: Visitor, row: Row) -> Iterator[tuple[str, httpx.Response]]:
    """Every way in which the person should not get through this route."""
    ours, theirs = visitor.two.ours, visitor.two.theirs
    cell = row.cells[visitor.role]
    if cell == "-":
        yield "own", visitor.ask(row, ours)
        return
    if row.door == "api" and row.token == "write" and visitor.role != "public":
        yield "a token that only reads", visitor.ask(row, ours, scope="read")
    if cell != "own":
        return
    # without a code: one that comes along is used up before the thing is looked for, and that is written down
    yield "other", visitor.ask(row, theirs, confirmed=False)
    identified = [name for name in row.parameters if name.endswith("_id") and name not in {"section_id", "field_id"}]
    foreign = {"token_id": theirs.token_ids[visitor.role]}
    if identified:
        nowhere = dict.fromkeys(identified, UNKNOWN) | dict.fromkeys(STANDING_FOR, UNKNOWN)
        yield "unknown", visitor.ask(row, ours, ids={**ours.ids, "token_id": UNKNOWN, **nowhere})
    if len(identified) > 1:
        mixed = {
            name: theirs.ids[name]
            for name in (*ours.ids,)
            if name not in {identified[0], *(names.get(identified[0]) for _, names in OTHER_NAMES)}
        }
        yield PARTLY, visitor.ask(row, ours, ids={**ours.ids, **mixed, **foreign}, confirmed=False)
