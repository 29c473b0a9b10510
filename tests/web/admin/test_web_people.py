from typing import Any

import pytest
import sqlalchemy as sa

from app.accounts.models import Invitation, Person, RoleAssignment
from app.core.actor import Role
from app.core.paging import Page
from app.delivery.runtime import Runtime
from app.web.exports import csv_text
from app.web.lists import Column, Filter, Listing, ListSpec
from tests.builders.organisations import an_organisation
from tests.builders.people import a_person, an_administrator, an_invitation
from tests.support.client import Browser, hidden_fields


@pytest.fixture
def admin(runtime: Runtime, browser: Browser) -> Any:
    with runtime.database.transaction() as session:
        made = an_administrator(session, name="The Administrator")
    browser.sign_in_as(made.id)
    return made


@pytest.fixture
def person(runtime: Runtime) -> Any:
    with runtime.database.transaction() as session:
        return a_person(session, name="Somebody Else", roles=(Role.AUDITOR,))


def stored(runtime: Runtime, column: Any, *where: Any) -> Any:
    with runtime.database.reading() as session:
        found = session.scalars(sa.select(column).where(*where)).all()
        session.expunge_all()
        return found


def test_people_are_listed_searched_and_exported(browser: Browser, admin: Person, person: Person) -> None:
    assert person.email in browser.get(f"/admin/people?q={person.email}&role=auditor&state=open").text
    assert "Nothing found" in browser.get(f"/admin/people?q={person.email}&state=closed").text
    file = browser.get(f"/admin/people?q={person.email}&format=csv").text
    assert file.splitlines()[0] == "Name,E-mail address,Roles,State,Address confirmed,Last seen,Registered"
    assert f"Somebody Else,{person.email},Auditor,open,yes,," in file
    assert "Remove filter" in browser.get("/admin/people?role=auditor").text


def test_roles_are_given_and_taken(browser: Browser, runtime: Runtime, admin: Person, person: Person) -> None:
    with runtime.database.transaction() as session:
        organisation = an_organisation(session, legal_name="Scoped Cluster")
    path = f"/admin/people/{person.id}"
    data = {
        "role": "member",
        "scope": "organisation",
        "scope_id": f"https://grappe.example/organisations/{organisation.id}/edit",
    }
    assert "Scoped Cluster" in browser.post(f"{path}/roles", data, page=path).text
    bad = browser.post(f"{path}/roles", data | {"scope": "platform", "scope_id": ""}, page=path)
    assert (bad.status_code, 'href="#scope"' in bad.text) == (422, True)
    worse = browser.post(f"{path}/roles", {"role": "king", "scope_id": "x"}, page=path)
    assert (worse.status_code, 'href="#role"' in worse.text, 'href="#scope_id"' in worse.text) == (422, True, True)
    (given,) = stored(runtime, RoleAssignment.id, RoleAssignment.scope_id == organisation.id)
    browser.post(f"{path}/roles/{given}/revoke", page=path)
    assert stored(runtime, RoleAssignment.id, RoleAssignment.scope_id == organisation.id) == []


def test_the_own_administration_cannot_be_given_up(browser: Browser, runtime: Runtime, admin: Person) -> None:
    path = f"/admin/people/{admin.id}"
    (own,) = stored(runtime, RoleAssignment.id, RoleAssignment.person_id == admin.id)
    for action in (f"roles/{own}/revoke", "deactivate"):
        answer = browser.post(f"{path}/{action}", page=path)
        assert (answer.status_code, "cannot give up" in answer.text) == (422, True)
    assert stored(runtime, RoleAssignment.id, RoleAssignment.person_id == admin.id) == [own]


def test_an_account_is_closed_and_opened(browser: Browser, runtime: Runtime, admin: Person, person: Person) -> None:
    path = f"/admin/people/{person.id}"
    assert "Open the account again" in browser.post(f"{path}/deactivate", page=path).text
    assert stored(runtime, Person.active, Person.id == person.id) == [False]
    assert "Close the account" in browser.post(f"{path}/reactivate", page=path).text


def test_invitations_are_sent_once_listed_and_withdrawn(browser: Browser, runtime: Runtime, admin: Person) -> None:
    page = hidden_fields(browser.get("/admin/invitations/new").text)
    data = {"email": "Officer@Example.org", "role": "programme_officer", "scope": "platform", "scope_id": "", **page}
    first, second = (browser.post("/admin/invitations", data, follow=False) for _ in range(2))
    assert first.status_code == second.status_code == 303
    (made,) = stored(runtime, Invitation.id, Invitation.email == "officer@example.org")
    twice = browser.post("/admin/invitations", data | {"_key": "another"})
    assert (twice.status_code, "account.already_invited" in twice.text) == (422, True)
    assert "officer@example.org" in browser.get("/admin/invitations?state=open&q=officer").text
    browser.post(f"/admin/invitations/{made}/withdraw", page="/admin/invitations")
    assert "officer@example.org" in browser.get("/admin/invitations?state=withdrawn").text
    assert browser.post(f"/admin/invitations/{made}/withdraw", page="/admin/invitations").status_code == 422
    assert "officer@example.org" in browser.get("/admin/invitations?format=csv").text


