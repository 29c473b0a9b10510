"""W-07 against everybody at once: sixty-four officers award from one envelope, and it holds for exactly ten."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from app.audit.use_cases.verify_chains import verify_chains
from app.core.actor import SYSTEM
from app.core.errors import RulesViolatedError
from app.core.money import Money
from app.infra.db.engine import Database
from app.ledger import queries
from app.ledger.use_cases.commit_amount import commit_amount
from app.ledger.use_cases.release_commitment import release_commitment
from app.ledger.use_cases.verify_ledger import verify_ledger
from tests.builders.money import ENVELOPE, GRANT, a_commitment, a_wish, an_envelope
from tests.conftest import NOW
from tests.support import database as databases

if TYPE_CHECKING:
    from app.ledger.schemas import AmountToCommit

OFFICERS = 64


@pytest.fixture
def database() -> Iterator[Database]:
    server = databases.test_server()
    made = Database(server.clone("envelope_storm"), pool_size=OFFICERS)
    yield made
    made.close()
    server.drop("envelope_storm")


def award(database: Database, wish: AmountToCommit, together: threading.Barrier) -> str:
    """Commit in a transaction of its own; what came of it."""
    with database.engine.connect():
        together.wait(60)
    try:
        with database.transaction() as session:
            commit_amount(session, SYSTEM, wish, now=NOW)
    except RulesViolatedError as refused:
        [found] = refused.violations
        return f"{found.rule} {found.figures.get('available', '')}".strip()
    return "committed"


def outcomes(database: Database, wishes: list[AmountToCommit]) -> Counter[str]:
    together = threading.Barrier(len(wishes))
    with ThreadPoolExecutor(len(wishes)) as pool:
        return Counter(pool.map(lambda wish: award(database, wish, together), wishes))


def test_W_07_sixty_four_at_once_and_exactly_ten_succeed(database: Database) -> None:  # noqa: N802
    with database.transaction() as session:
        envelope = an_envelope(session)
    found = outcomes(database, [a_wish(envelope.id) for _ in range(OFFICERS)])
    assert found == {"committed": 10, "ledger.envelope_exceeded EUR 0.00": OFFICERS - 10}
    with database.reading() as session:
        [row] = queries.envelopes_of_call(session, envelope.call_id)
        assert (row.available, row.committed) == (Money(0), ENVELOPE)
        assert verify_ledger(session).faults == ()
        assert verify_chains(session).broken == ()


def test_one_award_is_bound_once_whoever_else_binds_it(database: Database) -> None:
    with database.transaction() as session:
        envelope, other = an_envelope(session), an_envelope(session)
    subject = a_wish(envelope.id).subject_id
    wishes = [a_wish(one.id, subject_id=subject) for one in (envelope,) * 16]
    found = outcomes(database, wishes)
    assert found == {"committed": 1, "ledger.committed_already": 15}
    with database.reading() as session:
        assert verify_ledger(session).faults == ()
        assert queries.envelope_of(session, other.call_id, "main").committed == Money(0)


def test_releasing_and_binding_at_once_never_exceeds(database: Database) -> None:
    with database.transaction() as session:
        envelope = an_envelope(session)
        given = [a_commitment(session, envelope.id) for _ in range(10)]
    together = threading.Barrier(30)

    def release(commitment_id: object) -> str:
        together.wait(60)
        with database.transaction() as session:
            release_commitment(session, SYSTEM, commitment_id, reason="Declined.", now=NOW)  # type: ignore[arg-type]
        return "released"

    with ThreadPoolExecutor(30) as pool:
        freed = [pool.submit(release, commitment_id) for commitment_id in given]
        asked = [pool.submit(award, database, a_wish(envelope.id), together) for _ in range(20)]
        told = Counter(one.result(60).split()[0] for one in (*freed, *asked))
    assert told["released"] == 10
    with database.reading() as session:
        [row] = queries.envelopes_of_call(session, envelope.call_id)
        assert row.committed == GRANT.times(told["committed"])
        assert row.available == ENVELOPE - row.committed
        assert verify_ledger(session).faults == ()
