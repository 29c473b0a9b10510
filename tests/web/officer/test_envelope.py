"""The money of a call on its pages: every figure with the list behind it, and only for those who follow it."""

import csv
import io
import itertools
import re
from dataclasses import dataclass
from uuid import UUID

import pytest
import sqlalchemy as sa

from app.accounts.models import Person
from app.calls.models import Call
from app.core.actor import SYSTEM, Role, ScopeKind
from app.core.money import Money
from app.delivery.runtime import Runtime
from app.ledger import queries
from app.ledger.use_cases.release_commitment import release_commitment
from tests.builders.applications import a_submitted_application
from tests.builders.calls import a_draft_call, a_programme_officer, a_published_call, another_call
from tests.builders.money import GRANT, a_commitment, pay
from tests.builders.people import a_person, a_role, actor_for
from tests.conftest import NOW
from tests.support.client import Browser

NUMBERS = itertools.count(1)
FINANCE = (Role.FINANCE_OFFICER, Role.AUTHORISING_OFFICER, Role.ACCOUNTING_OFFICER)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A call with one submitted application and three commitments: pending, partly paid, released."""

    call_id: UUID
    programme_id: UUID
    other_id: UUID
    officer: Person

    @property
    def page(self) -> str:
        return f"/officer/calls/{self.call_id}/envelope"


@pytest.fixture(scope="module")
def made(runtime: Runtime) -> Prepared:
    with runtime.database.transaction() as session:
        officer = a_person(session, roles=(Role.PROGRAMME_OFFICER,), name="Olga Officer")
        actor = actor_for(session, officer)
        call = a_published_call(session, actor, another_call("MONEY-1"))
        other = a_published_call(session, actor, another_call("MONEY-2"))
        a_submitted_application(session, call, files=runtime.files)
        [envelope] = queries.envelopes_of_call(session, call.id)
        a_commitment(session, envelope.id, actor=actor, reference="GRANT-PENDING", title="<b>Alpha</b>")
        partly = a_commitment(session, envelope.id, actor=actor, reference="GRANT-PARTLY", title="Beta")
        pay(session, envelope.id, partly, Money(10_000_050))
        gone = a_commitment(session, envelope.id, actor=actor, reference="GRANT-GONE", title="Gamma")
        release_commitment(session, SYSTEM, gone, reason="=The coordinator declined.", now=NOW)
        [elsewhere] = queries.envelopes_of_call(session, other.id)
        a_commitment(session, elsewhere.id, reference="PLANTED", title="PLANTED")
        return Prepared(call.id, call.programme_id, other.id, officer)


@pytest.fixture
def office(browser: Browser, made: Prepared) -> Browser:
    return browser.sign_in_as(made.officer.id)


def rows_of(browser: Browser, path: str) -> list[dict[str, str]]:
    answer = browser.get(path)
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_the_page_shows_every_figure_and_leads_to_what_it_is_made_of(office: Browser, made: Prepared) -> None:
    page = office.get(made.page).text.replace("\u00a0", " ")
    for figure in ("EUR 3,600,000.00", "EUR 619,999.50", "EUR 100,000.50", "EUR 2,880,000.00"):
        assert figure in page
    assert f'href="/officer/calls/{made.call_id}#applications"' in page
    for account in ("appropriation", "paid", "available"):
        assert f'href="{made.page}/entries?account={account}"' in page
    assert "&lt;b&gt;Alpha&lt;/b&gt;" in page
    assert "PLANTED" not in page
    assert re.search(r"Awarded</span>\s*<span[^>]*>EUR 0.00", page), "nothing was awarded by a signed decision"


@pytest.mark.parametrize(
    ("account", "cents"),
    [("appropriation", -360_000_000), ("available", 288_000_000), ("committed", 61_999_950), ("paid", 10_000_050)],
)
def test_the_list_behind_a_figure_adds_up_to_it(office: Browser, made: Prepared, account: str, cents: int) -> None:
    words = {"appropriation": "Appropriation", "available": "Left", "committed": "Committed", "paid": "Paid"}[account]
    total = 0
    for row in rows_of(office, f"{made.page}/entries?account={account}&format=csv"):
        amount = Money.parse(row["Amount"]).cents
        assert words in {row["From"], row["To"]}
        total += amount if row["To"] == words else -amount
    assert total == cents


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["GRANT-GONE", "GRANT-PARTLY", "GRANT-PENDING"]),
        ("sort=reference", ["GRANT-GONE", "GRANT-PARTLY", "GRANT-PENDING"]),
        ("sort=-paid", ["GRANT-PARTLY"]),
        ("standing=pending", ["GRANT-PARTLY", "GRANT-PENDING"]),
        ("standing=settled", ["GRANT-GONE"]),
        ("q=beta", ["GRANT-PARTLY"]),
        ("q=PLANTED", []),
        ("envelope=main&standing=nonsense", ["GRANT-GONE", "GRANT-PARTLY", "GRANT-PENDING"]),
    ],
)
def test_commitments_are_searched_narrowed_sorted_and_exported(
    office: Browser, made: Prepared, query: str, found: list[str]
) -> None:
    listed = [row["Award"] for row in rows_of(office, f"{made.page}?{query}&format=csv")]
    assert (sorted(listed) if not query.startswith("sort=-") else listed[:1]) == found
    page = office.get(f"{made.page}?{query}").text
    assert all(reference in page for reference in found)
    assert office.get(f"{made.page}?{query}&format=xlsx").content.startswith(b"PK")


def test_the_journal_says_what_who_and_why(office: Browser, made: Prepared) -> None:
    page = office.get(f"{made.page}/entries").text
    for words in ("Set aside", "Committed", "Released", "Olga Officer", "Grappe", "The coordinator declined."):
        assert words in page
    assert "PLANTED" not in page
    rows = rows_of(office, f"{made.page}/entries?format=csv")
    assert len(rows) == 6
    assert {row["Reason"] for row in rows} == {"", "'=The coordinator declined."}, "no spreadsheet computes it"
    [released] = rows_of(office, f"{made.page}/entries?kind=release&format=csv")
    assert (released["From"], released["To"], released["Amount"]) == ("Committed", "Left", GRANT.amount)
    assert rows_of(office, f"{made.page}/entries?q=GRANT-PARTLY&format=csv")[0]["Reference"] == "GRANT-PARTLY"


def test_call_and_envelope_lead_to_each_other_and_say_which_is_shown(office: Browser, made: Prepared) -> None:
    call = office.get(f"/officer/calls/{made.call_id}").text
    assert f'<a href="/officer/calls/{made.call_id}" aria-current="page">Overview</a>' in call
    assert f'<a href="{made.page}">Envelope</a>' in call
    for page in (office.get(made.page).text, office.get(f"{made.page}/entries").text):
        assert f'<a href="{made.page}" aria-current="page">Envelope</a>' in page


@pytest.mark.parametrize("role", FINANCE)
@pytest.mark.parametrize("scope", [ScopeKind.PLATFORM, ScopeKind.PROGRAMME, ScopeKind.CALL])
def test_who_handles_money_finds_it_and_nothing_else(
    browser: Browser, runtime: Runtime, made: Prepared, role: Role, scope: ScopeKind
) -> None:
    with runtime.database.transaction() as session:
        person = a_person(session)
        ids = {ScopeKind.PLATFORM: None, ScopeKind.PROGRAMME: made.programme_id, ScopeKind.CALL: made.call_id}
        a_role(session, person, role, ids[scope], scope=scope)
        draft = a_draft_call(session, a_programme_officer(session), another_call(f"MONEY-D-{next(NUMBERS)}"))
    browser.sign_in_as(person.id)
    start = browser.get("/tasks").text
    assert '<a href="/officer/calls">Calls</a>' in start
    assert "Register your organisation" not in start
    listed = browser.get("/officer/calls").text
    assert f'href="{made.page}"' in listed
    assert f'href="/officer/calls/{made.call_id}"' not in listed
    assert draft.identifier not in listed, "a draft has no money and is the office's alone"
    assert "Import a call" not in listed
    page = browser.get(made.page)
    assert page.status_code == 200
    assert "#applications" not in page.text
    assert browser.get(f"{made.page}/entries").status_code == 200
    assert browser.get(f"/officer/calls/{made.call_id}").status_code == 404
    other = browser.get(f"/officer/calls/{made.other_id}/envelope").status_code
    assert other == (404 if scope is ScopeKind.CALL else 200)


def test_strangers_are_not_told_of_the_money(browser: Browser, runtime: Runtime, made: Prepared) -> None:
    with runtime.database.transaction() as session:
        strangers = [
            a_person(session),
            a_person(session, roles=((Role.EVALUATOR, made.call_id),)),
            a_person(session, roles=((Role.FINANCE_OFFICER, UUID(int=7)),)),
        ]
    for person in strangers:
        browser.sign_in_as(person.id)
        for path in (made.page, f"{made.page}/entries", f"{made.page}?format=csv"):
            answer = browser.get(path)
            assert answer.status_code == 404
            assert "MONEY-1" not in answer.text


def test_a_call_without_money_says_so(office: Browser, runtime: Runtime) -> None:
    with runtime.database.transaction() as session:
        draft = a_draft_call(session, a_programme_officer(session), another_call("MONEY-DRAFT-1"))
    page = office.get(f"/officer/calls/{draft.id}/envelope").text
    assert "Nothing is set aside yet" in page
    with runtime.database.transaction() as session:
        empty = a_published_call(session, a_programme_officer(session), another_call("MONEY-EMPTY-1"))
    page = office.get(f"/officer/calls/{empty.id}/envelope").text
    assert "Nothing is committed yet" in page
    with runtime.database.reading() as session:
        assert session.execute(sa.select(Call.state).where(Call.id == empty.id)).scalar_one() == "published"


def test_a_page_asks_as_often_for_forty_commitments_as_for_one(office: Browser, runtime: Runtime) -> None:
    with runtime.database.transaction() as session:
        actor = a_programme_officer(session)
        call = a_published_call(session, actor, another_call("MONEY-MANY-1"))
        [envelope] = queries.envelopes_of_call(session, call.id)
        a_commitment(session, envelope.id, Money(100), actor=actor)

    def asked() -> int:
        found: list[str] = []

        def note(*given: object) -> None:
            found.append(str(given[2]))

        sa.event.listen(runtime.database.engine, "before_cursor_execute", note)
        for path in ("", "/entries"):
            assert office.get(f"/officer/calls/{call.id}/envelope{path}").status_code == 200
        sa.event.remove(runtime.database.engine, "before_cursor_execute", note)
        return len(found)

    before = asked()
    with runtime.database.transaction() as session:
        for _ in range(40):
            a_commitment(session, envelope.id, Money(100), actor=actor)
    assert asked() == before
    page = office.get(f"/officer/calls/{call.id}/envelope").text
    assert "41 commitments" in page
    assert 'aria-label="Page 2"' in page
