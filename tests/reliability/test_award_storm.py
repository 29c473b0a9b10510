"""W-07 through the award decision: sixty-four signatures at once on an envelope that holds ten."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
import sqlalchemy as sa

from app.audit.use_cases.verify_chains import verify_chains
from app.core.actor import Actor
from app.core.errors import RulesViolatedError
from app.core.money import Money
from app.grants.models import Award
from app.grants.queries.awards import awarded_by_envelope, figures_of
from app.grants.rules.outcomes import Outcome
from app.grants.use_cases.prepare_awards import prepare_awards
from app.grants.use_cases.sign_award import sign_award
from app.infra.db.engine import Database
from app.ledger import queries
from app.ledger.use_cases.verify_ledger import verify_ledger
from tests.builders.awards import PREPARED, SIGNED, many_ranked
from tests.builders.money import ENVELOPE, GRANT
from tests.support import database as databases

AWARDS = 64


@pytest.fixture
def database() -> Iterator[Database]:
    server = databases.test_server()
    made = Database(server.clone("award_storm"), pool_size=AWARDS)
    yield made
    made.close()
    server.drop("award_storm")


def sign(database: Database, signer: Actor, award_id: UUID, together: threading.Barrier) -> str:
    """Sign in a transaction of its own; what came of it."""
    with database.engine.connect():
        together.wait(120)
    try:
        with database.transaction() as session:
            sign_award(session, signer, award_id, now=SIGNED)
    except RulesViolatedError as refused:
        [found] = refused.violations
        return f"{found.rule} {found.figures.get('available', '')}".strip()
    return "signed"


def test_W_07_sixty_four_signatures_at_once_and_exactly_ten_awards(database: Database) -> None:  # noqa: N802
    with database.transaction() as session:
        ranked = many_ranked(session, AWARDS, grant=GRANT)
        prepare_awards(session, ranked.officer, ranked.call.id, now=PREPARED)
        session.execute(sa.text("alter table award disable trigger award_keeps_its_content"))
        session.execute(sa.update(Award).values(outcome=Outcome.MAIN))  # as if all were awarded: the ledger still holds
        session.execute(sa.text("alter table award enable trigger award_keeps_its_content"))
        ids = list(session.scalars(sa.select(Award.id)))
    together = threading.Barrier(AWARDS)
    with ThreadPoolExecutor(AWARDS) as pool:
        found = Counter(pool.map(lambda one: sign(database, ranked.signer, one, together), ids))
    assert found == {"signed": 10, "ledger.envelope_exceeded EUR 0.00": AWARDS - 10}
    with database.reading() as session:
        [envelope] = queries.envelopes_of_call(session, ranked.call.id)
        assert (envelope.available, envelope.committed) == (Money(0), ENVELOPE)
        assert awarded_by_envelope(session, ranked.call.id) == {"main": ENVELOPE}
        assert figures_of(session, ranked.call.id).to_sign == AWARDS - 10
        assert verify_ledger(session).faults == ()
        assert verify_chains(session).broken == ()


def test_two_officers_preparing_at_once_make_one_set_of_decisions(database: Database) -> None:
    with database.transaction() as session:
        ranked = many_ranked(session, 12, grant=GRANT)
    together = threading.Barrier(4)

    def prepare(_: int) -> str:
        together.wait(60)
        try:
            with database.transaction() as session:
                prepare_awards(session, ranked.officer, ranked.call.id, now=PREPARED)
        except RulesViolatedError as refused:
            return refused.violations[0].rule
        return "prepared"

    with ThreadPoolExecutor(4) as pool:
        assert Counter(pool.map(prepare, range(4))) == {"prepared": 1, "award.prepared_already": 3}
    with database.reading() as session:
        assert figures_of(session, ranked.call.id).total == 12
