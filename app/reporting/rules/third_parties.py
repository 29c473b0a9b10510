"""Does the register hold what is claimed as support to third parties? The ceiling of a recipient is kept there alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from app.applications.rules.budget import categories_for
from app.calls.rules.funding_kinds import CostPurpose
from app.core.money import Money
from app.core.violations import Severity, Violation

if TYPE_CHECKING:
    from uuid import UUID

    from app.calls.rules.call_rules import CallRules


class _Claim(Protocol):
    @property
    def category(self) -> str: ...

    @property
    def partner_id(self) -> UUID: ...

    @property
    def accepted(self) -> Money | None: ...


@dataclass(frozen=True, slots=True)
class ClaimedSupport:
    """What a partner claims as support over all periods so far, and its payments in the register that count.

    ``category`` is the first one of the call that third parties are paid from.
    """

    category: str
    claimed: Money
    recorded: Money

    @property
    def missing(self) -> Money:
        """What is claimed without a payment in the register."""
        return max(self.claimed - self.recorded, Money.zero())


def support_categories(rules: CallRules, strand: str) -> tuple[str, ...]:
    """Ids of the categories that third parties are paid from, in the order of the call."""
    return tuple(one.id for one in categories_for(rules, strand) if one.purpose is CostPurpose.THIRD_PARTIES)


def unrecorded_findings(support: ClaimedSupport, name: str, place: str) -> Iterator[Violation]:
    """A warning where more is claimed than the register holds: the office sees it, and may not accept it."""
    if support.missing:
        words = "{name} claims {claimed} of support to third parties so far. Payments of {recorded} are recorded."
        yield Violation(
            "statement.support_not_recorded",
            words,
            f"{place}/{support.category}",
            {"name": name, "claimed": support.claimed, "recorded": support.recorded, "missing": support.missing},
            Severity.WARNING,
            cure="Record the other {missing} with their recipients, or claim less.",
        )


def accepted_support(claims: Iterable[_Claim], partner_id: UUID, categories: Iterable[str]) -> Money:
    """What of the support by a partner was accepted."""
    named = frozenset(categories)
    return Money.total(
        one.accepted or Money.zero() for one in claims if one.partner_id == partner_id and one.category in named
    )


def taking_back_findings(amount: Money, recorded: Money, accepted: Money) -> tuple[Violation, ...]:
    """Whether a payment can be reversed: what is left in the register still holds what was accepted as cost."""
    if (left := recorded - amount) >= accepted:
        return ()
    words = "{accepted} of support to third parties were accepted as costs. Without this payment, {left} are recorded."
    figures = {"accepted": accepted, "left": left}
    cure = "Record the payment that took its place first, or ask the managing body to accept less."
    return (Violation("support.accepted_already", words, "", figures, cure=cure),)
