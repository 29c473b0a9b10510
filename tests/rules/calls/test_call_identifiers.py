from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.calls.rules.identifiers import identifier_key, same_call

WORDS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=8)
NUMBERS = st.integers(0, 99_999)
PARTS = st.lists(st.one_of(WORDS, NUMBERS), min_size=1, max_size=6)


@pytest.mark.parametrize(
    "spelling",
    ["COS-CLUSTER-2018-03-02", "COS-CLUSTER-2018-3-02", "cos-cluster-2018-3-2", " Cos_Cluster 2018/003/02 ",
     "COS\u2010CLUSTER\u20132018\u201403\u201302", "--COS-CLUSTER-2018-03-02-"],
)  # fmt: skip
def test_one_call_under_every_spelling_in_use(spelling: str) -> None:
    assert same_call(spelling, "COS-CLUSTER-2018-03-02")


@pytest.mark.parametrize(
    "other",
    ["COS-CLUSTER-2018-03-20", "COS-CLUSTER-2018-302", "COS-CLUSTER-2020-3-03", "COS-CLUSTER-2018-03",
     "COSCLUSTER-2018-03-02", "COS-CLUSTER-2018-03-02A"],
)  # fmt: skip
def test_other_calls_stay_others(other: str) -> None:
    assert not same_call(other, "COS-CLUSTER-2018-03-02")


@given(PARTS, st.data())
def test_case_zeros_and_separators_never_count(parts: list[str | int], data: st.DataObject) -> None:
    plain = "-".join(str(part) for part in parts)
    respelt = data.draw(st.sampled_from("-_/ ")).join(
        "0" * data.draw(st.integers(0, 3)) + str(part) if isinstance(part, int) else part.lower() for part in parts
    )
    assert same_call(plain, respelt)
    assert identifier_key(identifier_key(plain)) == identifier_key(plain)


@given(PARTS, PARTS)
def test_different_parts_are_different_calls(one: list[str | int], other: list[str | int]) -> None:
    assert (identifier_key("-".join(map(str, one))) == identifier_key("-".join(map(str, other)))) == (one == other)
