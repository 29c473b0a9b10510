"""The officer's pages of calls: import, publication, corrigendum, withdrawal, figures, dry run; and who may not."""

import csv
import html
import io
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.calls import queries
from app.calls.models import Call, CallVersion
from app.calls.rules.lifecycle import CallState
from app.core.actor import Role, ScopeKind
from app.delivery.runtime import Runtime
from tests.builders.applications import a_draft, a_submitted_application
from tests.builders.calls import (
    a_draft_call,
    a_programme,
    a_programme_officer,
    a_published_call,
    another_call,
    shipped_bytes,
)
from tests.builders.people import a_person, a_role
from tests.conftest import NOW
from tests.support.client import Browser, hidden_fields

ALIAS_BOMB = "a: &a [1,2,3]\n" + "\n".join(f"k{i}: *a" for i in range(200))
NAUGHTY = {
    "alias bomb": ALIAS_BOMB,
    "duplicate key": "identity: 1\nidentity: 2\n",
    "wrong types": "identity: [1, 2]\nversion: 3\ntimetable: text\n",
    "not yaml": "{unclosed: [1, 2",
    "a list": "- 1\n- 2\n",
    "a tag": "identity: !!python/object:os.system x\n",
    "deep": "a: " + "[" * 3000 + "]" * 3000,
    "nothing": "   \n",
    "a control character": 'identity: {identifier: "a\\0b"}\n',
}


@pytest.fixture
def officer(runtime: Runtime) -> Person:
    with runtime.database.transaction() as session:
        a_programme(session)
        return a_person(session, roles=(Role.PROGRAMME_OFFICER,))


def _call_id(session: Session, identifier: str) -> UUID:
    call = queries.call_by_identifier(session, identifier)
    assert call is not None
    return call.id


def _published(runtime: Runtime, identifier: str) -> UUID:
    with runtime.database.transaction() as session:
        return a_published_call(session, a_programme_officer(session), another_call(identifier)).id


def _state(runtime: Runtime, call_id: UUID) -> CallState:
    with runtime.database.reading() as session:
        return CallState(session.execute(sa.select(Call.state).where(Call.id == call_id)).scalar_one())


@pytest.mark.parametrize("name", NAUGHTY)
def test_a_bad_document_is_explained_and_stores_nothing(
    browser: Browser, runtime: Runtime, officer: Person, name: str
) -> None:
    browser.sign_in_as(officer.id)
    with runtime.database.reading() as session:
        before = session.execute(sa.select(sa.func.count()).select_from(CallVersion)).scalar_one()
    answer = browser.post("/officer/calls/new", {"document": NAUGHTY[name]})
    assert answer.status_code == 422
    assert 'id="mistakes"' in answer.text
    with runtime.database.reading() as session:
        assert session.execute(sa.select(sa.func.count()).select_from(CallVersion)).scalar_one() == before


def test_a_huge_document_is_refused_in_words(browser: Browser, officer: Person) -> None:
    browser.sign_in_as(officer.id)
    page = browser.get("/officer/calls/new").text
    files = {"file": ("huge.yaml", b"a: " + b"x" * 1_200_000, "application/yaml")}
    answer = browser.post("/officer/calls/new", {"_csrf": hidden_fields(page)["_csrf"]}, files=files)
    assert answer.status_code == 422
    assert "larger than 1000 kB" in answer.text


def test_every_mistake_stands_there_with_its_line(browser: Browser, officer: Person) -> None:
    browser.sign_in_as(officer.id)
    text = shipped_bytes().decode().replace("envelope: 3600000.00", "envelop: 1").replace("count: 3", "count: three")
    lines = text.splitlines()
    answer = browser.post("/officer/calls/new", {"document": text})
    assert answer.status_code == 422
    assert "did you mean &#39;envelope&#39;?" in answer.text
    assert f'data-label="Line">{1 + lines.index("    envelop: 1")}<' in answer.text
    assert answer.text.count("A whole number is expected here") == 2
    assert "The document has" in answer.text


