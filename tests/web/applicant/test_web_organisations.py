import csv
import io
import re
import zipfile
from typing import Any

import pytest
import sqlalchemy as sa

from app.accounts.models import Invitation, Person, RoleAssignment
from app.core.actor import Role
from app.delivery.runtime import Runtime
from app.organisations.models import Organisation
from tests.builders.organisations import an_organisation
from tests.builders.people import a_person, a_role
from tests.support.client import Browser, hidden_fields

GIVEN = {
    "legal_name": "Norte Têxtil",
    "organisation_type": "cluster_organisation",
    "legal_form": "non_profit",
    "country": "PT",
    "region": "PT11",
    "sme": "unknown",
    "turnover": "1 234,50",
    "figures_on-day": "31",
    "figures_on-month": "12",
    "figures_on-year": "2018",
}


@pytest.fixture
def person(runtime: Runtime) -> Any:
    with runtime.database.transaction() as session:
        return a_person(session)


@pytest.fixture
def own(runtime: Runtime, person: Person) -> Any:
    with runtime.database.transaction() as session:
        return an_organisation(session, representative=person, turnover=None)


def stored(runtime: Runtime, column: Any, *where: Any) -> Any:
    with runtime.database.reading() as session:
        found = session.scalars(sa.select(column).where(*where)).all()
        session.expunge_all()
        return found


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/calls/COS-CLUSTER-2018-03-02/apply", "/calls/COS-CLUSTER-2018-03-02/apply?notice=saved"),
        ("https://elsewhere.example/", "/tasks?notice=saved"),
        ("//elsewhere.example", "/tasks?notice=saved"),
    ],
)
def test_registering_goes_on_with_what_was_begun_and_never_elsewhere(
    browser: Browser, person: Person, wanted: str, reached: str
) -> None:
    browser.sign_in_as(person.id)
    page = browser.get("/organisations/new", params={"next": wanted}).text
    hidden = hidden_fields(page)
    assert hidden["next"] == wanted
    refused = browser.post("/organisations", hidden | GIVEN | {"legal_name": ""})
    assert hidden_fields(refused.text)["next"] == wanted
    answer = browser.post("/organisations", hidden | GIVEN, follow=False)
    assert (answer.status_code, answer.headers["location"]) == (303, reached)


def test_a_day_that_does_not_exist_is_named(browser: Browser, person: Person) -> None:
    browser.sign_in_as(person.id)
    answer = browser.post("/organisations", GIVEN | {"figures_on-month": "2"}, page="/organisations/new")
    assert answer.status_code == 422
    assert "31 February 2018 does not exist." in answer.text
    assert 'value="31"' in answer.text


def test_regions_stand_by_country_and_narrow_to_the_chosen_one(browser: Browser, person: Person) -> None:
    browser.sign_in_as(person.id)
    page = browser.get("/organisations/new").text
    portugal = page.partition('<optgroup label="Portugal">')[2].partition("</optgroup>")[0]
    assert 'value="PT11"' in portugal
    assert 'value="ES11"' not in portugal
    assert 'hx-get="/organisations/regions"' in page
    narrow = browser.get("/organisations/regions?country=PT&region=PT17").text
    assert '<option value="PT17" selected>' in narrow
    assert "ES11" not in narrow
    assert "<html" not in narrow
    assert "<optgroup" not in browser.get("/organisations/regions?country=UA").text
    assert "ES11" in browser.get("/organisations/regions").text


def test_registering_from_the_empty_list_to_the_page(browser: Browser, runtime: Runtime, person: Person) -> None:
    browser.sign_in_as(person.id)
    assert "You belong to no organisation yet" in browser.get("/organisations").text
    answer = browser.post("/organisations", GIVEN, page="/organisations/new")
    assert answer.status_code == 200
    for words in (
        "Norte Têxtil",
        "PT11 Norte",
        "Less developed region, 1 January 2014 to 31 December 2020",
        "EUR\xa01,234.50",
        "31 December 2018",
        person.email,
    ):
        assert words in answer.text, words
    assert "Norte Têxtil" in browser.get("/organisations").text


