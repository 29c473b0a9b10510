"""Each envelope of a call: what is awarded, what is left, and who comes next on its reserve list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.money import Money
from app.core.violations import Violation
from app.grants.queries.awards import awards_of
from app.grants.rules.lifecycle import DECIDED, AwardState
from app.grants.rules.outcomes import Outcome
from app.grants.rules.promotion import OnReserve, next_of_reserve, promotion_findings
from app.grants.schemas import AwardRow
from app.ledger.queries import envelopes_of_call

_LIVE = (AwardState.PREPARED, *DECIDED)


@dataclass(frozen=True, slots=True)
class Reserve:
    """An envelope with its main list in two sums, what is free beside both, and the next of its reserve list.

    ``findings`` say why the next one cannot be promoted now.
    """

    code: str
    title: str
    appropriated: Money
    signed: Money
    prepared: Money
    free: Money
    following: OnReserve | None
    findings: tuple[Violation, ...]


def reserves_of(session: Session, call_id: UUID) -> Sequence[Reserve]:
    """Every envelope of a call in the order in which they were opened. Two queries."""
    live = awards_of(session, call_id, states=_LIVE)
    found = []
    for envelope in envelopes_of_call(session, call_id):
        mine = [one for one in live if one.envelope == envelope.code]
        prepared = _sum(one for one in mine if one.state is AwardState.PREPARED)
        free = envelope.available - prepared
        following = next_of_reserve(_on_reserve(mine))
        found.append(
            Reserve(
                code=envelope.code,
                title=envelope.title,
                appropriated=envelope.appropriated,
                signed=_sum(one for one in mine if one.state is not AwardState.PREPARED),
                prepared=prepared,
                free=free,
                following=following,
                findings=promotion_findings(following, free),
            )
        )
    return found


def _sum(awards: Iterable[AwardRow]) -> Money:
    return Money.total(one.amount for one in awards if one.outcome is Outcome.MAIN and one.amount is not None)


def _on_reserve(awards: Sequence[AwardRow]) -> Sequence[OnReserve]:
    promoted = {one.application_id for one in awards if one.outcome is Outcome.MAIN}
    return [
        OnReserve(
            award_id=one.id,
            reference=one.reference,
            position=one.position or 0,
            amount=one.amount or Money(0),
            state=one.state,
            withdrawn=one.withdrawn,
            promoted=one.application_id in promoted,
        )
        for one in awards
        if one.outcome is Outcome.RESERVE
    ]
