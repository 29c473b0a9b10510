"""Amendments of running grants at each of their steps, brought there by the use cases."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.amendments.queries.amendments import amendment_row, proposal_of
from app.amendments.rules.drafting import entered_lines
from app.amendments.schemas import AmendmentRow, DecideAmendment, SaveAmendment, SignAmendment, WantedCost
from app.amendments.use_cases.decide_amendment import decide_amendment
from app.amendments.use_cases.request_amendment import request_amendment
from app.amendments.use_cases.save_amendment import save_amendment
from app.amendments.use_cases.sign_amendment import sign_for_authority, sign_for_coordinator
from app.amendments.use_cases.start_amendment import start_amendment
from app.applications.queries.applied_call import rules_of
from app.core.money import Money
from tests.builders.grants import MadeGrant

ASKED = datetime(2020, 3, 2, 9, 0, tzinfo=UTC)
"""In the fifth month of the project."""
WHY = "The lead of work package 3 moves to the second partner, with its staff costs."
OFFICE_WHY = "The budget of the second partner lacks an explanation."

Move = tuple[int, str, int, str, str]
"""From a member and a category to a member and a category: an amount."""


def wanted_budget(session: Session, made: MadeGrant, *moves: Move) -> tuple[WantedCost, ...]:
    """The budget in force with these amounts moved."""
    agreement = made.agreement(session)
    lines = entered_lines(rules_of(session, agreement.call_version_id), agreement.facts)
    costs: dict[tuple[UUID, str], Money] = {(one.partner_id, one.category_id): one.amount for one in lines}
    for giver, from_category, taker, to_category, amount in moves:
        taken, given = (made.partner_id(giver), from_category), (made.partner_id(taker), to_category)
        costs[taken] = costs.get(taken, Money.zero()) - Money.parse(amount)
        costs[given] = costs.get(given, Money.zero()) + Money.parse(amount)
    return tuple(
        WantedCost(partner_id=partner_id, category=category, amount=cost.amount)
        for (partner_id, category), cost in costs.items()
    )


def saved(session: Session, made: MadeGrant, number: int = 1, *, now: datetime = ASKED, **given: Any) -> int:
    """The coordinator saves; ``given`` are fields of the draft beside the reason."""
    version = amendment_row(session, made.grant_id, number).version
    wanted = SaveAmendment(**({"version": version, "reason": WHY} | given))
    return save_amendment(session, made.actor(session), made.grant_id, number, wanted, now=now)


def a_draft(session: Session, made: MadeGrant, *, now: datetime = ASKED, **given: Any) -> int:
    """A draft; 10 000 euro of staff costs move from the coordinator to the second member unless told otherwise."""
    number = start_amendment(session, made.actor(session), made.grant_id, now=now)
    fields: Mapping[str, Any] = given or {
        "budget": wanted_budget(session, made, (0, "personnel", 1, "personnel", "10000.00"))
    }
    saved(session, made, number, now=now, **fields)
    return number


def a_request(session: Session, made: MadeGrant, *, now: datetime = ASKED, **given: Any) -> int:
    """An amendment that lies with the office."""
    number = a_draft(session, made, now=now, **given)
    asked(session, made, number, now=now)
    return number


def asked(session: Session, made: MadeGrant, number: int, *, now: datetime = ASKED) -> None:
    """The coordinator asks for it."""
    request_amendment(session, made.actor(session), made.grant_id, number, now=now)


def decided(session: Session, made: MadeGrant, number: int, decision: str = "accept", *, now: datetime = ASKED) -> None:
    """The officer of the call decides."""
    wanted = DecideAmendment.model_validate(
        {"decision": decision, "reason": "" if decision == "accept" else OFFICE_WHY}
    )
    decide_amendment(session, made.officer, made.grant_id, number, wanted, now=now)


def text(session: Session, made: MadeGrant, number: int) -> SignAmendment:
    """What somebody who reads the amendment now would sign."""
    return SignAmendment(sha256=row(session, made, number).sha256 or "0" * 64)


def row(session: Session, made: MadeGrant, number: int = 1) -> AmendmentRow:
    """The amendment as it is stored now."""
    return amendment_row(session, made.grant_id, number)


def signed(session: Session, made: MadeGrant, number: int, *, now: datetime = ASKED) -> None:
    """The coordinator's signatory signs."""
    sign_for_coordinator(session, made.actor(session), made.grant_id, number, text(session, made, number), now=now)


def signed_last(session: Session, made: MadeGrant, number: int, *, now: datetime = ASKED) -> None:
    """The authority signs."""
    sign_for_authority(session, made.authority, made.grant_id, number, text(session, made, number), now=now)


def in_force(session: Session, made: MadeGrant, *, now: datetime = ASKED, **given: Any) -> int:
    """An amendment that everybody signed."""
    number = a_request(session, made, now=now, **given)
    decided(session, made, number, now=now)
    signed(session, made, number, now=now)
    signed_last(session, made, number, now=now)
    return number


def proposal_account(session: Session, made: MadeGrant, number: int = 1) -> UUID | None:
    """The account that an amendment names."""
    return proposal_of(session, row(session, made, number).id).account_id
