from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.infra.qr_code import qr_svg
from app.infra.vault import Vault

VAULT = Vault("a key for tests only")
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@given(texts, texts)
def test_what_is_sealed_opens_again_and_does_not_show(text: str, about: str) -> None:
    sealed = VAULT.seal(text, about=about)
    assert VAULT.open(sealed, about=about) == text
    assert sealed != VAULT.seal(text, about=about), "the same text is never sealed alike"
    assert len(text) < 8 or text not in sealed


def test_it_opens_for_nobody_else_and_with_no_other_key() -> None:
    sealed = VAULT.seal("secret", about="ana")
    with pytest.raises(ValueError, match="another"):
        VAULT.open(sealed, about="rui")
    with pytest.raises(ValueError, match="another"):
        Vault("another key").open(sealed, about="ana")


def test_a_changed_byte_shows() -> None:
    data = bytearray(base64.b64decode(VAULT.seal("secret", about="ana")))
    data[-1] ^= 1
    with pytest.raises(ValueError, match="another"):
        VAULT.open(base64.b64encode(bytes(data)).decode(), about="ana")


def test_the_qr_code_is_a_picture_that_the_content_policy_lets_through() -> None:
    drawn = qr_svg("otpauth://totp/Grappe", title="For <your> app")
    assert drawn.startswith("<svg ")
    assert "style=" not in drawn
    assert "<script" not in drawn
    assert "<title>For &lt;your&gt; app</title>" in drawn
