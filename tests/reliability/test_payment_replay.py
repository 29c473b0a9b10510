"""A request that makes a file for the bank, or records a statement, dies unanswered and is sent again: at both doors, once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from app.accounts.models import Person
from app.core.money import Money
from app.jobs.verify import verify_everything
from app.payments.models import PaymentFile, StatementLine
from app.payments.queries import payment_row
from app.payments.rules.lifecycle import PaymentState
from tests.api.program import Program
from tests.builders.payments import Office, an_authorised_payment, an_office
from tests.support.client import Browser
from tests.support.killing import killed_request
from tests.support.runtime import a_runtime, app_of

if TYPE_CHECKING:
    from app.delivery.runtime import Runtime

Ask = Callable[[], Any]
DAY = "2019-03-08"


@dataclass
class Bank:
    """Two authorised payments, and the accounting officer at one of the doors."""

    runtime: Runtime
    office: Office
    chosen: list[UUID]

    def rows(self) -> list[Any]:
        with self.runtime.database.reading() as session:
            return [payment_row(session, one) for one in self.chosen]

    def states(self) -> set[PaymentState]:
        return {row.state for row in self.rows()}

    def count(self, table: type) -> int:
        with self.runtime.database.reading() as session:
            return session.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()

    def statement(self) -> bytes:
        """What the bank booked, as CSV."""
        lines = [f"{DAY};{(-row.amount).amount};{row.holder};{row.iban};{row.reference};paid" for row in self.rows()]
        return "\n".join(["booked_on;amount;counterparty;iban;end_to_end_id;text", *lines]).encode()

    def paid(self) -> Money:
        with self.runtime.database.reading() as session:
            cents = session.execute(sa.text("select sum(paid) from commitment")).scalar_one()
            return Money(int(cents))


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[Bank]:
    with a_runtime("payment_replay", tmp_path) as runtime:
        app_of(runtime)
        with runtime.database.transaction() as session:
            office = an_office(session)
            chosen = [an_authorised_payment(session, office) for _ in range(2)]
        yield Bank(runtime, office, chosen)


def asks(bank: Bank, door: str) -> tuple[Ask, Ask]:
    """How the accounting officer releases both payments, and records the statement, at a door; the answer's status."""
    accountant = bank.office.accountant.person_id
    assert accountant is not None
    ids = [str(one) for one in bank.chosen]
    with Browser(bank.runtime) as browser, bank.runtime.database.reading() as session:
        person = session.get_one(Person, accountant)
        secret = Program.of(browser, bank.runtime, person).secret

    def by_form() -> Any:
        with Browser(bank.runtime) as browser:
            browser.sign_in_as(accountant)
            answer = browser.post("/payments/release", {"payment_ids": ids}, page="/payments/release", follow=False)
            return answer.status_code

    def by_program() -> Any:
        with Browser(bank.runtime) as browser:
            program = Program(browser, secret, accountant)
            return program.confirmed("POST", "/payment-files", json={"payment_ids": ids}, key="one").status_code

    def upload() -> Any:
        with Browser(bank.runtime) as browser:
            browser.sign_in_as(accountant)
            files = {"statement": ("statement.csv", bank.statement(), "text/csv")}
            return browser.post(
                "/payments/statement", files=files, page="/payments/statement", follow=False
            ).status_code

    def send() -> Any:
        with Browser(bank.runtime) as browser:
            program = Program(browser, secret, accountant)
            headers = {"content-type": "text/csv"}
            return program("POST", "/statements", content=bank.statement(), headers=headers).status_code

    return (by_form, upload) if door == "web" else (by_program, send)


@pytest.mark.parametrize("door", ["web", "api"])
def test_a_request_without_an_answer_is_sent_again_and_pays_once(bank: Bank, door: str) -> None:
    release, record = asks(bank, door)
    killed_request(bank.runtime, release, writes="payment_file", committed=False)
    assert (bank.count(PaymentFile), bank.states()) == (0, {PaymentState.AUTHORISED})
    killed_request(bank.runtime, release, writes="payment_file", committed=True)
    assert (bank.count(PaymentFile), bank.states()) == (1, {PaymentState.RELEASED})
    assert release() in {201, 303}
    assert bank.count(PaymentFile) == 1
    killed_request(bank.runtime, record, writes="statement_line", committed=False)
    assert (bank.count(StatementLine), bank.states(), bank.paid()) == (0, {PaymentState.RELEASED}, Money(0))
    killed_request(bank.runtime, record, writes="statement_line", committed=True)
    assert record() in {200, 303}
    assert (bank.count(StatementLine), bank.states()) == (2, {PaymentState.PAID})
    assert bank.paid() == Money.total(row.amount for row in bank.rows())
    assert verify_everything(bank.runtime).faults == ()
