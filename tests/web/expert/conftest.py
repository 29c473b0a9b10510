"""A group at work on one application, in a database that the tests of a module share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from app.calls.models import Call
from app.delivery.runtime import Runtime
from tests.builders.applications import Made
from tests.builders.evaluation import a_round
from tests.builders.people import actor_for
from tests.builders.scoring import JUDGING, Group, a_group_for, in_consensus
from tests.conftest import NOW


@pytest.fixture(autouse=True)
def _while_experts_work(runtime: Runtime) -> Iterator[None]:
    runtime.clock.instant = JUDGING  # type: ignore[attr-defined]  # the clock of tests
    yield
    runtime.clock.instant = NOW  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def judged(runtime: Runtime) -> tuple[object, Call, list[Made]]:
    """A round with some applications, one for each test that wants its own."""
    with runtime.database.transaction() as session:
        round_id, call, made = a_round(session, applications=8)
        return round_id, call, list(made)


@pytest.fixture
def group(runtime: Runtime, judged: tuple[object, Call, list[Made]]) -> Group:
    """Experts who declared no conflict with an application, and have written nothing."""
    round_id, call, made = judged
    with runtime.database.transaction() as session:
        return a_group_for(session, round_id, call, made.pop())  # type: ignore[arg-type]  # an id


@pytest.fixture
def talking(runtime: Runtime, group: Group) -> Group:
    """The same with all reports submitted and the consensus open."""
    with runtime.database.transaction() as session:
        fresh = tuple(replace(one, actor=actor_for(session, one.person)) for one in group.experts)
        return in_consensus(session, replace(group, experts=fresh))
