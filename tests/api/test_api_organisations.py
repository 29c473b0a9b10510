from typing import Any

import pytest
import sqlalchemy as sa

from app.accounts.models import Person, RoleAssignment
from app.core.actor import Role
from app.delivery.runtime import Runtime
from app.organisations.models import Organisation
from tests.builders.organisations import an_organisation
from tests.builders.people import a_person, a_role, an_api_token, code_of, with_second_factor
from tests.support.client import Browser

API = "/api/v1"
GIVEN = {
    "legal_name": "Norte Têxtil",
    "organisation_type": "cluster_organisation",
    "legal_form": "non_profit",
    "country": "PT",
    "region": "PT11",
    "turnover": {"amount": "1234.50", "currency": "EUR"},
    "figures_on": "2018-12-31",
}


@pytest.fixture
def api(browser: Browser, runtime: Runtime) -> Any:
    def call(person: Person, method: str, path: str, *, key: Any = "", **options: Any) -> Any:
        with runtime.database.transaction() as session:
            secret = an_api_token(session, person, now=runtime.clock.now())
        headers = {"authorization": f"Bearer {secret}"} | ({"idempotency-key": key} if key else {})
        headers |= options.pop("headers", {})
        return browser.client.request(method, API + path, headers=headers, **options)

    return call


@pytest.fixture
def person(runtime: Runtime) -> Any:
    with runtime.database.transaction() as session:
        return a_person(session)


@pytest.fixture
def own(runtime: Runtime, person: Person) -> Any:
    with runtime.database.transaction() as session:
        return an_organisation(session, representative=person, headcount=12)


def test_me_says_who_and_what(api: Any, person: Person, own: Organisation) -> None:
    found = api(person, "GET", "/me").json()
    assert (found["email"], found["token_scopes"]) == (person.email, ["read", "write"])
    assert found["roles"] == [{"role": "representative", "scope": "organisation", "scope_id": str(own.id)}]


def test_without_a_token_or_with_a_cookie_only_nothing_is_given(
    browser: Browser, person: Person, own: Organisation
) -> None:
    browser.sign_in_as(person.id)
    for path in ("/me", "/organisations", f"/organisations/{own.id}", f"/organisations/{own.id}/members"):
        answer = browser.client.get(API + path)
        assert answer.status_code == 401
        assert answer.headers["content-type"] == "application/problem+json"
        assert own.legal_name not in answer.text


def test_registering_once_with_a_key(api: Any, runtime: Runtime, person: Person) -> None:
    first = api(person, "POST", "/organisations", json=GIVEN, key="k1")
    second = api(person, "POST", "/organisations", json=GIVEN, key="k1")
    assert (first.status_code, second.json()) == (201, first.json())
    found = api(person, "GET", first.headers["location"].removeprefix(API)).json()
    assert found["turnover"] == {"amount": "1234.50", "currency": "EUR"}
    assert found["region_facts"]["category"] == "less_developed"
    other = api(person, "POST", "/organisations", json=GIVEN | {"city": "Porto"}, key="k1")
    assert other.json()["violations"][0]["rule"] == "idempotency.other_content"
    with runtime.database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).where(Organisation.legal_name == "Norte Têxtil")) == 1


def test_findings_name_rule_and_place(api: Any, person: Person) -> None:
    answer = api(person, "POST", "/organisations", json=GIVEN | {"region": "FR10", "vat": "PT1"})
    assert answer.status_code == 422
    found = {each["rule"]: each["place"] for each in answer.json()["violations"]}
    assert found == {"organisation.region_elsewhere": "region", "organisation.vat_form": "vat"}


def test_a_stale_version_carries_the_stored_text(api: Any, person: Person, own: Organisation) -> None:
    path = f"/organisations/{own.id}"
    assert api(person, "PUT", path, json=GIVEN | {"version": 1}).json() == {"version": 2}
    stale = api(person, "PUT", path, json=GIVEN | {"legal_name": "Mine", "version": 1})
    assert stale.status_code == 409
    assert stale.json()["theirs"] == {"legal_name": "Norte Têxtil"}
    assert stale.json()["current_version"] == 2


