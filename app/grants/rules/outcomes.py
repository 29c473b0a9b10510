"""What becomes of each application? The adopted ranking and the refusals at the checks, as decisions.

Every ranked or refused application gets exactly one outcome; who withdrew gets none. Amounts are those that were
requested at submission, and the awards of each envelope's main list stay within what it has left.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from app.core.money import Money
from app.core.violations import Violation
from app.evaluation.rules.ranking import Standing


class Outcome(StrEnum):
    """What the decision says."""

    MAIN = "main"
    RESERVE = "reserve"
    BELOW_THRESHOLD = "below_threshold"
    NOT_SELECTED = "not_selected"
    NOT_ADMISSIBLE = "not_admissible"
    NOT_ELIGIBLE = "not_eligible"
    EXCLUDED = "excluded"

    @property
    def is_rejection(self) -> bool:
        """Whether the application takes no further part."""
        return self not in {Outcome.MAIN, Outcome.RESERVE}

    @property
    def was_ranked(self) -> bool:
        """Whether experts judged it, so that there is a report to send."""
        return self in {Outcome.MAIN, Outcome.RESERVE, Outcome.BELOW_THRESHOLD, Outcome.NOT_SELECTED}


REFUSED_AT = {
    "admissibility": Outcome.NOT_ADMISSIBLE,
    "eligibility": Outcome.NOT_ELIGIBLE,
    "exclusion": Outcome.EXCLUDED,
}
"""The step of the checks that refused, to the outcome."""
REFUSALS = tuple(outcome for outcome in Outcome if outcome.is_rejection)


@dataclass(frozen=True, slots=True)
class Refused:
    """An application that a check refused; ``reason`` are the words of the decision."""

    application_id: UUID
    step: str
    reason: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What is prepared for one application; ``amount`` only where money is or may be awarded."""

    application_id: UUID
    outcome: Outcome
    amount: Money | None
    envelope: str
    position: int | None
    reasons: str


def decisions(
    snapshot: Mapping[str, Any] | None,
    refused: Iterable[Refused],
    *,
    withdrawn: Collection[UUID] = (),
) -> tuple[Decision, ...]:
    """One decision for each application: ranked ones in the order of the record, then the refused ones, each once.

    ``snapshot`` is the adopted ranking's record; None where nothing was admitted.
    """
    found = [_ranked(snapshot, entry) for entry in snapshot["entries"]] if snapshot is not None else []
    known = {one.application_id for one in found}
    for one in refused:
        if one.application_id not in known:
            known.add(one.application_id)
            found.append(Decision(one.application_id, REFUSED_AT[one.step], None, "", None, one.reason))
    return tuple(one for one in found if one.application_id not in withdrawn)


def _ranked(snapshot: Mapping[str, Any], entry: Mapping[str, Any]) -> Decision:
    application_id = UUID(entry["application"])
    outcome = Outcome(Standing(entry["standing"]).value)
    requested = Money.parse(entry["requested"]["amount"], entry["requested"]["currency"])
    reasons = {
        Outcome.BELOW_THRESHOLD: "\n".join(missed_thresholds(snapshot, entry)),
        Outcome.NOT_SELECTED: "\n".join(missing_means(entry)),
    }.get(outcome, "")
    amount = None if outcome.is_rejection else requested
    return Decision(application_id, outcome, amount, entry["envelope"], entry["position"], reasons)


def missing_means(entry: Mapping[str, Any]) -> Sequence[str]:
    """What was found to be insufficient, as the record of the ranking says it."""
    found = [
        f"{check['kind'].capitalize()} capacity{' of ' if check['partner'] else ''}{check['partner']}: {check['words']}"
        for check in entry.get("capacity", ())
        if check["outcome"] == "insufficient"
    ]
    return found or ["The means to carry out the work were not shown."]


def missed_thresholds(snapshot: Mapping[str, Any], entry: Mapping[str, Any]) -> Sequence[str]:
    """Each threshold that the scores miss, in words with its figures."""
    found = []
    for criterion in snapshot["criteria"]:
        score, threshold = entry["scores"].get(criterion["id"], "0"), criterion["threshold"]
        if threshold is not None and Decimal(score) < Decimal(threshold):
            found.append(
                f"{criterion['title']}: {score} of {criterion['maximum']} points, the threshold is {threshold}."
            )
    total, overall = entry["total"], snapshot["overall_threshold"]
    if Decimal(total) < Decimal(overall):
        found.append(f"Total: {total} of {snapshot['maximum']} points, the overall threshold is {overall}.")
    return found


def preparation_findings(wanted: Sequence[Decision], available: Mapping[str, Money]) -> tuple[Violation, ...]:
    """Why the decisions cannot be prepared: an envelope that has less left than its main list asks for.

    ``available`` by code of envelope; a code that is missing stands for a call that pays nothing.
    """
    found = []
    for code, left in available.items():
        asked = main_total(wanted, code)
        if asked > left:
            found.append(
                Violation(
                    "award.list_exceeds_envelope",
                    "The main list of {envelope} comes to {asked}, but only {left} is left: over by {over}.",
                    figures={"envelope": code, "asked": asked, "left": left, "over": asked - left},
                )
            )
    return tuple(found)


def main_total(wanted: Iterable[Decision], envelope: str) -> Money:
    """What the main list of an envelope comes to."""
    main = (one for one in wanted if one.outcome is Outcome.MAIN and one.envelope == envelope)
    return Money.total(one.amount for one in main if one.amount is not None)
