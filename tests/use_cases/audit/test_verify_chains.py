from __future__ import annotations

from datetime import datetime
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import ChainHead, Event, EventSalt
from app.audit.use_cases.record_event import record_event
from app.audit.use_cases.verify_chains import verify_chains
from app.core.actor import SYSTEM
from app.infra.ids import new_id
from tests.use_cases.audit.events import LetterSent


@pytest.fixture
def letter(session: Session, now: datetime) -> UUID:
    """A chain of three events beside another one of two."""
    mine, other = new_id(), new_id()
    for number, subject in enumerate((mine, other, mine, other, mine)):
        fact = LetterSent(subject_id=subject, facts={"n": number}, personal={"name": "Ada"}, application_id=new_id())
        record_event(session, SYSTEM, fact, now=now)
    return mine


def forge(session: Session, statement: str, letter: UUID) -> None:
    """What a database administrator could do: switch the trigger off and write."""
    session.flush()
    session.execute(sa.text("alter table audit_event disable trigger user"))
    session.execute(sa.text(statement), {"letter": letter})
    session.execute(sa.text("alter table audit_event enable trigger user"))
    session.expire_all()


def test_untouched_chains_are_whole(session: Session, letter: UUID) -> None:
    report = verify_chains(session)
    assert (report.chains, report.events, report.broken, report.whole) == (2, 5, (), True)


MINE = "where subject_id = :letter and position = 2"


@pytest.mark.parametrize(
    "change",
    [
        "kind = 'letter.burnt'",
        "facts = '{\"n\": 99}'",
        "facts = facts || '{\"more\": 1}'",
        "actor_id = '00000000-0000-0000-0000-000000000009'",
        "occurred_at = occurred_at + interval '1 microsecond'",
        'digests = \'{"name": "forged"}\'',
        "application_id = null",
        "call_id = subject_id",
        "request_id = 'forged'",
        "hash = repeat('0', 64)",
        "position = 9",
        "id = '00000000-0000-0000-0000-000000000009'",
    ],
)
def test_a_forged_row_is_found(session: Session, letter: UUID, change: str) -> None:
    session.execute(sa.delete(EventSalt))
    forge(session, f"update audit_event set {change} {MINE}", letter)  # noqa: S608  # the forger's own words
    report = verify_chains(session)
    assert report.broken == (f"letter {letter}: event 2 does not fit",)
    assert not report.whole


def test_a_removed_event_is_found(session: Session, letter: UUID) -> None:
    session.execute(sa.delete(EventSalt))
    forge(session, f"delete from audit_event {MINE}", letter)  # noqa: S608
    assert verify_chains(session).broken == (f"letter {letter}: event 2 does not fit",)


def test_a_removed_last_event_is_found(session: Session, letter: UUID) -> None:
    session.execute(sa.delete(EventSalt))
    forge(session, "delete from audit_event where subject_id = :letter and position = 3", letter)
    assert verify_chains(session).broken == (f"letter {letter}: the last event is not the one that was recorded last",)


def test_a_removed_chain_is_found(session: Session, letter: UUID) -> None:
    session.execute(sa.delete(EventSalt))
    forge(session, "delete from audit_event where subject_id = :letter", letter)
    assert verify_chains(session).broken == (f"letter {letter}: its events are missing",)


def test_an_event_moved_to_another_subject_breaks_both(session: Session, letter: UUID) -> None:
    session.execute(sa.delete(EventSalt))
    forge(session, f"update audit_event set subject_id = gen_random_uuid(), position = 1 {MINE}", letter)  # noqa: S608
    report = verify_chains(session)
    assert f"letter {letter}: event 2 does not fit" in report.broken
    assert len(report.broken) == 2


def test_a_rewound_head_is_found(session: Session, letter: UUID) -> None:
    session.execute(sa.update(ChainHead).where(ChainHead.subject_id == letter).values(length=2))
    assert verify_chains(session).broken == (f"letter {letter}: the last event is not the one that was recorded last",)


def test_erasing_a_person_leaves_every_chain_whole(session: Session, letter: UUID) -> None:
    """Without its salt a digest says nothing; the events and their hashes stay."""
    assert session.scalar(sa.select(sa.func.count()).select_from(EventSalt)) == 5
    mine = sa.select(Event.id).where(Event.subject_id == letter)
    session.execute(sa.delete(EventSalt).where(EventSalt.event_id.in_(mine)))
    assert session.scalar(sa.select(sa.func.count()).select_from(EventSalt)) == 2
    report = verify_chains(session)
    assert (report.events, report.whole) == (5, True)
