import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from app.accounts.models import ApiToken, Invitation, Person, RoleAssignment, SignInSession
from app.accounts.queries import credentials_of
from app.accounts.use_cases.confirm_email import confirmation_token
from app.accounts.use_cases.invite_person import invitation_token
from app.accounts.use_cases.reset_password import reset_token
from app.core.actor import Role, ScopeKind
from app.delivery.runtime import Runtime
from app.web.requests import SESSION_COOKIE
from tests.builders.organisations import an_organisation
from tests.builders.people import PASSWORD, a_person, an_invitation
from tests.support.client import Browser

GOOD = "another good password"


@pytest.fixture(autouse=True)
def no_brakes(runtime: Runtime) -> None:
    runtime.limiter._uses.clear()


@pytest.fixture
def person(runtime: Runtime) -> Any:
    with runtime.database.transaction() as session:
        return a_person(session)


def stored(runtime: Runtime, column: Any, *where: Any) -> Any:
    with runtime.database.reading() as session:
        found = session.scalars(sa.select(column).where(*where)).all()
        session.expunge_all()
        return found


def words(answer: Any) -> str:
    return re.sub(r'value="[^"]*"|person\d+@example.org|nobody@example.org', "", answer.text)


def sign_in(browser: Browser, email: str, password: str = PASSWORD, **more: Any) -> Any:
    return browser.post("/sign-in", {"email": email, "password": password, **more}, page="/sign-in", follow=False)


def test_signing_in_goes_where_one_wanted_and_rotates_the_session(
    browser: Browser, runtime: Runtime, person: Person
) -> None:
    browser.client.cookies.set(SESSION_COOKIE, "planted")
    answer = sign_in(browser, person.email.upper(), next="/organisations?q=a")
    assert (answer.status_code, answer.headers["location"]) == (303, "/organisations?q=a")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "planted" not in cookie
    assert browser.get("/account").status_code == 200


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/\tx", ""]
)
def test_signing_in_never_leads_to_another_site(browser: Browser, person: Person, elsewhere: str) -> None:
    assert sign_in(browser, person.email, next=elsewhere).headers["location"] == "/tasks"


def test_every_refusal_reads_the_same(browser: Browser, runtime: Runtime, person: Person) -> None:
    with runtime.database.transaction() as session:
        closed, waiting = a_person(session, active=False), a_person(session, email_confirmed_at=None)
    wrong = sign_in(browser, person.email, "wrong password")
    assert wrong.status_code == 422
    assert "account.sign_in_refused" in wrong.text
    for email in (closed.email, waiting.email, "nobody@example.org"):
        answer = sign_in(browser, email)
        assert (answer.status_code, words(answer)) == (422, words(wrong))
    assert stored(runtime, SignInSession.id, SignInSession.person_id.in_([closed.id, waiting.id, person.id])) == []


def test_five_wrong_passwords_lock_and_the_page_does_not_tell(
    browser: Browser, runtime: Runtime, person: Person
) -> None:
    answers = [sign_in(browser, person.email, "wrong password") for _ in range(5)]
    right = sign_in(browser, person.email)
    assert {answer.status_code for answer in (*answers, right)} == {422}
    assert words(right) == words(answers[0])
    runtime.clock.instant += timedelta(minutes=15)
    assert sign_in(browser, person.email).status_code == 303


def test_one_client_cannot_try_without_end(browser: Browser, runtime: Runtime) -> None:
    runtime.limiter._uses.clear()
    for _ in range(60):
        runtime.limiter.wait_seconds("sign-in:testclient", limit=60, seconds=900)
    answer = sign_in(browser, "nobody@example.org")
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0


def test_a_typed_address_is_kept_and_a_typed_password_is_not(browser: Browser) -> None:
    answer = sign_in(browser, "ana<b>@example.org", "my secret words")
    assert "ana&lt;b&gt;@example.org" in answer.text
    assert "my secret words" not in answer.text


def test_signing_out_ends_the_session(browser: Browser, runtime: Runtime, person: Person) -> None:
    browser.sign_in_as(person.id)
    assert browser.post("/sign-out", page="/account").status_code == 200
    assert stored(runtime, SignInSession.id, SignInSession.person_id == person.id) == []
    assert browser.get("/account", follow_redirects=False).headers["location"] == "/sign-in?next=/account"


