"""What `grappe verify` says of the money: nothing where all agrees, the place where somebody wrote past the program."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.amendments.queries.amendments import altered_amendments
from app.amendments.queries.checking import altered_addendum_signatures, both_sided_amendments
from app.cascade.schemas import ReverseSupport
from app.cascade.use_cases.reverse_support import reverse_support
from app.cascade.use_cases.verify_support import verify_support
from app.core.money import Money
from app.documents.queries import altered_documents
from app.evaluation.queries.rankings import altered_rankings
from app.grants.queries.checking import altered_signatures, both_sided_agreements, loose_commitments
from app.jobs.verify import verify_money
from app.ledger.queries import booked, recipient_amounts
from app.ledger.use_cases.verify_recipients import verify_recipients
from app.payments.queries import payment_row
from app.payments.rules.statements import Stated
from app.payments.schemas import FailPayment
from app.payments.use_cases.fail_payment import fail_payment
from app.payments.use_cases.record_statement import record_statement
from app.payments.use_cases.verify_payments import verify_payments
from app.reporting.use_cases.request_payment import request_payment
from app.reporting.use_cases.verify_calculations import verify_calculations
from tests.builders import amendments, support
from tests.builders import reporting as build
from tests.builders.grants import MadeGrant
from tests.builders.payments import a_bank, a_paid_payment, an_office, line_of
from tests.conftest import NOW

ONE_FOR_BOTH = (
    "update {table} s set person_id = o.person_id from {table} o "
    'where o.{key} = s.{key} and o."order" = 1 and s.partner_id is null'
)
CLAIMED = ({"category": "personnel", "words": "Everybody, all year", "amount": "78000.00"},)


@dataclass(frozen=True, slots=True)
class Settled:
    """A grant whose interim payment was paid and whose pre-financing came back in part, and a payment that failed."""

    made: MadeGrant
    failed: UUID


@pytest.fixture(scope="module")
def connection(engine: sa.Engine) -> Iterator[sa.Connection]:
    with engine.connect() as made:
        outer = made.begin()
        yield made
        outer.rollback()


@pytest.fixture(scope="module")
def settled(connection: sa.Connection) -> Settled:
    """Made once; what a test writes into it is undone."""
    with Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False) as session:
        made = build.a_reporting_grant(session)
        amendments.in_force(session, made)
        build.prefinanced(session, made)
        support.paid(session, made, support.a_voucher(made))
        reversed_id = support.paid(session, made, support.a_voucher(made))
        why = ReverseSupport(reason="It was recorded twice.")
        reverse_support(session, made.actor(session), made.grant_id, reversed_id, why, now=support.LATER)
        build.submitted(session, made, costs=build.lines(CLAIMED))
        build.accepted(session, made)
        interim = request_payment(session, made.officer, made.grant_id, 1, now=build.DECIDED)
        build.paid(session, interim, now=build.DECIDED)
        build.submitted(session, made, number=2, costs=(), now=build.FINALLY)
        reduction = {
            "reduction": Money.parse("150 000.00"),
            "reduction_reason": "Half of the visits did not take place.",
        }
        build.accepted(session, made, number=2, now=build.FINALLY, **reduction)
        build.recovered(session, made, now=build.FINALLY)
        failed = came_back(session)
        session.execute(sa.text("set constraints all immediate"))
        session.commit()
    return Settled(made, failed)


def came_back(session: Session) -> UUID:
    """A payment that was booked and sent back."""
    office = an_office(session)
    with TemporaryDirectory() as folder:
        payment_id = a_paid_payment(session, office, a_bank(Path(folder)))
    row = payment_row(session, payment_id)
    line = Stated(booked_on=NOW.date(), amount=row.amount, end_to_end_id=row.reference, text="returned")
    record_statement(session, office.accountant, [line], now=NOW)
    command = FailPayment(reason="The account was closed.", line_id=line_of(session, row.reference, row.amount))
    fail_payment(session, office.accountant, payment_id, command, now=NOW)
    return payment_id


@pytest.fixture
def session(connection: sa.Connection, settled: Settled) -> Iterator[Session]:
    inner = connection.begin_nested()
    with Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False) as made:
        yield made
    inner.rollback()


def forge(session: Session, table: str, statement: str) -> tuple[str, ...]:
    """Write as somebody with every right in the database could; what verify says then."""
    session.execute(sa.text(f"alter table {table} disable trigger user"))
    assert session.execute(sa.text(statement)).rowcount  # type: ignore[attr-defined]  # it changes rows
    return verify_money(session).faults


def test_what_was_recorded_agrees(session: Session) -> None:
    report = verify_money(session)
    assert report.faults == ()
    assert (report.payments, report.calculations) == (3, 2)


@pytest.mark.parametrize(
    ("table", "change", "words"),
    [
        ("payment", "update payment set amount = amount + 1 where kind = 'interim'", "the ledger has pay"),
        ("payment", "update payment set amount = amount + 1 where kind = 'interim'", "is due, PAY-"),
        ("payment", "update payment set state = 'released', paid_on = null where kind = 'interim'", "should have nothing"),
        (
            "payment",
            "update payment set paid_on = null, confirmed_at = released_at where state = 'failed'",
            "should have nothing",
        ),
        ("payment", "update payment set commitment_id = gen_random_uuid() where kind = 'interim'", "of its commitment"),
        ("payment", "update payment set file_id = null, released_at = null where state = 'failed'", "it has 0 of"),
        ("payment", "update payment set state = 'released', paid_on = null, amount = 99999999", "on the way come"),
        ("payment", "update payment set kind = 'balance' where kind = 'interim'", "is none of its grant"),
        ("payment", "update payment set kind = 'balance' where kind = 'interim'", "of interim payments, the bank booked EUR 0.00"),
        ("payment_file", "update payment_file set control_sum = control_sum - 1", "it says 1 payments of"),
        ("payment_file", "update payment_file set message_id = message_id || 'x'", "its message is not"),
        ("payment_file", "update payment_file set sha256 = repeat('0', 64)", "are not those that were sent"),
        ("statement_line", "update statement_line set amount = amount - 1 where amount < 0", "the bank booked"),
        ("statement_line", "update statement_line set payment_id = null, matched_at = null, state = 'open' where payment_id is not null", "booked nothing"),
        ("ledger_entry", "update ledger_entry set key = key || '/x' where kind = 'pay'", "no payment or recovery explains it"),
        ("ledger_entry", "update ledger_entry set key = 'x' where key like 'recovery/%'", "came back, the ledger says EUR 0.00"),
        ("payment_calculation", "update payment_calculation set eligible = eligible + 1", "its costs are not those"),
        ("payment_calculation", "update payment_calculation set due = due + 1 where due > 0", "its steps come to"),
        ("payment_calculation", "update payment_calculation set agreement_version = 1", "rests on an older agreement"),
        ("payment_calculation", "update payment_calculation set final_grant = final_grant + 1", "its figures are not"),
        (
            "payment_calculation",
            "update payment_calculation set sheet = jsonb_set(sheet, '{0,amount}', '\"1.00\"')",
            "the steps make",
        ),
        (
            "payment_calculation",
            "update payment_calculation set received = 0, recovered_on = null, recovery_reference = '' where recovery > 0",
            "EUR 0.00 came back, the ledger says",
        ),
        ("claimed_cost", "update claimed_cost set accepted = 0, verdict = 'rejected', reason = 'x'", "its costs are not"),
        ("claimed_cost", "update claimed_cost set words = 'Something else'", "its content is not what was signed"),
        ("statement_line", "update statement_line set settles = settles || 'x' where settles <> ''", "lines of the bank show EUR 0.00"),
        ("statement_line", "update statement_line set booked_on = booked_on - 1 where settles <> ''", "no line of the bank"),
        ("recipient_amount", "update recipient_amount set ceiling = amount - 1", "its ceiling is"),
        ("recipient_amount", "update recipient_amount set amount = amount - 1", "for its recipient counts EUR 1,499.99"),
        ("recipient_amount", "update recipient_amount set reversed_at = null", "for its recipient counts"),
        ("recipient_amount", "update recipient_amount set keys = array['vat/PT/1']", "for another recipient"),
        ("recipient_amount", "delete from recipient_amount", "it does not count for its recipient"),
        ("third_party_payment", "delete from third_party_payment", "counts for a payment that is missing"),
    ],
)  # fmt: skip
def test_what_was_forged_is_named(session: Session, table: str, change: str, words: str) -> None:
    if "ceiling = amount - 1" in change:
        session.execute(sa.text("alter table recipient_amount drop constraint ck_recipient_amount_ceiling"))
    faults = forge(session, table, change)
    assert any(words in fault for fault in faults), faults


@pytest.mark.parametrize(
    ("table", "change", "altered"),
    [
        ("grant_signature", "update grant_signature set sha256 = repeat('0', 64)", altered_signatures),
        ("document", 'update document set data = data || \'{"amount": "1.00"}\'', altered_documents),
        ("amendment_signature", "update amendment_signature set sha256 = repeat('0', 64)", altered_addendum_signatures),
        ("amendment", "update amendment set snapshot = snapshot || '{\"x\": 1}'", altered_amendments),
        ("grant_signature", ONE_FOR_BOTH.format(table="grant_signature", key="grant_id"), both_sided_agreements),
        (
            "amendment_signature",
            ONE_FOR_BOTH.format(table="amendment_signature", key="amendment_id"),
            both_sided_amendments,
        ),
        ('"grant"', 'update "grant" set maximum_grant = maximum_grant - 1', loose_commitments),
        ("ranking", "update ranking set snapshot = snapshot || '{\"x\": 1}'", altered_rankings),
    ],
)
def test_records_that_are_not_as_they_were_given_are_named(
    session: Session, table: str, change: str, altered: Callable[[Session], Sequence[object]]
) -> None:
    assert altered(session) == []
    forge(session, table, change)
    assert altered(session)


def test_each_area_answers_for_its_own(session: Session) -> None:
    """Against an empty ledger: each payment, recovery and voucher misses what it led to."""
    counted = recipient_amounts(session)
    assert verify_recipients(counted) == ()
    assert len(verify_support(session, ())) == len(counted) == 2
    assert len(verify_payments(session, {}).faults) == 4, "three were paid, one of them came back"
    assert any("the ledger says EUR 0.00" in fault for fault in verify_calculations(session, {}).faults)
    entries = booked(session)
    explained = verify_payments(session, entries).explained | verify_calculations(session, entries).explained
    assert entries.keys() == explained & entries.keys()
