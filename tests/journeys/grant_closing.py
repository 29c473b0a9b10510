"""The second half of a grant at the screens of its people: third parties, the report, the balance, and the end of it.

By hand (direct costs + 7 % indirect, at 75 %; third parties at 100 %; each step rounded half up to the cent):

* claimed: the coordinator (150 000 + 10 000 + 11 200.00) x 75 % = 128 400.00 and 60 780.00; the second
  (120 000 + 1 234.56 + 8 486.42) x 75 % = 97 290.74 and 390.00; the third (180 000.01 + 12 600.00) x 75 % =
  144 450.01: costs of 554 690.99, contribution 431 310.75.
* accepted, with 7 500.00 of the 10 000.00 and nothing of the 1 234.56: (157 500 + 11 025) x 75 % + 60 780 = 187 173.75;
  (120 000 + 8 400) x 75 % + 390 = 96 690.00; 144 450.01: costs of 550 695.01, contribution and final grant 428 313.76.
* balance: 428 313.76 - 333 334.00 pre-financed + 50 000.00 that were held back = 144 979.76. So 283 334.00 +
  144 979.76 = 428 313.76 are paid in all, and 1 000 000.00 - 428 313.76 = 571 686.24 are free again.
"""

from __future__ import annotations

import re

from playwright.sync_api import expect

from app.accounts.rules.second_factor import FRESH
from tests.journeys import grant_facts as facts
from tests.journeys.grant_facts import Books, check_books
from tests.journeys.grant_story import PREFINANCED, GrantStory, pay, sealed_agreement, shows
from tests.journeys.people import Visitor
from tests.support.live import until
from tests.support.pdfs import a_pdf

BALANCE_PAID = Books("500000.00", "571686.24", "428313.76")
CLOSED = Books("1071686.24", "0.00", "428313.76", "571686.24")
CLAIMS = (
    (
        ("personnel", "Project manager", "150,000.00"),
        ("other_direct", "Conference", "10 000"),
        ("third_parties", "A voucher and a visit", "60780.00"),
    ),
    (
        ("personnel", "Cluster manager", "120000.00"),
        ("subcontracting", "Survey", "1234.56"),
        ("third_parties", "A visit", "390.00"),
    ),
    (("personnel", "Trainers", "180000.01"),),
)
TEXTS = {
    "summary": "Three clusters trained their managers.",
    "work": "WP1: four meetings. WP2: visits.",
    "results": "A guide for hosts is in use.",
    "deviations": "None.",
}
DOCUMENTS = {
    "grant_agreement": ("1,000,000.00", "333,334.00", "50,000.00", "283,334.00", facts.ACRONYM),
    "prefinancing_letter": ("1,000,000.00", "333,334.00", "50,000.00", "283,334.00", "716,666.00"),
    "periodic_report": ("554,690.99", "550,695.01", "428,313.76", "144,979.76", "7,500.00", facts.SECRET_REASON),
    "payment_letter": ("144,979.76", "428,313.76", "13 February 2022", "Cluster Porto"),
}


def finish(story: GrantStory) -> None:
    """From the first voucher to the closed grant."""
    assert sealed_agreement(story).startswith(b"%PDF-")
    story.live.move_to(facts.REPORT_LAST)
    support(story)
    check_books(story.live, PREFINANCED)
    report(story)
    story.live.move_to(facts.DECIDE_LAST)
    judge(story)
    settle(story)
    close(story)


