"""Every kind of event reads as a sentence, whatever stands in its facts."""

from __future__ import annotations

from string import Formatter
from typing import Any

import pytest

from app.audit.queries import EventRow
from app.infra.ids import new_id
from app.web.event_words import WORDS, event_words, fact_words, who_words
from tests.conftest import NOW
from tests.support.events import event_classes


def a_row(kind: str, *, actor: bool = False, **facts: Any) -> EventRow:
    return EventRow(
        id=new_id(), seq=1, kind=kind, subject_kind="x", subject_id=new_id(), occurred_at=NOW,
        actor_id=new_id() if actor else None, call_id=None, application_id=None, facts=facts, hash="0" * 64,
    )  # fmt: skip


def test_every_event_of_the_product_has_words_and_no_words_are_left_over() -> None:
    assert set(WORDS) == {kind.kind for kind in event_classes()}


@pytest.mark.parametrize("kind", sorted(WORDS))
def test_missing_facts_leave_a_sentence(kind: str) -> None:
    words = event_words(a_row(kind))
    assert words
    assert "{" not in words
    assert all(name for _, name, _, _ in Formatter().parse(WORDS[kind]) if name is not None)


def test_facts_read_as_people_write_them() -> None:
    submitted = a_row(
        "application.submitted", number=2, received_at="2019-04-04T15:00:00.000000Z",
        requested={"amount": "360000.00", "currency": "EUR"},
    )  # fmt: skip
    assert event_words(submitted, "en", "Europe/Brussels") == (
        "Application submitted, version 2, received 4 April 2019, 17:00:00 (Europe/Brussels), requesting EUR\u00a0360,000.00"
    )
    assert event_words(a_row("role.assigned", role="programme_officer", scope="platform")) == (
        "Role given: programme officer, for: platform"
    )
    assert (
        event_words(a_row("call.draft_saved", versions=["1.0", "1.1"])) == "Draft of the call saved: version 1.0, 1.1"
    )
    assert event_words(a_row("person.updated", fields=["name", "zone"])) == "Changed the own details: name, zone"


def test_a_kind_without_words_gives_its_name() -> None:
    assert event_words(a_row("letter.to_deliver")) == "letter: to deliver"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "none"),
        ([], "none"),
        (True, "yes"),
        ("a" * 64, "aaaaaaaaaaaa…"),
        ({"personnel": {"amount": "1.00", "currency": "EUR"}}, "personnel EUR\u00a01.00"),
        ("2019-08-05", "5 August 2019"),
        ("2019-02-31", "2019-02-31"),
        ("{0.__class__}", "{0.  class  }"),
    ],
)
def test_single_facts(value: object, words: str) -> None:
    assert fact_words(value) == words


def test_who_did_it() -> None:
    known = a_row("call.published", actor=True)
    assert who_words(known, {known.actor_id: "Ada"}) == "Ada"  # type: ignore[dict-item]
    assert who_words(known, {}) == "a person whose data was erased"
    assert who_words(a_row("call.closed"), {}) == "Grappe"
    assert who_words(a_row("person.registered"), {}) == "somebody who was not signed in"
