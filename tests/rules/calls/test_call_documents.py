from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.calls.rules.consistency import inconsistencies
from app.calls.rules.document import read_document
from app.calls.rules.paths import children, with_value
from tests.builders.calls import a_document, shipped_document

DOCUMENT = shipped_document()
PLACES = sorted((place for place in DOCUMENT.lines if place), key=str)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12) | st.sampled_from(["75 %", "1.00", "single", "2019-04-04"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


@given(st.sampled_from(PLACES), ANYTHING)
def test_whatever_stands_somewhere_is_read_or_explained(place: tuple[str | int, ...], value: object) -> None:
    """No slip of any kind is an error of ours: it is a finding with a line and words, or a version."""
    reading = read_document(with_value(DOCUMENT.tree, place, value), DOCUMENT.lines)
    assert reading.versions or reading.findings
    for finding in reading.findings:
        assert finding.text
        assert finding.place.startswith("line ")


@given(st.sampled_from(PLACES))
def test_whatever_is_left_out_is_read_or_explained(place: tuple[str | int, ...]) -> None:
    def without(node: object, rest: tuple[str | int, ...]) -> object:
        kept = [(key, value) for _, key, value in children(node) if len(rest) > 1 or key != rest[0]]
        inside = [(key, without(value, rest[1:]) if key == rest[0] else value) for key, value in kept]
        return dict(inside) if isinstance(node, dict) else [value for _, value in inside]

    reading = read_document(without(DOCUMENT.tree, place), DOCUMENT.lines)
    assert reading.versions or reading.findings
    for rules in reading.versions:
        assert rules.sha256
        assert isinstance(inconsistencies(rules), tuple)


def test_what_a_page_sends_back_is_the_same_version() -> None:
    (rules,) = read_document(a_document(), {}).versions
    assert rules.plain() == a_document()
