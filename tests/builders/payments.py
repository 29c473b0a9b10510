"""Bank accounts, payments and the people of their circuit for tests, made through the use cases."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.core.actor import Actor, Role
from app.core.money import Money
from app.infra.file_store import FileStore
from app.infra.ids import new_id
from app.organisations.models import Organisation
from app.payments.models import StatementLine
from app.payments.queries import payment_row
from app.payments.rules.lifecycle import PaymentKind
from app.payments.rules.statements import Stated
from app.payments.schemas import (
    Bank,
    BankAccountToPropose,
    DecideAccount,
    GiveReason,
    Payer,
    PaymentRow,
    PaymentToInitiate,
    ReleasePayments,
)
from app.payments.use_cases.authorise_payment import authorise_payment
from app.payments.use_cases.decide_bank_account import decide_bank_account
from app.payments.use_cases.initiate_payment import initiate_payment
from app.payments.use_cases.propose_bank_account import propose_bank_account
from app.payments.use_cases.record_statement import record_statement
from app.payments.use_cases.release_payments import release_payments
from app.payments.use_cases.report_missing import confirm_missing, report_missing
from app.payments.use_cases.verify_payment import verify_payment
from tests.builders.money import GRANT, a_commitment, an_envelope
from tests.builders.organisations import an_organisation
from tests.builders.people import a_person, actor_for
from tests.conftest import NOW

IBANS = (
    "BE68539007547034",
    "BE71096123456769",
    "BE43068999999501",
)
"""Belgian account numbers of examples; each is right."""
BIC = "GKCCBEBB"
PAYER = Payer("Agency for Clusters", "BE39103123456719", "NICABEBB")
PREFINANCING = Money(12_000_000)
DUE = date(2019, 3, 31)
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Office:
    """The people of a circuit, each with one office for the whole platform."""

    initiator: Actor
    verifier: Actor
    authoriser: Actor
    accountant: Actor


def an_office(session: Session, scope_id: UUID | None = None) -> Office:
    """Four people; for one programme where ``scope_id`` is given."""
    roles = (
        Role.PROGRAMME_OFFICER,
        Role.FINANCE_OFFICER,
        Role.AUTHORISING_OFFICER,
        Role.ACCOUNTING_OFFICER,
    )
    return Office(*(officer(session, role, scope_id=scope_id) for role in roles))


def officer(session: Session, *roles: Role, scope_id: UUID | None = None, **given: Any) -> Actor:
    """A person with these offices."""
    held: tuple[Any, ...] = tuple((role, scope_id) for role in roles) if scope_id else roles
    return actor_for(session, a_person(session, roles=held, **given))


def a_validated_account(
    session: Session,
    organisation_id: UUID,
    *,
    giver: Actor | None = None,
    decider: Actor | None = None,
    iban: str = IBANS[0],
    now: datetime = NOW,
) -> UUID:
    """An account of the organisation, given by one person and validated by another."""
    wanted = BankAccountToPropose(organisation_id=organisation_id, holder="Cluster ASBL", iban=iban, bic=BIC)
    account_id = propose_bank_account(session, giver or actor_for(session, a_person(session)), wanted, now=now)
    validator = decider or officer(session, Role.FINANCE_OFFICER)
    decide_bank_account(session, validator, account_id, DecideAccount(validate_it=True), now=now)
    return account_id


def a_payee(session: Session, **given: Any) -> Organisation:
    """An organisation with a validated account."""
    organisation = an_organisation(session, **given)
    a_validated_account(session, organisation.id)
    return organisation


def a_due(
    session: Session,
    *,
    commitment_id: UUID | None = None,
    payee: Organisation | None = None,
    amount: Money = PREFINANCING,
    **given: Any,
) -> PaymentToInitiate:
    """A pre-financing of a grant that nobody knows, of a commitment of its own unless one is given."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "subject_kind": "grant",
        "subject_id": new_id(),
        "programme_id": new_id(),
        "commitment_id": commitment_id or a_commitment(session, an_envelope(session).id, GRANT),
        "reference": f"COS-CLUSTER-2018-03-02/{number:04d}/GA",
        "title": f"Project {number}",
        "kind": PaymentKind.PREFINANCING,
        "amount": amount,
        "organisation_id": (payee or a_payee(session)).id,
        "due_on": DUE,
        "sheet": (("Maximum grant", GRANT), ("Pre-financing of 33.33 %", amount)),
    }
    return PaymentToInitiate(**(values | given))


