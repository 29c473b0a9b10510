"""What is written as YAML is read back as the same values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.calls.rules.call_rules import CallRules
from app.infra.yaml_documents import read_yaml
from app.infra.yaml_writing import write_yaml
from app.web.call_view.written import as_yaml, with_next_version
from tests.builders.calls import escp_4x

TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n\t"), max_size=60).map(
    lambda text: text.replace("\u2028", " ").replace("\u2029", " ").replace("\ufeff", "").replace("\x85", " ")
)
WHOLE = st.integers(-(10**17), 10**17)
TREE = st.dictionaries(
    st.from_regex(r"[a-z_]{1,12}", fullmatch=True),
    st.recursive(
        st.one_of(TEXT, WHOLE, st.booleans(), st.none()),
        lambda inner: st.one_of(
            st.lists(inner, max_size=4),
            st.dictionaries(st.from_regex(r"[a-z]{1,8}", fullmatch=True), inner, max_size=4),
        ),
        max_leaves=12,
    ),
    min_size=1,
    max_size=5,
)


@given(TREE)
def test_any_tree_comes_back(tree: dict[str, object]) -> None:
    assert read_yaml(write_yaml(tree).encode()).tree == tree


@pytest.mark.parametrize(
    "odd",
    ["yes", "no", "null", "~", "0x1", "1_000", "12e3", "2018", "1:30", "# x", "- a", "", "*x", "!t", "<<", "75 %"],
)
def test_text_stays_text(odd: str) -> None:
    assert read_yaml(write_yaml({"k": odd}).encode()).tree == {"k": odd}


def test_amounts_and_days_need_no_quotes() -> None:
    assert write_yaml({"a": "360000.00", "d": "2019-04-04"}) == "a: 360000.00\nd: 2019-04-04\n"


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_a_call_as_a_person_writes_it_is_the_same_call(version: str) -> None:
    text = as_yaml(escp_4x(version))
    tree = read_yaml(text.encode()).tree
    assert isinstance(tree, dict)
    assert CallRules.from_plain(tree).sha256 == escp_4x(version).sha256
    assert "envelope: 3600000.00" in text


def test_the_next_version_goes_on_from_the_last_line() -> None:
    tree = read_yaml(as_yaml(escp_4x()).encode()).tree
    assert isinstance(tree, dict)
    after = CallRules.from_plain(with_next_version(tree, "Longer.", "2019-03-01"))
    assert (after.version, str(after.changes[-1].summary)) == ("1.2", "Longer.")
    assert after.changes[:-1] == escp_4x().changes
    assert with_next_version({"version": "x"}, "Longer.", "2019-03-01") == {"version": "x"}


def test_who_changes_a_tree_changes_no_other_reading() -> None:
    first = read_yaml(b"a: [1, 2]\n")
    first.tree["a"].append(3)  # type: ignore[index]
    again = read_yaml(b"a: [1, 2]\n")
    assert again.tree == {"a": [1, 2]}
    assert again.lines == first.lines
