from __future__ import annotations

from app.infra.passwords import hash_password, password_matches


def test_only_the_password_itself_matches() -> None:
    stored = hash_password("correct horse Łódź")
    assert password_matches("correct horse Łódź", stored)
    assert not password_matches("correct horse Lodz", stored)
    assert not password_matches("", stored)


def test_the_stored_hash_is_salted_argon2id_without_the_password() -> None:
    one, two = hash_password("correct horse"), hash_password("correct horse")
    assert one != two
    assert one.startswith("$argon2id$")
    assert "correct" not in one


def test_nobody_has_the_decoy_password() -> None:
    assert not password_matches("nobody has this password", None)


def test_a_hash_that_is_none_matches_nothing() -> None:
    assert not password_matches("x", "not a hash")
    assert not password_matches("", "")