def test_strangers_read_no_figures_and_change_nothing(
    api: Any, runtime: Runtime, person: Person, own: Organisation
) -> None:
    with runtime.database.transaction() as session:
        stranger = a_person(session)
    path = f"/organisations/{own.id}"
    assert api(person, "GET", path).json()["headcount"] == 12
    assert api(stranger, "GET", path).json()["headcount"] is None
    for method, where, body in (
        ("GET", "/members", None),
        ("PUT", "", GIVEN | {"version": 1}),
        ("PUT", "/platform-registration", {"state": "none"}),
        ("POST", "/invitations", {"email": "x@example.org", "role": "member"}),
        ("DELETE", f"/members/{person.id}", None),
    ):
        assert api(stranger, method, path + where, json=body).status_code == 403, where
    assert api(person, "GET", path).json()["version"] == 1


def test_members_are_invited_listed_and_removed(api: Any, runtime: Runtime, person: Person, own: Organisation) -> None:
    with runtime.database.transaction() as session:
        colleague = a_person(session)
        a_role(session, colleague, Role.MEMBER, own.id)
    path = f"/organisations/{own.id}"
    assert {each["email"] for each in api(person, "GET", f"{path}/members").json()} == {person.email, colleague.email}
    invited = {"email": "x@example.org", "role": "signatory"}
    refused = api(person, "POST", f"{path}/invitations", json=invited)
    assert (refused.status_code, refused.json()["violations"][0]["rule"]) == (403, "access.second_step")
    assert api(person, "POST", f"{path}/invitations", json=invited | {"role": "member"}).status_code == 201
    with runtime.database.transaction() as session:
        with_second_factor(session, person.id, runtime.vault)
    code = {"second-step": code_of(runtime.clock.now())}
    assert api(person, "POST", f"{path}/invitations", json=invited, headers=code).status_code == 201
    assert api(person, "DELETE", f"{path}/members/{colleague.id}").status_code == 204
    last = api(person, "DELETE", f"{path}/members/{person.id}")
    assert (last.status_code, last.json()["violations"][0]["rule"]) == (422, "organisation.last_representative")
    with runtime.database.reading() as session:
        assert session.scalars(sa.select(RoleAssignment.person_id).where(RoleAssignment.scope_id == own.id)).all() == [
            person.id
        ]


def test_the_platform_registration_is_recorded(api: Any, person: Person, own: Organisation) -> None:
    path = f"/organisations/{own.id}"
    body = {"state": "registered", "reference": "profile/1", "happened_on": "2019-02-01"}
    assert api(person, "PUT", f"{path}/platform-registration", json=body).status_code == 204
    assert api(person, "GET", path).json()["platform_registration"] == "registered"


def test_search_is_paged(api: Any, runtime: Runtime, person: Person) -> None:
    with runtime.database.transaction() as session:
        for _ in range(3):
            an_organisation(session, legal_name="Quartz Alliance", country="FI", region="")
    found = api(person, "GET", "/organisations", params={"q": "quartz", "country": "fi", "size": 2}).json()
    assert (len(found["items"]), found["total"], found["pages"]) == (2, 3, 2)


@pytest.mark.parametrize(
    "params",
    [
        {"q": "a\x00b"},
        {"q": "x" * 201},
        {"page": "0"},
        {"page": "9" * 30},
        {"size": "101"},
        {"country": "FIN"},
        {"sme": "maybe"},
    ],
)
def test_odd_questions_are_refused_with_words(api: Any, person: Person, params: Any) -> None:
    answer = api(person, "GET", "/organisations", params=params)
    assert answer.status_code == 422
    assert answer.json()["violations"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"legal_name": "\\u0000"}',
        b'{"legal_name": "\\ud800"}',
        b'{"legal_name": 1e400}',
        b"\xff\xfe",
        b"[" * 5000,
    ],
)
def test_broken_bodies_never_break_the_server(api: Any, person: Person, own: Organisation, body: bytes) -> None:
    for method, path in (("POST", "/organisations"), ("PUT", f"/organisations/{own.id}")):
        answer = api(person, method, path, content=body)
        assert answer.status_code in {400, 422}, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
