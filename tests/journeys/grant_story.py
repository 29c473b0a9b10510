"""A grant at the screens of its people: prepared, signed by everybody who is mandated, pre-financed. W-11 is its call.

By hand, for three partners (direct costs + 7 % indirect, at 75 %; third parties at 100 %):

* asked for: 3 x (200 000 + 7 %) x 75 % = 481 500.00 and 518 500.00 for third parties: 1 000 000.00.
* W-11: a third of it, rounded up to whole euro, is 333 334.00; 5 % of 1 000 000.00 are held back: 283 334.00 are paid.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pyotp
from playwright.sync_api import expect

from tests.builders.people import PASSWORD
from tests.journeys import grant_facts as facts
from tests.journeys.evaluation_facts import amount_words
from tests.journeys.grant_facts import Books, GrantWorld, check_books
from tests.journeys.people import Visitor
from tests.support.live import Live, until

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SHEETS = tuple({"personnel": "200000.00", "third_parties": one} for one in ("300000.00", "118500.00", "100000.00"))
CALL = {
    "envelope: 3600000.00": "envelope: 1500000.00",
    "maximum: 360000.00": "maximum: 1000000.00",
    "prefinancing: {rate: 40 %, rounding: down, whole_euro: false, days: 30}": (
        "prefinancing: {periods: 3, rounding: up, whole_euro: true, days: 30}\n  guarantee_share: 5 %"
    ),
    "interim_ceiling: 80 %": "interim_ceiling: 90 %",
    "    - {number: 1, first_month: 1, last_month: 12, payment: interim}\n": "",
    "{number: 2, first_month: 13, payment: balance}": "{number: 1, first_month: 1, payment: balance}",
}
"""What the call of W-11 says otherwise: three payments that are rounded up, a guarantee, one report at the end."""
COMMITTED = Books("500000.00", "1000000.00", "0.00")
PREFINANCED = Books("500000.00", "716666.00", "283334.00")
SIGNING = (facts.FINANCE, facts.AUTHORITY, facts.ACCOUNTING)
"""Who of the office needs a second step: to validate accounts, to sign and authorise, and to release."""


@dataclass
class GrantStory:
    """The people at their screens; each has a device once it is set up."""

    browser: Browser
    live: Live
    script: bool
    world: GrantWorld
    visitors: dict[str, Visitor] = field(default_factory=dict)
    devices: dict[str, str] = field(default_factory=dict)

    def at(self, email: str, path: str) -> Visitor:
        """Somebody opens an address; signs in and confirms with the code of the device where that is asked for."""
        if email not in self.visitors:
            self.visitors[email] = Visitor(self.browser, self.live, email, script=self.script)
        visitor = self.visitors[email]
        visitor.goto(path)
        if "/sign-in" in visitor.page.url:
            visitor.page.get_by_label("E-mail address").fill(email)
            visitor.page.get_by_label("Password", exact=True).fill(PASSWORD)
            visitor.press("Sign in")
            expect(visitor.page).not_to_have_url(re.compile(r"/sign-in(\?|$)"))
        if "/sign-in/code" in visitor.page.url:
            self.show_code(visitor, "Sign in")
            expect(visitor.page).not_to_have_url(re.compile("/sign-in/code"))
        self.confirm(visitor)
        return visitor

    def confirm(self, visitor: Visitor) -> None:
        """Confirm with the code of the device where that is asked for."""
        if "/account/confirm" in visitor.page.url:
            self.show_code(visitor, "Confirm")
            expect(visitor.page).not_to_have_url(re.compile("/account/confirm"))

    def show_code(self, visitor: Visitor, button: str) -> None:
        """Type what the device shows after a minute: a code counts once."""
        self.live.move_by(timedelta(minutes=1))
        code = pyotp.TOTP(self.devices[visitor.email]).at(self.live.runtime.clock.now())
        visitor.fill({"_second_step": [code]})
        visitor.press(button)
        visitor.complaints = [one for one in visitor.complaints if not one.startswith("403 ")]  # the page that asked

    @property
    def home(self) -> str:
        """The grant for its consortium."""
        return f"/grants/{self.world.grant_id}"

    @property
    def office(self) -> str:
        """The grant for its office."""
        return f"/officer/grants/{self.world.grant_id}"

    @property
    def coordinator(self) -> str:
        """The address of the coordinator's contact."""
        return self.world.consortium[0]

    def begin(self) -> None:
        """From the letter to the pre-financing on the account of the coordinator."""
        enrol(self)
        prepare(self)
        check_books(self.live, COMMITTED)
        self.live.move_to(facts.SIGN)
        sign(self)
        check_books(self.live, COMMITTED)
        self.live.move_to(facts.PREFINANCE)
        prefinance(self)

    def leave(self) -> None:
        """Everybody closes the browser; nothing may have gone wrong behind a page."""
        for visitor in self.visitors.values():
            visitor.leave()


