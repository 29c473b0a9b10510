"""Amendments that lower the grant, for the machine of money: accepted, given back or signed by both sides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.amendments.queries.amendments import amendments_of
from app.amendments.rules.lifecycle import OPEN, AmendmentState
from app.amendments.use_cases.start_amendment import withdraw_amendment
from app.core.money import Money
from app.reporting.queries.reports import reports_of
from app.reporting.rules.lifecycle import ReportState
from tests.builders import amendments as build

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tests.reliability.money import Work, World

DILIGENT = 60
"""Hundredths of each cost that stay where nobody draws them: more than the pre-financing."""
MOST_TRIES = 2


def amend(world: World, share: int) -> Work:
    """Take the next step of an amendment to so many hundredths of each cost; at none, what is open is given back.

    Where nothing is open it is drafted, asked for and accepted; what is accepted is signed by both sides.
    """

    def act(session: Session) -> None:
        made, now = world.made, world.now
        waiting = [row.number for row in amendments_of(session, made.grant_id) if row.state in OPEN]
        if waiting and share:
            build.signed(session, made, waiting[0], now=now)
            build.signed_last(session, made, waiting[0], now=now)
        elif waiting:
            build.decided(session, made, waiting[0], "return", now=now)
            withdraw_amendment(session, made.actor(session), made.grant_id, waiting[0], now=now)
        else:
            smaller = tuple(
                line.model_copy(update={"amount": Money(Money.parse(line.amount).cents * share // 100).amount})
                for line in build.wanted_budget(session, made)
            )
            number = build.a_request(session, made, now=now, budget=smaller)
            build.decided(session, made, number, now=now)

    return act


def next_step(world: World, session: Session, cents: int) -> Work | None:
    """What a consortium that claims an odd number of cents does once its first report is with the office."""
    rows = amendments_of(session, world.made.grant_id)
    accepted = any(row.state is AmendmentState.ACCEPTED for row in rows)
    if cents % 2 == 0 or world.over or (rows and not accepted) or world.tries >= MOST_TRIES:
        return None
    [first] = [one for one in reports_of(session, world.made.grant_id) if one.number == 1]
    if first.state is not ReportState.SUBMITTED:
        return None
    world.tries += 1
    return amend(world, DILIGENT)
