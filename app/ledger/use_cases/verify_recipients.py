"""Verify that no third party received more than the ceiling by which each amount was judged."""

from __future__ import annotations

from collections.abc import Sequence

from app.ledger.rules.recipients import Received, passed_ceilings
from app.ledger.schemas import Counted


def verify_recipients(counted: Sequence[Counted]) -> tuple[str, ...]:
    """Add up again what every recipient received; ``counted`` are all amounts in the order of recording.

    What was reversed does not count. An amount is judged with those that were recorded before it: a later version of
    a call may have raised the ceiling.
    """
    return passed_ceilings(
        [
            Received(
                keys=one.keys,
                name=one.name,
                places=(one.place.grant_id, one.place.call_id, one.place.programme_id),
                amount=one.amount,
                ceiling=one.ceiling,
                within=one.within,
            )
            for one in counted
            if one.reversed_at is None
        ]
    )
