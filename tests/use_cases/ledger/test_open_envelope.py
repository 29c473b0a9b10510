"""Opening envelopes: what publication sets aside, and what a corrigendum changes."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import Event
from app.calls.models import Call
from app.calls.schemas import DraftToSave
from app.calls.use_cases.correct_call import correct_call
from app.calls.use_cases.save_draft import save_draft
from app.core.actor import SYSTEM, Actor
from app.core.errors import RulesViolatedError
from app.core.money import Money
from app.core.paging import PageRequest
from app.infra.ids import new_id
from app.ledger import queries
from app.ledger.rules.accounts import EntryKind
from app.ledger.schemas import EntryFilter, EnvelopeToOpen
from app.ledger.use_cases.open_envelope import open_envelopes
from app.ledger.use_cases.verify_ledger import verify_ledger
from tests.builders.calls import a_document, a_draft_call, a_programme_officer, a_published_call, another_call
from tests.builders.money import ENVELOPE, GRANT, a_commitment
from tests.conftest import NOW

HEALTH = EnvelopeToOpen("health", "Health", Money(1000))
INDUSTRY = EnvelopeToOpen("industry", "Industry", Money(500))
LATER = NOW + timedelta(hours=1)


def journal(session: Session, call_id: UUID) -> list[tuple[EntryKind, Money]]:
    page = queries.entries_page(session, call_id, EntryFilter(), PageRequest(), descending=False)
    return [(row.kind, row.amount) for row in page.rows]


def figures(session: Session, call_id: UUID) -> dict[str, tuple[int, int]]:
    rows = queries.envelopes_of_call(session, call_id)
    return {row.code: (row.appropriated.cents, row.available.cents) for row in rows}


def test_each_envelope_holds_what_was_wanted(session: Session) -> None:
    call_id = new_id()
    open_envelopes(session, SYSTEM, call_id, [HEALTH, INDUSTRY], now=NOW)
    assert figures(session, call_id) == {"health": (1000, 1000), "industry": (500, 500)}
    events = session.scalars(sa.select(Event).filter_by(call_id=call_id).order_by(Event.seq)).all()
    assert [event.kind for event in events] == ["ledger.appropriated"] * 2
    assert events[0].facts["after"] == {"amount": "10.00", "currency": "EUR"}
    assert verify_ledger(session).faults == ()


def test_saying_the_same_again_changes_nothing(session: Session) -> None:
    call_id = new_id()
    for _ in range(3):
        open_envelopes(session, SYSTEM, call_id, [HEALTH, INDUSTRY], now=NOW)
    assert len(journal(session, call_id)) == 2
    assert figures(session, call_id) == {"health": (1000, 1000), "industry": (500, 500)}


def test_another_amount_posts_the_difference_there_and_back(session: Session) -> None:
    call_id = new_id()
    for number, cents in enumerate((1000, 1500, 700, 1000)):
        wanted = [EnvelopeToOpen("health", "Health", Money(cents))]
        open_envelopes(session, SYSTEM, call_id, wanted, now=NOW + timedelta(hours=number))
        assert figures(session, call_id) == {"health": (cents, cents)}
    assert journal(session, call_id) == [
        (EntryKind.APPROPRIATE, Money(1000)),
        (EntryKind.APPROPRIATE, Money(500)),
        (EntryKind.REDUCE, Money(800)),
        (EntryKind.APPROPRIATE, Money(300)),
    ]


def test_an_envelope_that_is_no_longer_wanted_gives_everything_back(session: Session) -> None:
    call_id = new_id()
    open_envelopes(session, SYSTEM, call_id, [HEALTH, INDUSTRY], now=NOW)
    renamed = EnvelopeToOpen("health", "Health and care", Money(1500))
    open_envelopes(session, SYSTEM, call_id, [renamed], now=LATER)
    assert figures(session, call_id) == {"health": (1500, 1500), "industry": (0, 0)}
    assert queries.envelope_of(session, call_id, "health").title == "Health and care"


def test_no_envelope_is_lowered_below_what_is_committed_and_all_findings_come_at_once(session: Session) -> None:
    call_id = new_id()
    open_envelopes(session, SYSTEM, call_id, [HEALTH, INDUSTRY], now=NOW)
    for row in queries.envelopes_of_call(session, call_id):
        a_commitment(session, row.id, Money(400))
    with pytest.raises(RulesViolatedError) as refused:
        open_envelopes(session, SYSTEM, call_id, [EnvelopeToOpen("health", "Health", Money(399))], now=LATER)
    assert [(found.rule, found.figures["bound"]) for found in refused.value.violations] == [
        ("ledger.appropriation_too_low", Money(400)),
        ("ledger.appropriation_too_low", Money(400)),
    ]
    assert figures(session, call_id) == {"health": (1000, 600), "industry": (500, 100)}
    lowest = [EnvelopeToOpen("health", "Health", Money(400)), EnvelopeToOpen("industry", "Industry", Money(400))]
    open_envelopes(session, SYSTEM, call_id, lowest, now=LATER)
    assert figures(session, call_id) == {"health": (400, 0), "industry": (400, 0)}


def test_publishing_a_call_sets_its_money_aside(session: Session) -> None:
    officer = a_programme_officer(session)
    draft = a_draft_call(session, officer)
    assert queries.envelopes_of_call(session, draft.id) == []
    call = a_published_call(session, officer, another_call("COS-MONEY-1"))
    [envelope] = queries.envelopes_of_call(session, call.id)
    assert (envelope.code, envelope.appropriated, envelope.available) == ("main", ENVELOPE, ENVELOPE)
    page = queries.entries_page(session, call.id, EntryFilter(), PageRequest())
    assert [(row.actor_id, row.occurred_at, row.reference) for row in page.rows] == [(officer.person_id, NOW, "main")]


def corrected(session: Session, officer: Actor, call: Call, envelope: str) -> None:
    document = a_document({"strands.main.envelope": envelope})
    save_draft(session, officer, call.id, DraftToSave(document=document, revision=1), now=NOW)
    correct_call(session, officer, call.id, confirmed=True, now=NOW)


def test_a_corrigendum_changes_what_is_set_aside(session: Session) -> None:
    officer = a_programme_officer(session)
    call = a_published_call(session, officer)
    corrected(session, officer, call, "4000000.00")
    assert figures(session, call.id) == {"main": (400_000_000, 400_000_000)}


def test_a_corrigendum_below_what_is_committed_is_refused(session: Session) -> None:
    officer = a_programme_officer(session)
    call = a_published_call(session, officer)
    [envelope] = queries.envelopes_of_call(session, call.id)
    for _ in range(2):
        a_commitment(session, envelope.id)
    with pytest.raises(RulesViolatedError) as refused:
        corrected(session, officer, call, "719999.99")
    assert [found.rule for found in refused.value.violations] == ["ledger.appropriation_too_low"]
    assert refused.value.violations[0].figures["bound"] == GRANT.times(2)
    assert figures(session, call.id)["main"][0] == ENVELOPE.cents
