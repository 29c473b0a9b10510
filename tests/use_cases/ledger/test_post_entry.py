"""The last guard: whatever program writes, the tables refuse what is not balanced, exceeds or rewrites."""

# ruff: noqa: S608  # the statements of this file are its own
from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.actor import SYSTEM
from app.core.errors import RulesViolatedError
from app.core.money import Money
from app.delivery.runtime import Runtime
from app.infra.db.constraints import violation_of
from app.ledger import queries
from app.ledger.rules.accounts import EntryKind
from app.ledger.schemas import EntryToPost
from app.ledger.use_cases.post_entry import post_entry
from app.ledger.use_cases.verify_ledger import verify_ledger
from tests.builders.money import GRANT, a_commitment, an_envelope, pay
from tests.conftest import NOW

NEW = "gen_random_uuid()"
ENTRY = f"""with made as (
    insert into ledger_entry (id, envelope_id, kind, key, occurred_at, reference, reason)
    select {NEW}, id, 'commit', {NEW}::text, now(), '', '' from envelope where id = :envelope returning id, envelope_id
) insert into posting (id, entry_id, envelope_id, commitment_id, account, amount)
"""
LINES = "(values ('available', -{}), ('{}', {})) as line (side, cents)"
BOUND = "where account = 'committed'"


def attempted(session: Session, statement: str, **values: object) -> None:
    """A statement of somebody with a connection, and the end of the transaction."""
    session.execute(sa.text("set constraints all immediate"))
    session.execute(sa.text("set constraints all deferred"))
    with session.begin_nested():
        session.execute(sa.text(statement), values)
        session.execute(sa.text("set constraints all immediate"))


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("update envelope set available = available + 1", "moved by postings only"),
        ("update envelope set appropriated = 0, available = 0, committed = 0", "moved by postings only"),
        ("update envelope set code = 'other'", "keeps its call and its code"),
        ("delete from envelope", "never changed or removed"),
        ("update commitment set pending = pending - 1, paid = paid + 1", "moved by postings only"),
        ("update commitment set amount = amount + 1, pending = pending + 1", "moved by postings only"),
        ("delete from commitment", "never changed or removed"),
        ("update posting set amount = 2 * amount", "never changed or removed"),
        ("delete from posting", "never changed or removed"),
        ("truncate posting", "never changed or removed"),
        ("update ledger_entry set kind = 'pay'", "never changed or removed"),
        ("delete from ledger_entry", "never changed or removed"),
        (
            f"insert into envelope select {NEW}, {NEW}, 'main', 'Main', 5, 5, 0, 0",
            "a new envelope is empty",
        ),
        (
            f"insert into commitment select {NEW}, id, 'award', {NEW}, '', '', now(), 5, 4, 1, 0 from envelope",
            "a new commitment is pending",
        ),
        (
            f"insert into commitment select {NEW}, id, 'award', {NEW}, '', '', now(), 5, 5, 0, 0 from envelope",
            "not what its postings say",
        ),
        (
            f"insert into ledger_entry select {NEW}, id, 'commit', 'k', now(), null, '', '' from envelope",
            "is not balanced",
        ),
        (f"{ENTRY} select {NEW}, id, envelope_id, null, 'available', -5 from made", "is not balanced"),
        (
            f"{ENTRY} select {NEW}, id, envelope_id, null, side, cents from made, {LINES.format(5, 'appropriation', 4)}",
            "is not balanced",
        ),
        (
            f"{ENTRY} select {NEW}, id, envelope_id, null, 'available', 0 from made",
            "ck_posting_amount",
        ),
        (
            f"{ENTRY} select {NEW}, id, envelope_id, null, 'committed', 5 from made",
            "ck_posting_commitment",
        ),
        (
            f"{ENTRY} select {NEW}, id, envelope_id, :commitment, side, cents from made, {LINES.format(5, 'committed', 5)}",
            "not what its postings say",
        ),
        (
            f"insert into posting select {NEW}, entry_id, envelope_id, commitment_id, 'paid', 5 from posting {BOUND}",
            "is not balanced|ck_commitment_parts",
        ),
    ],
)
def test_direct_tampering_is_refused(session: Session, statement: str, words: str) -> None:
    envelope = an_envelope(session)
    commitment = a_commitment(session, envelope.id)
    before = queries.envelopes_of_call(session, envelope.call_id)
    with pytest.raises(sa.exc.IntegrityError, match=words):
        attempted(
            session,
            statement,
            **{
                name: value
                for name, value in (("envelope", envelope.id), ("commitment", commitment))
                if f":{name}" in statement
            },
        )
    assert queries.envelopes_of_call(session, envelope.call_id) == before
    assert verify_ledger(session).faults == ()


