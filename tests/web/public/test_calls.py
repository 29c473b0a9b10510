"""The public pages of calls: what anybody reads, and what nobody may."""

import csv
import hashlib
import io
from datetime import timedelta
from urllib.parse import quote

import pytest
import sqlalchemy as sa

from app.calls.models import Call
from app.calls.rules.call_rules import CallRules
from app.calls.schemas import WithdrawCall
from app.calls.use_cases.correct_call import correct_call
from app.calls.use_cases.withdraw_call import withdraw_call
from app.core.canonical import digest
from app.delivery.runtime import Runtime
from app.infra.yaml_documents import read_yaml
from tests.builders.calls import a_draft_call, a_programme_officer, a_published_call, another_call, escp_4x
from tests.conftest import NOW
from tests.support.client import Browser

SECRET = "PLANTED-SECRET-OF-A-DRAFT"
CALL = "COS-CLUSTER-2018-03-02"


@pytest.fixture(scope="module", autouse=True)
def _calls(runtime: Runtime) -> None:
    """One corrected call, one withdrawn, one forthcoming, and a draft with a planted text."""
    with runtime.database.transaction() as session:
        officer = a_programme_officer(session)
        call = a_published_call(session, officer)
        correct_call(session, officer, call.id, confirmed=True, now=NOW)
        a_draft_call(session, officer, another_call(f"COS-{SECRET}-1", **{"First publication.": SECRET}))
        gone = a_published_call(session, officer, another_call("COS-GONE-2019"))
        withdraw_call(session, officer, gone.id, WithdrawCall(reason="The budget was cut."), now=NOW)
        later = another_call("COS-LATER-2019", **{"opening: 2019-01-08": "opening: 2019-03-20"})
        a_published_call(session, officer, later)