def test_a_form_sent_twice_registers_once(browser: Browser, runtime: Runtime, person: Person) -> None:
    browser.sign_in_as(person.id)
    page = hidden_fields(browser.get("/organisations/new").text)
    data = {**GIVEN, "legal_name": "Sent Twice", **page}
    first, second = (browser.post("/organisations", data, follow=False) for _ in range(2))
    assert first.headers["location"] == second.headers["location"]
    assert len(stored(runtime, Organisation.id, Organisation.legal_name == "Sent Twice")) == 1


def test_what_was_typed_comes_back_with_every_finding(browser: Browser, runtime: Runtime, person: Person) -> None:
    browser.sign_in_as(person.id)
    bad = GIVEN | {
        "legal_name": "<b>Bold</b>",
        "pic": "12",
        "region": "FR10",
        "turnover": "many",
        "figures_on-month": "13",
    }
    answer = browser.post("/organisations", bad, page="/organisations/new")
    assert answer.status_code == 422
    assert "&lt;b&gt;Bold&lt;/b&gt;" in answer.text
    assert 'value="13"' in answer.text
    for anchor in ("#pic", "#turnover", "#figures_on"):
        assert f'href="{anchor}"' in answer.text
    elsewhere = browser.post("/organisations", GIVEN | {"region": "FR10"}, page="/organisations/new")
    assert "organisation.region_elsewhere" in elsewhere.text
    assert stored(runtime, Organisation.id, Organisation.legal_name.in_(["<b>Bold</b>"])) == []


def test_a_pic_in_use_is_said_at_its_field(browser: Browser, person: Person, own: Organisation) -> None:
    browser.sign_in_as(person.id)
    answer = browser.post("/organisations", GIVEN | {"pic": own.pic}, page="/organisations/new")
    assert (answer.status_code, "organisation.pic_taken" in answer.text) == (422, True)


def test_the_second_writer_sees_both_texts_and_chooses(
    browser: Browser, runtime: Runtime, person: Person, own: Organisation
) -> None:
    browser.sign_in_as(person.id)
    path = f"/organisations/{own.id}/edit"
    page = hidden_fields(browser.get(path).text)
    assert page["_version"] == "1"
    mine = {**GIVEN, "legal_name": "My text", "_csrf": page["_csrf"]}
    assert browser.post(path, mine | {"legal_name": "Their text", "_version": "1"}).status_code == 200
    stale = browser.post(path, mine | {"_version": "1"})
    assert stale.status_code == 409
    assert "My text" in stale.text
    assert "Their text" in stale.text
    assert stored(runtime, Organisation.legal_name, Organisation.id == own.id) == ["Their text"]
    again = hidden_fields(stale.text)
    assert again["_version"] == "2"
    assert browser.post(path, mine | {"_version": "2"}).status_code == 200
    assert stored(runtime, Organisation.legal_name, Organisation.id == own.id) == ["My text"]


def test_a_refused_form_keeps_the_version_that_was_read(
    browser: Browser, runtime: Runtime, person: Person, own: Organisation
) -> None:
    browser.sign_in_as(person.id)
    path = f"/organisations/{own.id}/edit"
    mine = {**GIVEN, "_version": "1"}
    assert browser.post(path, mine, page=path).status_code == 200
    refused = browser.post(path, mine | {"legal_name": ""}, page=path)
    assert (refused.status_code, hidden_fields(refused.text)["_version"]) == (422, "1")


def test_the_form_shows_what_is_stored_and_saves_it_unchanged(
    browser: Browser, runtime: Runtime, person: Person
) -> None:
    browser.sign_in_as(person.id)
    made = browser.post("/organisations", GIVEN | {"headcount": "12"}, page="/organisations/new", follow=False)
    path = made.headers["location"].partition("?")[0] + "/edit"
    text = browser.get(path).text
    typed = dict(re.findall(r'<input[^>]* name="([^"]+)" type="text"[^>]* value="([^"]*)"', text))
    assert typed["turnover"] == "1234.50"
    assert (typed["figures_on-day"], typed["figures_on-year"]) == ("31", "2018")
    chosen = {
        "organisation_type": "cluster_organisation",
        "legal_form": "non_profit",
        "country": "PT",
        "region": "PT11",
        "sme": "unknown",
    }
    assert browser.post(path, typed | chosen | hidden_fields(text), follow=False).status_code == 303
    assert stored(
        runtime, Organisation.version, Organisation.headcount == 12, Organisation.legal_name == GIVEN["legal_name"]
    ) == [1]