def support(story: GrantStory) -> None:
    """One cent above the ceiling of a recipient is refused; a visit to Portugal pays 780, a short one 390."""
    where = f"{story.home}/third-parties"
    first, second = (str(member.partner_id) for member in story.world.made.members[:2])
    ana = story.at(story.coordinator, f"{where}/voucher")
    paid_on = {"paid_on-day": ["30"], "paid_on-month": ["6"], "paid_on-year": ["2020"]}
    recipient = {"recipient": ["Tecidos do Ave"], "country": ["PT"], "vat": ["PT501964843"], "sme": ["true"]}
    rest = {"partner_id": [first], "purpose": ["A recycling line."], "amount": ["60 000.01"]}
    ana.fill(recipient | rest | paid_on)
    ana.press("Record the voucher")
    expect(ana.page.get_by_role("alert").first).to_contain_text("60,000.01")
    ana.fill({"amount": ["60 000.00"]})
    ana.press("Record the voucher")
    shows(ana, "60000.00")
    ana.upload("^Choose a PDF", "bank.pdf", a_pdf(pages=1), "application/pdf")
    ana.press("Upload")
    ana.sees("bank.pdf")
    exchange(story, story.coordinator, first, "7", "780.00", "Inés Prado")
    exchange(story, story.world.consortium[1], second, "5", "390.00", "Uxía Lago")
    ana = story.at(story.coordinator, where)
    shows(ana, "518500.00", "61170.00", "457330.00")


def exchange(story: GrantStory, email: str, partner: str, last_day: str, amount: str, visitor: str) -> None:
    """A stay in Portugal from 3 February 2020 on; the page tells what it pays before it is recorded."""
    who = story.at(email, f"{story.home}/third-parties/exchange")
    told = {
        "visitor": visitor, "recipient": "Clúster Galego", "country": "ES", "registration_number": "C-15-001",
        "sme": "true", "host_name": "Norte Malhas", "host_country": "PT", "host_sme": "true", "distance_km": "1200",
        "first_day-day": "3", "first_day-month": "2", "first_day-year": "2020",
        "last_day-day": last_day, "last_day-month": "2", "last_day-year": "2020",
        "paid_on-day": "30", "paid_on-month": "6", "paid_on-year": "2020",
    }  # fmt: skip
    who.fill({name: [value] for name, value in told.items()} | {"partner_id": [partner]})
    who.press("Show the amount first")
    expect(who.page.locator("#computed-title")).to_contain_text(amount)
    who.press("Record the exchange")
    expect(who.page.get_by_role("heading", level=1)).to_have_text("Clúster Galego")
    shows(who, amount)


def report(story: GrantStory) -> None:
    """Texts, indicators and a signed statement of each partner; a draft does not exist for the office."""
    where = f"{story.home}/reports/1"
    ana = story.at(story.coordinator, f"{where}/check")
    ana.sees("findings stop this report")
    expect(ana.page.get_by_role("button", name="Submit the report")).to_have_count(0)
    ana = story.at(story.coordinator, f"{where}/texts")
    ana.fill({name: [text] for name, text in TEXTS.items()})
    ana.press("Save the texts")
    ana.sees("Saved")
    ana = story.at(story.coordinator, f"{where}/indicators")
    values = ana.page.locator('[name^="value."]')
    for number in range(values.count()):
        values.nth(number).fill("400")
    ana.press("Save the indicators")
    ana.sees("Saved")
    for member, lines in zip(story.world.made.members, CLAIMS, strict=True):
        state(story, story.at(member.person.email, f"{where}/statements/{member.partner_id}"), lines)
    officer = story.at(facts.OFFICER, "/tasks")
    assert officer.page.request.get(f"{story.live.base}{story.office}/reports/1").status == 404
    ana = story.at(story.coordinator, f"{where}/check")
    shows(ana, "554690.99", "431310.75")
    ana.press("Submit the report")
    ana.sees("The managing body has your report")


def state(story: GrantStory, who: Visitor, lines: tuple[tuple[str, str, str], ...]) -> None:
    """A partner claims its costs, line by line, and signs with a code of its device."""
    for number, (category, words, amount) in enumerate(lines, start=1):
        told = {"category": category, "words": words, "amount": amount}
        told |= {"first_day": "2020-03-01", "last_day": "2020-03-31"}
        who.fill({f"costs.{number}.{name}": [value] for name, value in told.items()})
    who.press("Save the statement")
    who.sees("Saved")
    story.live.move_by(FRESH)  # the code of the last act holds no longer
    who.press("Sign this statement")
    story.show_code(who, "Confirm")
    expect(who.page.get_by_role("button", name="Sign this statement")).to_have_count(0)


