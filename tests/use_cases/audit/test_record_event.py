from __future__ import annotations

import threading
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from app.audit.models import ChainHead, Event, EventSalt
from app.audit.queries import EventFilter, event, event_kinds, events_page, latest_before, timeline
from app.audit.rules.chain import salted_digest
from app.audit.use_cases.record_event import record_event
from app.audit.use_cases.verify_chains import verify_chains
from app.core.actor import SYSTEM, Actor
from app.core.money import Money
from app.core.paging import PageRequest
from app.infra.ids import new_id
from tests.use_cases.audit.events import LetterSent, LetterToDeliver

if TYPE_CHECKING:
    from app.delivery.runtime import Runtime

ADA = Actor(person_id=UUID(int=5), name="Ada Lovelace")
WRITERS = 16


def test_an_event_holds_who_what_and_when(session: Session, now: datetime) -> None:
    letter, call, application = new_id(), new_id(), new_id()
    with structlog.contextvars.bound_contextvars(request_id="abc-request"):
        record_event(
            session,
            ADA,
            LetterSent(subject_id=letter, facts={"amount": Money(1)}, call_id=call, application_id=application),
            now=now,
        )
    [row] = session.execute(sa.select(Event).where(Event.subject_id == letter)).scalars()
    assert (row.kind, row.subject_kind, row.position, row.occurred_at) == ("letter.sent", "letter", 1, now)
    assert (row.actor_id, row.call_id, row.application_id, row.request_id) == (
        ADA.person_id,
        call,
        application,
        "abc-request",
    )
    assert row.facts == {"amount": {"amount": "0.01", "currency": "EUR"}}


def test_a_savepoint_that_is_taken_back_leaves_the_chain_whole(session: Session, now: datetime) -> None:
    letter = new_id()

    def record() -> None:
        record_event(session, SYSTEM, LetterSent(subject_id=letter), now=now)

    def record_and_fail() -> None:
        with session.begin_nested():
            record()
            raise RuntimeError

    record()
    with pytest.raises(RuntimeError):
        record_and_fail()
    record()
    with session.begin_nested():
        record()
    record()
    assert session.scalars(sa.select(Event.position).where(Event.subject_id == letter).order_by(Event.seq)).all() == [
        1, 2, 3, 4,
    ]  # fmt: skip
    assert verify_chains(session).broken == ()


def test_events_of_one_subject_stand_on_each_other(session: Session, now: datetime) -> None:
    one, two = new_id(), new_id()
    for subject in (one, two, one, one):
        record_event(session, SYSTEM, LetterSent(subject_id=subject), now=now)
    rows = session.execute(sa.select(Event.subject_id, Event.position, Event.hash).order_by(Event.seq)).all()
    mine = [(position, hash_) for subject, position, hash_ in rows if subject == one]
    assert [position for position, _ in mine] == [1, 2, 3]
    assert len({hash_ for _, hash_ in mine}) == 3
    head = session.get_one(ChainHead, {"subject_kind": "letter", "subject_id": one})
    assert (head.length, head.hash) == mine[-1]
    assert verify_chains(session).whole


def test_no_personal_value_reaches_the_table(session: Session, now: datetime) -> None:
    """Searched in the whole row as text, so that a new column cannot leak it either."""
    planted = "Zzyzx Q. Unmistakable"
    letter = new_id()
    record_event(
        session, SYSTEM, LetterSent(subject_id=letter, facts={"field": "name"}, personal={"name": planted}), now=now
    )
    as_text = session.execute(
        sa.text("select audit_event::text from audit_event where subject_id = :id"), {"id": letter}
    )
    stored = as_text.scalar_one()
    assert "Unmistakable" not in stored
    salt = session.execute(sa.select(EventSalt.salt).join(Event).where(Event.subject_id == letter)).scalar_one()
    assert salted_digest(salt, planted) in stored


def test_the_same_value_has_another_digest_each_time(session: Session, now: datetime) -> None:
    for _ in range(2):
        record_event(session, SYSTEM, LetterSent(subject_id=new_id(), personal={"name": "Ada"}), now=now)
    digests = session.scalars(sa.select(Event.digests)).all()
    assert len({row["name"] for row in digests}) == 2


