import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.canonical import canonical_json, digest, instant_text
from app.core.money import Money
from app.core.rates import Rate

texts = st.text(st.characters(exclude_categories=["Cs"]))
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


class Colour(StrEnum):
    RED = "red"


class Weight(IntEnum):
    HEAVY = 7


class Plain(Enum):
    ONE = "one"


@given(plain)
def test_it_is_json_and_means_the_same(value: object) -> None:
    assert json.loads(canonical_json(value)) == value


@given(st.dictionaries(texts, plain))
def test_the_order_of_keys_does_not_matter(value: dict[str, object]) -> None:
    turned = dict(reversed(value.items()))
    assert canonical_json(turned) == canonical_json(value)
    assert digest(turned) == digest(value)


@given(plain, plain)
def test_other_content_has_other_bytes(one: object, two: object) -> None:
    same = json.dumps(one, sort_keys=True) == json.dumps(two, sort_keys=True)
    assert (canonical_json(one) == canonical_json(two)) is same
    assert (digest(one) == digest(two)) is same


@given(st.sets(st.integers() | texts))
def test_a_set_has_one_form_whatever_its_order(values: set[int | str]) -> None:
    turned = frozenset(sorted(values, key=repr, reverse=True))
    assert canonical_json(values) == canonical_json(turned)


def test_a_set_of_a_number_and_its_text_has_one_form() -> None:
    assert canonical_json({1, "1", "True"}) == canonical_json({"True", "1", 1})


def test_each_kind_has_its_form() -> None:
    value = {
        "money": Money(123456),
        "rate": Rate(7_500),
        "id": UUID(int=1),
        "day": date(2019, 4, 4),
        "instant": datetime(2019, 4, 4, 17, tzinfo=timezone(timedelta(hours=2))),
        "colour": Colour.RED,
        "weight": Weight.HEAVY,
        "plain": Plain.ONE,
        "list": (1, None, True),
        Colour.RED: "Łódź",
    }
    assert canonical_json(value).decode() == (
        '{"colour":"red","day":"2019-04-04","id":"00000000-0000-0000-0000-000000000001",'
        '"instant":"2019-04-04T15:00:00.000000Z","list":[1,null,true],'
        '"money":{"amount":"1234.56","currency":"EUR"},"plain":"one","rate":{"basis_points":7500},'
        '"red":"Łódź","weight":7}'
    )


@pytest.mark.parametrize("value", [0.1, float("nan"), Decimal(1), object(), {"deep": [1.0]}, b"bytes"])
def test_what_readers_would_compute_differently_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="canonical form"):
        canonical_json(value)


def test_two_keys_of_one_text_are_refused() -> None:
    with pytest.raises(ValueError, match="same text"):
        canonical_json({1: "a", "1": "b"})


@given(st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=45))])))
def test_an_instant_keeps_its_microseconds_and_nothing_of_its_zone(instant: datetime) -> None:
    try:
        utc = instant.astimezone(UTC)
    except OverflowError:
        return
    assert datetime.fromisoformat(instant_text(instant)) == utc
    assert instant_text(instant) == instant_text(utc)


def test_an_instant_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        instant_text(datetime(2019, 4, 4, 17))  # noqa: DTZ001  # the point
