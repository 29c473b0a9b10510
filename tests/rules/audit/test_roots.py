"""The root of a day: over all chains, told as what changed, and made again from that alone."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.audit.rules.roots import NO_ROOT, changed_in, day_to_seal, root_document, root_faults, root_hash
from app.core.canonical import canonical_json

NOW = datetime(2019, 3, 1, 0, 4, tzinfo=UTC)
DAY = date(2019, 2, 28)
subjects = st.tuples(st.sampled_from(["application", "person"]), st.uuids())
hashes = st.text("0123456789abcdef", min_size=64, max_size=64)
growth = st.lists(st.dictionaries(subjects, st.tuples(st.integers(1, 5), hashes), max_size=6), max_size=5)


def written(document: dict[str, Any]) -> Any:
    """As it is read back from what was sealed."""
    return json.loads(canonical_json(document))


def grown(before: dict[Any, Any], more: dict[Any, Any]) -> dict[Any, Any]:
    """The same chains, some of them longer, and new ones."""
    return before | {one: (before.get(one, (0, ""))[0] + length, head) for one, (length, head) in more.items()}


@given(growth)
def test_the_documents_of_all_days_give_every_root_again(days: list[dict[Any, Any]]) -> None:
    heads: dict[Any, Any] = {}
    replayed: dict[Any, Any] = {}
    previous = NO_ROOT
    for more in days:
        before, heads = heads, grown(heads, more)
        document = written(root_document(DAY, before, heads, previous=previous, now=NOW))
        assert root_faults(document, replayed, previous=previous) == ()
        replayed |= changed_in(document)
        assert root_hash(replayed) == document["root"]
        assert (document["chains"], document["events"]) == (len(heads), sum(length for length, _ in heads.values()))
        previous = document["root"]
    assert replayed == heads


@given(st.dictionaries(subjects, st.tuples(st.integers(1, 9), hashes), min_size=1, max_size=6), st.data())
def test_any_other_head_is_another_root(heads: dict[Any, Any], data: Any) -> None:
    one = data.draw(st.sampled_from(sorted(heads)))
    other = data.draw(st.tuples(st.integers(1, 9), hashes).filter(lambda head: head != heads[one]))
    assert root_hash(heads | {one: other}) != root_hash(heads)
    assert root_hash({key: head for key, head in heads.items() if key != one}) != root_hash(heads)
    assert root_hash(dict(reversed(heads.items()))) == root_hash(heads)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"previous": "1" * 64}, "does not follow"),
        ({"root": "1" * 64}, "not the one of its chains"),
        ({"changed": []}, "not the one of its chains"),
        ({"changed": [["person", str(UUID(int=1)), 2, "b" * 64]]}, "shorter"),
    ],
)
def test_what_does_not_fit_is_named(change: dict[str, Any], words: str) -> None:
    before = {("person", UUID(int=1)): (2, "a" * 64)}
    heads = {("person", UUID(int=1)): (3, "b" * 64)}
    document = written(root_document(DAY, before, heads, previous=NO_ROOT, now=NOW))
    assert root_faults(document, before, previous=NO_ROOT) == ()
    assert words in " ".join(root_faults(document | change, before, previous=NO_ROOT))


def test_the_day_that_is_sealed_is_the_one_that_has_ended() -> None:
    assert day_to_seal(NOW) == DAY
    assert day_to_seal(datetime(2019, 2, 28, 23, 59, tzinfo=UTC)) == date(2019, 2, 27)