def test_findings_above_the_form_name_their_fields(browser: Browser, person: Person) -> None:
    browser.sign_in_as(person.id)
    answer = browser.post("/organisations", {"legal_name": " ", "country": ""}, page="/organisations/new")
    for words in ("Legal name: This is required.", "Country: This is required.", "Type: This is required."):
        assert words in answer.text


def test_strangers_see_the_organisation_but_neither_people_nor_figures(
    browser: Browser, runtime: Runtime, person: Person, own: Organisation
) -> None:
    with runtime.database.transaction() as session:
        session.get(Organisation, own.id).headcount = 4711
        stranger = a_person(session)
    browser.sign_in_as(stranger.id)
    text = browser.get(f"/organisations/{own.id}").text
    assert own.legal_name in text
    for hidden in (person.email, "4,711", "Change the details", "Invite a colleague"):
        assert hidden not in text
    browser.sign_in_as(person.id)
    text = browser.get(f"/organisations/{own.id}").text
    assert person.email in text
    assert "4,711" in text


def test_strangers_and_the_public_change_nothing(
    browser: Browser, runtime: Runtime, person: Person, own: Organisation
) -> None:
    with runtime.database.transaction() as session:
        stranger = a_person(session)
    base = f"/organisations/{own.id}"
    posts = {
        f"{base}/edit": {**GIVEN, "_version": "1"},
        f"{base}/platform": {"state": "none"},
        f"{base}/members": {"email": "x@example.org", "role": "member"},
        f"{base}/members/{person.id}/remove": {},
        f"{base}/members/{person.id}/signatory": {},
    }
    browser.sign_in_as(stranger.id)
    for path in (f"{base}/edit", f"{base}/platform"):
        assert browser.get(path).status_code == 403
    for path, data in posts.items():
        assert browser.post(path, data, page="/organisations").status_code == 403, path
    browser.sign_in_as(None)
    for path, data in posts.items():
        answer = browser.post(path, data, page="/sign-in", follow=False)
        assert answer.headers["location"].startswith("/sign-in"), path
    browser.sign_in_as(person.id)
    for path, data in posts.items():
        assert browser.post(path, data, csrf=False).status_code == 403, path
    assert stored(runtime, Organisation.version, Organisation.id == own.id) == [1]
    assert stored(runtime, RoleAssignment.role, RoleAssignment.scope_id == own.id) == ["representative"]
    assert stored(runtime, Invitation.id, Invitation.scope_id == own.id) == []


def test_colleagues_are_invited_named_and_removed(
    browser: Browser, runtime: Runtime, person: Person, own: Organisation
) -> None:
    with runtime.database.transaction() as session:
        colleague = a_person(session, name="The Colleague")
        a_role(session, colleague, Role.MEMBER, own.id)
    base = f"/organisations/{own.id}"
    browser.sign_in_as(person.id, stepped_up=False)
    for path, data in (
        (f"members/{colleague.id}/signatory", {}),
        ("members", {"email": "a@b.eu", "role": "signatory"}),
    ):
        assert browser.post(f"{base}/{path}", data, page=base).status_code == 403, "who binds it is said with a code"
    assert set(stored(runtime, RoleAssignment.role, RoleAssignment.person_id == colleague.id)) == {"member"}
    member = browser.post(f"{base}/members", {"email": "member@example.org", "role": "member"}, page=base)
    assert "member@example.org" in member.text
    browser.sign_in_as(person.id)
    answer = browser.post(f"{base}/members", {"email": "New@Example.org", "role": "signatory"}, page=base)
    assert "new@example.org" in answer.text
    bad = browser.post(f"{base}/members", {"email": "no address", "role": "administrator"}, page=base)
    assert bad.status_code == 422
    assert 'href="#role"' in bad.text
    (invitation_id,) = stored(runtime, Invitation.id, Invitation.email == "new@example.org")
    browser.post(f"{base}/members/{colleague.id}/signatory", page=base)
    assert set(stored(runtime, RoleAssignment.role, RoleAssignment.person_id == colleague.id)) == {
        "member",
        "signatory",
    }
    browser.post(f"{base}/invitations/{invitation_id}/withdraw", page=base)
    assert stored(runtime, Invitation.withdrawn_at, Invitation.id == invitation_id) != [None]
    browser.post(f"{base}/members/{colleague.id}/remove", page=base)
    assert stored(runtime, RoleAssignment.role, RoleAssignment.person_id == colleague.id) == []
    last = browser.post(f"{base}/members/{person.id}/remove", page=base)
    assert (last.status_code, "last representative" in last.text) == (422, True)


