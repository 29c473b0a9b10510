"""Assignments: what ties an expert to an application, and how much one takes on."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.violations import Severity, blocking
from app.evaluation.rules.assignments import (
    PUBLIC_MAIL,
    ExpertFacts,
    HitKind,
    ProposalFacts,
    assignment_findings,
    conflict_hits,
    missing_experts,
)
from tests.builders.calls import escp_4x

EXPERT = ExpertFacts(UUID(int=1), "Vera Stein", "vera@stein-advice.example", employer="Stein Advice")
PROPOSAL = ProposalFacts(
    UUID(int=9),
    "CALL/0001",
    organisations=frozenset({UUID(int=20)}),
    names=frozenset({"Cluster Porto"}),
    domains=frozenset({"porto.example"}),
    contacts=frozenset({UUID(int=30)}),
)


def test_a_stranger_may_judge() -> None:
    assert not conflict_hits(EXPERT, PROPOSAL)
    assert not assignment_findings(EXPERT, PROPOSAL, already=False)


@pytest.mark.parametrize(
    ("expert", "hit", "stops"),
    [
        (replace(EXPERT, person_id=UUID(int=30)), HitKind.CONSORTIUM, True),
        (replace(EXPERT, applications=frozenset({UUID(int=9)})), HitKind.CONSORTIUM, True),
        (replace(EXPERT, organisations=frozenset({UUID(int=20)})), HitKind.ORGANISATION, True),
        (replace(EXPERT, employer="  cluster   PORTO "), HitKind.EMPLOYER, True),
        (replace(EXPERT, email="vera@PORTO.example"), HitKind.MAIL_DOMAIN, False),
        (replace(EXPERT, applications=frozenset({UUID(int=8)})), HitKind.COMPETING, True),
    ],
)
def test_each_tie_is_found_and_named(expert: ExpertFacts, hit: HitKind, stops: bool) -> None:  # noqa: FBT001  # a parameter of the table
    assert conflict_hits(expert, PROPOSAL) == (hit,)
    [found] = assignment_findings(expert, PROPOSAL, already=False)
    assert found.rule == f"assignment.conflict_{hit}"
    assert (found.severity is Severity.BLOCKING) is stops
    assert "Vera Stein" in found.text
    assert "CALL/0001" in found.text


@given(st.sampled_from(sorted(PUBLIC_MAIL)))
def test_a_public_mail_provider_ties_nobody(domain: str) -> None:
    expert = replace(EXPERT, email=f"vera@{domain}")
    assert not conflict_hits(expert, replace(PROPOSAL, domains=frozenset({domain})))


@given(st.integers(0, 12), st.one_of(st.none(), st.integers(1, 12)))
def test_nobody_takes_more_than_they_said(load: int, maximum: int | None) -> None:
    found = assignment_findings(replace(EXPERT, load=load, maximum=maximum), PROPOSAL, already=False)
    assert bool(found) == (maximum is not None and load >= maximum)


def test_everything_is_told_at_once() -> None:
    expert = replace(EXPERT, person_id=UUID(int=30), registered=False, load=3, maximum=3)
    rules = [one.rule for one in blocking(assignment_findings(expert, PROPOSAL, already=True))]
    assert rules == [
        "assignment.conflict_consortium",
        "assignment.twice",
        "assignment.not_registered",
        "assignment.load",
    ]


@given(st.integers(0, 10))
def test_what_is_lacking_comes_from_the_call(active: int) -> None:
    evaluation = escp_4x().evaluation
    assert evaluation is not None
    assert missing_experts(evaluation, active) == max(3 - active, 0)