def test_forms_without_the_token_change_nothing(browser: Browser, runtime: Runtime, person: Person) -> None:
    browser.sign_in_as(person.id)
    forms = {
        "/account/details": {"name": "Intruder", "language": "en", "zone": "UTC"},
        "/account/password": {"current_password": PASSWORD, "password": GOOD},
        "/account/tokens": {"name": "x", "scopes": "read", "days": "30"},
        "/sign-out": {},
    }
    for path, data in forms.items():
        assert browser.post(path, data, csrf=False).status_code == 403
        assert browser.post(path, {**data, "_csrf": "wrong"}).status_code == 403
    (row,) = stored(runtime, Person, Person.id == person.id)
    assert (row.name, row.password_hash) == (person.name, person.password_hash)
    assert stored(runtime, ApiToken.id, ApiToken.person_id == person.id) == []
    assert len(stored(runtime, SignInSession.id, SignInSession.person_id == person.id)) == 1


def test_registration_answers_alike_for_new_and_known_addresses(
    browser: Browser, runtime: Runtime, person: Person
) -> None:
    def ask(email: str) -> Any:
        data = {"name": "Ana", "email": email, "password": GOOD}
        return browser.post("/register", data, page="/register", follow=False)

    new, known = ask("fresh@example.org"), ask(person.email)
    assert new.headers["location"] == known.headers["location"] == "/register/sent"
    (row,) = stored(runtime, Person, Person.id == person.id)
    assert row.name == person.name
    assert browser.get("/register/sent").status_code == 200


def test_registration_to_first_sign_in(browser: Browser, runtime: Runtime) -> None:
    email = "newcomer@example.org"
    browser.post("/register", {"name": "New", "email": email, "password": GOOD}, page="/register")
    (row,) = stored(runtime, Person, Person.email == email)
    with runtime.database.reading() as session:
        token = confirmation_token(runtime.signer, credentials_of(session, row.id), now=runtime.clock.now())
    path = f"/confirm-email/{token}"
    assert email in browser.get(path).text
    assert stored(runtime, Person.email_confirmed_at, Person.id == row.id) == [None]
    wrong = browser.post(path, {"password": "not the password"}, page=path)
    assert wrong.status_code == 422
    assert "account.confirm_password" in wrong.text
    done = browser.post(path, {"password": GOOD}, page=path, follow=False)
    assert (done.status_code, done.headers["location"]) == (303, "/tasks")
    assert "New" in browser.get("/account").text
    assert browser.get(path).status_code == 404


def test_a_poor_registration_shows_every_error_at_its_field(browser: Browser) -> None:
    answer = browser.post("/register", {"name": " ", "email": "x", "password": ""}, page="/register")
    assert answer.status_code == 422
    for anchor in ("#name", "#email", "#password"):
        assert f'href="{anchor}"' in answer.text


def test_a_reset_link_works_once(browser: Browser, runtime: Runtime, person: Person) -> None:
    for email in (person.email, "nobody@example.org"):
        answer = browser.post("/password", {"email": email}, page="/password", follow=False)
        assert answer.headers["location"] == "/password/sent"
    with runtime.database.reading() as session:
        token = reset_token(runtime.signer, credentials_of(session, person.id), now=runtime.clock.now())
    path = f"/password/{token}"
    poor = browser.post(path, {"password": "short"}, page=path)
    assert poor.status_code == 422
    assert browser.post(path, {"password": GOOD}, page=path, follow=False).headers["location"].startswith("/sign-in")
    assert browser.get(path).status_code == 404
    assert browser.post(path, {"password": "yet another password"}).status_code == 404
    assert sign_in(browser, person.email, GOOD).status_code == 303


def test_the_account_page_shows_roles_and_where_they_count(browser: Browser, runtime: Runtime) -> None:
    with runtime.database.transaction() as session:
        person = a_person(session, roles=(Role.AUDITOR,))
        organisation = an_organisation(session, representative=person, legal_name="Shown Cluster")
    text = browser.sign_in_as(person.id).get("/account").text
    assert f'href="/organisations/{organisation.id}"' in text
    for words_ in ("Auditor", "Whole platform", "Shown Cluster", "Organisation representative"):
        assert words_ in text


