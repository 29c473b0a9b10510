"""Every page between the award and the last euro, with somebody who may see it and something real on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from app.accounts.models import Person
from app.amendments.models import Amendment
from app.amendments.rules.lifecycle import AmendmentState
from app.cascade.models import ThirdPartyPayment
from app.cascade.rules.support import SupportKind
from app.demo.load import NEWCOMER
from app.grants.models import Grant, GrantPartner
from app.grants.rules.grant_lifecycle import GrantState
from app.organisations.models import Organisation
from app.partnerships.models import Partner
from app.payments.models import BankAccount, Payment
from app.payments.rules.lifecycle import AccountState, PaymentState
from app.reporting.models import ClaimedCost, FinancialStatement, PeriodicReport, ReportingPeriod
from app.reporting.rules.lifecycle import ReportState
from tests.journeys.address import Address

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

OFFICER, AUDITOR = "officer@grappe.example", "auditor@grappe.example"
FINANCE, AUTHORISING, ACCOUNTING = "finance@grappe.example", "authorising@grappe.example", "accounting@grappe.example"


def grant_addresses(session: Session) -> list[Address]:
    """All of them; one grant stands for each state."""
    found = _Grants(session)
    return [*_prepared(found), *_reported(found), *_third_parties(found), *_amended(found), *_money(found)]


class _Grants:
    """Where the demo keeps grants, reports and payments in each state."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.paid = session.execute(
            sa.select(ThirdPartyPayment.grant_id)
            .join(Grant, Grant.id == ThirdPartyPayment.grant_id)
            .where(Grant.state == GrantState.RUNNING)
            .group_by(ThirdPartyPayment.grant_id)
            .order_by(sa.func.count().desc())
        ).scalars().first()  # fmt: skip
        assert self.paid is not None
        """The running grant that has paid most third parties."""

    def first(self, statement: sa.Select[Any]) -> Any:  # whatever the statement selects
        found = self.session.execute(statement).scalars().first()
        assert found is not None, str(statement)
        return found

    def grant(self, state: GrantState) -> UUID:
        """The oldest grant in this state."""
        found: UUID = self.first(sa.select(Grant.id).where(Grant.state == state).order_by(Grant.reference))
        return found

    def coordinator(self, grant_id: UUID) -> str:
        """The address of the coordinator's contact."""
        email: str = self.first(
            sa.select(Person.email)
            .join(GrantPartner, GrantPartner.signatory_id == Person.id)
            .join(Partner, Partner.id == GrantPartner.partner_id)
            .where(GrantPartner.grant_id == grant_id)
            .order_by(Partner.position)
        )
        return email

    def report(self, state: ReportState) -> tuple[UUID, int]:
        """Grant and number of a report in this state."""
        statement = (
            sa.select(ReportingPeriod.grant_id, ReportingPeriod.number)
            .join(PeriodicReport, PeriodicReport.period_id == ReportingPeriod.id)
            .join(Grant, Grant.id == ReportingPeriod.grant_id)
            .where(PeriodicReport.state == state, Grant.state == GrantState.RUNNING)
            .order_by(ReportingPeriod.number, Grant.reference.desc())
        )
        row = self.session.execute(statement).first()
        assert row is not None, state
        return row[0], row[1]

    def payment(self, state: PaymentState) -> UUID:
        """A payment in this state."""
        found: UUID = self.first(sa.select(Payment.id).where(Payment.state == state).order_by(Payment.reference.desc()))
        return found


def _prepared(found: _Grants) -> list[Address]:
    fresh, waiting = found.grant(GrantState.PREPARATION), found.grant(GrantState.SIGNATURE)
    closed, running = found.grant(GrantState.CLOSED), found.paid
    lead = found.coordinator(running)
    prepared = found.first(
        sa.select(GrantPartner.grant_id)
        .join(Grant, Grant.id == GrantPartner.grant_id)
        .where(Grant.state == GrantState.PREPARATION, GrantPartner.confirmed_at.is_not(None))
    )
    party = found.first(sa.select(GrantPartner.partner_id).where(GrantPartner.grant_id == prepared))
    call = found.first(sa.select(Grant.call_id).where(Grant.id == running))
    preparing = found.coordinator(prepared)
    return [
        Address("grants", "/grants", lead),
        Address("grants-none", "/grants", NEWCOMER.email),
        Address("grant", f"/grants/{running}", lead),
        Address("grant-closed", f"/grants/{closed}", found.coordinator(closed)),
        Address("grant-preparation", f"/grants/{prepared}/preparation", preparing),
        Address("grant-party", f"/grants/{prepared}/preparation/parties/{party}", preparing),
        Address("grant-agreement", f"/grants/{running}/agreement", lead),
        Address("grant-sign", f"/grants/{waiting}/sign", found.coordinator(waiting)),
        Address("tasks-beneficiary", "/tasks", lead),
        Address("office-grants", f"/officer/calls/{call}/grants", OFFICER),
        Address("office-grant", f"/officer/grants/{running}", OFFICER),
        Address("office-grant-fresh", f"/officer/grants/{fresh}", OFFICER),
        Address("office-grant-closed", f"/officer/grants/{closed}", OFFICER),
        Address("office-portfolio", "/officer/portfolio", OFFICER),
        Address("office-portfolio-reports", "/officer/portfolio/reports", OFFICER),
        Address("envelope-to-the-end", f"/officer/calls/{call}/envelope", FINANCE),
    ]


