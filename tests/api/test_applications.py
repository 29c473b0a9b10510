"""An application from beginning to receipt without a page; every refusal names rule and place and changes nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.applications.queries import reading
from app.core.actor import SYSTEM
from app.core.money import Money
from app.delivery.runtime import Runtime
from app.documents.queries import documents_of
from app.documents.schemas import FileToStore
from app.documents.use_cases.seal_document import seal_document
from app.infra.ids import new_id
from app.partnerships.queries import partner_rows
from tests.api.program import Program
from tests.builders.applications import (
    ANSWERS,
    COSTS,
    Made,
    a_call,
    a_cluster,
    a_complete_application,
    a_draft,
    a_partner,
    a_submitted_application,
)
from tests.builders.people import a_person
from tests.conftest import NOW
from tests.support.client import Browser
from tests.support.pdfs import a_pdf

DEADLINE = datetime(2019, 4, 4, 15, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _the_clock_stands_again(runtime: Runtime) -> Any:
    runtime.clock.instant = NOW  # type: ignore[attr-defined]
    yield
    runtime.clock.instant = NOW  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def call(runtime: Runtime) -> Any:
    with runtime.database.transaction() as session:
        return a_call(session)


@pytest.fixture
def draft(runtime: Runtime, call: Any) -> Made:
    with runtime.database.transaction() as session:
        return a_draft(session, call)


@pytest.fixture
def complete(runtime: Runtime, call: Any) -> Made:
    with runtime.database.transaction() as session:
        return a_complete_application(session, call, files=runtime.files)


@pytest.fixture
def api(browser: Browser, runtime: Runtime) -> Any:
    return lambda person: Program.of(browser, runtime, person)


def _rules(answer: Any) -> list[tuple[str, str]]:
    return [(found["rule"], found["place"]) for found in answer.json()["violations"]]


def test_from_beginning_to_receipt(api: Any, runtime: Runtime, call: Any) -> None:
    with runtime.database.transaction() as session:
        people = [a_person(session) for _ in range(3)]
        organisations = [a_cluster(session, person, at) for at, person in enumerate(people)]
    coordinator, *partners = (api(person) for person in people)
    wanted = {"organisation_id": str(organisations[0].id), "acronym": "CIRCTEX"}
    made = coordinator("POST", f"/calls/{call.identifier}/applications", json=wanted, key="start")
    assert made.status_code == 201
    path = f"/applications/{made.json()['id']}"
    assert made.headers["location"] == f"/api/v1{path}"
    again = coordinator("POST", f"/calls/{call.identifier}/applications", json=wanted, key="start")
    assert again.json() == made.json()
    for partner, organisation in zip(partners, organisations[1:], strict=True):
        asked = coordinator("POST", f"{path}/partners", json={"organisation_id": str(organisation.id)})
        assert asked.status_code == 201
        answer = partner("POST", f"{path}/partners/{asked.json()['id']}/answer", json={"accept": True})
        assert answer.status_code == 204
    document = coordinator("GET", path).json()
    versions = {section["id"]: section["version"] for section in document["sections"]}
    for section, answers in ANSWERS.items():
        saved = coordinator(
            "PUT", f"{path}/sections/{section}", json={"answers": answers, "version": versions[section]}
        )
        assert saved.status_code == 200, saved.text
    lines = [{"category": name, "amount": amount} for name, amount in COSTS.items()]
    for partner in document["partners"]:
        saved = coordinator("PUT", f"{path}/budget/{partner['id']}", json={"lines": lines, "version": 0})
        assert saved.json() == {"version": 1, "findings": []} or partner is not document["partners"][-1]
    raw = coordinator("PUT", f"{path}/attachments/part_b?filename=plan.pdf", content=a_pdf(pages=3))
    assert (raw.status_code, raw.json()["pages"], raw.json()["filename"]) == (200, 3, "plan.pdf")
    assert coordinator("GET", f"{path}/findings").json() == {"can_be_submitted": True, "findings": []}
    submitted = coordinator("POST", f"{path}/submissions", key="submit")
    assert submitted.status_code == 201, submitted.text
    assert submitted.json()["requested"] == {"amount": "266490.00", "currency": "EUR"}
    assert submitted.json()["counts"] is True
    assert coordinator("POST", f"{path}/submissions", key="submit").json() == submitted.json()
    assert len(coordinator("GET", f"{path}/submissions").json()) == 1
    receipt = submitted.json()["receipt"]
    assert coordinator("GET", f"/documents/{receipt}").json()["state"] == "requested"
    assert coordinator("GET", f"/documents/{receipt}/file").status_code == 409
    pdf = a_pdf()
    with runtime.database.transaction() as session:
        [found] = documents_of(session, "submission", [submitted.json()["id"]])
        sealed = FileToStore(
            sha256=runtime.files.put(pdf), size=len(pdf), media_type="application/pdf", filename="r.pdf", pages=1
        )
        seal_document(session, SYSTEM, found.id, sealed, now=NOW)
    assert partners[0]("GET", f"/documents/{receipt}/file").content == pdf


def test_the_list_shows_ones_own_and_a_withdrawn_one_stays(api: Any, complete: Made) -> None:
    program, path = api(complete.person), f"/applications/{complete.application_id}"
    assert [item["acronym"] for item in program("GET", "/applications").json()["items"]] == ["CIRCTEX"]
    assert program("POST", f"{path}/withdrawal", json={"reason": "no"}).status_code == 204
    assert program("GET", path).json()["state"] == "withdrawn"
    assert program("GET", "/applications?state=draft").json()["total"] == 0


def test_the_document_tells_what_the_page_tells(api: Any, complete: Made) -> None:
    found = api(complete.person)("GET", f"/applications/{complete.application_id}").json()
    assert found["may_submit"] is True
    assert found["budget"]["requested"] == {"amount": "266490.00", "currency": "EUR"}
    assert found["budget"]["sheets"][0]["costs"]["indirect"] == {"amount": "6440.00", "currency": "EUR"}
    [limit] = [one for one in found["budget"]["limits"] if one["rule"] == "budget.project_grant_maximum"]
    assert limit["met"] is True
    assert [one["region_category"] for one in found["partners"]] == [
        "less_developed",
        "more_developed",
        "less_developed",
    ]
    assert {section["state"] for section in found["sections"]} == {"complete"}
    partner = api(complete.members[1].person)("GET", f"/applications/{complete.application_id}").json()
    assert (partner["may_edit"], partner["may_submit"]) == (True, False)


def test_a_stale_save_tells_both_texts_and_changes_nothing(api: Any, runtime: Runtime, draft: Made) -> None:
    path = f"/applications/{draft.application_id}/sections/results"
    program = api(draft.person)
    program("PUT", path, json={"answers": {"lasting_effect": "first"}, "version": 0})
    answer = program("PUT", path, json={"answers": {"lasting_effect": "second"}, "version": 0})
    assert answer.status_code == 409
    body = answer.json()
    assert (body["current_version"], body["theirs"]) == (1, {"lasting_effect": "first"})
    with runtime.database.reading() as session:
        assert reading.sections(session, draft.application_id)["results"].answers == {"lasting_effect": "first"}


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        ("/sections/general", {"version": 1}, [("input.required", "answers")]),
        ("/sections/general", {"answers": {}, "version": -1}, [("input.minimum", "version")]),
        ("/sections/general", {"answers": {}, "version": "x"}, [("input.number", "version")]),
        ("/sections/general", {"answers": [], "version": 1}, [("input.value", "answers")]),
        ("/sections/general", {"answers": {}, "version": 1, "more": 1}, [("input.unknown", "more")]),
        (
            "/sections/general",
            {"answers": {"duration_months": "x", "abstract": 3}, "version": 1},
            [("form.unreadable", "section/general/abstract"), ("form.unreadable", "section/general/duration_months")],
        ),
        ("/sections/general", {"answers": {"nothing": 1}, "version": 1}, [("form.unknown_field", "section/general")]),
        ("/sections/general", {"answers": {"abstract": "x" * 500_000}, "version": 1}, [("input.value", "answers")]),
        ("/sections/general", {"answers": {"duration_months": 1.5}, "version": 1}, [("input.value", "answers")]),
        (
            "/sections/general",
            {"answers": {"abstract": "\x00"}, "version": 1},
            [("form.unreadable", "section/general/abstract")],
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place(
    api: Any, runtime: Runtime, draft: Made, path: str, body: Any, expected: list[tuple[str, str]]
) -> None:
    answer = api(draft.person)("PUT", f"/applications/{draft.application_id}{path}", json=body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert sorted(_rules(answer)) == sorted(expected)
    with runtime.database.reading() as session:
        assert reading.sections(session, draft.application_id)["general"].version == 1


@pytest.mark.parametrize(
    ("lines", "rule"),
    [
        ([{"category": "personnel", "amount": "1.999"}], "budget.unreadable"),
        ([{"category": "personnel", "amount": {"amount": "-1.00", "currency": "EUR"}}], "budget.negative_amount"),
        ([{"category": "caviar", "amount": "1.00"}], "budget.unknown_category"),
        ([{"category": "indirect", "amount": "1.00"}], "budget.computed_category"),
        ([{"category": "personnel", "amount": 12.5}], "input.text"),
        ([{"category": "personnel", "amount": {"amount": "1.00", "currency": "USD"}}], "input.text"),
    ],
)
def test_amounts_that_are_none(api: Any, runtime: Runtime, draft: Made, lines: Any, rule: str) -> None:
    path = f"/applications/{draft.application_id}/budget/{draft.members[0].partner_id}"
    answer = api(draft.person)("PUT", path, json={"lines": lines, "version": 0})
    assert answer.status_code == 422
    assert [found[0] for found in _rules(answer)] == [rule]
    with runtime.database.reading() as session:
        assert not reading.sheets(session, draft.application_id)
        assert draft.row(session).requested == Money(0)


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "attachments.nothing_sent"),
        (b"plain text", "files.unreadable_pdf"),
        (a_pdf(password="x"), "files.unreadable_pdf"),
        (b"%PDF-1.7\n" + b"0" * 10_000_000, "form.file_limits"),
    ],
    ids=["nothing", "no pdf", "encrypted", "too large"],
)
def test_uploads_that_cannot_be_used(api: Any, runtime: Runtime, draft: Made, content: bytes, rule: str) -> None:
    path, program = f"/applications/{draft.application_id}/attachments/part_b", api(draft.person)
    raw = program("PUT", path, content=content)
    form = program("POST", path, files={"file": ("part.pdf", content, "application/pdf")})
    for answer in (raw, form):
        assert answer.status_code == 422
        assert _rules(answer) == [(rule, "attachments/part_b")]
    with runtime.database.reading() as session:
        assert not reading.attachments(session, draft.application_id)


def test_an_upload_comes_back_and_goes(api: Any, draft: Made) -> None:
    path, program, pdf = f"/applications/{draft.application_id}/attachments", api(draft.person), a_pdf(pages=2)
    program("POST", f"{path}/part_b", files={"file": ("Łódź.pdf", pdf, "application/pdf")})
    assert program("GET", path).json()[0]["filename"] == "Łódź.pdf"
    assert program("GET", f"{path}/part_b/file").content == pdf
    assert program("DELETE", f"{path}/part_b").status_code == 204
    assert program("DELETE", f"{path}/part_b").status_code == 404
    assert (
        program("PUT", f"{path}/abstract", content=pdf).json()["violations"][0]["rule"] == "attachments.unknown_field"
    )


def test_late_by_a_microsecond(api: Any, runtime: Runtime, complete: Made) -> None:
    program = api(complete.person)
    path = f"/applications/{complete.application_id}"
    runtime.clock.instant = DEADLINE + timedelta(microseconds=1)  # type: ignore[attr-defined]
    for answer in (
        program("POST", f"{path}/submissions"),
        program("PUT", f"{path}/sections/results", json={"answers": {}, "version": 1}),
        program("PUT", f"{path}/attachments/part_b", content=a_pdf()),
        program("POST", f"{path}/partners", json={"email": "late@example.org"}),
    ):
        assert answer.status_code == 422
        assert [rule for rule, _ in _rules(answer)] == ["application.late"]
    runtime.clock.instant = DEADLINE  # type: ignore[attr-defined]
    assert program("POST", f"{path}/submissions").status_code == 201


def test_an_incomplete_application_gets_every_reason(api: Any, draft: Made) -> None:
    answer = api(draft.person)("POST", f"/applications/{draft.application_id}/submissions")
    assert answer.status_code == 422
    places = {place for _, place in _rules(answer)}
    assert {"partnership", "budget", "attachments/part_b", "section/general/abstract"} <= places


def test_another_key_another_version_the_same_key_the_same(api: Any, complete: Made) -> None:
    program, path = api(complete.person), f"/applications/{complete.application_id}/submissions"
    numbers = [program("POST", path, key=key).json()["number"] for key in ("a", "a", "b")]
    assert numbers == [1, 1, 2]


def test_strangers_get_404_for_everything(api: Any, runtime: Runtime, draft: Made, call: Any) -> None:
    with runtime.database.transaction() as session:
        secret = a_submitted_application(session, call, acronym="PLANTED-SECRET", files=runtime.files)
        invited = a_partner(session, secret, 1, accept=False)
        [receipt] = documents_of(session, "submission", [secret.submission_id])  # type: ignore[list-item]
        partner = secret.members[1].partner_id
    path = f"/applications/{secret.application_id}"
    requests: list[tuple[str, str, dict[str, Any]]] = [
        ("GET", path, {}),
        ("GET", f"{path}/findings", {}),
        ("GET", f"{path}/submissions", {}),
        ("GET", f"{path}/partners", {}),
        ("GET", f"{path}/attachments", {}),
        ("GET", f"{path}/attachments/part_b/file", {}),
        ("GET", f"/documents/{receipt.id}", {}),
        ("GET", f"/documents/{receipt.id}/file", {}),
        ("PUT", f"{path}/sections/general", {"json": {"answers": {"acronym": "TAKEN"}, "version": 1}}),
        ("PUT", f"{path}/budget/{partner}", {"json": {"lines": [], "version": 1}}),
        ("PUT", f"{path}/attachments/part_b", {"content": a_pdf()}),
        ("DELETE", f"{path}/attachments/part_b", {}),
        ("POST", f"{path}/partners", {"json": {"email": "x@example.org"}}),
        ("POST", f"{path}/partners/{invited.partner_id}/answer", {"json": {"accept": False}}),
        ("DELETE", f"{path}/partners/{partner}", {}),
        ("POST", f"{path}/submissions", {}),
        ("POST", f"{path}/withdrawal", {"json": {"reason": "spite"}}),
    ]
    program = api(draft.person)
    for method, address, options in requests:
        answer = program(method, address, **options)
        assert answer.status_code == 404, (method, address)
        assert "PLANTED-SECRET" not in answer.text
    assert "PLANTED-SECRET" not in program("GET", "/applications").text
    with runtime.database.reading() as session:
        assert secret.row(session).state == "submitted"
        assert len(reading.submissions(session, secret.application_id)) == 1
        assert [row.state for row in partner_rows(session, secret.application_id)][-1] == "invited"
    assert api(invited.person)("GET", path).status_code == 404


def test_without_a_token_nothing_is_told(browser: Browser, draft: Made) -> None:
    browser.sign_in_as(draft.person.id)
    assert browser.client.get(f"/api/v1/applications/{draft.application_id}").status_code == 401


def test_what_does_not_exist_is_not_found(api: Any, draft: Made) -> None:
    program = api(draft.person)
    for path in (f"/applications/{new_id()}", f"/documents/{new_id()}"):
        assert program("GET", path).status_code == 404
    assert program("GET", "/applications/no-id").status_code == 422
    body = {"organisation_id": str(draft.members[0].organisation.id), "acronym": "AB"}
    assert program("POST", "/calls/NO-SUCH-CALL/applications", json=body).status_code == 404
