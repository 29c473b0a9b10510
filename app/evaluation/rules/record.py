"""What exactly does a committee vote on? One plain document that explains itself without the call.

It is stored as canonical JSON with its SHA-256; a vote names that hash, so that nobody approves what was
changed in the meantime. Titles stand beside ids, amounts and totals are computed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from app.evaluation.rules.scores import score_text

if TYPE_CHECKING:
    from app.calls.rules.call_rules import CallRules
    from app.evaluation.rules.ranking import Line, Ranked, RankedList

FORMAT = "grappe-ranking-1"


@dataclass(frozen=True, slots=True)
class Described:
    """An application's words for the record; ``marks`` are the reasons of scores that the panel set, by criterion.

    ``capacity`` are the checks as found: kind, partner (empty for the partnership), outcome, words.
    """

    submission_id: UUID
    acronym: str
    title: str
    coordinator: str
    countries: tuple[str, ...]
    partners: int
    agreement: str = ""
    marks: Mapping[str, str] = field(default_factory=dict)
    order_reason: str = ""
    without_agreement: bool = False
    capacity: Sequence[tuple[str, str, str, str]] = ()


def ranking_record(
    rules: CallRules, stage_id: str, ranked: RankedList, described: Mapping[UUID, Described]
) -> dict[str, Any]:
    """The ranking as it is proposed; raise KeyError where an application is not described."""
    evaluation = rules.evaluation
    stage = evaluation.stage(stage_id) if evaluation is not None else None
    titles = {strand.id: str(strand.titles) for strand in rules.strands} | {
        pool.id: str(pool.titles) for pool in rules.pools
    }
    return {
        "format": FORMAT,
        "call": {
            "identifier": rules.identity.identifier,
            "title": str(rules.identity.titles),
            "version": rules.version,
            "sha256": rules.sha256,
            "stage": stage_id,
        },
        "criteria": [
            {
                "id": criterion.id,
                "title": str(criterion.title),
                "maximum": score_text(criterion.maximum),
                "weight": score_text(criterion.weight),
                "threshold": None if criterion.threshold is None else score_text(criterion.threshold),
            }
            for criterion in (stage.criteria if stage is not None else ())
        ],
        "maximum": score_text(stage.maximum) if stage is not None else "0",
        "overall_threshold": score_text(stage.overall_threshold) if stage is not None else "0",
        "envelopes": [_line(line, titles) for line in ranked.lines],
        "entries": [_entry(entry, described[entry.candidate.application_id]) for entry in ranked.entries],
    }


def _line(line: Line, titles: Mapping[str, str]) -> dict[str, Any]:
    return {
        "code": line.envelope,
        "title": titles.get(line.envelope, line.envelope),
        "available": line.available,
        "funded": line.funded,
        "left": line.left,
        "next_needs": line.next_needs,
        "after": line.after,
    }


def _entry(entry: Ranked, words: Described) -> dict[str, Any]:
    one = entry.candidate
    return {
        "application": one.application_id,
        "submission": words.submission_id,
        "reference": one.reference,
        "acronym": words.acronym,
        "title": words.title,
        "coordinator": words.coordinator,
        "countries": list(words.countries),
        "partners": words.partners,
        "strand": one.strand,
        "envelope": entry.envelope,
        "standing": entry.standing,
        "position": entry.position,
        "reserve": entry.reserve,
        "scores": {criterion: score_text(score) for criterion, score in one.scores.items()},
        "total": score_text(one.total),
        "agreement": words.agreement,
        "without_agreement": words.without_agreement,
        "marks": dict(words.marks),
        "decided_by": entry.decided_by,
        "order_reason": words.order_reason,
        "capacity": [
            {"kind": kind, "partner": partner, "outcome": outcome, "words": said}
            for kind, partner, outcome, said in words.capacity
        ],
        "requested": one.requested,
        "running": entry.running,
    }


def entries_of(snapshot: Mapping[str, Any], *standings: str) -> Sequence[Mapping[str, Any]]:
    """The entries of a stored record with one of the standings, in order; all of them where none is named."""
    return [entry for entry in snapshot["entries"] if not standings or entry["standing"] in standings]