def test_the_platform_registration_is_recorded_and_shown(browser: Browser, person: Person, own: Organisation) -> None:
    browser.sign_in_as(person.id)
    path = f"/organisations/{own.id}/platform"
    bad = browser.post(path, {"state": "registered"}, page=path)
    assert 'href="#reference"' in bad.text
    assert 'href="#happened_on"' in bad.text
    data = {"state": "requested", "happened_on-day": "1", "happened_on-month": "2", "happened_on-year": "2019"}
    text = browser.post(path, data, page=path).text
    assert "Registration requested" in text
    assert "1 February 2019" in text


def test_a_merged_organisation_leads_to_the_other(
    browser: Browser, runtime: Runtime, person: Person, own: Organisation
) -> None:
    with runtime.database.transaction() as session:
        merged = an_organisation(session, canonical_id=own.id)
    browser.sign_in_as(person.id)
    answer = browser.get(f"/organisations/{merged.id}", follow_redirects=False)
    assert answer.headers["location"] == f"/organisations/{own.id}"


def test_search_pages_sorts_and_exports_the_same_rows(browser: Browser, runtime: Runtime, person: Person) -> None:
    with runtime.database.transaction() as session:
        for number in range(30):
            an_organisation(session, legal_name=f"Zebra Network {number:02}", country="SE", region="")
        an_organisation(session, legal_name="=HYPERLINK(1) zebra", country="SE", region="")
    browser.sign_in_as(person.id)
    path = "/organisations/search?q=zebra&country=SE&sort=-legal_name"
    text = browser.get(path).text
    assert "31 organisations" in text
    assert "Zebra Network 29" in text
    assert "Zebra Network 01" not in text
    assert "Zebra Network 01" in browser.get(path + "&page=2").text
    file = browser.get(path + "&format=csv")
    assert file.headers["content-disposition"] == 'attachment; filename="organisations.csv"'
    assert not file.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(file.text)))
    assert len(rows) == 32
    assert rows[1][0] == "Zebra Network 29"
    assert rows[-1][0] == "'=HYPERLINK(1) zebra"
    book = zipfile.ZipFile(io.BytesIO(browser.get(path + "&format=xlsx").content))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert sheet.count("<row ") == 32
    assert "<f>" not in sheet


@pytest.mark.parametrize(
    "query",
    [
        "q=%00",
        "q=" + "x" * 5000,
        "page=-1",
        "page=99999999999999",
        "page=²",
        "sort=id;drop",
        "country=ZZZ",
        "type=x&sme=y",
        "format=exe",
        "q=%ED%A0%80",
    ],
)
def test_odd_addresses_never_break_the_list(browser: Browser, person: Person, query: str) -> None:
    browser.sign_in_as(person.id)
    assert browser.get(f"/organisations/search?{query}").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/organisations/x",
        "/organisations/00000000-0000-0000-0000-000000000000",
        "/organisations/x/edit",
        "/organisations/%00",
    ],
)
def test_unknown_organisations_are_not_found(browser: Browser, person: Person, path: str) -> None:
    browser.sign_in_as(person.id)
    assert browser.get(path).status_code == 404


@pytest.mark.parametrize("text", ["a\x00b", "x" * 100_000, "{{7*7}}", "\u202e", "9" * 30, "-5"])
def test_naughty_input_never_breaks_the_server(
    browser: Browser, runtime: Runtime, person: Person, own: Organisation, text: str
) -> None:
    browser.sign_in_as(person.id)
    for path in (
        "/organisations",
        f"/organisations/{own.id}/edit",
        f"/organisations/{own.id}/platform",
        f"/organisations/{own.id}/members",
    ):
        fields = dict.fromkeys(
            [*GIVEN, "pic", "vat", "headcount", "website", "state", "reference", "email", "role", "_version"], text
        )
        assert browser.post(path, fields, page="/organisations/new").status_code == 422, path
