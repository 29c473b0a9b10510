"""What people do with the money of one grant, in any order: each act is one transaction, refused or done as a whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

import sqlalchemy as sa

from app.cascade.models import ThirdPartyPayment
from app.cascade.schemas import ReverseSupport
from app.core.errors import NotFoundError
from app.core.money import Money
from app.grants.use_cases.resubmit_grant_payment import resubmit_grant_payment
from app.ledger.models import Commitment
from app.ledger.queries import envelopes_of_call
from app.ledger.use_cases.commit_amount import commit_amount
from app.ledger.use_cases.release_commitment import release_commitment
from app.payments.queries import payments_of
from app.payments.rules.lifecycle import PaymentState
from app.payments.rules.statements import Stated
from app.payments.schemas import FailPayment, GiveReason, ReleasePayments
from app.payments.use_cases.authorise_payment import authorise_payment
from app.payments.use_cases.cancel_payment import cancel_payment
from app.payments.use_cases.fail_payment import fail_payment
from app.payments.use_cases.record_statement import record_statement
from app.payments.use_cases.release_payments import release_payments
from app.payments.use_cases.report_missing import confirm_missing, find_payment, report_missing
from app.payments.use_cases.return_payment import return_payment
from app.payments.use_cases.suspend_payment import resume_payment, suspend_payment
from app.payments.use_cases.verify_payment import verify_payment
from app.reporting.queries.paid import prefinancing_findings
from app.reporting.queries.reports import calculations_of, costs_of, reports_of
from app.reporting.rules.assessment import Verdict
from app.reporting.rules.lifecycle import DECIDED, ReportState
from app.reporting.schemas import AssessCost, AssessCosts, DecideReport, ReturnReport
from app.reporting.use_cases.ask_prefinancing import ask_prefinancing
from app.reporting.use_cases.assess_costs import assess_costs
from app.reporting.use_cases.close_grant import close_grant
from app.reporting.use_cases.decide_report import decide_report
from app.reporting.use_cases.request_payment import request_payment
from app.reporting.use_cases.return_report import return_report
from app.reporting.use_cases.take_back_support import take_back_support
from tests.builders import reporting as build
from tests.builders import support
from tests.builders.applications import a_call
from tests.builders.calls import another_call
from tests.builders.money import a_wish
from tests.builders.payments import Office, a_booking, an_office, line_of
from tests.reliability.amending import next_step

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.payments.schemas import Bank, PaymentRow
    from tests.builders.grants import MadeGrant

BEGINS = datetime(2020, 12, 14, 10, 0, tzinfo=UTC)
"""The first period of the grant is over; the second runs, so the agreement can be amended."""
OVER = datetime(2022, 1, 14, 10, 0, tzinfo=UTC)
"""So is the second."""
DAYS = (build.MARCH, (date(2021, 3, 1), date(2021, 3, 31)))
SMALLER = {"envelope: 3600000.00": "envelope: 400000.00", "maximum: 60000.00": "maximum: 20000.00"}
"""Of the call: little money, and a recipient gets less than a partner has."""
WHY = "Somebody looked at it again and found a mistake."
OTHERS = "other"
"""What the machine calls commitments that it makes beside the grant."""
Work = Callable[["Session"], object]
T = TypeVar("T")


@dataclass
class World:
    """One grant in force with its call, its office and its bank; ``now`` moves with every act."""

    made: MadeGrant
    office: Office
    bank: Bank
    envelope_id: UUID
    now: datetime = BEGINS
    others: list[UUID] = field(default_factory=list)
    tries: int = 0

    @property
    def over(self) -> bool:
        """Whether the project has ended."""
        return self.now >= OVER

    def payments(self, session: Session) -> Sequence[PaymentRow]:
        """Every payment of the grant."""
        return payments_of(session, "grant", self.made.grant_id)


def a_world(session: Session, bank: Bank, number: int) -> World:
    """A grant of a call of its own, in a small envelope of its own."""
    content = another_call(f"MONEY-{number}", **SMALLER)
    made = build.a_reporting_grant(session, call=a_call(session, content), files=bank.files)
    [envelope] = envelopes_of_call(session, made.ranked.call.id)
    return World(made, an_office(session), bank, envelope.id)


def one_of(found: Sequence[T], choice: int) -> T:
    """One of them; NotFound, a refusal, where there is none."""
    if not found:
        raise NotFoundError("anything to choose")
    return found[choice % len(found)]


def award(world: World, cents: int) -> Work:
    """Bind something else in the envelope, possibly more than is left."""
    wish = a_wish(world.envelope_id, Money(cents))
    return lambda session: commit_amount(session, world.made.officer, wish, now=world.now)


def release_other(world: World, choice: int, cents: int) -> Work:
    """Give a part of something else back, possibly more than is pending."""

    def act(session: Session) -> None:
        own = sa.select(Commitment.id).where(
            Commitment.envelope_id == world.envelope_id, Commitment.reference.like("GRANT-%")
        )
        chosen = one_of(session.scalars(own.order_by(Commitment.id)).all(), choice)
        amount = Money(cents)
        release_commitment(session, world.made.officer, chosen, reason=WHY, now=world.now, amount=amount)

    return act


def prefinance(world: World) -> Work:
    """Ask for the payment at the start, whenever that is."""
    return lambda session: ask_prefinancing(session, world.made.officer, world.made.grant_id, now=world.now)


def step(world: World, choice: int) -> Work:
    """The next act of the circuit on some payment."""

    def act(session: Session) -> object:
        row = one_of(world.payments(session), choice)
        office, now = world.office, world.now
        match row.state:
            case PaymentState.INITIATED:
                return verify_payment(session, office.verifier, row.id, now=now)
            case PaymentState.VERIFIED:
                return authorise_payment(session, office.authoriser, row.id, now=now)
            case PaymentState.AUTHORISED:
                chosen = ReleasePayments(payment_ids=[row.id])
                return release_payments(session, office.accountant, chosen, world.bank, now=now)
            case PaymentState.RETURNED:
                return resubmit_grant_payment(session, world.made.officer, row.id, now=now)
        return booked(world, choice)(session)

    return act


def booked(world: World, choice: int) -> Work:
    """The bank says, possibly again, that a payment left its account."""

    def act(session: Session) -> object:
        line = a_booking(one_of(world.payments(session), choice), day=world.now.date())
        return record_statement(session, world.office.accountant, [line], now=world.now)

    return act


def sent_back(world: World, choice: int) -> Work:
    """The bank books a payment back, and the accounting officer says so."""

    def act(session: Session) -> None:
        row = one_of(world.payments(session), choice)
        line = Stated(world.now.date(), row.amount, row.holder, row.iban, row.reference, f"back {world.now}")
        record_statement(session, world.office.accountant, [line], now=world.now)
        command = FailPayment(reason=WHY, line_id=line_of(session, row.reference, row.amount))
        fail_payment(session, world.office.accountant, row.id, command, now=world.now)

    return act


def disturb(world: World, choice: int, how: int) -> Work:
    """Send a payment back, cancel it, let its time stand still or run, or say that the bank never paid it: whatever its state."""

    def act(session: Session) -> object:
        row, why, now = one_of(world.payments(session), choice), GiveReason(reason=WHY), world.now
        people = (world.office.verifier, world.office.authoriser, world.office.accountant)
        acts: Sequence[Callable[[], object]] = (
            lambda: return_payment(session, people[choice % 3], row.id, why, now=now),
            lambda: cancel_payment(session, world.made.officer, row.id, why, now=now),
            lambda: suspend_payment(session, world.made.officer, row.id, why, now=now),
            lambda: resume_payment(session, world.made.officer, row.id, now=now),
            lambda: report_missing(session, people[2], row.id, why, now=now),
            lambda: confirm_missing(session, people[1], row.id, now=now),
            lambda: find_payment(session, people[1], row.id, now=now),
        )
        return acts[how % len(acts)]()

    return act


def report(world: World, number: int, cents: int) -> Work:
    """The consortium writes, signs and submits a report, claiming so much for each partner."""
    claimed = {"category": "personnel", "words": "Everybody", "amount": Money(cents).amount}
    costs = build.lines((claimed,) if cents else (), DAYS[number - 1])
    return lambda session: build.submitted(session, world.made, number=number, costs=costs, now=world.now)


def assess(world: World, number: int, share: int) -> Work:
    """The officer accepts so many hundredths of every cost of a report, also of one that was judged before."""

    def act(session: Session) -> None:
        costs = [one for one in costs_of(session, world.made.grant_id) if one.period == number]
        judged = [
            AssessCost(
                cost_id=one.id,
                verdict=Verdict.ACCEPTED if share >= 100 else Verdict.REDUCED if share else Verdict.REJECTED,
                amount=Money(one.amount.cents * share // 100).amount if 0 < share < 100 else None,
                reason=WHY,
            )
            for one in costs
        ]
        one_of(judged, 0)
        assess_costs(
            session, world.made.officer, world.made.grant_id, number, AssessCosts(costs=tuple(judged)), now=world.now
        )

    return act


def decide(world: World, number: int, *, rejects: bool = False, reduction: int = 0) -> Work:
    """Accept or reject a report, with a reduction of the grant where it is the last."""
    more = {"reduction": Money(reduction).amount, "reduction_reason": WHY} if reduction else {}
    wanted = DecideReport.model_validate({"decision": "reject" if rejects else "accept", "reason": WHY} | more)
    return lambda session: decide_report(
        session, world.made.officer, world.made.grant_id, number, wanted, now=world.now
    )


def give_back(world: World, number: int) -> Work:
    """The office gives a report back with every statement, so that all of it may be written anew."""
    wanted = ReturnReport(reason=WHY, partners=tuple(one.partner_id for one in world.made.made.members))
    return lambda session: return_report(
        session, world.made.officer, world.made.grant_id, number, wanted, now=world.now
    )


def ask(world: World, number: int) -> Work:
    """Hand what is due after a report to the payment circuit."""
    return lambda session: request_payment(session, world.made.officer, world.made.grant_id, number, now=world.now)


def hear(world: World, number: int) -> Work:
    """The coordinator is heard on an announced recovery, and it is confirmed."""
    return lambda session: build.heard(session, world.made, number=number, now=world.now)


def recover(world: World, number: int) -> Work:
    """What was paid too much comes back."""
    return lambda session: build.recovered(session, world.made, number=number, now=world.now)


def close(world: World) -> Work:
    """Close the grant; the rest of its commitment is released."""
    return lambda session: close_grant(session, world.made.officer, world.made.grant_id, now=world.now)


def voucher(world: World, member: int, recipient: int, cents: int) -> Work:
    """A partner pays one of two recipients, by its VAT number, its registration number or both."""
    which, how = recipient % 2, recipient // 2 % 3
    given = {
        "vat": f"{which}{world.made.grant_id}" if how != 1 else "",
        "registration_number": f"NIPC {which} of {world.made.grant_id}" if how else "",
        "recipient": f"Recipient {which}",
        "country": "RS",  # the form of its numbers is not known
    }
    wanted = support.a_voucher(world.made, member % 3, amount=Money(cents).amount, **given)
    return lambda session: support.paid(session, world.made, wanted, now=world.now)


def reverse(world: World, choice: int) -> Work:
    """A payment to a third party, of which there is one, no longer counts: whoever paid it says so."""

    def act(session: Session) -> None:
        of_grant = sa.select(ThirdPartyPayment).where(ThirdPartyPayment.grant_id == world.made.grant_id)
        alive = of_grant.where(ThirdPartyPayment.reversed_at.is_(None)).order_by(ThirdPartyPayment.number)
        chosen = one_of(session.scalars(alive).all() or session.scalars(of_grant).all(), choice)
        partners = [member.partner_id for member in world.made.made.members]
        actor = world.made.actor(session, partners.index(chosen.partner_id))
        take_back_support(session, actor, world.made.grant_id, chosen.id, ReverseSupport(reason=WHY), now=world.now)

    return act


def go_on(world: World, session: Session, cents: int) -> Work:
    """What a diligent office and consortium would do next; at the end they close the grant."""
    payments = world.payments(session)
    for choice, row in enumerate(payments):
        if row.suspended_on is not None and row.state is not PaymentState.RELEASED:
            return disturb(world, choice, 3)
        if row.state not in {PaymentState.PAID, PaymentState.FAILED, PaymentState.CANCELLED}:
            return step(world, choice)
    agreement = world.made.agreement(session)
    advance = [row for row in payments if row.kind == "prefinancing" and row.state is PaymentState.PAID]
    if not advance and not prefinancing_findings(session, agreement):
        return prefinance(world)
    if (step_of_amendment := next_step(world, session, cents)) is not None:
        return step_of_amendment
    return _about_reports(world, session, payments, cents) or close(world)


def _about_reports(world: World, session: Session, payments: Sequence[PaymentRow], cents: int) -> Work | None:
    """The next act on the first report that is not done with; None where all are."""
    known = {one.number for one in calculations_of(session, world.made.grant_id)}
    for row in reports_of(session, world.made.grant_id):
        if row.state is ReportState.SUBMITTED:
            open_costs = [one for one in costs_of(session, world.made.grant_id) if one.verdict is None]
            return assess(world, row.number, 100) if open_costs else decide(world, row.number)
        if row.state not in DECIDED:
            if row.number > 1:
                passed(world)
            return report(world, row.number, cents)
        paid = next((one for one in payments if one.id == row.payment_id), None)
        settled = paid is not None and paid.state is PaymentState.PAID
        if row.due and not settled and (row.number == max(known) or (paid is not None and paid.paid_on)):
            return ask(world, row.number)
        if row.hearing is not None and row.hearing.open:
            return hear(world, row.number)
        if row.recovery and row.recovered_on is None:
            return recover(world, row.number)
    return None


def moved(world: World, minutes: int = 1) -> None:
    """Time goes on."""
    world.now += timedelta(minutes=minutes)


def passed(world: World) -> None:
    """Time goes on until the project has ended."""
    world.now = max(world.now, OVER)
