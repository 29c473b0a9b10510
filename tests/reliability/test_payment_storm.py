"""Everybody at once on one commitment, one file, one statement: never a cent over, nothing sent or paid twice."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.use_cases.verify_chains import verify_chains
from app.core.errors import DomainError
from app.core.money import Money
from app.infra.db.engine import Database
from app.ledger.models import Commitment
from app.ledger.use_cases.verify_ledger import verify_ledger
from app.payments.models import Payment, PaymentFile, StatementLine
from app.payments.queries import payment_row
from app.payments.rules.lifecycle import PaymentState
from app.payments.schemas import GiveReason
from app.payments.use_cases.cancel_payment import cancel_payment
from app.payments.use_cases.initiate_payment import initiate_payment
from app.payments.use_cases.record_statement import record_statement
from tests.builders.money import GRANT, a_commitment, an_envelope
from tests.builders.payments import (
    Office,
    a_bank,
    a_booking,
    a_due,
    a_payee,
    a_payment,
    an_authorised_payment,
    an_office,
    released,
)
from tests.conftest import NOW
from tests.support import database as databases
from tests.support.killing import killed_after

THREADS = 64
SHARE = Money(1_000_000)
"""Thirty-six of them are the whole commitment."""


@pytest.fixture
def database() -> Iterator[Database]:
    server = databases.test_server()
    made = Database(server.clone("payment_storm"), pool_size=THREADS)
    yield made
    made.close()
    server.drop("payment_storm")


def together(database: Database, count: int, do: Callable[[int], str]) -> Counter[str]:
    """Run ``do`` in so many threads that all start at one moment; how often each outcome came."""
    barrier = threading.Barrier(count)

    def one(number: int) -> str:
        with database.engine.connect():
            barrier.wait(120)
        try:
            return do(number)
        except DomainError as refused:
            return refused.violations[0].rule

    with ThreadPoolExecutor(count) as pool:
        return Counter(pool.map(one, range(count)))


def test_sixty_four_payments_at_once_never_exceed_their_commitment(database: Database) -> None:
    with database.transaction() as session:
        office, payee = an_office(session), a_payee(session)
        commitment_id = a_commitment(session, an_envelope(session).id, GRANT)
        dues = [a_due(session, commitment_id=commitment_id, payee=payee, amount=SHARE) for _ in range(THREADS)]

    def initiate(number: int) -> str:
        with database.transaction() as session:
            initiate_payment(session, office.initiator, dues[number], now=NOW)
        return "initiated"

    found = together(database, THREADS, initiate)
    assert found == {"initiated": 36, "payments.commitment_exceeded": THREADS - 36}
    with database.reading() as session:
        rows = session.scalars(sa.select(Payment)).all()
        assert Money.total(row.amount for row in rows) == GRANT
        assert sorted(row.reference for row in rows) == [f"PAY-2019-{number:05d}" for number in range(1, 37)]
        assert verify_chains(session).broken == ()


def authorised(database: Database, count: int) -> tuple[Office, list[UUID]]:
    with database.transaction() as session:
        office, payee = an_office(session), a_payee(session)
        commitment_id = a_commitment(session, an_envelope(session).id, GRANT)
        given = {"commitment_id": commitment_id, "payee": payee, "amount": SHARE}
        return office, [an_authorised_payment(session, office, **given) for _ in range(count)]


def test_one_choice_sent_by_many_at_once_is_one_file_and_one_statement_pays_once(
    database: Database, tmp_path: Path
) -> None:
    office, chosen = authorised(database, 5)
    bank = a_bank(tmp_path)

    def release(_: int) -> str:
        with database.transaction() as session:
            return str(released(session, office, bank, chosen))

    assert list(together(database, 16, release).values()) == [16]
    with database.reading() as session:
        assert session.execute(sa.select(sa.func.count()).select_from(PaymentFile)).scalar_one() == 1
        lines = [a_booking(payment_row(session, one)) for one in chosen]

    def record(_: int) -> str:
        with database.transaction() as session:
            return str(len(record_statement(session, office.accountant, lines, now=NOW).paid))

    assert together(database, 16, record) == {"5": 1, "0": 15}
    with database.reading() as session:
        assert session.execute(sa.select(Commitment.paid)).scalar_one() == SHARE.times(5)
        assert verify_ledger(session).faults == ()
        assert verify_chains(session).broken == ()


def test_asking_paying_and_giving_up_at_once_bind_no_cent_twice(database: Database, tmp_path: Path) -> None:
    """Sixty-four at one commitment: some ask for more, some give up, some see a payment through; nobody waits in a circle."""
    office, ready = authorised(database, 12)
    bank = a_bank(tmp_path)
    with database.transaction() as session:
        payee = a_payee(session)
        commitment_id = payment_row(session, ready[0]).commitment_id
        given = {"commitment_id": commitment_id, "payee": payee, "amount": SHARE}
        asked = [a_payment(session, office.initiator, **given) for _ in range(12)]
        dues = [a_due(session, **given) for _ in range(40)]

    def act(number: int) -> str:
        with database.transaction() as session:
            if number < 40:
                initiate_payment(session, office.initiator, dues[number], now=NOW)
                return "initiated"
            if number < 52:
                why = GiveReason(reason="Somebody asked for this by mistake.")
                cancel_payment(session, office.initiator, asked[number - 40], why, now=NOW)
                return "cancelled"
            released(session, office, bank, [ready[number - 52]])
        with database.transaction() as session:
            line = a_booking(payment_row(session, ready[number - 52]))
            record_statement(session, office.accountant, [line], now=NOW)
            return "paid"

    found = together(database, THREADS, act)
    assert (found["cancelled"], found["paid"]) == (12, 12)
    assert found["initiated"] + found["payments.commitment_exceeded"] == 40
    assert 12 <= found["initiated"] <= 24, "twelve shares were free from the beginning, twelve more became free"
    with database.reading() as session:
        on_the_way = SHARE.times(found["initiated"])
        commitment = session.execute(sa.select(Commitment.paid, Commitment.pending)).one()
        assert tuple(commitment) == (SHARE.times(12), GRANT - SHARE.times(12))
        assert on_the_way <= commitment.pending
        assert verify_ledger(session).faults == ()
        assert verify_chains(session).broken == ()


def test_payments_replayed_after_a_kill_are_sent_once(database: Database, tmp_path: Path) -> None:
    office, chosen = authorised(database, 3)

    def release(session: Session) -> UUID:
        return released(session, office, a_bank(tmp_path), chosen)

    lost = killed_after(database, release, committed=False)
    with database.reading() as session:
        assert {payment_row(session, one).state for one in chosen} == {PaymentState.AUTHORISED}
        assert session.execute(sa.select(sa.func.count()).select_from(PaymentFile)).scalar_one() == 0
    kept = killed_after(database, release, committed=True)
    assert kept != lost
    with database.transaction() as session:
        assert str(release(session)) == kept
    with database.reading() as session:
        file = session.scalars(sa.select(PaymentFile)).one()
        assert {payment_row(session, one).state for one in chosen} == {PaymentState.RELEASED}
        assert a_bank(tmp_path).files.get(file.sha256).count(b"<CdtTrfTxInf>") == len(chosen)
        lines = [a_booking(payment_row(session, one)) for one in chosen]

    def record(session: Session) -> int:
        return len(record_statement(session, office.accountant, lines, now=NOW).paid)

    assert killed_after(database, record, committed=False) == "3"
    with database.reading() as session:
        assert session.execute(sa.select(sa.func.count()).select_from(StatementLine)).scalar_one() == 0
    assert killed_after(database, record, committed=True) == "3"
    with database.transaction() as session:
        assert record(session) == 0
    with database.reading() as session:
        assert {payment_row(session, one).state for one in chosen} == {PaymentState.PAID}
        assert session.execute(sa.select(Commitment.paid)).scalar_one() == SHARE.times(3)
        assert verify_ledger(session).faults == ()
        assert verify_chains(session).broken == ()