def test_from_import_to_publication_with_each_assumed_entry_confirmed(
    browser: Browser, runtime: Runtime, officer: Person
) -> None:
    browser.sign_in_as(officer.id)
    answer = browser.post("/officer/calls/new", {"document": another_call("COS-WHOLE-1").decode()})
    assert answer.status_code == 200
    assert "only the office sees it" in answer.text
    with runtime.database.reading() as session:
        call_id = _call_id(session, "COS-WHOLE-1")
    base = f"/officer/calls/{call_id}"
    page = browser.get(f"{base}/publish").text
    assert "funding.ceilings.third_party.maximum" in page
    refused = browser.post(f"{base}/publish", page=f"{base}/publish")
    assert refused.status_code == 422
    assert "12 figures are assumed" in refused.text
    assert _state(runtime, call_id) == CallState.DRAFT
    browser.post(f"{base}/publish", {"confirmed": "yes"}, page=f"{base}/publish")
    assert _state(runtime, call_id) == CallState.PUBLISHED
    assert browser.post(f"{base}/publish", {"confirmed": "yes"}, page=base).status_code == 409


def test_a_correction_shows_what_changes_and_whom_it_concerns(
    browser: Browser, runtime: Runtime, officer: Person
) -> None:
    call_id = _published(runtime, "COS-CORRECT-1")
    with runtime.database.transaction() as session:
        call = session.get_one(Call, call_id)
        for acronym in ("ONE", "TWO"):
            a_draft(session, call, acronym=acronym)
    browser.sign_in_as(officer.id)
    base = f"/officer/calls/{call_id}"
    stored = browser.get("/calls/COS-CORRECT-1/rules.yaml")
    text = stored.text.replace("envelope: 3600000.00", "envelope: 3500000.00")
    sent = {"document": text, "summary": "A smaller envelope.", "revision": "0"}
    page = browser.post(f"{base}/correct", sent, page=f"{base}/correct")
    assert page.status_code == 200
    assert "EUR 3,600,000.00" in page.text
    assert "EUR 3,500,000.00" in page.text
    assert "The contacts of 2 drafts are told by mail" in page.text
    assert "3,500,000" not in browser.get("/calls/COS-CORRECT-1").text, "nothing is public yet"
    stale = browser.post(f"{base}/correct", sent, page=f"{base}/correct")
    assert stale.status_code == 422
    assert "Somebody else saved this" in stale.text
    browser.post(f"{base}/corrigendum", {"confirmed": "yes"}, page=f"{base}/corrigendum")
    public = browser.get("/calls/COS-CORRECT-1").text
    assert "EUR\u00a03,500,000.00" in public
    assert "version 1.1" in public


def test_a_correction_that_breaks_a_rule_is_told_before_it_is_published(
    browser: Browser, runtime: Runtime, officer: Person
) -> None:
    call_id = _published(runtime, "COS-BROKEN-1")
    browser.sign_in_as(officer.id)
    base = f"/officer/calls/{call_id}"
    text = browser.get("/calls/COS-BROKEN-1/rules.yaml").text.replace("2019-04-04 17:00", "2019-02-04 17:00")
    sent = {"document": text, "summary": "Earlier.", "revision": "0"}
    page = browser.post(f"{base}/correct", sent, page=f"{base}/correct").text
    assert "call.deadline_in_the_past" in page
    refused = browser.post(f"{base}/corrigendum", {"confirmed": "yes"}, page=f"{base}/corrigendum")
    assert refused.status_code == 422
    assert "2019-02-04" not in browser.get("/calls/COS-BROKEN-1/rules.yaml").text