def test_details_are_saved_and_bad_ones_are_shown_again(browser: Browser, runtime: Runtime, person: Person) -> None:
    browser.sign_in_as(person.id)
    bad = browser.post("/account/details", {"name": "", "language": "xx", "zone": "Mars/Base"}, page="/account/details")
    assert bad.status_code == 422
    assert bad.text.count("govuk-error-message") == 3
    data = {"name": "Renamed", "language": "de", "zone": "Asia/Yerevan"}
    assert browser.post("/account/details", data, page="/account/details").status_code == 200
    assert stored(runtime, Person.zone, Person.id == person.id) == ["Asia/Yerevan"]


def test_changing_the_password_keeps_this_browser_only(browser: Browser, runtime: Runtime, person: Person) -> None:
    from tests.support.client import Browser

    browser.sign_in_as(person.id)
    with Browser(runtime) as other:
        other.sign_in_as(person.id)
        data = {"current_password": "wrong", "password": GOOD}
        assert "account.current_password" in browser.post("/account/password", data, page="/account/password").text
        data["current_password"] = PASSWORD
        assert browser.post("/account/password", data, page="/account/password").status_code == 200
        assert browser.get("/account").status_code == 200
        assert other.get("/account", follow_redirects=False).status_code == 303


def test_a_token_is_shown_once_and_ended(browser: Browser, runtime: Runtime, person: Person) -> None:
    browser.sign_in_as(person.id)
    data = {"name": "Export", "scopes": ["read", "write"], "days": "90"}
    made = browser.post("/account/tokens", data, page="/account/tokens")
    assert made.status_code == 201
    secret = re.search(r'g-secret">([^<]+)<', made.text).group(1)
    asked = {"authorization": f"Bearer {secret}"}
    assert browser.client.get("/api/v1/me", headers=asked).json()["token_scopes"] == ["read", "write"]
    assert browser.post("/account/tokens", data, page="/account/tokens").status_code == 422
    listed = browser.get("/account/tokens").text
    assert secret not in listed
    (token_id,) = stored(runtime, ApiToken.id, ApiToken.person_id == person.id)
    browser.post(f"/account/tokens/{token_id}/end", page="/account/tokens")
    assert browser.client.get("/api/v1/me", headers=asked).status_code == 401


def test_nobody_ends_the_token_of_another(browser: Browser, runtime: Runtime, person: Person) -> None:
    browser.sign_in_as(person.id)
    browser.post("/account/tokens", {"name": "Mine", "scopes": "read", "days": "30"}, page="/account/tokens")
    (token_id,) = stored(runtime, ApiToken.id, ApiToken.person_id == person.id)
    with runtime.database.transaction() as session:
        other = a_person(session)
    browser.sign_in_as(other.id)
    assert browser.post(f"/account/tokens/{token_id}/end", page="/account/tokens").status_code == 404
    assert stored(runtime, ApiToken.revoked_at, ApiToken.id == token_id) == [None]


def invited(runtime: Runtime, **given: Any) -> Any:
    with runtime.database.transaction() as session:
        row = an_invitation(session, **given)
    return row, f"/invitations/{invitation_token(runtime.signer, row.id, expires_at=row.expires_at)}"


def test_an_invitation_is_accepted_by_opening_an_account_and_only_once(browser: Browser, runtime: Runtime) -> None:
    with runtime.database.transaction() as session:
        organisation = an_organisation(session, legal_name="Inviting Cluster")
    runtime.clock.instant -= timedelta(minutes=0)
    row, path = invited(runtime, role=Role.MEMBER, scope=ScopeKind.ORGANISATION, scope_id=organisation.id)
    page = browser.get(path)
    assert "Inviting Cluster" in page.text
    assert row.email in page.text
    data = {"name": "Joined", "password": GOOD}
    done = browser.post(f"{path}/register", data, page=path, follow=False)
    assert (done.status_code, done.headers["location"]) == (303, f"/organisations/{organisation.id}")
    assert browser.get(f"/organisations/{organisation.id}").status_code == 200
    again = browser.post(f"{path}/accept", page=path)
    assert again.status_code == 422
    assert "already accepted" in again.text
    assert len(stored(runtime, RoleAssignment.id, RoleAssignment.scope_id == organisation.id)) == 1


