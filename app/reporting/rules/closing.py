"""May a grant be closed? Every report decided, everything due paid, everything owed paid back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.core.money import Money
from app.core.violations import Violation
from app.reporting.rules.lifecycle import DECIDED, ReportState


@dataclass(frozen=True, slots=True)
class ToClose:
    """Reports by number of their period, numbers of those whose payment is open, and what is still owed.

    ``lost`` is pre-financing that the balance counted as paid and that came back from the bank since.
    """

    states: Mapping[int, ReportState]
    unpaid: tuple[int, ...] = ()
    owed: Mapping[int, Money] = field(default_factory=dict)
    lost: Money = field(default_factory=Money.zero)


def closing_findings(grant: ToClose) -> tuple[Violation, ...]:
    """Everything that is open, in order."""
    found = []
    if not grant.states:
        found.append(Violation("closing.no_report", "Nothing was reported yet.", "reports"))
    for number, state in sorted(grant.states.items()):
        if state not in DECIDED:
            words = "The report of period {number} is not decided."
            found.append(Violation("closing.report_open", words, "reports", {"number": number}))
    for number in sorted(grant.unpaid):
        words = "What is due after report {number} is not paid yet."
        found.append(Violation("closing.unpaid", words, "payments", {"number": number}))
    if grant.lost:
        words = "The balance counts the pre-financing as paid, and it came back from the bank. Ask for it again."
        found.append(Violation("closing.came_back", words, "payments"))
    for number, amount in sorted(grant.owed.items()):
        words = "{amount} is to be paid back after report {number} and did not come in yet."
        found.append(Violation("closing.owed", words, "payments", {"number": number, "amount": amount}))
    return tuple(found)