def test_withdrawing_needs_a_reason_and_shows_it(browser: Browser, runtime: Runtime, officer: Person) -> None:
    call_id = _published(runtime, "COS-BACK-1")
    browser.sign_in_as(officer.id)
    address = f"/officer/calls/{call_id}/withdraw"
    assert browser.post(address, {"reason": " "}, page=address).status_code == 422
    assert _state(runtime, call_id) == CallState.PUBLISHED
    browser.post(address, {"reason": "The budget was cut."}, page=address)
    assert "The budget was cut." in browser.get("/calls/COS-BACK-1").text
    assert "/withdraw" not in browser.get(f"/officer/calls/{call_id}").text, "no button that cannot work"


def test_figures_and_list_show_submissions_and_count_drafts(
    browser: Browser, runtime: Runtime, officer: Person
) -> None:
    call_id = _published(runtime, "COS-FIGURES-1")
    with runtime.database.transaction() as session:
        call = session.get_one(Call, call_id)
        made = a_submitted_application(session, call, acronym="VISIBLE")
        a_draft(session, call, acronym="HIDDENDRAFT")
        late = a_submitted_application(session, call, acronym="SECOND", now=NOW + timedelta(hours=1))
    browser.sign_in_as(officer.id)
    page = browser.get(f"/officer/calls/{call_id}").text
    assert "VISIBLE" in page
    assert "HIDDENDRAFT" not in page
    assert "Submissions per day" in page
    rows = list(csv.DictReader(io.StringIO(browser.get(f"/officer/calls/{call_id}?format=csv").text)))
    assert [row["Application"] for row in rows] == ["SECOND", "VISIBLE"]
    assert rows[1]["Requested"] == "266490.00"
    application = browser.get(f"/officer/applications/{made.application_id}").text
    assert "EUR\u00a0266,490.00" in application
    assert "PT11 Norte" in application
    assert "None: partnership, budget and documents meet" in application
    assert late.application_id != made.application_id


def test_the_office_reads_what_was_submitted_and_not_the_working_copy(
    browser: Browser, runtime: Runtime, officer: Person
) -> None:
    from tests.builders.applications import answered

    with runtime.database.transaction() as session:
        call = session.get_one(Call, _published(runtime, "COS-FROZEN-1"))
        made = a_submitted_application(session, call, acronym="FROZEN", files=runtime.files)
        draft = a_draft(session, call, acronym="NEVERSENT")
        answered(session, made, "general", {"acronym": "FROZEN", "project_title": "PLANTED AFTERWARDS"})
    browser.sign_in_as(officer.id)
    page = browser.get(f"/officer/applications/{made.application_id}").text
    assert "PLANTED AFTERWARDS" not in page
    assert browser.get(f"/officer/applications/{draft.application_id}").status_code == 404
    file = browser.get(f"/officer/applications/{made.application_id}/attachments/part_b")
    assert file.status_code == 200
    assert file.content.startswith(b"%PDF")
    assert browser.get(f"/officer/applications/{made.application_id}/attachments/nothing").status_code == 404
    assert browser.get(f"/officer/applications/{made.application_id}?version=7").status_code == 404


def test_the_dry_run_tells_expected_from_found(browser: Browser, runtime: Runtime, officer: Person) -> None:
    with runtime.database.transaction() as session:
        call = a_draft_call(session, a_programme_officer(session))
    browser.sign_in_as(officer.id)
    address = f"/officer/calls/{call.id}/try"
    scenarios = shipped_bytes(kind=".scenarios").decode()
    assert "of 18 sample applications" in browser.post(address, {"document": scenarios}, page=address).text
    other = scenarios.replace("rule: budget.project_grant_maximum", "rule: budget.duration")
    page = browser.post(address, {"document": other}, page=address).text
    assert "Expected, not found:" in page
    bad = browser.post(address, {"document": scenarios.replace("costs:", "costz:")}, page=address)
    assert bad.status_code == 422
    assert "did you mean &#39;costs&#39;?" in bad.text