def test_an_invitation_is_accepted_by_who_is_signed_in(browser: Browser, runtime: Runtime, person: Person) -> None:
    row, path = invited(runtime, role=Role.AUDITOR)
    assert browser.post(f"{path}/accept", page=path, follow=False).headers["location"].startswith("/sign-in")
    browser.sign_in_as(person.id)
    assert person.name in browser.get(path).text
    assert browser.post(f"{path}/accept", page=path, follow=False).status_code == 303
    assert stored(runtime, Invitation.accepted_by, Invitation.id == row.id) == [person.id]


def test_a_known_address_is_asked_to_sign_in_first(browser: Browser, runtime: Runtime, person: Person) -> None:
    _, path = invited(runtime, email=person.email)
    assert "Sign in to accept" in browser.get(path).text
    answer = browser.post(f"{path}/register", {"name": "X", "password": GOOD}, page=path)
    assert (answer.status_code, "There is already an account" in answer.text) == (422, True)


@pytest.mark.parametrize(
    "path", ["/password/x.y", "/confirm-email/" + "a" * 400, "/invitations/%00", "/password/%C3%A9.%C3%A9"]
)
def test_broken_links_say_so(browser: Browser, path: str) -> None:
    answer = browser.get(path)
    assert answer.status_code == 404
    assert "does not work any more" in answer.text


NAUGHTY = [
    "\x00",
    "a\x00b",
    "\u202e",
    "'; drop table person; --",
    "{{7*7}}",
    "%s%n",
    "x" * 100_000,
    "🍇" * 50,
    "\r\nSet-Cookie: a=b",
    "NaN",
    "-1",
]


@pytest.mark.parametrize("text", NAUGHTY)
def test_naughty_input_never_breaks_the_server(browser: Browser, person: Person, text: str) -> None:
    browser.sign_in_as(None)
    for path, fields in {
        "/sign-in": ("email", "password", "next"),
        "/register": ("name", "email", "password"),
        "/password": ("email",),
    }.items():
        answer = browser.post(path, dict.fromkeys(fields, text), page=path, follow=False)
        assert answer.status_code in {303, 422}, path
    browser.sign_in_as(person.id)
    for path, fields in {
        "/account/details": ("name", "language", "zone"),
        "/account/password": ("current_password", "password"),
        "/account/tokens": ("name", "scopes", "days", "other"),
    }.items():
        answer = browser.post(path, dict.fromkeys(fields, text), page=path, follow=False)
        assert answer.status_code == 422, path
    page = re.sub(r'name="_csrf" value="[^"]*"', "", answer.text)  # a key of the form may hold any two digits
    assert "49" not in page.split("<main")[1]


def test_the_demonstration_lists_its_people(tmp_path: Path) -> None:
    import json

    from app.settings import Mode
    from tests.support.client import Browser
    from tests.support.runtime import a_runtime

    row = {"name": "Ana Costa", "email": "ana@demo.example", "password": PASSWORD, "capacity": "Coordinator"}
    for mode, shown in ((Mode.DEMO, True), (Mode.REHEARSAL, False)):
        with a_runtime("demo_people", tmp_path, mode=mode) as runtime, Browser(runtime) as browser:
            assert "Ana Costa" not in browser.get("/sign-in").text
            (tmp_path / "demo-sign-ins.json").write_text(json.dumps([row]))
            assert ("Ana Costa" in browser.get("/sign-in").text) is shown
        (tmp_path / "demo-sign-ins.json").unlink()


@pytest.mark.parametrize("odd", ["\xe9", "\x00", "x" * 5000])
def test_odd_tokens_and_keys_never_break_the_server(browser: Browser, person: Person, odd: str) -> None:
    browser.sign_in_as(person.id)
    assert browser.post("/account/details", {"name": "X", "_csrf": odd}).status_code == 403
    answer = browser.post("/organisations", {"_key": odd}, page="/organisations/new")
    assert answer.status_code == 422
