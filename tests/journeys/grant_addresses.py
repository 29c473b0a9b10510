"""Pages of grants, amendments, reports, third parties, payments: one for each state that occurs in the demo.

That every state occurs is the demo's own test; here nothing is missed that is there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on

from app.accounts.models import Person
from app.amendments.models import Amendment
from app.applications.models import Application
from app.calls.models import Call
from app.cascade.models import ThirdPartyPayment
from app.grants.models import Grant, GrantPartner
from app.grants.rules.grant_lifecycle import GrantState
from app.payments.models import BankAccount, Payment
from app.reporting.models import ClaimedCost, PeriodicReport, ReportingPeriod
from tests.journeys.address import Address

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

OFFICER, FINANCE, AUTHORITY, ACCOUNTING = (
    "officer@grappe.example",
    "finance@grappe.example",
    "authorising@grappe.example",
    "accounting@grappe.example",
)


def grant_addresses(session: Session) -> list[Address]:
    """Pages of the consortium, of the office and of the payment circuit, with real ids."""
    found = _grants(session), _amendments(session), _reports(session), _third_parties(session), _payments(session)
    return [*(address for pages in found for address in pages), *_overview(session)]


def _first(session: Session, state: GrantState) -> Grant | None:
    """A grant in this state: whose preparation was not sent, which paid most third parties, else the oldest."""
    supported = sa.select(sa.func.count()).where(ThirdPartyPayment.grant_id == Grant.id).scalar_subquery()
    order = Grant.sent_at.nulls_first() if state is GrantState.PREPARATION else supported.desc()
    return session.scalars(
        sa.select(Grant).where(Grant.state == state).order_by(order, Grant.opened_at, Grant.id)
    ).first()


def _contact(session: Session, grant: Grant) -> str:
    """The address of the coordinator's contact."""
    where = sa.select(Person.email).join(Application, Application.created_by == Person.id)
    return session.execute(where.where(Application.id == grant.application_id)).scalar_one()


def _parties(session: Session, grant: Grant) -> list[GrantPartner]:
    statement = sa.select(GrantPartner).where(GrantPartner.grant_id == grant.id).order_by(GrantPartner.position)
    return list(session.scalars(statement))


def _grants(session: Session) -> Iterator[Address]:
    for state in GrantState:
        grant = _first(session, state)
        if grant is None:
            continue
        who, home, office = _contact(session, grant), f"/grants/{grant.id}", f"/officer/grants/{grant.id}"
        yield Address(f"grant-{state}", home, who)
        yield Address(f"grant-{state}-office", office, OFFICER)
        yield Address(f"grant-{state}-agreement", f"{home}/agreement", who)
        coordinator = _parties(session, grant)[0]
        if state is GrantState.PREPARATION:
            yield Address("grants", "/grants", who)
            yield Address("grants-of-call", f"/officer/calls/{grant.call_id}/grants", OFFICER)
            yield Address("grant-preparation-list", f"{home}/preparation", who)
            yield Address("grant-preparation-refused", f"{home}/preparation", who, "Send the preparation")
            yield Address("grant-party", f"{home}/preparation/parties/{coordinator.partner_id}", who)
            yield Address("bank-account", f"/organisations/{coordinator.organisation_id}/bank-account", who)
        if state is GrantState.SIGNATURE:
            yield Address("grant-sign", f"{home}/sign", who)
            yield Address("grant-sign-office", f"{office}/sign", AUTHORITY)


def _amendments(session: Session) -> Iterator[Address]:
    statement = (
        sa.select(Amendment.state, Amendment.number, Grant)
        .join(Grant, Grant.id == Amendment.grant_id)
        .ext(distinct_on(Amendment.state))
        .order_by(Amendment.state, Grant.opened_at, Amendment.number)
    )
    for state, number, grant in session.execute(statement):
        who, base = _contact(session, grant), f"/grants/{grant.id}/amendments"
        yield Address(f"amendment-{state}", f"{base}/{number}", who)
        if state == "draft":
            yield Address("amendments", base, who)
        if state in {"requested", "accepted", "signed", "in_force"}:
            yield Address(f"amendment-{state}-office", f"/officer{base}/{number}", OFFICER)
        if state == "accepted":
            coordinator = _parties(session, grant)[0]
            signatory = sa.select(Person.email).where(Person.id == coordinator.signatory_id)
            yield Address("amendment-sign", f"{base}/{number}/sign", session.execute(signatory).scalar_one())
        if state == "signed":
            yield Address("amendment-sign-office", f"/officer{base}/{number}/sign", AUTHORITY)