def test_the_database_refuses_what_exceeds_an_envelope_in_words(session: Session) -> None:
    envelope = an_envelope(session, amount=GRANT.times(3))
    a_commitment(session, envelope.id)
    entry = EntryToPost(envelope.id, EntryKind.REDUCE, GRANT.times(2) + Money(1), "too much", "main")
    with pytest.raises(sa.exc.IntegrityError) as refused, session.begin_nested():
        post_entry(session, SYSTEM, entry, now=NOW)
    told = violation_of(refused.value)
    assert isinstance(told, RulesViolatedError)
    assert "less money left" in told.message


def test_more_than_is_pending_cannot_be_paid(session: Session) -> None:
    envelope = an_envelope(session)
    first, _second = a_commitment(session, envelope.id), a_commitment(session, envelope.id)
    with pytest.raises(sa.exc.IntegrityError, match="ck_commitment_pending"), session.begin_nested():
        pay(session, envelope.id, first, GRANT + Money(1))
    pay(session, envelope.id, first, GRANT)
    assert verify_ledger(session).faults == ()


def test_more_than_was_paid_cannot_come_back(session: Session) -> None:
    """Another commitment of the envelope has enough, which helps nothing."""
    envelope = an_envelope(session)
    first, second = a_commitment(session, envelope.id), a_commitment(session, envelope.id)
    pay(session, envelope.id, first, GRANT)
    pay(session, envelope.id, second, GRANT)

    def back(amount: Money, key: str) -> None:
        post_entry(session, SYSTEM, EntryToPost(envelope.id, EntryKind.RECOVER, amount, key, "main", first), now=NOW)

    back(GRANT, "all of it")
    with pytest.raises(RulesViolatedError) as refused:
        back(Money(1), "a cent more")
    assert [one.rule for one in refused.value.violations] == ["ledger.recovered_too_much"]
    assert verify_ledger(session).faults == ()


def test_an_entry_of_one_key_is_written_once(session: Session) -> None:
    envelope = an_envelope(session)
    entry = EntryToPost(envelope.id, EntryKind.APPROPRIATE, GRANT, "the same", "main")
    post_entry(session, SYSTEM, entry, now=NOW)
    with pytest.raises(sa.exc.IntegrityError, match="uq_ledger_entry_key"), session.begin_nested():
        post_entry(session, SYSTEM, entry, now=NOW)
    [row] = queries.envelopes_of_call(session, envelope.call_id)
    assert row.appropriated == envelope.appropriated + GRANT


def test_a_posting_cannot_lead_into_another_envelope(session: Session) -> None:
    mine, other = an_envelope(session), an_envelope(session)
    entry = EntryToPost(other.id, EntryKind.PAY, GRANT, "elsewhere", "main", a_commitment(session, mine.id))
    with pytest.raises(sa.exc.IntegrityError, match="fk_posting_commitment_id"), session.begin_nested():
        post_entry(session, SYSTEM, entry, now=NOW)


def test_an_unbalanced_entry_ends_the_transaction(runtime: Runtime) -> None:
    with runtime.database.transaction() as session:
        envelope = an_envelope(session)
    statement, reached = sa.text(f"{ENTRY} select {NEW}, id, envelope_id, null, 'available', -5 from made"), []

    def write() -> None:
        with runtime.database.transaction() as session:
            session.execute(statement, {"envelope": envelope.id})
            reached.append(True)

    with pytest.raises(sa.exc.IntegrityError, match="is not balanced"):
        write()
    assert reached, "refused at the end of the transaction, not at the statement"
    with runtime.database.reading() as session:
        assert queries.envelopes_of_call(session, envelope.call_id) == [envelope]
