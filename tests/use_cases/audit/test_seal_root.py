from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import SealedRoot
from app.audit.queries import last_root
from app.audit.rules.roots import day_to_seal
from app.audit.use_cases.record_event import record_event
from app.audit.use_cases.seal_root import seal_root
from app.audit.use_cases.verify_roots import verify_roots
from app.core.actor import SYSTEM
from app.infra.ids import new_id
from app.infra.sealing import SealingAuthority, bytes_are_genuine, load_authority, seal_bytes
from app.infra.sealing_demo import make_test_authority
from tests.conftest import NOW
from tests.use_cases.audit.events import LetterSent

DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> SealingAuthority:
    folder = tmp_path_factory.mktemp("seal") / "keys"
    make_test_authority(folder, now=NOW)
    return load_authority(folder)


def letters(session: Session, *subjects: UUID, now: datetime) -> None:
    for subject in subjects:
        record_event(session, SYSTEM, LetterSent(subject_id=subject, application_id=new_id()), now=now)


def sealed_days(session: Session, authority: SealingAuthority, now: datetime) -> tuple[UUID, UUID]:
    """Three days: two chains, one of them longer, nothing."""
    one, other = new_id(), new_id()
    letters(session, one, other, one, now=now)
    assert seal_root(session, authority, now=now) == day_to_seal(now)
    letters(session, other, now=now)
    assert seal_root(session, authority, now=now + DAY)
    assert seal_root(session, authority, now=now + 2 * DAY)
    return one, other


def test_each_day_is_sealed_once_and_no_earlier_one_afterwards(
    session: Session, authority: SealingAuthority, now: datetime
) -> None:
    sealed_days(session, authority, now)
    for again in (now, now + DAY, now + 2 * DAY, now + 2 * DAY + timedelta(hours=3)):
        assert seal_root(session, authority, now=again) is None
    rows = session.scalars(sa.select(SealedRoot).order_by(SealedRoot.day)).all()
    assert [(row.chains, row.events) for row in rows] == [(2, 3), (2, 4), (2, 4)]
    assert rows[1].root == rows[2].root != rows[0].root
    assert last_root(session).events == 4  # type: ignore[union-attr]
    assert verify_roots(session, authority).faults == ()
    assert verify_roots(session, authority).roots == 3


@pytest.mark.parametrize(
    ("forgery", "words"),
    [
        ("delete from audit_event where subject_id = :other and position = 2", "event 2 of letter"),
        ("update audit_event set hash = repeat('0', 64) where subject_id = :one and position = 2", "event 2 of letter"),
        ("update sealed_root set content = replace(content, 'grappe-root', 'other-root')", "seal is not genuine"),
        ("update sealed_root set root = repeat('0', 64) where events = 3", "another day or root"),
        ("delete from sealed_root where events = 3", "does not follow"),
    ],
)
def test_what_was_forged_afterwards_is_found(
    session: Session, authority: SealingAuthority, now: datetime, forgery: str, words: str
) -> None:
    one, other = sealed_days(session, authority, now)
    for table in ("audit_event", "sealed_root", "audit_event_salt"):
        session.execute(sa.text(f"alter table {table} disable trigger user"))
    session.execute(sa.text("delete from audit_event_salt"))
    session.execute(sa.text(forgery), {"one": one, "other": other})
    session.expire_all()
    assert words in " ".join(verify_roots(session, authority).faults)


@pytest.mark.parametrize(
    "act", ["update sealed_root set chains = 9", "delete from sealed_root", "truncate sealed_root"]
)
def test_a_sealed_root_is_never_changed(session: Session, authority: SealingAuthority, now: datetime, act: str) -> None:
    sealed_days(session, authority, now)
    with pytest.raises(sa.exc.IntegrityError, match="never changed or removed"):
        session.execute(sa.text(act))


def test_a_seal_beside_bytes_covers_each_of_them(authority: SealingAuthority, now: datetime, tmp_path: Path) -> None:
    content = b'{"day":"2019-02-28"}'
    made = seal_bytes(content, authority, now=now)
    assert bytes_are_genuine(content, made, authority, moment=now)
    assert not bytes_are_genuine(content + b" ", made, authority, moment=now)
    assert not bytes_are_genuine(content, made[:-1] + bytes([made[-1] ^ 1]), authority, moment=now)
    assert not bytes_are_genuine(content, b"no signature", authority, moment=now)
    make_test_authority(tmp_path / "stranger", now=now)
    assert not bytes_are_genuine(content, made, load_authority(tmp_path / "stranger"), moment=now)