def _overview(session: Session) -> Iterator[Address]:
    """What is seen of many grants, or of none that one takes part in: portfolio, figures step by step, results."""
    yield Address("portfolio", "/officer/portfolio", OFFICER)
    yield Address("portfolio-reports", "/officer/portfolio/reports", OFFICER)
    grant = _first(session, GrantState.RUNNING)
    if grant is None:
        return
    call = session.execute(sa.select(Call.identifier).where(Call.id == grant.call_id)).scalar_one()
    yield Address("trail-of-call", f"/audit/trail/calls/{grant.call_id}/committed", FINANCE)
    yield Address("trail-of-grant", f"/audit/trail/grants/{grant.id}/paid", FINANCE)
    yield Address("results", f"/calls/{call}/results", "")
    ended = sa.select(Grant.call_id).where(Grant.state == GrantState.CLOSED).order_by(Grant.opened_at)
    if closed := session.scalars(ended).first():
        yield Address("envelope-to-the-end", f"/officer/calls/{closed}/envelope", FINANCE)
    yield Address("project", f"/projects/{grant.id}", "")
    judged = sa.select(ClaimedCost.id).where(ClaimedCost.verdict == "reduced").order_by(ClaimedCost.id)
    if cost := session.scalars(judged).first():
        yield Address("trail-of-cost", f"/audit/trail/costs/{cost}", FINANCE)


def _reports(session: Session) -> Iterator[Address]:
    statement = (
        sa.select(PeriodicReport.state, ReportingPeriod.number, Grant)
        .join(ReportingPeriod, ReportingPeriod.id == PeriodicReport.period_id)
        .join(Grant, Grant.id == ReportingPeriod.grant_id)
        .ext(distinct_on(PeriodicReport.state))
        .order_by(PeriodicReport.state, ReportingPeriod.due_on, Grant.id)
    )
    for state, number, grant in session.execute(statement):
        who, base = _contact(session, grant), f"/grants/{grant.id}/reports/{number}"
        yield Address(f"report-{state}", base, who)
        yield Address(f"report-{state}-statement", f"{base}/statements/{_parties(session, grant)[0].partner_id}", who)
        if state in {"draft", "accepted"}:
            yield Address(f"report-{state}-texts", f"{base}/texts", who)
            yield Address(f"report-{state}-indicators", f"{base}/indicators", who)
            yield Address(f"report-{state}-check", f"{base}/check", who)
            yield Address(f"reports-{state}", f"/grants/{grant.id}/reports", who)
            yield Address(f"reports-{state}-office", f"/officer/grants/{grant.id}/reports", OFFICER)
        if state not in {"due", "draft"}:
            yield Address(f"report-{state}-office", f"/officer{base}", OFFICER)
        if state == "submitted":
            yield Address("report-refused-office", f"/officer{base}", OFFICER, "Decide on the report")


def _third_parties(session: Session) -> Iterator[Address]:
    grant = _first(session, GrantState.RUNNING)
    if grant is not None:
        who, base = _contact(session, grant), f"/grants/{grant.id}/third-parties"
        yield Address("voucher-refused", f"{base}/voucher", who, "Record the voucher")
        yield Address("exchange", f"{base}/exchange", who)
        yield Address("third-parties", base, who)
        yield Address("third-parties-office", f"/officer{base}", OFFICER)
        yield Address("tasks-beneficiary", "/tasks", who)
    statement = (
        sa.select(ThirdPartyPayment.id, ThirdPartyPayment.kind, Grant)
        .join(Grant, Grant.id == ThirdPartyPayment.grant_id)
        .ext(distinct_on(ThirdPartyPayment.kind))
        .order_by(ThirdPartyPayment.kind, ThirdPartyPayment.reversed_at.nulls_last(), ThirdPartyPayment.id)
    )
    for support_id, kind, of in session.execute(statement):
        yield Address(f"support-{kind}", f"/grants/{of.id}/third-parties/{support_id}", _contact(session, of))


def _payments(session: Session) -> Iterator[Address]:
    yield Address("finance-payments", "/payments", FINANCE)
    yield Address("tasks-finance", "/tasks", FINANCE)
    yield Address("finance-accounts", "/payments/accounts", FINANCE)
    yield Address("accounting-release", "/payments/release", ACCOUNTING)
    yield Address("accounting-files", "/payments/files", ACCOUNTING)
    yield Address("accounting-statement", "/payments/statement", ACCOUNTING)
    yield Address("accounting-statement-refused", "/payments/statement", ACCOUNTING, "Record it")
    statement = (
        sa.select(Payment.id, Payment.state).ext(distinct_on(Payment.state)).order_by(Payment.state, Payment.reference)
    )
    for payment_id, state in session.execute(statement):
        turn = {"verified": AUTHORITY, "authorised": ACCOUNTING, "released": ACCOUNTING, "returned": OFFICER}
        yield Address(f"payment-{state}", f"/payments/{payment_id}", turn.get(state, FINANCE))
        yield Address(f"trail-of-{state}-payment", f"/audit/trail/payments/{payment_id}", FINANCE)
    for state, account_id in _accounts(session):
        yield Address(f"bank-account-{state}", f"/payments/accounts/{account_id}", FINANCE)


def _accounts(session: Session) -> Iterator[tuple[str, UUID]]:
    statement = sa.select(BankAccount.state, BankAccount.id).ext(distinct_on(BankAccount.state))
    yield from session.execute(statement.order_by(BankAccount.state, BankAccount.proposed_at.desc()))
