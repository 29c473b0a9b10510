"""Binding and releasing: what is left is never exceeded, and everything is in the journal."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import Event
from app.core.actor import SYSTEM
from app.core.errors import NotFoundError, RulesViolatedError
from app.core.money import Money
from app.core.paging import PageRequest
from app.infra.ids import new_id
from app.ledger import queries
from app.ledger.rules.accounts import Account, EntryKind
from app.ledger.schemas import CommitmentRow, EntryFilter
from app.ledger.use_cases.commit_amount import commit_amount
from app.ledger.use_cases.release_commitment import release_commitment
from app.ledger.use_cases.verify_ledger import verify_ledger
from tests.builders.calls import a_programme_officer
from tests.builders.money import ENVELOPE, GRANT, a_commitment, a_wish, an_envelope, pay
from tests.conftest import NOW


def standing(session: Session, call_id: object) -> tuple[int, int, int, int]:
    [row] = queries.envelopes_of_call(session, call_id)  # type: ignore[arg-type]
    return (row.appropriated.cents, row.available.cents, row.committed.cents, row.paid.cents)


def bound(session: Session, commitment_id: object) -> CommitmentRow:
    return queries.commitment_for_change(session, commitment_id)  # type: ignore[arg-type]


def last_event(session: Session, call_id: object) -> Event:
    statement = sa.select(Event).filter_by(call_id=call_id).order_by(Event.seq.desc()).limit(1)
    return session.scalars(statement).one()


def test_W_07_ten_grants_fit_and_the_eleventh_is_refused_with_its_figures(session: Session) -> None:  # noqa: N802
    envelope = an_envelope(session)
    for _ in range(10):
        a_commitment(session, envelope.id)
    assert standing(session, envelope.call_id) == (ENVELOPE.cents, 0, ENVELOPE.cents, 0)
    with pytest.raises(RulesViolatedError) as refused:
        a_commitment(session, envelope.id)
    [found] = refused.value.violations
    assert (found.rule, found.place) == ("ledger.envelope_exceeded", "amount")
    assert found.figures == {"wanted": GRANT, "available": Money(0), "over": GRANT, "envelope": "Strand main"}
    with pytest.raises(RulesViolatedError):
        a_commitment(session, envelope.id, Money(1))
    assert standing(session, envelope.call_id) == (ENVELOPE.cents, 0, ENVELOPE.cents, 0)
    assert verify_ledger(session).faults == ()


def test_a_commitment_is_pending_and_recorded(session: Session) -> None:
    envelope, officer = an_envelope(session), a_programme_officer(session)
    wish = a_wish(envelope.id, reference="GRANT-77", title="Circular textiles")
    commitment_id = commit_amount(session, officer, wish, now=NOW)
    row = queries.commitment_of(session, "award", wish.subject_id)
    assert row is not None
    assert (row.id, row.reference, row.title, row.committed_at) == (commitment_id, "GRANT-77", "Circular textiles", NOW)
    assert (row.amount, row.pending, row.paid, row.released) == (GRANT, GRANT, Money(0), Money(0))
    event = last_event(session, envelope.call_id)
    assert (event.kind, event.subject_id, event.actor_id) == ("ledger.committed", envelope.id, officer.person_id)
    assert event.facts["amount"] == GRANT.as_json()
    assert event.facts["left"] == (ENVELOPE - GRANT).as_json()
    assert event.facts["award"] == str(wish.subject_id)
    entry = queries.entries_page(session, envelope.call_id, EntryFilter(), PageRequest()).rows[0]
    assert [(line.account, line.amount) for line in entry.postings] == [
        (Account.AVAILABLE, -GRANT),
        (Account.COMMITTED, GRANT),
    ]


def test_a_subject_is_bound_once_and_all_findings_come_at_once(session: Session) -> None:
    envelope, other = an_envelope(session, amount=GRANT), an_envelope(session)
    subject = new_id()
    commit_amount(session, SYSTEM, a_wish(envelope.id, subject_id=subject), now=NOW)
    with pytest.raises(RulesViolatedError) as refused:
        commit_amount(session, SYSTEM, a_wish(envelope.id, subject_id=subject), now=NOW)
    assert [found.rule for found in refused.value.violations] == [
        "ledger.committed_already",
        "ledger.envelope_exceeded",
    ]
    with pytest.raises(RulesViolatedError):
        commit_amount(session, SYSTEM, a_wish(other.id, subject_id=subject), now=NOW)
    assert standing(session, other.call_id)[2] == 0


@pytest.mark.parametrize("cents", [0, -1])
def test_nothing_and_less_than_nothing_is_not_bound(session: Session, cents: int) -> None:
    envelope = an_envelope(session)
    with pytest.raises(RulesViolatedError) as refused:
        a_commitment(session, envelope.id, Money(cents))
    assert [found.rule for found in refused.value.violations] == ["ledger.amount_not_positive"]


def test_an_unknown_envelope_or_commitment_is_not_found(session: Session) -> None:
    with pytest.raises(NotFoundError):
        a_commitment(session, new_id())
    with pytest.raises(NotFoundError):
        release_commitment(session, SYSTEM, new_id(), reason="None.", now=NOW)
    with pytest.raises(NotFoundError):
        queries.envelope_of(session, new_id(), "main")


def test_what_is_released_can_be_bound_again(session: Session) -> None:
    envelope = an_envelope(session, amount=GRANT)
    first = a_commitment(session, envelope.id)
    release_commitment(session, SYSTEM, first, reason="The coordinator declined.", now=NOW)
    row = bound(session, first)
    assert (row.amount, row.pending, row.released) == (GRANT, Money(0), GRANT)
    assert last_event(session, envelope.call_id).kind == "ledger.released"
    assert "declined" not in str(last_event(session, envelope.call_id).facts)
    entry = queries.entries_page(session, envelope.call_id, EntryFilter(kind=EntryKind.RELEASE), PageRequest()).rows[0]
    assert entry.reason == "The coordinator declined."
    a_commitment(session, envelope.id)
    assert standing(session, envelope.call_id) == (GRANT.cents, 0, GRANT.cents, 0)
    with pytest.raises(RulesViolatedError) as refused:
        release_commitment(session, SYSTEM, first, reason="Again.", now=NOW)
    assert [found.rule for found in refused.value.violations] == ["ledger.nothing_pending"]


def test_what_is_paid_stays_and_the_rest_can_be_released_in_parts(session: Session) -> None:
    envelope = an_envelope(session, amount=Money(1000))
    commitment = a_commitment(session, envelope.id, Money(1000))
    pay(session, envelope.id, commitment, Money(700))
    assert standing(session, envelope.call_id) == (1000, 0, 300, 700)
    with pytest.raises(RulesViolatedError) as refused:
        release_commitment(session, SYSTEM, commitment, amount=Money(301), reason="Too much.", now=NOW)
    assert refused.value.violations[0].figures == {"wanted": Money(301), "pending": Money(300)}
    release_commitment(session, SYSTEM, commitment, amount=Money(100), reason="A part.", now=NOW)
    release_commitment(session, SYSTEM, commitment, reason="The rest.", now=NOW)
    row = bound(session, commitment)
    assert (row.pending, row.paid, row.released) == (Money(0), Money(700), Money(300))
    assert standing(session, envelope.call_id) == (1000, 300, 0, 700)
    assert verify_ledger(session).faults == ()
