from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.infra.tokens import TokenSigner, fingerprint, new_secret

NOW = datetime(2019, 3, 1, 9, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
SIGNER = TokenSigner("a key for tests only")
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(st.dictionaries(texts.filter(lambda key: key != "exp"), texts, max_size=3))
def test_a_token_gives_back_its_facts(facts: dict[str, str]) -> None:
    token = SIGNER.sign("invitation", facts, expires_at=LATER)
    assert SIGNER.read("invitation", token, now=NOW) == facts


def test_a_token_ends_with_its_last_second() -> None:
    token = SIGNER.sign("invitation", {"id": "1"}, expires_at=LATER)
    assert SIGNER.read("invitation", token, now=LATER) == {"id": "1"}
    assert SIGNER.read("invitation", token, now=LATER + timedelta(seconds=1)) is None


def test_a_token_for_one_purpose_opens_no_other() -> None:
    token = SIGNER.sign("invitation", {"id": "1"}, expires_at=LATER)
    assert SIGNER.read("password", token, now=NOW) is None


def test_a_token_of_another_key_is_refused() -> None:
    token = TokenSigner("another key").sign("invitation", {"id": "1"}, expires_at=LATER)
    assert SIGNER.read("invitation", token, now=NOW) is None


@given(st.data())
def test_a_changed_token_is_refused(data: st.DataObject) -> None:
    token = SIGNER.sign("invitation", {"id": "1"}, expires_at=LATER)
    body, mac = token.split(".")
    at = data.draw(st.integers(0, len(body) - 1))
    other = data.draw(st.sampled_from("ABCxyz019-_").filter(lambda letter: letter != body[at]))
    assert SIGNER.read("invitation", f"{body[:at]}{other}{body[at + 1 :]}.{mac}", now=NOW) is None


@given(st.text())
def test_any_text_is_read_without_an_error(token: str) -> None:
    assert SIGNER.read("invitation", token, now=NOW) is None
    assert not SIGNER.csrf_matches("visitor", token)


def test_a_form_belongs_to_one_browser() -> None:
    one, two = new_secret(), new_secret()
    assert SIGNER.csrf_matches(one, SIGNER.csrf(one))
    assert not SIGNER.csrf_matches(two, SIGNER.csrf(one))
    assert not SIGNER.csrf_matches(one, "")
    assert not SIGNER.csrf_matches("", SIGNER.csrf(""))
    assert not TokenSigner("another key").csrf_matches(one, SIGNER.csrf(one))


def test_secrets_differ_and_are_stored_only_as_fingerprints() -> None:
    secrets = {new_secret() for _ in range(100)}
    assert len(secrets) == 100
    assert {len(secret) for secret in secrets} == {43}
    assert all(secret not in fingerprint(secret) for secret in secrets)
    assert len({fingerprint(secret) for secret in secrets}) == 100
