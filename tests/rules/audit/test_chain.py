from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.audit.rules.chain import GENESIS, Link, first_break, link_hash, salted_digest

SUBJECT = UUID(int=77)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
instants = st.datetimes(datetime(2019, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # hypothesis wants bounds without zone
facts = st.dictionaries(texts, st.integers() | texts | st.none(), max_size=3)


@st.composite
def chains(draw: st.DrawFn, least: int = 1) -> list[tuple[Link, str]]:
    links: list[tuple[Link, str]] = []
    previous = GENESIS
    for position in range(1, draw(st.integers(least, 6)) + 1):
        link = Link(
            event_id=UUID(int=position),
            position=position,
            kind=draw(st.sampled_from(["call.published", "call.closed"])),
            subject_kind="call",
            subject_id=SUBJECT,
            occurred_at=draw(instants),
            actor_id=draw(st.none() | st.uuids()),
            facts=draw(facts),
            digests={"name": salted_digest("salt", draw(texts))},
            call_id=draw(st.none() | st.uuids()),
            application_id=draw(st.none() | st.uuids()),
            request_id=draw(texts),
        )
        previous = link_hash(previous, link)
        links.append((link, previous))
    return links


OTHER: dict[str, Any] = {
    "event_id": UUID(int=999),
    "position": 999,
    "kind": "call.cancelled",
    "subject_kind": "organisation",
    "subject_id": UUID(int=78),
    "occurred_at": datetime(2031, 1, 1, tzinfo=UTC),
    "actor_id": UUID(int=998),
    "facts": {"forged": True},
    "digests": {"name": "0" * 64},
    "call_id": UUID(int=997),
    "application_id": UUID(int=996),
    "request_id": "another request",
}


def test_every_field_of_an_event_is_covered() -> None:
    assert OTHER.keys() == {field.name for field in fields(Link)}


@given(chains())
def test_an_untouched_chain_is_whole(links: list[tuple[Link, str]]) -> None:
    assert first_break(links) is None


def test_no_chain_is_whole_too() -> None:
    assert first_break([]) is None


@pytest.mark.parametrize("field", sorted(OTHER))
@given(links=chains(), data=st.data())
def test_a_changed_event_is_found_where_it_stands(
    field: str, links: list[tuple[Link, str]], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(links) - 1))
    link, stored = links[at]
    links[at] = (replace(link, **{field: OTHER[field]}), stored)
    assert first_break(links) == at + 1


@given(chains(), st.data())
def test_a_smallest_change_of_time_is_found(links: list[tuple[Link, str]], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(links) - 1))
    link, stored = links[at]
    links[at] = (replace(link, occurred_at=link.occurred_at + timedelta(microseconds=1)), stored)
    assert first_break(links) == at + 1


@given(chains(least=2), st.data())
def test_a_removed_event_is_found(links: list[tuple[Link, str]], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(links) - 2))
    assert first_break(links[:at] + links[at + 1 :]) == at + 1


@given(chains(least=2), st.data())
def test_swapped_events_are_found(links: list[tuple[Link, str]], data: st.DataObject) -> None:
    one, two = sorted(data.draw(st.sets(st.integers(0, len(links) - 1), min_size=2, max_size=2)))
    links[one], links[two] = links[two], links[one]
    assert first_break(links) == one + 1


@given(chains(), st.data())
def test_an_inserted_event_is_found(links: list[tuple[Link, str]], data: st.DataObject) -> None:
    """Even with the right position and a right hash of its own: the next one no longer stands on it."""
    at = data.draw(st.integers(0, len(links) - 1))
    before = links[at - 1][1] if at else GENESIS
    forged = replace(links[at][0], event_id=UUID(int=999), facts={"forged": True})
    assert first_break([*links[:at], (forged, link_hash(before, forged)), *links[at:]]) == at + 2


@given(chains(least=2), st.data())
def test_rewriting_one_event_with_its_hash_breaks_the_next(links: list[tuple[Link, str]], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(links) - 2))
    before = links[at - 1][1] if at else GENESIS
    forged = replace(links[at][0], facts={"forged": True})
    links[at] = (forged, link_hash(before, forged))
    assert first_break(links) == at + 2


@given(texts, texts, texts, texts)
def test_a_digest_tells_salts_and_values_apart(salt: str, value: str, other_salt: str, other_value: str) -> None:
    salt, other_salt = salt.encode().hex(), other_salt.encode().hex()
    same = (salt, value) == (other_salt, other_value)
    assert (salted_digest(salt, value) == salted_digest(other_salt, other_value)) is same
