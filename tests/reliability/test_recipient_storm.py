"""One recipient against everybody at once: sixty-four pay it from many grants, and its ceiling holds to the cent."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import UUID

import pytest
import sqlalchemy as sa

from app.core.errors import RulesViolatedError
from app.core.money import Money
from app.infra.db.engine import Database
from app.infra.ids import new_id
from app.ledger.models import RecipientAmount
from app.ledger.queries import amount_of_recipient
from app.ledger.rules.recipients import Within, recipient_keys
from app.ledger.schemas import Place, RecipientAmountToRecord
from app.ledger.use_cases.record_recipient_amount import record_recipient_amount, reverse_recipient_amount
from tests.conftest import NOW
from tests.support import database as databases

PAYERS = 64
CEILING, EACH = Money.parse("60 000.00"), Money.parse("1 999.99")
FITS = CEILING.cents // EACH.cents
VAT, REGISTRATION = recipient_keys("PT", "501442600", ""), recipient_keys("PT", "", "NIPC-7")
BOTH = recipient_keys("PT", "501442600", "NIPC-7")


@pytest.fixture
def database() -> Iterator[Database]:
    server = databases.test_server()
    made = Database(server.clone("recipient_storm"), pool_size=PAYERS)
    yield made
    made.close()
    server.drop("recipient_storm")


def a_payment(
    place: Place, *, keys: tuple[str, ...] = VAT, within: Within = Within.PROGRAMME
) -> RecipientAmountToRecord:
    return RecipientAmountToRecord(keys, "Olive SA", place, "test", new_id(), EACH, CEILING, within)


def at_once(work: list[Callable[[], str]]) -> Counter[str]:
    together = threading.Barrier(len(work))

    def one(act: Callable[[], str]) -> str:
        together.wait(60)
        return act()

    with ThreadPoolExecutor(len(work)) as pool:
        return Counter(pool.map(one, work))


def record(database: Database, payment: RecipientAmountToRecord) -> Callable[[], str]:
    def act() -> str:
        try:
            with database.transaction() as session:
                record_recipient_amount(session, payment, now=NOW)
        except RulesViolatedError as refused:
            return refused.violations[0].rule
        return "recorded"

    return act


def insert(database: Database, payment: RecipientAmountToRecord) -> Callable[[], str]:
    """The same by a program that does not ask: only the table itself is left to refuse it."""
    values = {"id": new_id(), "keys": list(payment.keys), "name": payment.name, "amount": payment.amount}
    place = {"grant_id": payment.place.grant_id, "call_id": payment.place.call_id}
    scope = {"programme_id": payment.place.programme_id, "ceiling": payment.ceiling, "within": payment.within}
    subject = {"subject_kind": payment.subject_kind, "subject_id": payment.subject_id, "recorded_at": NOW}

    def act() -> str:
        try:
            with database.engine.begin() as connection:
                connection.execute(sa.insert(RecipientAmount).values(values | place | scope | subject))
        except sa.exc.DBAPIError as error:
            return "refused" if "ceiling of a recipient is passed" in str(error) else str(error)
        return "recorded"

    return act


def received(database: Database, place: Place, within: Within = Within.PROGRAMME) -> Money:
    with database.reading() as session:
        return amount_of_recipient(session, place, within, BOTH)


def places(number: int) -> list[Place]:
    """Grants of one programme, two to a call."""
    programme, calls = new_id(), [new_id() for _ in range(number // 2)]
    return [Place(new_id(), calls[each // 2], programme) for each in range(number)]


def test_sixty_four_at_once_from_as_many_grants_and_not_a_cent_too_much(database: Database) -> None:
    grants = places(PAYERS)
    told = at_once([record(database, a_payment(one, keys=(VAT, BOTH)[n % 2])) for n, one in enumerate(grants)])
    assert told == {"recorded": FITS, "support.recipient_ceiling": PAYERS - FITS}
    assert received(database, grants[0]) == EACH.times(FITS) <= CEILING


def test_two_numbers_that_one_payment_joins_are_one_recipient_for_everybody(database: Database) -> None:
    grants = places(PAYERS)
    assert record(database, a_payment(grants[0], keys=BOTH))() == "recorded"
    acts = (record, insert)
    told = at_once(
        [acts[n // 2 % 2](database, a_payment(one, keys=(VAT, REGISTRATION)[n % 2])) for n, one in enumerate(grants)]
    )
    assert told["recorded"] == FITS - 1
    assert told["refused"] + told["support.recipient_ceiling"] == PAYERS - FITS + 1
    assert received(database, grants[0]) == EACH.times(FITS)


def test_sixty_four_programs_that_do_not_ask_are_refused_by_the_table(database: Database) -> None:
    grants = places(PAYERS)
    told = at_once([insert(database, a_payment(one)) for one in grants])
    assert told == {"recorded": FITS, "refused": PAYERS - FITS}
    assert received(database, grants[0]) == EACH.times(FITS)


def test_reversing_and_paying_at_once_never_exceeds(database: Database) -> None:
    [grant, *_] = places(2)
    full = [a_payment(grant, within=Within.GRANT) for _ in range(FITS)]
    for payment in full:
        assert record(database, payment)() == "recorded"

    def reverse(subject_id: UUID) -> Callable[[], str]:
        def act() -> str:
            with database.transaction() as session:
                reverse_recipient_amount(session, "test", subject_id, now=NOW)
            return "reversed"

        return act

    freed = [reverse(payment.subject_id) for payment in full[:10]]
    told = at_once([*freed, *(record(database, replace(full[0], subject_id=new_id())) for _ in range(30))])
    assert told["reversed"] == 10
    assert told["recorded"] <= 10
    assert received(database, grant, Within.GRANT) == EACH.times(FITS - 10 + told["recorded"])


def test_another_recipient_is_not_held_up(database: Database) -> None:
    [grant, *_] = places(2)
    others = [a_payment(grant, keys=recipient_keys("PT", str(100_000_000 + each), "")) for each in range(PAYERS)]
    assert at_once([record(database, replace(one, amount=CEILING)) for one in others]) == {"recorded": PAYERS}