def shows(visitor: Visitor, *figures: str) -> None:
    """The page says these amounts, thousands apart as in English."""
    for figure in figures:
        visitor.sees(amount_words(facts.Money.parse(figure)))


def enrol(story: GrantStory) -> None:
    """Everybody who will sign or pay sets up a device from the secret on the page; then representatives name themselves."""
    for email in (*story.world.consortium, *SIGNING):
        who = story.at(email, "/account/second-step")
        who.fill({"current_password": [PASSWORD]})
        who.press("Continue")
        secret = who.page.locator("code.g-secret").inner_text().replace(" ", "")
        story.devices[email] = secret
        who.fill({"_second_step": [pyotp.TOTP(secret).at(story.live.runtime.clock.now())]})
        who.press("Put it in force")
        who.sees("recovery code")
    for member in story.world.made.members:
        email = member.person.email
        who = story.at(email, f"/organisations/{member.organisation.id}")
        who.page.get_by_role("main").get_by_role("button", name=re.compile("^Name as signatory")).first.click()
        expect(who.page.get_by_role("button", name=re.compile("^Name as signatory"))).to_have_count(0)


def prepare(story: GrantStory) -> None:
    """Each party does its part; the coordinator, who is told first what is missing, sends it."""
    preparation = f"{story.home}/preparation"
    early = story.at(story.coordinator, preparation)
    early.press("Send the preparation")
    expect(early.page.get_by_role("alert").first).to_contain_text("nobody is named who signs for it")
    for member in story.world.made.members:
        party = f"{preparation}/parties/{member.partner_id}"
        who = story.at(member.person.email, party)
        who.press("Confirm that they are right")
        who.press("Sign this declaration")
        story.confirm(who)
        who.sees(f"Signed by {member.person.name}")
        ana = story.at(story.coordinator, party)
        ana.fill({"person_id": [str(member.person.id)]})
        ana.press("Name this person")
        expect(ana.page.get_by_role("region", name="Who signs the agreement")).to_contain_text("named")
    account(story)
    ana = story.at(story.coordinator, preparation)
    start = {"start_on-day": ["1"], "start_on-month": ["11"], "start_on-year": ["2019"]}
    ana.fill(start | {"duration_months": ["30"]})
    ana.press("Save")
    expect(ana.page.get_by_role("alert").first).to_contain_text("20 to 24 months")
    ana.fill({"duration_months": ["24"]})
    ana.press("Save")
    ana.sees("Everything is there")
    ana.press("Send the preparation")
    ana.sees("The managing body acts next")


def account(story: GrantStory) -> None:
    """The coordinator gives its account, a finance officer compares and validates it."""
    ana = story.at(story.coordinator, f"{story.home}/preparation")
    ana.follow("Give the account")
    ana.fill({"holder": ["Cluster Porto"], "iban": ["BE68 5390 0754 7034"], "bic": [facts.BIC]})
    ana.press("Give this account")
    ana.sees("An account waits")
    finance = story.at(facts.FINANCE, "/payments/accounts")
    finance.follow(story.world.names[0])
    finance.sees("BE68 5390 0754 7034")
    finance.press("Validate")
    finance.page.wait_for_load_state()
    if finance.page.get_by_role("button", name="Confirm", exact=True).count():
        story.show_code(finance, "Confirm")
    finance.sees("validated")


