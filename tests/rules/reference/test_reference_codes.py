"""Spelling of country and region codes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.reference.rules.codes import country_code, region_code


@pytest.mark.parametrize(
    ("typed", "spelled"),
    [("GR", "EL"), ("el", "EL"), ("GB", "UK"), (" uk ", "UK"), ("xk", "XK"), ("FR", "FR"), ("", "")],
)
def test_countries_are_spelled_as_the_eu_does(typed: str, spelled: str) -> None:
    assert country_code(typed) == spelled


@pytest.mark.parametrize(
    ("typed", "spelled"),
    [("GR30", "EL30"), ("el30", "EL30"), ("GBC1", "UKC1"), ("frk2", "FRK2"), ("DEGB", "DEGB"), ("", "")],
)
def test_only_the_country_part_of_a_region_is_respelled(typed: str, spelled: str) -> None:
    assert region_code(typed) == spelled


@given(st.text(alphabet="abcdEGRLUKB0123456789 ", max_size=6))
def test_spelling_twice_changes_nothing(text: str) -> None:
    assert country_code(country_code(text)) == country_code(text)
    assert region_code(region_code(text)) == region_code(text)
