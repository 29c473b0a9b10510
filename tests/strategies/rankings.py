"""Random candidates and calls for the properties of rankings."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from hypothesis import strategies as st

from app.calls.rules.call_rules import CallRules
from app.core.money import Money
from app.evaluation.rules.ranking import Candidate
from app.evaluation.rules.scores import total_of
from tests.builders.calls import escp_4x, evaluation_with, rules_with

CRITERIA = ("relevance", "quality", "impact", "budget")
_KINDS = ("number_of_countries", "lower_request", "sme_budget_share", "gender_balance")


@st.composite
def ranking_rules(draw: st.DrawFn) -> CallRules:
    """The 2018 call with other envelopes, comparators and what happens at the line."""
    ties: list[dict[str, str]] = [
        {"kind": "criterion_score", "criterion": name}
        for name in draw(st.lists(st.sampled_from(CRITERIA), unique=True))
    ]
    ties += [{"kind": kind} for kind in draw(st.lists(st.sampled_from(_KINDS), unique=True))]
    if draw(st.booleans()):
        ties.append({"kind": "panel_decision"})
    line = draw(st.sampled_from([{}, {"line": "stops"}, {"line": "skips"}]))
    envelope = {"strands.main.envelope": f"{draw(st.integers(0, 5_000_000))}.00"}
    return rules_with(envelope | evaluation_with(tie_breaks=ties, **line))


@st.composite
def candidates(draw: st.DrawFn, most: int = 25) -> tuple[Candidate, ...]:
    """Candidates of one strand, with few different scores so that ties are frequent."""
    stage = escp_4x().evaluation.stages[0]  # type: ignore[union-attr]  # the shipped call has one
    few = st.integers(9, 15)
    made = []
    for number in range(draw(st.integers(0, most))):
        scores = {
            criterion.id: Decimal(draw(few)) * (2 if criterion.maximum == 30 else 1) for criterion in stage.criteria
        }
        total = total_of(stage, scores)
        made.append(
            Candidate(
                application_id=UUID(int=number + 1),
                reference=f"CALL/{number + 1:04d}",
                strand="main",
                scores=scores,
                total=total.points,
                passes=total.passes,
                requested=Money(draw(st.integers(1, 36_000_000))),
                selected=draw(st.sampled_from([True, True, True, False])),
                countries=draw(st.integers(3, 5)),
                sme_share=draw(st.sampled_from([None, 1000, 7500])),
                gender_balance=draw(st.sampled_from([None, 3000, 5000])),
                panel_order=draw(st.sampled_from([None, None, 1, 2])),
            )
        )
    return tuple(made)
