"""Amendments of the demo: more months, or costs that move from one partner to another, as far as each has come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from app.amendments.queries.amendments import amendment_row
from app.amendments.rules.drafting import entered_lines
from app.amendments.schemas import DecideAmendment, SaveAmendment, SignAmendment, WantedCost
from app.amendments.use_cases.decide_amendment import decide_amendment
from app.amendments.use_cases.request_amendment import request_amendment
from app.amendments.use_cases.save_amendment import save_amendment
from app.amendments.use_cases.sign_amendment import sign_for_authority, sign_for_coordinator
from app.amendments.use_cases.start_amendment import start_amendment, withdraw_amendment
from app.applications.queries.applied_call import rules_of
from app.core.money import Money
from app.demo.granting import with_device

if TYPE_CHECKING:
    from app.demo.reporting import Reporting

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LONGER = (
    "Two hosts renovate their test halls until spring. The last visits take place after that, within the same budget."
)
MOVED = "The visit coordinator changes her employer: her tasks, and the costs of her time, move to the second partner."
BACK = "The second partner must explain how it will cover its own share of the costs that move to it."
REFUSAL = "The budget of the communication was cut in the award decision: an amendment does not bring it back."
_Answer = tuple[Literal["accept", "return", "refuse"], str]
_ACCEPTED: _Answer = ("accept", "")
_ANSWERS: Mapping[str, _Answer] = {"returned": ("return", BACK), "refused": ("refuse", REFUSAL)}


@dataclass(frozen=True, slots=True)
class Amending:
    """One amendment of a running project."""

    project: Reporting

    def run(self, until: str, *, now: datetime) -> None:
        """Bring an amendment to ``until``, a state of its lifecycle, beginning at ``now``."""
        session, lead, grant_id = self.project.session, self.project.one.lead, self.project.grant_id
        number = start_amendment(session, lead, grant_id, now=now)
        version = amendment_row(session, grant_id, number).version
        save_amendment(session, lead, grant_id, number, self._wanted(until, version), now=now + HOUR)
        if until == "withdrawn":
            withdraw_amendment(session, lead, grant_id, number, now=now + DAY)
        if until in {"draft", "withdrawn"}:
            return
        request_amendment(session, lead, grant_id, number, now=now + 2 * DAY)
        if until == "requested":
            return
        decision, reason = _ANSWERS.get(until, _ACCEPTED)
        decided = DecideAmendment(decision=decision, reason=reason)
        decide_amendment(session, self.project.officer, grant_id, number, decided, now=now + 9 * DAY)
        if until in {"accepted", *_ANSWERS}:
            return
        text = SignAmendment(sha256=amendment_row(session, grant_id, number).sha256 or "")
        sign_for_coordinator(session, with_device(lead), grant_id, number, text, now=now + 11 * DAY)
        if until == "signed":
            return
        authority = with_device(self.project.office.authorising(session))
        sign_for_authority(session, authority, grant_id, number, text, now=now + 13 * DAY)

    def _wanted(self, until: str, version: int) -> SaveAmendment:
        """Costs move where the office has something to say about it; otherwise the project lasts longer."""
        facts = self.project.agreement.facts
        if until in {"draft", "accepted", "in_force"} and facts.duration_months < 24:  # months of the call
            return SaveAmendment(version=version, reason=LONGER, duration_months=24)
        lines = entered_lines(rules_of(self.project.session, facts.call_version_id), facts)
        costs = {(one.partner_id, one.category_id): one.amount for one in lines}
        giver, taker, *_ = [party.partner_id for party in facts.signing_parties]
        amount = Money(
            costs[giver, "personnel"].cents * 7 // 1_000_000 * 10_000
        )  # whole hundreds: flat rates stay exact
        costs[giver, "personnel"] -= amount
        costs[taker, "personnel"] += amount
        budget = tuple(
            WantedCost(partner_id=partner, category=category, amount=cost.amount)
            for (partner, category), cost in costs.items()
        )
        return SaveAmendment(version=version, reason=MOVED, budget=budget)
