"""What a grant may pay to third parties, what it paid, and how far its exchanges are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from app.cascade.queries.frame import activities_of, ceiling_of, counted_of, partner_budgets
from app.cascade.queries.payments import exchanges_made
from app.cascade.rules.targets import Target, targets
from app.cascade.schemas import PartnerBudget
from app.core.actor import Actor
from app.core.errors import RulesViolatedError
from app.core.money import Money
from app.core.violations import Violation
from app.grants.queries.agreement import agreement_of
from app.grants.queries.grants import grant_head, grant_scope
from app.ledger.rules.recipients import Within


@dataclass(frozen=True, slots=True)
class SupportFigures:
    """The figures of one grant. ``ceiling`` counts per recipient ``within``, None where the call sets none.

    ``activities`` are ids and titles of what the call closes its list with, empty where it leaves it open.
    """

    partners: Sequence[PartnerBudget]
    targets: Sequence[Target]
    activities: Mapping[str, str]
    ceiling: Money | None
    within: Within

    @property
    def budget(self) -> Money:
        """What all partners together may pay."""
        return Money.total(one.budget for one in self.partners)

    @property
    def used(self) -> Money:
        """What they paid."""
        return Money.total(one.used for one in self.partners)

    @property
    def left(self) -> Money:
        """What is still to be paid."""
        return self.budget - self.used


def support_figures(session: Session, actor: Actor, grant_id: UUID) -> SupportFigures:
    """Figures as the agreement and the call set them; raise NotFound, or RulesViolated before there is an agreement.

    A constant number of queries.
    """
    scope = grant_scope(session, grant_id)
    if grant_head(session, grant_id).agreed_version is None:
        words = "There is no agreement yet: it will say what third parties can be paid."
        raise RulesViolatedError([Violation("support.no_agreement", words)])
    agreement = agreement_of(session, grant_id)
    ceiling = ceiling_of(session, agreement)
    return SupportFigures(
        partners=partner_budgets(session, actor, scope, agreement),
        targets=targets(agreement.indicators, counted_of(session, agreement), exchanges_made(session, grant_id)),
        activities=activities_of(ceiling),
        ceiling=ceiling.maximum if ceiling is not None else None,
        within=Within(ceiling.scope) if ceiling is not None else Within.GRANT,
    )
