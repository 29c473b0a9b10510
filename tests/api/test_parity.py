"""The same deed through both doors: the same kind of answer, the same rules, the same rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from app.applications.models import Application, Attachment, CostLine, SavedSection, Submission
from app.core.actor import Role
from app.delivery.runtime import Runtime
from app.partnerships.models import Partner
from tests.api.program import Program
from tests.builders.applications import Made, a_call, a_complete_application, a_partner
from tests.builders.people import a_person, a_role
from tests.conftest import NOW
from tests.support.client import Browser, hidden_fields
from tests.support.pdfs import a_pdf

BOTH_TEXTS = " saved "
"""What the page says with a stale save: whose text is stored, beside one's own."""
LATE = datetime(2019, 4, 4, 15, 0, 0, 1, tzinfo=UTC)
Answer = Any


@dataclass(frozen=True, slots=True)
class Doors:
    """Both doors to one application, for one person."""

    browser: Browser
    program: Program
    made: Made

    @property
    def path(self) -> str:
        return f"/applications/{self.made.application_id}"

    def form(self, path: str, fields: dict[str, Any], **options: Any) -> Answer:
        """Send a form of the application's pages, without following its redirect."""
        token = hidden_fields(self.browser.get("/applications").text).get("_csrf") or self.browser._csrf()
        return self.browser.post(self.path + path, {"_csrf": token} | fields, follow=False, **options)

    def json(self, method: str, path: str, **options: Any) -> Answer:
        """The same through the API."""
        return self.program(method, self.path + path, **options)


Deed = Callable[[Doors], Answer]


@dataclass(frozen=True, slots=True)
class Scenario:
    """One deed at both doors: the state it needs and what is expected of both."""

    name: str
    web: Deed
    api: Deed
    status: int
    rules: tuple[str, ...] = ()
    who: str = "coordinator"
    at: datetime = NOW


def _section(fields: dict[str, Any], answers: dict[str, Any], *, version: int = 2) -> tuple[Deed, Deed]:
    web = {"_version": str(version), "go": "stay"} | fields
    body = {"answers": answers, "version": version}
    return (
        lambda doors: doors.form("/sections/general", web),
        lambda doors: doors.json("PUT", "/sections/general", json=body),
    )


def _sheet(amount: str, *, version: int = 1, category: str = "personnel") -> tuple[Deed, Deed]:
    def web(doors: Doors) -> Answer:
        own = doors.made.members[0].partner_id
        return doors.form("/budget", {f"{own}.{category}": amount, f"{own}._version": str(version)})

    def api(doors: Doors) -> Answer:
        own = doors.made.members[0].partner_id
        body = {"lines": [{"category": category, "amount": amount}], "version": version}
        return doors.json("PUT", f"/budget/{own}", json=body)

    return web, api


def _upload(content: bytes) -> tuple[Deed, Deed]:
    file = {"file": ("part.pdf", content, "application/pdf")}
    return (
        lambda doors: doors.form("/attachments/part_b", {}, files=file),
        lambda doors: doors.json("POST", "/attachments/part_b", files=file),
    )


def _removal(member: int) -> tuple[Deed, Deed]:
    return (
        lambda doors: doors.form(f"/partners/{doors.made.members[member].partner_id}/remove", {}),
        lambda doors: doors.json("DELETE", f"/partners/{doors.made.members[member].partner_id}"),
    )


SUBMIT: tuple[Deed, Deed] = (lambda doors: doors.form("/submit", {}), lambda doors: doors.json("POST", "/submissions"))
WITHDRAW: tuple[Deed, Deed] = (
    lambda doors: doors.form("/withdraw", {"reason": "no money"}),
    lambda doors: doors.json("POST", "/withdrawal", json={"reason": "no money"}),
)
INVITE: tuple[Deed, Deed] = (
    lambda doors: doors.form("/partners", {"email": "new@example.org"}),
    lambda doors: doors.json("POST", "/partners", json={"email": "new@example.org"}),
)
NO_ADDRESS: tuple[Deed, Deed] = (
    lambda doors: doors.form("/partners", {"email": "nobody"}),
    lambda doors: doors.json("POST", "/partners", json={"email": "nobody"}),
)
NO_REASON: tuple[Deed, Deed] = (
    lambda doors: doors.form("/withdraw", {"reason": "  "}),
    lambda doors: doors.json("POST", "/withdrawal", json={"reason": "  "}),
)
TYPED = {"acronym": "NEW", "duration_months": "24", "sectors": ["textile", "tourism"], "abstract": "a\r\nb"}
MEANT = {"acronym": "NEW", "duration_months": 24, "sectors": ["textile", "tourism"], "abstract": "a\nb"}