def test_a_call_without_scenarios_of_its_own_gets_computed_ones_that_run(
    browser: Browser, runtime: Runtime, officer: Person
) -> None:
    browser.sign_in_as(officer.id)
    with runtime.database.transaction() as session:
        other = a_draft_call(session, a_programme_officer(session), another_call("COS-TRIED-2019"))
    address = f"/officer/calls/{other.id}/try"
    page = browser.get(address).text
    assert "call: COS-TRIED-2019" in page
    assert "computed from the rules of this call" in page
    text = html.unescape(page.partition('name="document"')[2].partition(">")[2].partition("</textarea>")[0])
    answer = browser.post(address, {"document": text}, page=address)
    assert answer.status_code == 200
    assert "of 2 sample applications" in answer.text
    assert "different" not in answer.text.partition("<tbody")[2].partition("</tbody>")[0]


@pytest.mark.parametrize("page", ["", "/preview", "/publish", "/correct", "/corrigendum", "/withdraw", "/try"])
def test_strangers_are_not_told_that_a_call_exists(browser: Browser, runtime: Runtime, page: str) -> None:
    identifier = "COS-STRANGE" + page.replace("/", "-").upper()
    with runtime.database.transaction() as session:
        call = a_draft_call(session, a_programme_officer(session), another_call(identifier))
        open_call = a_published_call(session, a_programme_officer(session), another_call(f"{identifier}-OPEN"))
        made = a_submitted_application(session, open_call)
        stranger = a_person(session)
        other = a_person(session)
        elsewhere = a_published_call(session, a_programme_officer(session), another_call(f"{identifier}-OTHER"))
        a_role(session, other, Role.PROGRAMME_OFFICER, elsewhere.id, scope=ScopeKind.CALL)
        auditor = a_person(session, roles=(Role.AUDITOR,))
    for person in (stranger, other):
        browser.sign_in_as(person.id)
        answer = browser.get(f"/officer/calls/{call.id}{page}")
        assert answer.status_code == 404
        assert identifier not in answer.text
        assert browser.get(f"/officer/applications/{made.application_id}").status_code == 404
    listed = browser.get("/officer/calls").text
    assert f"{identifier}-OTHER" in listed
    assert f"{identifier}<" not in listed
    assert f"{identifier}-OPEN" not in listed
    browser.sign_in_as(auditor.id)
    looks_only = page in {"", "/preview", "/try"}
    assert browser.get(f"/officer/calls/{call.id}{page}").status_code == (200 if looks_only else 403)


def test_the_list_asks_as_often_for_thirty_calls_as_for_one(
    browser: Browser, runtime: Runtime, officer: Person
) -> None:
    browser.sign_in_as(officer.id)

    def count() -> int:
        asked: list[str] = []

        def note(*given: object) -> None:
            asked.append(str(given[2]))

        sa.event.listen(runtime.database.engine, "before_cursor_execute", note)
        assert browser.get("/officer/calls").status_code == 200
        sa.event.remove(runtime.database.engine, "before_cursor_execute", note)
        return len(asked)

    before = count()
    with runtime.database.transaction() as session:
        who = a_programme_officer(session)
        for number in range(30):
            a_draft_call(session, who, another_call(f"COS-LIST-{number + 1}"))
    assert count() == before


def test_only_an_administrator_adds_a_programme(browser: Browser, runtime: Runtime, officer: Person) -> None:
    browser.sign_in_as(officer.id)
    assert "Add a programme" not in browser.get("/officer/programmes").text
    assert browser.post("/officer/programmes", {"code": "H2020", "title": "Horizon 2020"}).status_code == 403
    with runtime.database.transaction() as session:
        administrator = a_person(session, roles=(Role.ADMINISTRATOR,))
    browser.sign_in_as(administrator.id)
    page = browser.post("/officer/programmes", {"code": "H2020", "title": "Horizon 2020"}, page="/officer/programmes")
    assert "Horizon 2020" in page.text
    again = browser.post("/officer/programmes", {"code": "H2020", "title": "Again"}, page="/officer/programmes")
    assert again.status_code == 422
    assert "already a programme" in again.text