def sign(story: GrantStory) -> None:
    """The office opens the agreement, each signatory signs in turn with the second step, the authority last."""
    officer = story.at(facts.OFFICER, story.office)
    officer.press("Open for signature")
    officer.sees("the coordinator signs first")
    second = story.at(story.world.consortium[1], f"{story.home}/sign")
    expect(second.page.get_by_role("button", name=re.compile("^Sign for"))).to_have_count(0)
    for email, name in zip(story.world.consortium, story.world.names, strict=True):
        who = story.at(email, f"{story.home}/sign")
        shows(who, "1000000.00")
        who.press(f"Sign for {name}")
        expect(who.page).to_have_url(re.compile(f"{story.home}([?]|$)"))
        who.sees("Signed")
    authority = story.at(facts.AUTHORITY, f"{story.office}/sign")
    authority.press("Sign the agreement")
    authority.sees("running")
    agreement = story.at(story.coordinator, f"{story.home}/agreement")
    shows(agreement, "1000000.00", "333334.00", "50000.00", "283334.00")
    agreement.sees("password and one-time code")


def prefinance(story: GrantStory) -> None:
    """A third is asked for once, and paid less what is held back."""
    officer = story.at(facts.OFFICER, story.office)
    button = officer.page.get_by_role("button", name=re.compile("^Ask for the pre-financing"))
    expect(button).to_contain_text("283,334.00")
    button.click()
    expect(button).to_have_count(0)
    pay(story, "283334.00", COMMITTED, PREFINANCED, sheet=("1000000.00", "333334.00", "-50000.00"))
    home = story.at(story.coordinator, story.home)
    shows(home, "283334.00", "716666.00")


def pay(story: GrantStory, amount: str, before: Books, after: Books, *, sheet: tuple[str, ...]) -> None:
    """Three more people verify, authorise and release the one payment that waits; the statement of the bank pays it."""
    finance = story.at(facts.FINANCE, "/payments?standing=mine")
    finance.page.get_by_role("main").locator("a.g-row-link").first.click()
    shows(finance, amount)
    for one in sheet:
        finance.sees(amount_words(facts.Money.parse(one.removeprefix("-"))))
    path = finance.where()
    finance.page.get_by_role("button", name=re.compile(r"^Verify EUR")).click()
    finance.sees("an authorising officer authorises")
    expect(finance.page.get_by_role("button", name=re.compile(r"^Authorise EUR"))).to_have_count(0)
    authority = story.at(facts.AUTHORITY, path)
    authority.page.get_by_role("button", name=re.compile(r"^Authorise EUR")).click()
    authority.page.wait_for_load_state()
    if authority.page.get_by_role("button", name="Confirm", exact=True).count():
        story.show_code(authority, "Confirm")
    authority.sees("an accounting officer sends it")
    accounting = story.at(facts.ACCOUNTING, "/payments/release")
    shows(accounting, amount)
    accounting.press("Make the file")
    accounting.sees("The file is made")
    with accounting.page.expect_download() as waiting:
        accounting.page.get_by_role("main").locator("a.g-row-link").first.click()
    order = waiting.value.path().read_bytes()
    assert facts.ordered(order) == facts.Money.parse(amount)
    check_books(story.live, before)
    book(story, order)
    accounting.goto(path)
    accounting.sees("The bank booked it on")
    check_books(story.live, after)


def book(story: GrantStory, order: bytes) -> None:
    """The statement of the bank is recorded, a table this time."""
    today: date = story.live.runtime.clock.now().date()
    accounting = story.at(facts.ACCOUNTING, "/payments/statement")
    accounting.upload("^Statement", "statement.csv", facts.bank_statement(order, today, camt=False), "text/csv")
    accounting.press("Record it")
    accounting.sees("Recorded")


def sealed_agreement(story: GrantStory) -> bytes:
    """The agreement in the hands of the coordinator, as soon as it is sealed."""
    ana = story.at(story.coordinator, f"{story.home}/agreement")
    link = ana.page.get_by_role("link", name="Grant agreement (PDF)")
    until(lambda: bool(link.count()) or not ana.page.reload(), "the sealed agreement")
    return ana.download("Grant agreement (PDF)")[1]