SCENARIOS = [
    Scenario("a section is saved", *_section(TYPED, MEANT), 200),
    Scenario(
        "a number that is none",
        *_section({"duration_months": "x"}, {"duration_months": "x"}),
        422,
        ("form.unreadable",),
    ),
    Scenario("somebody was first", *_section(TYPED, MEANT, version=1), 409, ("version.stale",)),
    Scenario("a section, too late", *_section(TYPED, MEANT), 422, ("application.late",), at=LATE),
    Scenario("a section, by a partner", *_section(TYPED, MEANT), 200, who="partner"),
    Scenario("a section, by a reader", *_section(TYPED, MEANT), 403, ("access.not_permitted",), who="reader"),
    Scenario("a section, by a stranger", *_section(TYPED, MEANT), 404, ("access.not_found",), who="stranger"),
    Scenario("a sheet is saved", *_sheet("1,234.50"), 200),
    Scenario("three decimals", *_sheet("1.999"), 422, ("budget.unreadable",)),
    Scenario("below zero", *_sheet("-1.00"), 422, ("budget.negative_amount",)),
    Scenario("a sheet that somebody saved first", *_sheet("5.00", version=0), 409, ("version.stale",)),
    Scenario("an upload", *_upload(a_pdf(pages=4)), 200),
    Scenario("no PDF", *_upload(b"text"), 422, ("files.unreadable_pdf",)),
    Scenario("locked", *_upload(a_pdf(password="x")), 422, ("files.unreadable_pdf",)),
    Scenario("too large", *_upload(b"%PDF-1.7" + b"0" * 10_000_000), 422, ("form.file_limits",)),
    Scenario("an invitation", *INVITE, 200),
    Scenario("an invitation, by a partner", *INVITE, 403, ("access.not_permitted",), who="partner"),
    Scenario("an invitation to nobody", *NO_ADDRESS, 422, ("input.value",)),
    Scenario("a partner is removed", *_removal(1), 200),
    Scenario("the coordinator is removed", *_removal(0), 422, ("partnership.coordinator_stays",)),
    Scenario("a partner leaves", *_removal(1), 200, who="partner"),
    Scenario("a partner removes another", *_removal(2), 403, ("access.not_permitted",), who="partner"),
    Scenario("it is submitted", *SUBMIT, 200),
    Scenario("it is submitted late", *SUBMIT, 422, ("application.late",), at=LATE),
    Scenario("it is submitted by a partner", *SUBMIT, 403, ("access.not_permitted",), who="partner"),
    Scenario("it is withdrawn", *WITHDRAW, 200),
    Scenario("it is withdrawn without a reason", *NO_REASON, 422, ("input.required",)),
    Scenario("a stranger withdraws it", *WITHDRAW, 404, ("access.not_found",), who="stranger"),
]


@pytest.fixture(scope="module")
def call(runtime: Runtime) -> Any:
    with runtime.database.transaction() as session:
        return a_call(session)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=[one.name for one in SCENARIOS])
def test_both_doors_agree(browser: Browser, runtime: Runtime, call: Any, scenario: Scenario) -> None:
    outcomes = []
    for door in ("web", "api"):
        runtime.clock.instant = NOW  # type: ignore[attr-defined]
        with runtime.database.transaction() as session:
            made = a_complete_application(session, call, files=runtime.files)
            reader, stranger = a_person(session), a_person(session)
            a_role(session, reader, Role.TEAM_MEMBER, made.application_id)
            a_partner(session, made, 1, accept=False)
        who = {"coordinator": made.person, "partner": made.members[1].person, "reader": reader, "stranger": stranger}
        runtime.clock.instant = scenario.at  # type: ignore[attr-defined]
        person = who[scenario.who]
        doors = Doors(browser.sign_in_as(person.id), Program.of(browser, runtime, person), made)
        answer = scenario.web(doors) if door == "web" else scenario.api(doors)
        outcomes.append((door, answer, _rows(runtime, made)))
    (_, page, by_form), (_, document, by_program) = outcomes
    assert page.status_code // 100 in {2, 3, 4}
    assert (200 if page.status_code == 303 else page.status_code) == scenario.status, page.text
    assert (200 if document.status_code in {201, 204} else document.status_code) == scenario.status, document.text
    if scenario.rules:
        assert tuple(one["rule"] for one in document.json()["violations"]) == scenario.rules
        for violation in document.json()["violations"]:
            words = BOTH_TEXTS if violation["rule"] == "version.stale" else _plain(violation["message"])
            assert words in _plain(page.text)
    assert by_form == by_program


def _rows(runtime: Runtime, made: Made) -> Any:
    """What is stored of an application, without what differs between two of them."""
    with runtime.database.reading() as session:

        def all_of(table: Any, *columns: Any) -> list[Any]:
            column = table.partnership_id if table is Partner else table.application_id
            rows = session.execute(sa.select(*columns).where(column == made.application_id))
            return sorted((tuple(row) for row in rows), key=str)

        return (
            session.execute(
                sa.select(Application.state, Application.acronym, Application.requested).where(
                    Application.id == made.application_id
                )
            ).one(),
            all_of(SavedSection, SavedSection.section, SavedSection.answers, SavedSection.version),
            all_of(CostLine, CostLine.category, CostLine.amount),
            all_of(Partner, Partner.position, Partner.role, Partner.state, Partner.invited_email),
            all_of(Attachment, Attachment.field, Attachment.removed_at.is_(None)),
            all_of(Submission, Submission.number, Submission.requested, Submission.received_at),
        )


def _plain(text: str) -> str:
    for mark, sign in (("&#39;", "'"), ("&#34;", '"'), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"), ("\u00a0", " ")):
        text = text.replace(mark, sign)
    return text
