"""A balance or posting that somebody with the keys to the database changed is named."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.money import Money
from app.ledger.use_cases.verify_ledger import verify_ledger
from tests.builders.money import GRANT, a_commitment, an_envelope, pay


def test_an_untouched_ledger_verifies_with_all_its_entries(session: Session) -> None:
    envelope = an_envelope(session)
    for _ in range(3):
        pay(session, envelope.id, a_commitment(session, envelope.id), Money(1))
    report = verify_ledger(session)
    assert (report.entries, report.faults) == (7, ())


@pytest.mark.parametrize(
    ("table", "change", "words"),
    [
        ("envelope", "update envelope set available = available + 1", "available is EUR 3,240,000.01"),
        ("commitment", "update commitment set pending = 0, released = amount", "released is EUR 360,000.00"),
        ("commitment", "update commitment set pending = 0, released = amount", "pending is EUR 0.00"),
        ("posting", "update posting set amount = amount + 1 where account = 'committed'", "are not balanced"),
        ("posting", "delete from posting where account = 'committed'", "are not balanced"),
        ("posting", "delete from posting", "entries have no postings"),
        ("posting, ledger_entry", "delete from posting where account in ('committed', 'x')", "committed is"),
        ("ledger_entry", "update ledger_entry set kind = 'release' where kind = 'commit'", "are not balanced"),
        ("ledger_entry", "update ledger_entry set kind = 'appropriate' where kind = 'commit'", "are not balanced"),
    ],
)
def test_what_was_forged_is_named(session: Session, table: str, change: str, words: str) -> None:
    envelope = an_envelope(session)
    a_commitment(session, envelope.id, GRANT)
    session.execute(sa.text("set constraints all immediate"))
    for name in table.split(", "):
        session.execute(sa.text(f"alter table {name} disable trigger user"))
    session.execute(sa.text(change))
    faults = verify_ledger(session).faults
    assert any(words in fault for fault in faults), faults
