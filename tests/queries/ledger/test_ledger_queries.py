"""Lists of the ledger: only of one call, narrowed, sorted and paged in a constant number of queries."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.actor import SYSTEM
from app.core.money import Money
from app.core.paging import PageRequest
from app.infra.ids import new_id
from app.ledger import queries
from app.ledger.rules.accounts import Account, EntryKind
from app.ledger.schemas import CommitmentFilter, EntryFilter, EnvelopeToOpen, Standing
from app.ledger.use_cases.commit_amount import commit_amount
from app.ledger.use_cases.open_envelope import open_envelopes
from app.ledger.use_cases.release_commitment import release_commitment
from tests.builders.money import a_commitment, a_wish, an_envelope
from tests.conftest import NOW

PAGE = PageRequest()


@pytest.fixture
def call_id(session: Session) -> UUID:
    """A call with two envelopes and three commitments, beside another with a secret."""
    made = new_id()
    wanted = [EnvelopeToOpen("health", "Health", Money(1000)), EnvelopeToOpen("industry", "Industry", Money(1000))]
    open_envelopes(session, SYSTEM, made, wanted, now=NOW)
    health, industry = queries.envelopes_of_call(session, made)
    for number, (envelope, cents, title) in enumerate(
        ((health, 300, "Alpha 100 %"), (industry, 100, "beta"), (health, 200, "Gamma"))
    ):
        wish = a_wish(envelope.id, Money(cents), reference=f"REF-{number}", title=title)
        made_id = commit_amount(session, SYSTEM, wish, now=NOW + timedelta(hours=number))
    release_commitment(session, SYSTEM, made_id, reason="Declined by letter.", now=NOW + timedelta(hours=9))
    a_commitment(session, an_envelope(session).id, reference="SECRET", title="SECRET")
    return made


def found(session: Session, call_id: UUID, wanted: CommitmentFilter, **order: object) -> list[str]:
    page = queries.commitments_page(session, call_id, wanted, PAGE, **order)  # type: ignore[arg-type]
    assert page.total == len(page.rows)
    return [row.reference for row in page.rows]


@pytest.mark.parametrize(
    ("wanted", "references"),
    [
        (CommitmentFilter(), ["REF-2", "REF-1", "REF-0"]),
        (CommitmentFilter(text="ref-1"), ["REF-1"]),
        (CommitmentFilter(text="%"), ["REF-0"]),
        (CommitmentFilter(text="SECRET"), []),
        (CommitmentFilter(envelope="health"), ["REF-2", "REF-0"]),
        (CommitmentFilter(standing=Standing.PENDING), ["REF-1", "REF-0"]),
        (CommitmentFilter(standing=Standing.SETTLED), ["REF-2"]),
        (CommitmentFilter(text="gamma", envelope="industry"), []),
    ],
)
def test_commitments_are_narrowed(
    session: Session, call_id: UUID, wanted: CommitmentFilter, references: list[str]
) -> None:
    assert found(session, call_id, wanted) == references


@pytest.mark.parametrize(
    ("sort", "references"),
    [
        ("title", ["REF-0", "REF-1", "REF-2"]),
        ("amount", ["REF-1", "REF-2", "REF-0"]),
        ("pending", ["REF-2", "REF-1", "REF-0"]),
        ("reference", ["REF-0", "REF-1", "REF-2"]),
        ("nonsense", ["REF-0", "REF-1", "REF-2"]),
    ],
)
def test_commitments_are_sorted_both_ways(session: Session, call_id: UUID, sort: str, references: list[str]) -> None:
    assert found(session, call_id, CommitmentFilter(), sort=sort, descending=False) == references
    assert found(session, call_id, CommitmentFilter(), sort=sort, descending=True) == references[::-1]


def test_commitments_are_paged(session: Session, call_id: UUID) -> None:
    pages = [
        queries.commitments_page(session, call_id, CommitmentFilter(), PageRequest(number, 2)) for number in (1, 2)
    ]
    assert [[row.reference for row in page.rows] for page in pages] == [["REF-2", "REF-1"], ["REF-0"]]
    assert {page.total for page in pages} == {3}


def test_the_journal_is_narrowed_and_in_order(session: Session, call_id: UUID) -> None:
    def kinds(wanted: EntryFilter, *, descending: bool = True) -> list[EntryKind]:
        return [row.kind for row in queries.entries_page(session, call_id, wanted, PAGE, descending=descending).rows]

    everything = kinds(EntryFilter())
    assert everything == [EntryKind.RELEASE, *[EntryKind.COMMIT] * 3, *[EntryKind.APPROPRIATE] * 2]
    assert kinds(EntryFilter(), descending=False) == everything[::-1]
    assert kinds(EntryFilter(text="by letter")) == [EntryKind.RELEASE]
    assert kinds(EntryFilter(text="REF-2")) == [EntryKind.RELEASE, EntryKind.COMMIT]
    assert kinds(EntryFilter(envelope="industry")) == [EntryKind.COMMIT, EntryKind.APPROPRIATE]
    assert kinds(EntryFilter(kind=EntryKind.PAY)) == []
    assert kinds(EntryFilter(account=Account.APPROPRIATION)) == [EntryKind.APPROPRIATE] * 2
    assert kinds(EntryFilter(account=Account.PAID)) == []
    rows = queries.entries_page(session, call_id, EntryFilter(account=Account.AVAILABLE), PAGE).rows
    lines = [line.amount for row in rows for line in row.postings if line.account is Account.AVAILABLE]
    assert Money.total(lines) == Money(1600), "the list behind what is left adds up to it"
    assert all(len(row.postings) == 2 and row.postings[0].amount == -row.amount for row in rows)


def test_other_areas_may_join_the_balances(session: Session, call_id: UUID) -> None:
    balances = queries.balances()
    rows = session.execute(sa.select(balances).where(balances.c.call_id == call_id).order_by(balances.c.code)).all()
    assert [(row.code, row.appropriated, row.available, row.committed) for row in rows] == [
        ("health", Money(1000), Money(700), Money(300)),
        ("industry", Money(1000), Money(900), Money(100)),
    ]


def test_lists_take_the_same_number_of_queries_whatever_they_hold(session: Session, call_id: UUID) -> None:
    asked: list[str] = []

    def note(*given: object) -> None:
        asked.append(str(given[2]))

    connection = session.connection()
    sa.event.listen(connection, "before_cursor_execute", note)
    try:
        for size in (1, 25):
            queries.commitments_page(session, call_id, CommitmentFilter(), PageRequest(1, size))
            queries.entries_page(session, call_id, EntryFilter(), PageRequest(1, size))
    finally:
        sa.event.remove(connection, "before_cursor_execute", note)
    assert len(asked) == 10
