"""The spine: one call from its document to its closing, as the people see it who are part of it.

Every step is one thing that somebody does; ``test_spine`` walks it with JavaScript and without.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

from app.calls.rules.form_kinds import Section
from app.core.actor import Role
from app.web.application_view.typed_answers import typed_from
from tests.builders.applications import ANSWERS, a_cluster
from tests.builders.calls import a_programme, escp_4x, shipped_bytes
from tests.builders.people import PASSWORD, a_person
from tests.journeys.people import Visitor
from tests.support.live import Live, until
from tests.support.pdfs import a_pdf

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from app.delivery.runtime import Runtime

CALL = "COS-CLUSTER-2018-03-02"
START = datetime(2019, 4, 4, 14, 5, tzinfo=UTC)
"""55 minutes before the deadline: a sign-in lasts as long as that without a request."""
DEADLINE = datetime(2019, 4, 4, 15, 0, tzinfo=UTC)
OFFICER, INVITED, NEWCOMER, BY_MAIL = (
    "officer@office.example",
    "chiara@lombardia.example",
    "ana@norte.example",
    "dimitar@sofia.example",
)
COSTS = {"personnel": "80000.00", "other_direct": "12000.00", "third_parties": "15000.00"}
AT_THE_CAP, OVER_THE_CAP = "108510.00", "108510.01"
"""Support to third parties with which three such sheets ask for 360 000.00, and one cent more."""
ACRONYM = "CIRCTEX"


def prepare(runtime: Runtime) -> None:
    """Who is there before the story begins: an officer, a programme, one organisation."""
    with runtime.database.transaction() as session:
        a_person(session, email=OFFICER, name="Maaike Jansen", roles=(Role.PROGRAMME_OFFICER,))
        a_programme(session)
        chiara = a_person(session, email=INVITED, name="Chiara Bianchi")
        a_cluster(session, chiara, 1, legal_name="Cluster Lombardia Manifattura")


@dataclass
class Story:
    """The people, and what they have made so far."""

    browser: Browser
    live: Live
    script: bool
    visitors: list[Visitor] = field(default_factory=list)
    application: str = ""
    receipts: list[bytes] = field(default_factory=list)

    def person(self, email: str) -> Visitor:
        """Somebody sits down at a screen."""
        made = Visitor(self.browser, self.live, email, script=self.script)
        self.visitors.append(made)
        return made

    def tell(self) -> None:
        """From the document of the call to its closing."""
        officer = self.person(OFFICER)
        publish(officer)
        ana = self.person(NEWCOMER)
        register(ana, "Ana Costa")
        organise(ana, legal_name="Norte Têxtil", country="PT", region="PT11", city="Porto")
        self.application = apply(ana)
        invite(ana, self.application)
        chiara, dimitar = self.person(INVITED), self.person(BY_MAIL)
        accept(chiara)
        join(dimitar)
        write(ana, self.application)
        attach(ana, self.application)
        correct(officer, ana, self.application)
        compare(ana, chiara, self.application)
        budget(ana, self.application)
        self.receipts.append(submit_at_the_cap(ana, self.application))
        verify(ana, self.receipts[0])
        change_and_submit_again(ana, self.application)
        left = start_only(chiara)
        miss(ana, self.application)
        close(officer, chiara, left)
        for visitor in self.visitors:
            visitor.leave()


def publish(officer: Visitor) -> None:
    """The officer imports the document of the call, looks at it and publishes it."""
    officer.sign_in("/officer/calls/new")
    officer.upload("^File", "call.yaml", shipped_bytes(), "application/yaml")
    officer.press("Import as a draft")
    officer.sees("only the office sees it")
    assert officer.page.request.get(f"{officer.live.base}/calls/{CALL}").status == 404
    officer.page.get_by_role("main").get_by_role("link", name=re.compile("^Publish")).first.click()
    officer.press("Publish")
    officer.sees("figures are assumed")
    officer.page.get_by_role("main").get_by_role("checkbox").first.check()
    officer.press("Publish")
    officer.sees("version 1.0 in force")


def register(who: Visitor, name: str) -> None:
    """A newcomer opens an account and confirms the address by the link in the mail."""
    page = who.goto("/register")
    page.get_by_label("Your name").fill(name)
    page.get_by_label("E-mail address").fill(who.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    who.press("Continue")
    expect(page).to_have_url(re.compile("/register/sent"))
    who.goto(who.live.link(who.email, "Confirm your e-mail address"))
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    who.press("Confirm and sign in")
    expect(page).to_have_url(re.compile("/tasks"))


def organise(who: Visitor, **details: str) -> None:
    """They register their organisation and say that it is on the cluster platform."""
    who.goto("/organisations/new")
    fields = {name: [value] for name, value in details.items()}
    kind = {"organisation_type": ["cluster_organisation"], "legal_form": ["non_profit"], "sme": ["no"]}
    who.fill(fields | kind | {"pic": [str(900_100_000 + sum(map(ord, details["legal_name"])))]})
    who.press("Register")
    who.sees(details["legal_name"])
    who.goto(who.where() + "/platform")
    day = {"happened_on-day": ["1"], "happened_on-month": ["6"], "happened_on-year": ["2018"]}
    who.fill(day | {"state": ["registered"], "reference": ["profile 4711"]})
    who.press("Save")
    who.sees("profile 4711")


def apply(ana: Visitor) -> str:
    """She finds the call, sees that her organisation can apply, and begins; gives the path of the application."""
    ana.goto("/calls")
    ana.follow("European Cluster Excellence Programme")
    ana.page.get_by_role("main").get_by_role("link", name=re.compile("^Apply")).first.click()
    ana.sees("can apply")
    ana.page.get_by_label("Acronym of the project").fill(ACRONYM)
    ana.press("Begin the application")
    expect(ana.page.get_by_role("heading", level=1)).to_contain_text(ACRONYM)
    return ana.where()


def invite(ana: Visitor, application: str) -> None:
    """One partner by its organisation, one by e-mail."""
    page = ana.goto(f"{application}/partnership")
    page.get_by_label("Name, city or PIC").fill("Lombardia")
    page.get_by_label("Name, city or PIC").press("Enter")
    page.get_by_role("radio", name=re.compile("Cluster Lombardia")).check()
    found = page.get_by_role("region", name="A registered organisation")
    found.get_by_role("button", name="Send the invitation").click()
    ana.sees("Cluster Lombardia Manifattura")
    by_mail = page.get_by_role("region", name="A person by e-mail")
    by_mail.get_by_label("E-mail address").fill(BY_MAIL)
    by_mail.get_by_role("button", name="Send the invitation").click()
    ana.sees(BY_MAIL)


def accept(chiara: Visitor) -> None:
    """The representative of the invited organisation accepts by the link in the mail."""
    chiara.sign_in(chiara.live.link(INVITED, "invitation to take part"))
    chiara.press("Accept: take part")
    expect(chiara.page.get_by_role("heading", level=1)).to_contain_text(ACRONYM)


def join(dimitar: Visitor) -> None:
    """Who was invited by e-mail has no account yet: opens one, registers an organisation, accepts for it."""
    question = dimitar.live.link(BY_MAIL, "invitation to take part")
    page = dimitar.goto(question)
    expect(page).to_have_url(re.compile("/sign-in"))
    register(dimitar, "Dimitar Petrov")
    dimitar.sees(f"Answer the invitation to {ACRONYM}")
    dimitar.goto(question)
    dimitar.sees("First register your organisation")
    organise(dimitar, legal_name="Sofia Mechatronics", country="BG", region="BG41", city="Sofia")
    page = dimitar.goto(question)
    page.get_by_role("radio", name=re.compile("Sofia Mechatronics")).check()
    dimitar.press("Accept: take part")
    expect(page.get_by_role("heading", level=1)).to_contain_text(ACRONYM)


def section_of(name: str) -> Section:
    """A section of the form."""
    return next(section for section in escp_4x().form.sections if section.id == name)


def write(ana: Visitor, application: str) -> None:
    """She fills in every section; a row is added to a table where one is missing."""
    for name, answers in ANSWERS.items():
        ana.goto(f"{application}/sections/{name}")
        told: dict[str, Any] = dict(answers)
        if name == "results":
            told["indicators"] = answers["indicators"] | {"exchanges": 50, "exchanges_with_smes": 30}
        if name == "activities":
            ana.fill({"deliverables.0.name": ["Strategy"]})
            ana.page.get_by_role("button", name=re.compile("^Add a row to Deliverables")).click()
            expect(ana.page.locator('[name="deliverables.1.name"]')).to_be_visible()
            more = {"name": "Handbook", "work_package": "Exchanges", "month": 20}
            told["deliverables"] = [*answers["deliverables"], more]
        ana.fill(typed_from(section_of(name), told))
        ana.press("Save and check this section")
        ana.sees(
            "the call asks for at least 100"
            if name == "results"
            else "Saved"
            if name == "budget"
            else "This section is complete"
        )


def attach(ana: Visitor, application: str) -> None:
    """Part B: what is no PDF is refused with a reason, what is one is kept."""
    ana.goto(f"{application}/attachments")
    ana.upload("^Choose a PDF", "part-b.pdf", b"not a PDF at all", "application/pdf")
    ana.page.get_by_role("button", name=re.compile("^Upload")).click()
    expect(ana.page.get_by_role("alert").first).to_contain_text("PDF")
    ana.upload("^Choose a PDF", "part-b.pdf", a_pdf(pages=2), "application/pdf")
    ana.page.get_by_role("button", name=re.compile("^Upload")).click()
    ana.sees("2 pages")


def correct(officer: Visitor, ana: Visitor, application: str) -> None:
    """The corrigendum is published: the contacts of drafts get a mail, and the page says what changed."""
    officer.goto("/officer/calls")
    officer.follow("European Cluster Excellence Programme")
    officer.follow("Correct")
    officer.press("Show what changes")
    officer.sees("Version 1.1 replaces version 1.0")
    officer.page.get_by_role("main").get_by_role("checkbox").first.check()
    officer.press("Publish version 1.1")
    officer.sees("version 1.1 in force")
    for email in (NEWCOMER, INVITED, BY_MAIL):
        letter = ana.live.mail(email, f"{CALL} was corrected").text
        assert "100 becomes 50" in letter
    ana.goto(application)
    ana.sees("version 1.1 is in force")
    changes = ana.page.get_by_role("main")
    expect(changes.locator("del", has_text="100").first).to_be_visible()
    expect(changes.locator("ins", has_text="50").first).to_be_visible()
    ana.goto(f"{application}/sections/results")
    expect(ana.page.get_by_role("main")).not_to_contain_text("at least 100")


def compare(ana: Visitor, chiara: Visitor, application: str) -> None:
    """Two people write in one section: the second sees both texts and chooses."""
    where, name = f"{application}/sections/results", "lasting_effect"
    ana.goto(where)
    chiara.goto(where)
    chiara.fill({name: ["Text of Chiara: a joint office in Milano."]})
    chiara.press("Save and check this section")
    chiara.sees("This section is complete")
    ana.fill({name: ["Text of Ana: a joint office in Porto."]})
    ana.press("Save and check this section")
    ana.sees("Chiara Bianchi saved this section first")
    ana.sees("Text of Chiara: a joint office in Milano.")
    ana.sees("Text of Ana: a joint office in Porto.")
    ana.page.get_by_role("radio", name="Your text").check()
    ana.press("Save what I chose")
    ana.sees("This section is complete")
    expect(ana.page.get_by_label("What remains after the project")).to_have_value(
        "Text of Ana: a joint office in Porto."
    )


def amounts(ana: Visitor, third_parties: str) -> None:
    """Type three sheets; the first asks for this much support to third parties."""
    rows = ana.page.locator('tr[id^="budget-"]')
    expect(rows).to_have_count(3)
    for number in range(3):
        partner = (rows.nth(number).get_attribute("id") or "").removeprefix("budget-")
        sheet = COSTS | ({"third_parties": third_parties} if number == 0 else {})
        ana.fill({f"{partner}.{category}": [amount] for category, amount in sheet.items()})


def budget(ana: Visitor, application: str) -> None:
    """The budget reaches the cap: while typing where scripts run, and after saving for everybody."""
    ana.goto(f"{application}/budget")
    amounts(ana, OVER_THE_CAP)
    if ana.page.locator("body.js-enabled").count():
        expect(ana.page.locator("#live")).to_contain_text("360,000.01")
    ana.press("Save the budget")
    ana.sees("360,000.01")
    ana.sees("360,000.00")
    ana.goto(f"{application}/check")
    ana.sees("1 finding stops the submission")
    expect(ana.page.get_by_role("button", name=re.compile("^Submit"))).to_have_count(0)


def save_budget(ana: Visitor, application: str, third_parties: str) -> None:
    """Change the sheet of the coordinator in a second window."""
    first, ana.page = ana.page, ana.window()
    ana.goto(f"{application}/budget")
    amounts(ana, third_parties)
    ana.press("Save the budget")
    ana.sees("Saved")
    ana.page.close()
    ana.page = first


def submit_at_the_cap(ana: Visitor, application: str) -> bytes:
    """One cent over the cap is refused with both figures, the cap itself passes; gives the receipt."""
    save_budget(ana, application, AT_THE_CAP)
    ana.goto(f"{application}/check")
    ana.sees("Nothing stops the submission")
    save_budget(ana, application, OVER_THE_CAP)
    ana.press("Submit version 1")
    stops = ana.page.get_by_role("region", name="1 finding stops the submission")
    expect(stops).to_contain_text(re.compile(r"360,000\.01 of EUR\s360,000\.00: over by EUR\s0\.01"))
    save_budget(ana, application, AT_THE_CAP)
    ana.goto(f"{application}/check")
    ana.press("Submit version 1")
    return received(ana)


def received(ana: Visitor) -> bytes:
    """The page after a submission, until the receipt stands on it; gives the receipt."""
    expect(ana.page.get_by_role("heading", level=1)).to_have_text("Application received")
    link = ana.page.get_by_role("link", name="Download the receipt")
    if not ana.page.locator("body.js-enabled").count():
        until(lambda: bool(link.count()) or not ana.page.reload(), "the receipt on the page")
    expect(link).to_be_visible(timeout=40_000)
    name, pdf = ana.download("Download the receipt")
    assert name.endswith(".pdf")
    assert pdf.startswith(b"%PDF-")
    return pdf


def verify(ana: Visitor, receipt: bytes) -> None:
    """Anybody can see that the file is genuine; one changed byte, and it is not."""
    ana.goto("/verify")
    ana.upload("^Or the file", "receipt.pdf", receipt[:-1] + b"x", "application/pdf")
    ana.press("Check")
    expect(ana.page.get_by_role("alert").first).to_be_visible()
    ana.goto("/verify")
    ana.upload("^Or the file", "receipt.pdf", receipt, "application/pdf")
    ana.press("Check")
    expect(ana.page).to_have_url(re.compile("/verify/[A-Z0-9-]{20,}"))
    ana.sees(f"{CALL}/0001")


def change_and_submit_again(ana: Visitor, application: str) -> None:
    """A change after the submission counts only when it is submitted again."""
    ana.goto(f"{application}/sections/results")
    ana.fill({"lasting_effect": ["A joint office in Porto and a fund for visits."]})
    ana.press("Save and check this section")
    ana.sees("This section is complete")
    ana.goto(application)
    ana.sees("You have changed something since")
    ana.goto(f"{application}/check")
    ana.press("Submit version 2")
    expect(ana.page.get_by_role("heading", level=1)).to_have_text("Application received")
    ana.sees("version 2")


def start_only(chiara: Visitor) -> str:
    """Somebody begins an application and leaves it a draft."""
    chiara.goto(f"/calls/{CALL}/apply")
    chiara.page.get_by_label("Acronym of the project").fill("TOOLATE")
    chiara.press("Begin the application")
    chiara.sees("TOOLATE")
    return chiara.where()


def miss(ana: Visitor, application: str) -> None:
    """The clock passes the deadline while a page is open: what arrives now is refused, in words."""
    ana.goto(f"{application}/check")
    button = ana.page.get_by_role("button", name="Submit version 3")
    expect(button).to_be_enabled()
    ana.live.move_to(DEADLINE + timedelta(seconds=1))
    button.click()
    alert = ana.page.get_by_role("alert").first
    expect(alert).to_contain_text("deadline")
    expect(ana.page.get_by_role("button", name=re.compile("^Submit version"))).to_have_count(0)


def close(officer: Visitor, chiara: Visitor, left: str) -> None:
    """The job closes the call; drafts are not submitted, and their people are told."""
    live = officer.live
    live.move_to(DEADLINE + timedelta(minutes=3))
    live.run_job("close_calls")
    live.mail(INVITED, "TOOLATE was not submitted in time")
    live.mail(OFFICER, f"{CALL} is closed")
    chiara.goto(left)
    chiara.sees("not submitted in time")
    officer.goto("/officer/calls")
    officer.sees("closed")