def test_only_events_that_someone_must_hear_of_enter_the_queue(session: Session, now: datetime) -> None:
    record_event(session, SYSTEM, LetterSent(subject_id=new_id()), now=now)
    assert session.execute(sa.text("select count(*) from procrastinate_jobs")).scalar_one() == 0
    heard = new_id()
    record_event(session, SYSTEM, LetterToDeliver(subject_id=heard), now=now)
    [(task, arguments)] = session.execute(sa.text("select task_name, args from procrastinate_jobs")).all()
    recorded = session.scalars(sa.select(Event.id).where(Event.subject_id == heard)).one()
    assert (task, arguments) == ("deliver_event", {"event_id": str(recorded)})


@pytest.mark.parametrize(
    "statement", ["update audit_event set kind = 'forged'", "delete from audit_event", "truncate audit_event cascade"]
)
def test_the_database_refuses_to_change_what_happened(session: Session, now: datetime, statement: str) -> None:
    record_event(session, SYSTEM, LetterSent(subject_id=new_id()), now=now)
    with pytest.raises(sa.exc.IntegrityError, match="never changed or removed"), session.begin_nested():
        session.execute(sa.text(statement))
    assert session.scalars(sa.select(Event.kind)).all() == ["letter.sent"]


def test_writers_of_one_subject_wait_for_each_other(runtime: Runtime, now: datetime) -> None:
    """All events are there, each position once, and the chain is whole."""
    letter, failed = new_id(), []
    start = threading.Barrier(WRITERS)

    def write() -> None:
        start.wait()
        try:
            with runtime.database.transaction() as session:
                record_event(session, SYSTEM, LetterSent(subject_id=letter), now=now)
        except sa.exc.DBAPIError as error:
            failed.append(error)

    threads = [threading.Thread(target=write) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    with runtime.database.reading() as session:
        positions = session.scalars(sa.select(Event.position).where(Event.subject_id == letter)).all()
        assert sorted(positions) == list(range(1, WRITERS + 1))
        assert verify_chains(session).whole


def test_a_rolled_back_fact_leaves_no_event(runtime: Runtime, now: datetime) -> None:
    letter = new_id()

    def fail_afterwards() -> None:
        with runtime.database.transaction() as session:
            record_event(session, SYSTEM, LetterToDeliver(subject_id=letter), now=now)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_afterwards()
    with runtime.database.reading() as session:
        assert session.scalars(sa.select(Event).where(Event.subject_id == letter)).all() == []
        assert session.scalars(sa.select(ChainHead).where(ChainHead.subject_id == letter)).all() == []


def test_the_log_is_read_narrowed_and_newest_first(session: Session, now: datetime) -> None:
    application, call = new_id(), new_id()
    for number in range(3):
        fact = LetterSent(subject_id=new_id(), facts={"n": number}, application_id=application, call_id=call)
        record_event(session, ADA, fact, now=now)
    record_event(session, SYSTEM, LetterToDeliver(subject_id=new_id(), call_id=new_id()), now=now)
    found = events_page(
        session, EventFilter(call_id=call, actor_id=ADA.person_id, since=now, until=now), PageRequest(1, 2)
    )
    assert ([row.facts["n"] for row in found.rows], found.total, found.pages) == ([2, 1], 3, 2)
    assert [row.facts["n"] for row in timeline(session, application)] == [0, 1, 2]
    assert events_page(session, EventFilter(kind="letter.to_"), PageRequest()).total == 1
    assert events_page(session, EventFilter(kind="letter%"), PageRequest()).total == 0
    assert event_kinds(session) == ["letter.sent", "letter.to_deliver"]
    newest = event(session, found.rows[0].id)
    assert newest == found.rows[0]
    assert event(session, new_id()) is None


def test_the_last_matching_event_before_another_is_found(session: Session, now: datetime) -> None:
    application, other = new_id(), new_id()
    for number, (where, answer) in enumerate(
        [(application, "yes"), (application, "yes"), (other, "yes"), (application, "no")]
    ):
        fact = LetterSent(subject_id=new_id(), facts={"n": number, "answer": answer}, application_id=where)
        record_event(session, ADA, fact, now=now)
    last = timeline(session, application)[-1]
    found = latest_before(session, last, kind="letter.sent", facts={"answer": "yes"})
    assert found is not None
    assert found.facts == {"n": 1, "answer": "yes"}
    assert latest_before(session, last, kind="letter.sent", facts={"answer": "no"}) is None
    assert latest_before(session, last, kind="letter.burnt", facts={}) is None
