"""A group that acts at the same instant, with real transactions: whatever wins, the state stays one story."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.orm import Session

from app.core.errors import DomainError
from app.evaluation.queries.reports import consensus, report, views_of
from app.evaluation.queries.rounds import judged_row
from app.evaluation.rules.lifecycle import ConsensusState, JudgementState
from app.evaluation.schemas import ConcludeConsensus, GiveView, OfVersion
from app.evaluation.use_cases.conclude_consensus import conclude_consensus
from app.evaluation.use_cases.give_view import give_view
from app.evaluation.use_cases.propose_consensus import propose_consensus, revise_consensus
from app.evaluation.use_cases.save_consensus import save_consensus
from app.evaluation.use_cases.save_report import save_report
from tests.builders.evaluation import a_round
from tests.builders.people import actor_for
from tests.builders.scoring import JUDGING, Group, a_group_for, a_sheet, in_consensus, proposed

if TYPE_CHECKING:
    from app.delivery.runtime import Runtime

ROUNDS = 4
Act = Callable[[Session], object]


@pytest.fixture(scope="module")
def groups(runtime: Runtime) -> list[Group]:
    with runtime.database.transaction() as session:
        round_id, call, made = a_round(session, applications=ROUNDS + 2)
        found = [a_group_for(session, round_id, call, one) for one in made]
        return [
            replace(group, experts=tuple(replace(one, actor=actor_for(session, one.person)) for one in group.experts))
            for group in found
        ]


def at_once(runtime: Runtime, acts: list[Act]) -> list[str]:
    """What became of each: the rule that refused it, or nothing."""
    together = threading.Barrier(len(acts))

    def run(act: Act) -> str:
        together.wait(10)
        try:
            with runtime.database.transaction() as session:
                act(session)
        except DomainError as error:
            return error.violations[0].rule
        return ""

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.mark.parametrize("number", range(ROUNDS))
def test_revising_answering_and_concluding_at_once(runtime: Runtime, groups: list[Group], number: int) -> None:
    group = groups[number]
    with runtime.database.transaction() as session:
        _, version = proposed(session, in_consensus(session, group))
        agree = GiveView(agrees=True, version=version)
        give_view(session, group.experts[1].actor, group.application_id, agree, now=JUDGING)
    writer, where, third = group.rapporteur.actor, group.application_id, group.experts[2].actor
    close, offer = ConcludeConsensus(version=version), OfVersion(version=version + 1)
    at_once(
        runtime,
        [
            lambda s: revise_consensus(s, writer, where, now=JUDGING),
            lambda s: give_view(s, third, where, agree, now=JUDGING),
            lambda s: conclude_consensus(s, writer, where, close, now=JUDGING),
            lambda s: propose_consensus(s, writer, where, offer, now=JUDGING),
        ],
    )
    with runtime.database.reading() as session:
        row, judged = consensus(session, where), judged_row(session, where)
        assert row is not None
        concluded = row.state is ConsensusState.CONCLUDED
        assert (judged.state is JudgementState.CONCLUDED) is concluded
        if concluded:
            given = views_of(session, where, version=row.version)
            assert (row.version, len(given), row.agreement) == (version, 3, "unanimous")
        else:
            assert (row.agreement, row.version in {version, version + 1}) == ("", True)
            assert all(one.report_version <= row.version for one in views_of(session, where))


def test_of_two_windows_one_saves_and_the_other_is_told(runtime: Runtime, groups: list[Group]) -> None:
    group = groups[ROUNDS]
    seated = group.experts[0]
    sheets = [a_sheet(0, points={"impact": points}) for points in ("11", "17")]
    told = at_once(
        runtime,
        [lambda s, sheet=sheet: save_report(s, seated.actor, seated.id, sheet, now=JUDGING) for sheet in sheets],  # type: ignore[misc]
    )
    assert sorted(told) == ["", "version.stale"]
    with runtime.database.reading() as session:
        row = report(session, seated.id)
        assert row is not None
        assert (row.version, str(row.sheet.scores["impact"])) == (1, "11.00" if told[0] == "" else "17.00")


def test_two_rapporteurs_at_once_lose_nothing(runtime: Runtime, groups: list[Group]) -> None:
    group = groups[ROUNDS + 1]
    with runtime.database.transaction() as session:
        in_consensus(session, group)
    writer, where = group.rapporteur.actor, group.application_id
    sheets = [a_sheet(1, points={"impact": points}) for points in ("11", "17")]
    told = at_once(
        runtime,
        [lambda s, sheet=sheet: save_consensus(s, writer, where, sheet, now=JUDGING) for sheet in sheets],  # type: ignore[misc]
    )
    assert sorted(told) == ["", "version.stale"]
