"""Periodic reports of the demo: written by the consortium, signed, submitted, judged by the office, paid, and the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING
from uuid import UUID

from app.accounts.queries import actor_of_person
from app.cascade.queries.payments import used_by_partner
from app.core.money import Money
from app.delivery.bank import DEMO_PAYER
from app.demo import content
from app.demo.granting import member_of
from app.demo.report_words import Told, cost_lines, doubt
from app.demo.visits import Visits, at_noon
from app.grants.queries.agreement import agreement_of
from app.grants.queries.grants import parties_of
from app.reporting.queries.reading import partners_of, report_reading
from app.reporting.queries.reports import calculations_of, costs_of, report_row
from app.reporting.rules.assessment import Verdict
from app.reporting.rules.progress import expected_by
from app.reporting.schemas import (
    AboutLatePayment,
    AnswerRecovery,
    AssessCost,
    AssessCosts,
    CostLine,
    DecideRecovery,
    DecideReport,
    IndicatorLine,
    NoteRecovery,
    ReturnReport,
    SaveIndicators,
    SaveStatement,
    SaveTexts,
    StatementAt,
)
from app.reporting.use_cases.answer_recovery import answer_recovery
from app.reporting.use_cases.assess_costs import assess_costs
from app.reporting.use_cases.close_grant import close_grant
from app.reporting.use_cases.decide_recovery import decide_recovery
from app.reporting.use_cases.decide_report import decide_report
from app.reporting.use_cases.note_recovery import note_recovery
from app.reporting.use_cases.open_periods import open_periods
from app.reporting.use_cases.pay_interest import pay_interest
from app.reporting.use_cases.request_payment import request_payment
from app.reporting.use_cases.return_report import return_report
from app.reporting.use_cases.save_statement import save_statement, sign_statement
from app.reporting.use_cases.save_technical_report import report_indicators, save_technical_report
from app.reporting.use_cases.submit_report import submit_report

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.core.actor import Actor
    from app.delivery.runtime import Runtime
    from app.demo.consortia import Consortium
    from app.demo.paying import Paying
    from app.demo.people import Office
    from app.grants.queries.grants import PartyRow
    from app.grants.rules.agreement import Agreement
    from app.reporting.rules.periods import Period

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
EXPLANATION = "Hours are those of the time sheets that each employee signs every month; travel follows the house rules."
MISSED = "Borders were closed for months and hosts worked from home; what was possible online was done online."
NOTHING = Money.zero()
FOR_VOUCHERS = Money(500_000)
"""What visits leave of the budget for third parties."""


@dataclass(slots=True)
class Reporting:
    """The reports of one grant, and the people who write and judge them."""

    session: Session
    runtime: Runtime
    office: Office
    grant_id: UUID
    one: Consortium
    agreement: Agreement = field(init=False)

    def __post_init__(self) -> None:
        self.agreement = agreement_of(self.session, self.grant_id)

    @property
    def officer(self) -> Actor:
        """Who judges."""
        return self.office.officer(self.session)

    @property
    def visits(self) -> Visits:
        """What the coordinator pays to third parties."""
        coordinator = self.agreement.facts.coordinator
        return Visits(self.session, self.runtime.files, self.grant_id, self.one, coordinator.partner_id)

    def visit(self, number: int, period: Period, *, until: date | None = None) -> tuple[int, Money]:
        """Record up to ``number`` exchanges of a period, within what is left of the budget for them."""
        coordinator = self.agreement.facts.coordinator.partner_id
        used = used_by_partner(self.session, self.grant_id).get(coordinator, NOTHING)
        budget = self.agreement.facts.cost_of(coordinator, "third_parties") - used - FOR_VOUCHERS
        return self.visits.make(number, period.starts_on, until or period.ends_on, budget=budget)

    @property
    def parties(self) -> Sequence[PartyRow]:
        """The coordinator first."""
        return parties_of(self.session, self.grant_id)

    def open(self, *, now: datetime) -> None:
        """The periods of the agreement begin to count."""
        open_periods(self.session, self.officer, self.grant_id, now=now)

    def period(self, number: int) -> Period:
        """Days of a period."""
        return report_row(self.session, self.grant_id, number).period

    def write(  # noqa: PLR0913  # what a report is made of
        self,
        number: int,
        *,
        share: int,
        visits: int = 0,
        paid: Money = NOTHING,
        all_but: int = 0,
        pace: int = 102,
        now: datetime,
    ) -> None:
        """Texts, indicators and statements that claim ``share`` percent of the budget.

        ``pace`` is what was reached in percent of what is expected by the end of the period. The last ``all_but``
        partners have not begun, and the one before them has not signed.
        """
        random = Random(f"{self.one.project.acronym} {number}")  # invented content
        period = self.period(number)
        figures = self._figures(period, pace, visits, random)
        told = Told(self.one.project, self.one.names, period, figures, visits, self.promised_visits(period.ends_on))
        texts = SaveTexts(version=0, **told.texts(random))
        save_technical_report(self.session, self.one.lead, self.grant_id, number, texts, now=now)
        lines = tuple(
            IndicatorLine(
                id=one.id,
                value=figures[one.id],
                words=MISSED if period.is_last and figures[one.id] < (one.target or 0) else "",
            )
            for one in self.agreement.indicators
        )
        wanted = SaveIndicators(values_reached=lines if not all_but else lines[:-2])
        report_indicators(self.session, self.one.lead, self.grant_id, number, wanted, now=now + HOUR)
        people = self._people()
        begun = list(partners_of(self.agreement))
        begun = begun[: len(begun) - all_but] if all_but else begun
        for position, partner in enumerate(begun):
            actor, when = people[partner.partner_id], now + position * 7 * HOUR
            at = StatementAt(self.grant_id, number, partner.partner_id)
            budget = self._share_of_budget(partner.partner_id, share, paid if position == 0 else Money(0))
            cities = [one.city for one in content.organisations() if one.short_name in self.one.names]
            costs = tuple(cost_lines(budget, period, cities, random))
            statement = SaveStatement(version=0, costs=costs, explanation=EXPLANATION)
            save_statement(self.session, actor, at, statement, now=when)
            if not all_but or position < len(begun) - 1:
                sign_statement(self.session, actor, at, now=when + 3 * HOUR)

    def _share_of_budget(self, partner_id: UUID, share: int, paid: Money) -> dict[str, Money]:
        found = {
            category: Money(self.agreement.facts.cost_of(partner_id, category).cents * share // 100)
            for category in ("personnel", "other_direct", "subcontracting")
        }
        return {**found, "third_parties": paid}

    def expected(self, target: int, day: date) -> int:
        """The part of a target that is promised by a day."""
        return expected_by(target, self.agreement.start_on, self.agreement.end_on, day)

    def promised_visits(self, day: date) -> int:
        """The exchanges that are promised by a day."""
        return self.expected(next(one.target or 0 for one in self.agreement.indicators if one.id == "exchanges"), day)

    def _figures(self, period: Period, pace: int, visits: int, random: Random) -> dict[str, int]:
        """What was reached of each indicator since the beginning; of the exchanges, what the register holds."""
        figures = {
            one.id: -(-self.expected(one.target or 0, period.ends_on) * (pace + random.randint(0, 9)) // 100)
            for one in self.agreement.indicators
        }
        return figures | {"exchanges": visits, "exchanges_with_smes": visits}

    def _people(self) -> Mapping[UUID, Actor]:
        return {
            party.partner_id: actor_of_person(self.session, member_of(self.one, party).person_id)
            for party in self.parties
        }

    def submit(self, number: int, *, now: datetime) -> None:
        """The coordinator hands the report in."""
        submit_report(self.session, self.one.lead, self.grant_id, number, now=now)

    def give_back(self, number: int, reason: str, *, statement: int, now: datetime) -> None:
        """The office asks for a correction of one partner's statement, counted from 0."""
        partner = partners_of(self.agreement)[statement]
        wanted = ReturnReport(reason=reason, partners=(partner.partner_id,))
        return_report(self.session, self.officer, self.grant_id, number, wanted, now=now)

    def correct(self, number: int, explanation: str, *, statement: int, now: datetime) -> None:
        """That partner explains its costs and signs anew."""
        partner_id = partners_of(self.agreement)[statement].partner_id
        actor, at = self._people()[partner_id], StatementAt(self.grant_id, number, partner_id)
        reading = report_reading(self.session, self.grant_id, number)
        lines = tuple(
            CostLine(
                category=one.category,
                words=one.words,
                first_day=one.first_day.isoformat() if one.first_day else "",
                last_day=one.last_day.isoformat() if one.last_day else "",
                amount=one.amount.amount,
            )
            for one in reading.costs_of(partner_id)
        )
        version = reading.statements[partner_id].version
        wanted = SaveStatement(version=version, costs=lines, explanation=explanation)
        save_statement(self.session, actor, at, wanted, now=now)
        sign_statement(self.session, actor, at, now=now + HOUR)

    def assess(
        self, number: int, *, rejected: int = 0, reduced: int = 0, only: int | None = None, now: datetime
    ) -> None:
        """Judge the costs, the first ``only`` of them: the dearest travel is rejected or reduced, the rest accepted."""
        period_id = report_row(self.session, self.grant_id, number).period_id
        costs = [one for one in costs_of(self.session, self.grant_id) if one.period_id == period_id]
        travel = sorted((one for one in costs if one.category == "other_direct"), key=lambda one: -one.amount.cents)
        doubtful = {one.id: place for place, one in enumerate(travel[: rejected + reduced])}
        made = []
        for cost in costs[:only]:
            place = doubtful.get(cost.id)
            if place is None:
                made.append(AssessCost(cost_id=cost.id, verdict=Verdict.ACCEPTED))
            elif place < rejected:
                reason = doubt(cost.words, whole=True)
                made.append(AssessCost(cost_id=cost.id, verdict=Verdict.REJECTED, reason=reason))
            else:
                part, reason = Money(cost.amount.cents * 64 // 100), doubt(cost.words, whole=False)
                made.append(AssessCost(cost_id=cost.id, verdict=Verdict.REDUCED, amount=part, reason=reason))
        assess_costs(self.session, self.officer, self.grant_id, number, AssessCosts(costs=tuple(made)), now=now)

    def accept(self, number: int, *, reduction: Money | None = None, why: str = "", now: datetime) -> None:
        """Accept what was accepted of each cost."""
        wanted = DecideReport(decision="accept", reduction=reduction, reduction_reason=why)
        decide_report(self.session, self.officer, self.grant_id, number, wanted, now=now)

    def reject(self, number: int, reason: str, *, now: datetime) -> None:
        """Reject the whole report."""
        wanted = DecideReport(decision="reject", reason=reason)
        decide_report(self.session, self.officer, self.grant_id, number, wanted, now=now)

    def ask(self, number: int, *, now: datetime) -> UUID:
        """Ask for the payment after a report."""
        return request_payment(self.session, self.officer, self.grant_id, number, now=now)

    def pay_interest(self, payment: UUID, *, now: datetime) -> UUID:
        """Hand the interest for a payment that came late to the circuit."""
        about = AboutLatePayment(payment_id=payment)
        return pay_interest(self.session, self.officer, self.grant_id, about, now=now)

    def answer(self, number: int, observations: str, *, now: datetime) -> None:
        """The coordinator says what it thinks of an announced recovery."""
        wanted = AnswerRecovery(observations=observations)
        answer_recovery(self.session, self.one.lead, self.grant_id, number, wanted, now=now)

    def confirm(self, number: int, reason: str, *, now: datetime) -> None:
        """After the hearing the whole amount is asked back."""
        wanted = DecideRecovery(decision="confirm", reason=reason)
        decide_recovery(self.session, self.officer, self.grant_id, number, wanted, payee=DEMO_PAYER, now=now)

    def lower(self, number: int, percent: int, reason: str, *, now: datetime) -> None:
        """The other officer takes something off what was announced."""
        calculation = next(one for one in calculations_of(self.session, self.grant_id) if one.number == number)
        left = Money(calculation.recovery.cents * percent // 100)
        wanted = DecideRecovery(decision="lower", amount=left, reason=reason)
        second = self.office.second(self.session)
        decide_recovery(self.session, second, self.grant_id, number, wanted, payee=DEMO_PAYER, now=now)

    def recovered(self, number: int, paying: Paying, *, now: datetime) -> None:
        """What was paid too much came back: the bank's statement of the day shows it."""
        calculation = next(one for one in calculations_of(self.session, self.grant_id) if one.number == number)
        line = paying.receive(
            calculation.asked_back, self.agreement.facts.coordinator.name, self.agreement.reference, now=now
        )
        note_recovery(
            self.session, paying.by("accounting"), self.grant_id, number, NoteRecovery(line_id=line), now=now + HOUR
        )

    def close(self, *, now: datetime) -> None:
        """The end of the grant."""
        close_grant(self.session, self.officer, self.grant_id, now=now)

    def ended(self, number: int) -> datetime:
        """Noon on the last day of a period."""
        return at_noon(self.period(number).ends_on)