def test_only_administrators_come_here(browser: Browser, runtime: Runtime, admin: Person, person: Person) -> None:
    with runtime.database.transaction() as session:
        row = an_invitation(session)
    (role,) = stored(runtime, RoleAssignment.id, RoleAssignment.person_id == person.id)
    pages = [
        "/admin/people",
        f"/admin/people/{admin.id}",
        "/admin/invitations",
        "/admin/invitations/new",
        "/admin/people?format=csv",
    ]
    posts = [
        f"/admin/people/{person.id}/roles",
        f"/admin/people/{person.id}/roles/{role}/revoke",
        f"/admin/people/{admin.id}/deactivate",
        f"/admin/people/{admin.id}/reactivate",
        "/admin/invitations",
        f"/admin/invitations/{row.id}/withdraw",
    ]
    data = {"role": "administrator", "scope": "platform", "email": "x@example.org"}
    browser.sign_in_as(person.id)
    for path in pages:
        assert browser.get(path).status_code == 403, path
    for path in posts:
        assert browser.post(path, data, page="/account").status_code == 403, path
    browser.sign_in_as(None)
    for path in pages:
        assert browser.get(path, follow_redirects=False).status_code == 303, path
    browser.sign_in_as(admin.id)
    for path in posts:
        assert browser.post(path, data, csrf=False).status_code == 403, path
    assert stored(runtime, RoleAssignment.role, RoleAssignment.person_id == person.id) == ["auditor"]
    assert stored(runtime, Invitation.withdrawn_at, Invitation.id == row.id) == [None]
    assert stored(runtime, Person.active, Person.id == admin.id) == [True]


@pytest.mark.parametrize("path", ["/admin/people/x", "/admin/people/00000000-0000-0000-0000-000000000000"])
def test_unknown_people_are_not_found(browser: Browser, admin: Person, path: str) -> None:
    assert browser.get(path).status_code == 404


def test_a_spreadsheet_gets_no_formula_and_no_lost_kind() -> None:
    from datetime import UTC, date, datetime

    from app.core.money import Money

    row = [
        "=1+1",
        " @x",
        "\uff1dx",
        "-2",
        -2,
        Money(-150),
        None,
        True,
        date(2019, 4, 4),
        datetime(2019, 4, 4, 15, tzinfo=UTC),
        'a "b", c',
    ]
    (line,) = csv_text(["h"], [row]).splitlines()[1:]
    assert line == """'=1+1,' @x,'\uff1dx,'-2,-2,-1.50,,yes,2019-04-04,2019-04-04T15:00:00Z,"a ""b"", c\""""


def test_addresses_of_a_list_lead_back_into_it() -> None:
    spec: ListSpec[str] = ListSpec(
        columns=(
            Column("name", "Name", str, sortable=True),
            Column("age", "Age", len, sortable=True),
            Column("x", "X", str),
        ),
        filters=(Filter("kind", "Kind", [("a", "First"), ("b", "Second")]),),
        sort="-age",
    )

    class Asked:
        path = "/list"

        def __init__(self, **query: str) -> None:
            self.query = query

    plain = Listing.read(Asked(), spec)
    assert (plain.sort, plain.descending, plain.href(), plain.narrowed) == ("age", True, "/list", False)
    given = Listing.read(Asked(q=" two  words ", kind="b", sort="name", page="3", evil="1"), spec)
    assert given.href() == "/list?q=two++words&kind=b&sort=name"
    assert given.href(page=2).endswith("&page=2")
    assert given.chips == [
        ("\u201ctwo  words\u201d", "/list?kind=b&sort=name"),
        ("Kind: Second", "/list?q=two++words&sort=name"),
    ]
    assert given.keep == [("sort", "name")]
    assert [(column.sorted, column.sort_href) for column in given.columns] == [
        ("ascending", "/list?q=two++words&kind=b&sort=-name"),
        ("none", "/list?q=two++words&kind=b&sort=age"),
        ("none", ""),
    ]
    assert Listing.read(Asked(kind="z", sort="x", page="0"), spec) == plain
    assert plain.result == Page((), 0)