def a_payment(session: Session, initiator: Actor, *, now: datetime = NOW, **given: Any) -> UUID:
    """An initiated payment."""
    return initiate_payment(session, initiator, a_due(session, **given), now=now)


def later(days: int) -> datetime:
    """The moment of the tests, some days on."""
    return NOW + timedelta(days=days)


def person_of(session: Session, actor: Actor) -> Person:
    """The person that an actor is."""
    found = session.get(Person, actor.person_id)
    assert found is not None
    return found


def an_authorised_payment(session: Session, office: Office, *, now: datetime = NOW, **given: Any) -> UUID:
    """A payment that waits for the accounting officer."""
    payment_id = a_payment(session, office.initiator, now=now, **given)
    verify_payment(session, office.verifier, payment_id, now=now)
    authorise_payment(session, office.authoriser, payment_id, now=now)
    return payment_id


def a_bank(folder: Path, payer: Payer = PAYER) -> Bank:
    """The body's account, and a folder in which files are kept."""
    return Bank(payer, FileStore(folder))


def released(session: Session, office: Office, bank: Bank, payment_ids: Sequence[UUID], *, now: datetime = NOW) -> UUID:
    """The file for the bank with these payments."""
    wanted = ReleasePayments(payment_ids=list(payment_ids))
    return release_payments(session, office.accountant, wanted, bank, now=now)


def a_booking(row: PaymentRow, *, day: date = date(2019, 3, 8), **given: Any) -> Stated:
    """The line with which the bank books a payment."""
    values: dict[str, Any] = {
        "booked_on": day,
        "amount": -row.amount,
        "counterparty": row.holder,
        "iban": row.iban,
        "end_to_end_id": row.reference,
        "text": f"{row.reference} {row.subject_reference}",
    }
    return Stated(**(values | given))


def a_paid_payment(session: Session, office: Office, bank: Bank, *, now: datetime = NOW, **given: Any) -> UUID:
    """A payment that the bank booked."""
    payment_id = an_authorised_payment(session, office, now=now, **given)
    released(session, office, bank, [payment_id], now=now)
    record_statement(session, office.accountant, [a_booking(payment_row(session, payment_id))], now=now)
    return payment_id


def line_of(session: Session, reference: str, amount: Money) -> UUID:
    """The open line of the statement with which that amount came or left under that reference."""
    wanted = (
        StatementLine.end_to_end_id == reference,
        StatementLine.amount == amount,
        StatementLine.payment_id.is_(None),
    )
    return session.scalars(sa.select(StatementLine.id).where(*wanted)).one()


def never_paid(session: Session, office: Office, payment_id: UUID, *, now: datetime = NOW) -> None:
    """Two people say that the bank never paid what stands in its file."""
    why = GiveReason(reason="The bank refused the whole file.")
    report_missing(session, office.accountant, payment_id, why, now=now)
    confirm_missing(session, office.authoriser, payment_id, now=now)


def the_same_again(session: Session, office: Office, payment_id: UUID, *, now: datetime = NOW) -> UUID:
    """An authorised attempt to pay the same as a payment that was given up."""
    row = payment_row(session, payment_id)
    wanted = PaymentToInitiate(
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        programme_id=row.programme_id,
        commitment_id=row.commitment_id,
        reference=row.subject_reference,
        title=row.title,
        kind=row.kind,
        amount=row.amount,
        organisation_id=row.organisation_id,
        due_on=row.due_on,
        sheet=row.sheet,
        again=payment_id,
    )
    again = initiate_payment(session, office.initiator, wanted, now=now)
    verify_payment(session, office.verifier, again, now=now)
    authorise_payment(session, office.authoriser, again, now=now)
    return again