def judge(story: GrantStory) -> None:
    """One cost is reduced and one rejected, each with a reason; all others are accepted; then the report is."""
    officer = story.at(facts.OFFICER, f"{story.office}/reports/1")
    shows(officer, "554690.99", "431310.75")
    decide(officer, "Conference", "reduced", amount="7 500")
    officer.press("Save the decisions")
    expect(officer.page.get_by_role("alert").first).to_contain_text("Say in at least 10 characters")
    decide(officer, "Conference", "reduced", amount="7 500", reason=facts.SECRET_REASON)
    decide(officer, "Survey", "rejected", reason=facts.REJECTED_REASON)
    officer.press("Save and accept all others")
    officer.sees("The decisions are stored")
    shows(officer, "550695.01", "428313.76", "187173.75", "96690.00", "144450.01", "144979.76")
    officer.fill({"decision": ["accept"]})
    officer.press("Decide on the report")
    officer.sees("Ask for the payment")
    ana = story.at(story.coordinator, f"{story.home}/reports/1")
    shows(ana, "550695.01", "428313.76", "144979.76")


def decide(officer: Visitor, words: str, verdict: str, *, amount: str = "", reason: str = "") -> None:
    """Fill in the decision on the cost that is called so."""
    row = officer.page.get_by_role("row").filter(has_text=words).first
    row.locator("select").select_option(verdict)
    more = row.locator("details")
    if more.get_attribute("open") is None:
        more.locator("summary").click()
    if amount:
        row.locator('[name^="amount."]').fill(amount)
    row.locator('[name^="reason."]').fill(reason)


def settle(story: GrantStory) -> None:
    """The balance goes through the same circuit; before it is paid the grant cannot be closed."""
    officer = story.at(facts.OFFICER, f"{story.office}/reports/1")
    officer.press("Ask for the payment")
    expect(officer.page.get_by_role("button", name="Ask for the payment")).to_have_count(0)
    officer.press("Close the grant")
    expect(officer.page.get_by_role("alert").first).to_contain_text("is not paid yet")
    pay(story, "144979.76", PREFINANCED, BALANCE_PAID, sheet=("428313.76", "-333334.00", "50000.00"))


def close(story: GrantStory) -> None:
    """What was not needed is free again; no further report is taken; both documents are in the hands of the coordinator."""
    officer = story.at(facts.OFFICER, f"{story.office}/reports/1")
    officer.press("Close the grant")
    officer.sees("grant closed")
    check_books(story.live, CLOSED)
    envelope = story.at(facts.OFFICER, f"/officer/calls/{story.world.made.call.id}/envelope")
    shows(envelope, "1500000.00", "1071686.24", "428313.76")
    home = story.at(story.coordinator, story.home)
    home.sees("closed")
    shows(home, "428313.76", "1000000.00")
    late = story.at(story.coordinator, f"{story.home}/reports/1/statements/{story.world.made.members[0].partner_id}")
    expect(late.page.get_by_role("button", name="Save the statement")).to_have_count(0)
    late = story.at(story.coordinator, f"{story.home}/third-parties/voucher")
    late.sees("Nothing can be recorded now")
    ana = story.at(story.coordinator, f"{story.home}/reports/1")
    ana.sees("What was due was paid on 13 December 2021")
    files = ana.page.get_by_role("main").get_by_role("link", name=re.compile(r"\(PDF\)$"))
    of_report = ("periodic_report", "payment_letter")
    until(lambda: files.count() == len(of_report) or not ana.page.reload(), "the report and the letter on the page")
