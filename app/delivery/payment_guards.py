"""Guards of payments: each office in its scope, strangers are not told that a payment exists."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actor import Actor, Role
from app.core.errors import NotFoundError, NotPermittedError
from app.delivery.guards import Guard, has_role, signed_in
from app.ledger.policies import READERS, sees_money
from app.organisations.queries import organisation
from app.payments import policies
from app.payments.queries import lines, reports
from app.payments.queries.payments import payment_where
from app.payments.queries.statements import file_row
from app.payments.rules.circuit import OFFICES, Act

follows_payments = has_role(*READERS)
releases_payments = has_role(Role.ACCOUNTING_OFFICER)
records_statements = has_role(Role.ACCOUNTING_OFFICER)
reads_statements = has_role(*policies.STATEMENT_READERS)
confirming = has_role(*OFFICES[Act.CONFIRM])
confirms_lines = has_role(*policies.STATEMENT_READERS, *OFFICES[Act.CONFIRM])
sees_accounts = has_role(*policies.ACCOUNT_READERS)
decides_accounts = has_role(*policies.ACCOUNT_DECIDERS)


def sees_payment(payment_id: UUID) -> Guard:
    """Who follows the money of its call; strangers are not told that it exists."""

    def guard(session: Session, actor: Actor) -> None:
        signed_in(session, actor)
        call_id, programme_id, _ = payment_where(session, payment_id)
        if not sees_money(actor, call_id, programme_id):
            raise NotFoundError("payment")

    return guard


def acts_on_payment(payment_id: UUID, act: Act) -> Guard:
    """An office of the act where the payment is."""

    def guard(session: Session, actor: Actor) -> None:
        signed_in(session, actor)
        call_id, programme_id, _ = payment_where(session, payment_id)
        policies.require(actor, act, call_id, programme_id)

    return guard


def sees_file(file_id: UUID) -> Guard:
    """An accounting officer or an auditor who may see every payment in the file."""

    def guard(session: Session, actor: Actor) -> None:
        reads_statements(session, actor)
        file_row(session, actor, file_id)

    return guard


def sees_report(report_id: UUID) -> Guard:
    """An accounting officer or an auditor who may read the status report."""

    def guard(session: Session, actor: Actor) -> None:
        reads_statements(session, actor)
        reports.report_row(session, actor, report_id)

    return guard


def sees_line(line_id: UUID) -> Guard:
    """Who reads statements in the scope of the line, and who confirms that it is set aside."""

    def guard(session: Session, actor: Actor) -> None:
        confirms_lines(session, actor)
        lines.line_row(session, actor, line_id)

    return guard


def confirms_line(line_id: UUID) -> Guard:
    """An office that confirms that a line of the payment that it concerns is set aside."""

    def guard(session: Session, actor: Actor) -> None:
        confirming(session, actor)
        if not lines.confirms_line(session, actor, line_id):
            raise NotFoundError("statement line")

    return guard


def takes_up_line(line_id: UUID) -> Guard:
    """An accounting officer, or an office that confirms the line."""

    def guard(session: Session, actor: Actor) -> None:
        confirming(session, actor)
        if not policies.records_statements(actor) and not lines.confirms_line(session, actor, line_id):
            raise NotFoundError("statement line")

    return guard


def proposes_account(organisation_id: UUID) -> Guard:
    """The people of the organisation, and the office."""

    def guard(session: Session, actor: Actor) -> None:
        signed_in(session, actor)
        if organisation(session, organisation_id) is None:
            raise NotFoundError("organisation")
        if not policies.may_propose_account(actor, organisation_id):
            raise NotPermittedError

    return guard
