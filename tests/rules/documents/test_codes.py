"""Verification codes can be typed by people and not guessed by anybody."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.documents.rules.codes import CODE_BYTES, code_from, tidy
from app.documents.rules.lifecycle import DOCUMENT, DocumentEvent, DocumentState


@given(st.binary(min_size=CODE_BYTES, max_size=40))
def test_a_code_has_four_groups_without_letters_that_look_alike(randomness: bytes) -> None:
    assert re.fullmatch(r"([2-9A-HJ-NP-Z]{5}-){3}[2-9A-HJ-NP-Z]{5}", code_from(randomness))


@given(st.binary(min_size=CODE_BYTES, max_size=CODE_BYTES))
def test_what_a_person_types_is_understood(randomness: bytes) -> None:
    code = code_from(randomness)
    assert tidy(code) == tidy(code.lower().replace("-", " ")) == tidy(f"  {code.replace('-', '')}\n") == code


def test_every_byte_counts() -> None:
    codes = {
        code_from(bytes([1 if place == index else 0 for place in range(CODE_BYTES)])) for index in range(CODE_BYTES)
    }
    assert len(codes) == CODE_BYTES


def test_too_little_chance_is_refused() -> None:
    with pytest.raises(ValueError, match="20 random bytes"):
        code_from(b"short")


def test_a_sealed_document_has_no_way_on() -> None:
    assert DOCUMENT.events_from(DocumentState.SEALED) == ()
    assert DOCUMENT.after(DocumentState.FAILED, DocumentEvent.RETRY) == DocumentState.REQUESTED