@pytest.mark.parametrize("spelling", ["cos-cluster-2018-3-2", "COS-CLUSTER-2018-03-2", "cos_cluster_2018_03_02"])
def test_every_spelling_leads_to_the_printed_identifier(browser: Browser, spelling: str) -> None:
    answer = browser.get(f"/calls/{spelling}", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/calls/{CALL}")


def test_the_page_says_who_can_apply_and_where_each_rule_stands(browser: Browser) -> None:
    page = browser.get(f"/calls/{CALL}").text
    assert "At least 3 different legal entities apply together." in page
    assert "eligibility.minimum_entities" in page
    assert "Grant notice of the call" in page
    assert "39 countries" in page
    assert "Thu 4 April 2019, 17:00 Brussels" in page
    assert "in 34 d 6 h" in page
    assert "EUR\u00a03,600,000.00" in page
    assert f'href="/calls/{CALL}/apply"' in page


def test_the_page_says_how_far_the_money_goes_and_who_decides(browser: Browser) -> None:
    page = browser.get(f"/calls/{CALL}").text
    assert "The first application that no longer fits into the envelope closes the main list" in page
    assert "approval of more than half of the evaluation committee" in page


def test_assumed_figures_are_marked_and_lead_to_their_source(browser: Browser) -> None:
    page = browser.get(f"/calls/{CALL}").text
    assert 'href="#source-funding-ceilings-third_party-maximum"' in page
    assert 'id="source-funding-ceilings-third_party-maximum"' in page
    assert 'href="#source-funding-ceilings-project_grant-maximum"' not in page, "this one was read"


def test_a_corrigendum_is_told_as_before_and_after(browser: Browser) -> None:
    page = browser.get(f"/calls/{CALL}").text
    assert "ClusterXchange exchanges organised" in page
    assert ">100<" in page
    assert ">50<" in page


def test_a_draft_is_nowhere_to_be_seen(browser: Browser) -> None:
    browser.sign_in_as(None)
    addresses = ["/", "/calls", f"/calls?q={SECRET}", "/calls?format=csv", f"/calls/COS-{SECRET}-1"]
    addresses += [f"/calls/cos-{SECRET.lower()}-1/rules.json", f"/calls/COS-{SECRET}-1/rules.yaml", "/api/v1/calls"]
    addresses += [f"/api/v1/calls/COS-{SECRET}-1", f"/api/v1/calls/COS-{SECRET}-1/versions/1.0"]
    for address in addresses:
        answer = browser.get(address)
        found = answer.text.replace(f"q={SECRET}", "").replace(f'value="{SECRET}"', "").replace(f"“{SECRET}”", "")
        found = found.replace(f"/api/v1/calls/COS-{SECRET}-1", "").replace(f'/language?back={quote(address)}"', "")
        assert SECRET not in found.upper(), address
        assert answer.status_code == (404 if SECRET in address.upper() and "?q=" not in address else 200), address


def test_a_withdrawn_call_says_why_and_takes_no_applications(browser: Browser) -> None:
    page = browser.get("/calls/COS-GONE-2019").text
    assert "The budget was cut." in page
    assert "/apply" not in page


def test_a_forthcoming_call_says_when_it_opens(browser: Browser) -> None:
    page = browser.get("/calls/COS-LATER-2019").text
    assert "Wed 20 March 2019, 00:00 Brussels" in page
    assert "/apply" not in page


def test_the_json_file_has_the_hash_that_the_page_prints(browser: Browser) -> None:
    page, file = browser.get(f"/calls/{CALL}").text, browser.get(f"/calls/{CALL}/rules.json")
    sha256 = hashlib.sha256(file.content).hexdigest()
    assert sha256 in page
    assert sha256 == escp_4x().sha256 == file.headers["x-document-sha256"]


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_the_yaml_file_is_the_same_document(browser: Browser, version: str) -> None:
    file = browser.get(f"/calls/{CALL}/rules.yaml?version={version}")
    tree = read_yaml(file.content).tree
    assert isinstance(tree, dict)
    assert digest(CallRules.from_plain(tree).plain()) == escp_4x(version).sha256
    assert browser.get(f"/calls/{CALL}/rules.yaml?version=9.9").status_code == 404


def test_the_front_door_shows_the_open_call_the_way_to_apply_and_what_closed_last(browser: Browser) -> None:
    page = browser.get("/").text
    opened, _, rest = page.partition('id="how"')
    steps, _, closed = rest.partition('id="closed-calls"')
    assert all(text in opened for text in (CALL, "Thu 4 April 2019, 17:00 Brussels", "EUR\u00a03,600,000.00"))
    assert "COS-LATER-2019" not in page
    assert steps.count('class="g-way"') == 3
    assert "COS-GONE-2019" in closed
    assert "withdrawn" in closed
    assert CALL not in closed
    assert SECRET not in page


def test_facets_narrow_the_list_and_files_hold_the_same_rows(browser: Browser) -> None:
    page = browser.get("/calls?phase=forthcoming").text
    assert "COS-LATER-2019" in page
    assert CALL not in page
    rows = list(csv.DictReader(io.StringIO(browser.get("/calls?phase=forthcoming&format=csv").text)))
    assert [row["Identifier"] for row in rows] == ["COS-LATER-2019"]
    assert rows[0]["Envelope"] == "3600000.00"
    ordered = list(csv.DictReader(io.StringIO(browser.get("/calls?sort=-title&format=csv").text)))
    assert len(ordered) == 3
    assert "Nothing found" in browser.get("/calls?q=nosuchcall").text


def test_lists_ask_as_often_for_thirty_calls_as_for_three(browser: Browser, runtime: Runtime) -> None:
    def count(path: str) -> int:
        browser.get(path)
        asked: list[str] = []

        def note(*given: object) -> None:
            asked.append(str(given[2]))

        sa.event.listen(runtime.database.engine, "before_cursor_execute", note)
        assert browser.get(path).status_code == 200
        sa.event.remove(runtime.database.engine, "before_cursor_execute", note)
        return len(asked)

    before = [count(path) for path in ("/", "/calls", "/api/v1/calls")]
    with runtime.database.transaction() as session:
        officer = a_programme_officer(session)
        for number in range(30):
            a_published_call(session, officer, another_call(f"COS-MANY-{number + 1}"))
    assert [count(path) for path in ("/", "/calls", "/api/v1/calls")] == before
    with runtime.database.transaction() as session:
        session.execute(
            sa.update(Call).where(Call.identifier.startswith("COS-MANY")).values(deadline=NOW + timedelta(1))
        )


@pytest.mark.parametrize("path", ["/", "/accessibility", "/data-protection", "/privacy", "/api", "/verify", "/calls"])
def test_each_page_has_one_heading_and_says_what_it_is_for(browser: Browser, path: str) -> None:
    answer = browser.get(path)
    assert answer.status_code == 200
    assert answer.text.count("<h1") == 1
    assert "g-lede" in answer.text


def test_the_api_page_lists_every_operation(browser: Browser) -> None:
    page = browser.get("/api").text
    for path, item in browser.get("/api/v1/openapi.json").json()["paths"].items():
        assert path in page
        assert all(method.upper() in page for method in item)