def _reported(found: _Grants) -> list[Address]:
    drafted, number = found.report(ReportState.DRAFT)
    decided, last = found.report(ReportState.ACCEPTED)
    returned, again = found.report(ReportState.RETURNED)
    judged, at = found.report(ReportState.SUBMITTED)
    lead, base = found.coordinator(drafted), f"/grants/{drafted}/reports/{number}"
    partner = found.first(
        sa.select(FinancialStatement.partner_id)
        .join(ReportingPeriod, ReportingPeriod.id == FinancialStatement.period_id)
        .where(ReportingPeriod.grant_id == drafted)
    )
    cost = found.first(
        sa.select(ClaimedCost.id).where(ClaimedCost.verdict == "reduced").order_by(ClaimedCost.assessed_at.desc())
    )
    return [
        Address("reports", f"/grants/{drafted}/reports", lead),
        Address("report-draft", base, lead),
        Address("report-check", f"{base}/check", lead),
        Address("report-texts", f"{base}/texts", lead),
        Address("report-indicators", f"{base}/indicators", lead),
        Address("statement", f"{base}/statements/{partner}", lead),
        Address("report-returned", f"/grants/{returned}/reports/{again}", found.coordinator(returned)),
        Address("report-accepted", f"/grants/{decided}/reports/{last}", found.coordinator(decided)),
        Address("office-reports", f"/officer/grants/{judged}/reports", OFFICER),
        Address("assessment", f"/officer/grants/{judged}/reports/{at}", OFFICER),
        Address("assessment-decided", f"/officer/grants/{decided}/reports/{last}", OFFICER),
        Address("trail-cost", f"/audit/trail/costs/{cost}", AUDITOR),
    ]


def _third_parties(found: _Grants) -> list[Address]:
    lead, base = found.coordinator(found.paid), f"/grants/{found.paid}/third-parties"
    of_kind = sa.select(ThirdPartyPayment.id).where(ThirdPartyPayment.grant_id == found.paid)
    voucher = found.first(of_kind.where(ThirdPartyPayment.kind == SupportKind.VOUCHER))
    exchange = found.first(of_kind.where(ThirdPartyPayment.kind == SupportKind.EXCHANGE))
    reversed_one = found.first(of_kind.where(ThirdPartyPayment.reversed_at.is_not(None)))
    return [
        Address("third-parties", base, lead),
        Address("voucher-new", f"{base}/voucher", lead),
        Address("exchange-new", f"{base}/exchange", lead),
        Address("voucher", f"{base}/{voucher}", lead),
        Address("exchange", f"{base}/{exchange}", lead),
        Address("voucher-reversed", f"{base}/{reversed_one}", lead),
        Address("office-third-parties", f"/officer/grants/{found.paid}/third-parties", OFFICER),
    ]


def _amended(found: _Grants) -> list[Address]:
    def one(state: AmendmentState) -> Amendment:
        row: Amendment = found.first(sa.select(Amendment).where(Amendment.state == state))
        return row

    drafted, asked, signed = one(AmendmentState.DRAFT), one(AmendmentState.REQUESTED), one(AmendmentState.SIGNED)
    lead = found.coordinator(drafted.grant_id)
    return [
        Address("amendments", f"/grants/{drafted.grant_id}/amendments", lead),
        Address("amendment-draft", f"/grants/{drafted.grant_id}/amendments/{drafted.number}", lead),
        Address("office-amendment", f"/officer/grants/{asked.grant_id}/amendments/{asked.number}", OFFICER),
        Address("amendment-sign", f"/officer/grants/{signed.grant_id}/amendments/{signed.number}/sign", AUTHORISING),
    ]


def _money(found: _Grants) -> list[Address]:
    account = found.first(sa.select(BankAccount.id).where(BankAccount.state == AccountState.PROPOSED))
    organisation = found.first(
        sa.select(Organisation.id).join(BankAccount, BankAccount.organisation_id == Organisation.id)
        .where(BankAccount.state == AccountState.PROPOSED)
    )  # fmt: skip
    states = (PaymentState.INITIATED, PaymentState.RETURNED, PaymentState.FAILED, PaymentState.RELEASED)
    call = found.first(sa.select(Grant.call_id).where(Grant.state == GrantState.CLOSED))
    paid = found.payment(PaymentState.PAID)
    return [
        Address("payments-finance", "/payments", FINANCE),
        Address("payments-authorising", "/payments", AUTHORISING),
        Address("tasks-finance", "/tasks", FINANCE),
        Address("payment-paid", f"/payments/{paid}", FINANCE),
        *(Address(f"payment-{state}", f"/payments/{found.payment(state)}", FINANCE) for state in states),
        Address("account-to-decide", f"/payments/accounts/{account}", FINANCE),
        Address(
            "accounts-of-organisation", f"/organisations/{organisation}/bank-account", _holder(found, organisation)
        ),
        Address("envelope-closed", f"/officer/calls/{call}/envelope", FINANCE),
        Address("trail-payment", f"/audit/trail/payments/{paid}", AUDITOR),
    ]


def _holder(found: _Grants, organisation_id: UUID) -> str:
    """Who proposed the account of an organisation."""
    email: str = found.first(
        sa.select(Person.email)
        .join(BankAccount, BankAccount.proposed_by == Person.id)
        .where(BankAccount.organisation_id == organisation_id)
        .order_by(BankAccount.proposed_at.desc())
    )
    return email
