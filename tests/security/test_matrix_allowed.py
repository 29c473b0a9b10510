"""The authorisation matrix, the other half: whom a cell lets in gets through to the last line, which is then undone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.security.conftest import UndoneDatabase
from tests.security.visitor import Visitor, matrix, refused
from tests.security.world import ROLES, Two

if TYPE_CHECKING:
    from app.delivery.runtime import Runtime

SOME = ("public", "person", "administrator")
"""What is for everybody alike is tried as these."""


@pytest.fixture(scope="session")
def undone(two: Two) -> Runtime:
    """The same installation, in which nothing is kept."""
    return replace(two.runtime, database=UndoneDatabase(two.runtime.database))


@pytest.fixture(autouse=True)
def patient(undone: Runtime) -> None:
    """The brake counts by address; here everybody comes from the same one."""
    undone.limiter._uses.clear()


@pytest.mark.parametrize("role", ROLES)
def test_who_may_is_let_in(two: Two, undone: Runtime, role: str) -> None:
    visitor = Visitor(two, role, undone)
    turned_away = []
    for row in matrix():
        cell, kinds = row.cells[role], set(row.cells.values())
        if kinds == {"any"} and role not in SOME:
            continue
        for what, world in (("own", two.ours), ("other", two.theirs)):
            if cell == "-" or (cell == "own" and what == "other") or (what == "other" and "own" not in kinds):
                continue
            undone.limiter._uses.clear()
            answer = visitor.ask(row, world)
            if refused(answer) or answer.status_code >= 500:
                turned_away.append(f"{row.method} {row.path} ({what}): {answer.status_code}")
    assert not turned_away, "\n".join(turned_away)
    assert not visitor.unsafe, "\n".join(visitor.unsafe)
