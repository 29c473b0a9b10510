"""Payments of the demo on their way: verified, authorised, sent to the bank and booked, or sent back, stopped, failed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING
from uuid import UUID

from schwifty import IBAN

from app.accounts.queries import actor_of_person
from app.demo.calls import SUCCEEDED
from app.organisations.queries import organisation
from app.payments.queries.payments import payment_row
from app.payments.queries.statements import open_returns
from app.payments.rules.statements import Stated
from app.payments.schemas import (
    Bank,
    BankAccountToPropose,
    DecideAccount,
    FailPayment,
    GiveReason,
    Payer,
    ReleasePayments,
)
from app.payments.use_cases.authorise_payment import authorise_payment
from app.payments.use_cases.cancel_payment import cancel_payment
from app.payments.use_cases.decide_bank_account import decide_bank_account
from app.payments.use_cases.fail_payment import fail_payment
from app.payments.use_cases.propose_bank_account import propose_bank_account
from app.payments.use_cases.record_statement import record_statement
from app.payments.use_cases.release_payments import release_payments
from app.payments.use_cases.report_missing import report_missing
from app.payments.use_cases.return_payment import return_payment
from app.payments.use_cases.suspend_payment import suspend_payment
from app.payments.use_cases.verify_payment import verify_payment

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.core.actor import Actor
    from app.core.money import Money
    from app.delivery.runtime import Runtime
    from app.demo.consortia import Consortium
    from app.demo.people import Office
    from app.grants.queries.grants import PartyRow

DAY = timedelta(days=1)
PAYER = Payer("European Innovation Council and SMEs Executive Agency", "BE39103123456719", "NICABEBB")
BEFORE = replace(PAYER, name="Executive Agency for Small and Medium-sized Enterprises")
"""The agency that paid until March 2021, from the same account."""
_SPELLING = {"EL": "GR", "UK": "GB"}
_OWN = ("AT", "BE", "BG", "CZ", "DE", "ES", "FI", "FR", "GR", "HR", "HU", "IT", "NL", "PL", "PT", "RO", "SI", "SK")
"""Countries whose banks are known by their numbers; others keep an account in Belgium."""


def account_for(organisation_id: UUID, holder: str, country: str, *, which: int = 1) -> BankAccountToPropose:
    """An invented account at a real bank of the country, the same for the same holder; ``which`` counts its accounts."""
    random = Random(f"{holder}{which if which > 1 else ''}")
    spelled = _SPELLING.get(country, country)
    iban = IBAN.random(country_code=spelled if spelled in _OWN else "BE", random=random)
    while iban.bic is None:  # no bank has that number
        iban = IBAN.random(country_code="BE", random=random)
    return BankAccountToPropose(organisation_id=organisation_id, holder=holder, iban=str(iban), bic=str(iban.bic))


@dataclass(frozen=True, slots=True)
class Paying:
    """The four people of the circuit, and the bank."""

    session: Session
    runtime: Runtime
    office: Office

    def by(self, office: str) -> Actor:
        """``officer``, ``finance``, ``authorising`` or ``accounting``."""
        return actor_of_person(self.session, self.office.ids[f"{office}@grappe.example"])

    def open_account(self, one: Consortium, lead: PartyRow, *, which: int = 1, now: datetime) -> UUID:
        """The coordinator gives an account, which nobody has looked at yet."""
        found = organisation(self.session, lead.organisation_id)
        assert found is not None  # noqa: S101  # registered by the demo
        wanted = account_for(lead.organisation_id, lead.name, found.country, which=which)
        return propose_bank_account(self.session, one.lead, wanted, now=now)

    def decide_account(self, account_id: UUID, *, refused: str = "", now: datetime) -> None:
        """Finance validates an account, or refuses it for a reason."""
        decision = DecideAccount(validate_it=not refused, reason=refused)
        decide_bank_account(self.session, self.by("finance"), account_id, decision, now=now)

    def carry(self, payments: Sequence[UUID], *, until: str = "paid", now: datetime) -> None:
        """From initiated to ``until``: ``initiated``, ``verified``, ``authorised``, ``released``, ``missing`` or ``paid``, a step a day."""
        if until == "initiated":
            return
        finance, authorising = self.by("finance"), self.by("authorising")
        for payment in payments:
            verify_payment(self.session, finance, payment, now=now + DAY)
        if until == "verified":
            return
        for payment in payments:
            authorise_payment(self.session, authorising, payment, now=now + 2 * DAY)
        if until == "authorised":
            return
        wanted = ReleasePayments(payment_ids=list(payments))
        bank = Bank(PAYER if now >= SUCCEEDED else BEFORE, self.runtime.files)
        release_payments(self.session, self.by("accounting"), wanted, bank, now=now + 3 * DAY)
        if until == "paid":
            self.book(payments, now=now + 6 * DAY)
        if until == "missing":
            why = GiveReason(reason="The bank wrote that it refused this file, as it came after the hour of that day.")
            for payment in payments:
                report_missing(self.session, self.by("accounting"), payment, why, now=now + 5 * DAY)

    def book(self, payments: Sequence[UUID], *, back: bool = False, now: datetime) -> None:
        """The statement of the bank shows that the money left yesterday, or that it came ``back``."""
        rows = [payment_row(self.session, payment) for payment in payments]
        lines = [
            Stated(
                (now - DAY).date(),
                row.amount if back else -row.amount,
                row.holder,
                row.iban,
                row.reference,
                f"{'RETURNED AC04 CLOSED ACCOUNT ' if back else ''}{row.subject_reference} {row.title}",
            )
            for row in rows
        ]
        record_statement(self.session, self.by("accounting"), lines, now=now)

    def receive(self, amount: Money, sender: str, reference: str, *, now: datetime) -> UUID:
        """Somebody paid money back yesterday; gives the line of the statement."""
        accountant = self.by("accounting")
        line = Stated((now - DAY).date(), amount, sender, "", "", f"REPAYMENT {reference}")
        record_statement(self.session, accountant, [line], now=now)
        [found, *_] = open_returns(self.session, accountant, amount)
        return found.id

    def come_back(self, payment: UUID, reason: str, *, now: datetime) -> None:
        """The bank returns the money, and the accounting officer says so."""
        self.book([payment], back=True, now=now)
        accountant = self.by("accounting")
        [line, *_] = open_returns(self.session, accountant, payment_row(self.session, payment).amount)
        wanted = FailPayment(reason=reason, line_id=line.id)
        fail_payment(self.session, accountant, payment, wanted, now=now + timedelta(hours=2))

    def send_back(self, payment: UUID, reason: str, *, now: datetime) -> None:
        """The authorising officer gives a verified payment back."""
        return_payment(self.session, self.by("authorising"), payment, GiveReason(reason=reason), now=now)

    def suspend(self, payment: UUID, reason: str, *, now: datetime) -> None:
        """Finance stops the clock."""
        suspend_payment(self.session, self.by("finance"), payment, GiveReason(reason=reason), now=now)

    def cancel(self, payment: UUID, reason: str, *, now: datetime) -> None:
        """The programme officer gives the payment up."""
        cancel_payment(self.session, self.by("officer"), payment, GiveReason(reason=reason), now=now)
