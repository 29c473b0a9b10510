"""A grant through the API, step by step: whoever acts is a program of that person. The terms are those of the call of 2018.

By hand, for three partners (direct costs + 7 % indirect, at 75 %; third parties at 100 %):

* asked for: 3 x (80 000 + 12 000 + 7 % of 92 000) x 75 % = 221 490.00, and 108 510 + 15 000 + 15 000 = 138 510.00
  for third parties: 360 000.00. Pre-financing of 40 %: 144 000.00. Payments before the balance up to 80 %: 288 000.00.
* accepted of report 1: the coordinator (50 000 + 4 500 + 7 %) x 75 % = 43 736.25 and 60 780.00 for third parties;
  the second (40 000 + 7 %) x 75 % = 32 100.00 and 390.00; the third (30 000 + 7 %) x 75 % = 24 075.00:
  161 081.25. Only 288 000 - 144 000 = 144 000.00 can be paid now.
* accepted of report 2: (50 000 + 60 000 + 60 000 + 7 %) x 75 % = 136 425.00. Final grant 161 081.25 + 136 425.00 =
  297 506.25; balance 297 506.25 - 288 000.00 = 9 506.25; free again: 360 000.00 - 297 506.25 = 62 493.75.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.core.money import Money
from tests.journeys import grant_facts as facts
from tests.journeys.grant_facts import Books, check_books, euro, rules
from tests.journeys.test_spine_api import Program
from tests.support.live import Live, until
from tests.support.pdfs import a_pdf

SHEETS = tuple(
    {"personnel": "80000.00", "other_direct": "12000.00", "third_parties": support}
    for support in ("108510.00", "15000.00", "15000.00")
)
ENVELOPE = "500000.00"
COMMITTED = Books("140000.00", "360000.00", "0.00")
PREFINANCED = Books("140000.00", "216000.00", "144000.00")
INTERIM_PAID = Books("140000.00", "72000.00", "288000.00")
BALANCE_PAID = Books("140000.00", "62493.75", "297506.25")
CLOSED = Books("202493.75", "0.00", "297506.25", "62493.75")
FIRST_YEAR, SECOND_YEAR = (date(2020, 3, 1), date(2020, 3, 31)), (date(2021, 3, 1), date(2021, 3, 31))
CLAIMS_1 = (
    (
        ("personnel", "Project manager", "50000.00"),
        ("other_direct", "Conference", "6000.00"),
        ("third_parties", "Support", "60780.00"),
    ),
    (
        ("personnel", "Cluster manager", "40000.00"),
        ("subcontracting", "Survey", "1234.56"),
        ("third_parties", "Support", "390.00"),
    ),
    (("personnel", "Trainers", "30000.00"),),
)
CLAIMS_2 = tuple((("personnel", "Everybody", amount),) for amount in ("50000.00", "60000.00", "60000.00"))
TEXTS = {
    "summary": "Three clusters trained their managers.",
    "work": "WP1: four meetings. WP2: visits.",
    "results": "A guide for hosts is in use.",
    "deviations": "None.",
}
DOCUMENTS = {
    "grant_agreement": ("360,000.00", "144,000.00", facts.ACRONYM),
    "prefinancing_letter": ("144,000.00", "216,000.00"),
    "periodic_report/R1": ("161,081.25", "144,000.00", "4,500.00", "1,234.56", facts.SECRET_REASON),
    "periodic_report/R2": ("136,425.00", "9,506.25"),
    "payment_letter/P1": ("144,000.00", "14 February 2021"),
    "payment_letter/P2": ("9,506.25", "13 February 2022"),
}
"""Kinds of the sealed documents with words that stand in them; 14 February 2021 is 90 days after the first report."""


@dataclass
class GrantByPrograms:
    """The programs of everybody who acts on the grant; ``partners`` are the ids by which its parties are known."""

    platform: Live
    programs: dict[str, Program]
    consortium: list[str]
    call: str
    grant_id: str
    partners: list[str] = field(default_factory=list)

    @property
    def base(self) -> str:
        """Where the grant is."""
        return f"/grants/{self.grant_id}"

    @property
    def coordinator(self) -> Program:
        """The coordinator's contact."""
        return self.programs[self.consortium[0]]

    def office(self, email: str) -> Program:
        """Somebody of the office."""
        return self.programs[email]

    def confirmed(self, program: Program) -> dict[str, Any]:
        """The next code of the person's device: a code counts once, so a minute passes."""
        self.platform.move_by(timedelta(minutes=1))
        return program.confirmed()

    @property
    def today(self) -> date:
        """The day in Brussels."""
        return self.platform.runtime.clock.now().astimezone(ZoneInfo("Europe/Brussels")).date()

    def tell(self, prepare: datetime, sign: datetime) -> None:
        """From the letter to the closed grant."""
        self.platform.move_to(prepare)
        prepare_grant(self)
        self.platform.move_to(sign)
        sign_agreement(self)
        self.platform.move_to(facts.PREFINANCE)
        prefinance(self)
        self.platform.move_to(facts.REPORT_1)
        support_third_parties(self)
        report(self, 1, CLAIMS_1, FIRST_YEAR)
        self.platform.move_to(facts.DECIDE_1)
        decide_first(self)
        self.platform.move_to(facts.REPORT_LAST)
        report(self, 2, CLAIMS_2, SECOND_YEAR)
        self.platform.move_to(facts.DECIDE_LAST)
        decide_last(self)
        close(self)


def prepare_grant(story: GrantByPrograms) -> None:
    """Each party confirms its data and declares; the coordinator names signatories, gives the account, and sends it."""
    coordinator, base = story.coordinator, story.base
    story.partners = [one["partner_id"] for one in coordinator.ask("GET", base, 200)["parties"]]
    early = coordinator.ask("POST", f"{base}/sending", 422)
    missing = {"grant.account_missing", "grant.data_unconfirmed", "grant.not_declared", "grant.no_signatory"}
    assert missing <= rules(early)
    for email, party in zip(story.consortium, coordinator.ask("GET", base, 200)["parties"], strict=True):
        here, program = f"{base}/parties/{party['partner_id']}", story.programs[email]
        program.ask("POST", f"{here}/data", 204, {"version": party["organisation_version"]})
        text = program.ask("GET", f"{here}/declaration", 200)
        program.ask("POST", f"{here}/declaration", 403, {"sha256": text["sha256"]})
        program.ask("POST", f"{here}/declaration", 204, {"sha256": text["sha256"]}, **story.confirmed(program))
        me = program.ask("GET", "/me", 200)["id"]
        coordinator.ask("PUT", f"{here}/signatory", 403, {"person_id": me})
        named = f"/organisations/{party['organisation_id']}/members/{me}/signatory"
        coordinator.ask("PUT", f"{here}/signatory", 422, {"person_id": me}, **story.confirmed(coordinator))
        program.ask("PUT", named, 204, **story.confirmed(program))
        coordinator.ask("PUT", f"{here}/signatory", 204, {"person_id": me}, **story.confirmed(coordinator))
        other = next(one for one in story.consortium if one != email)
        story.programs[other].ask("POST", f"{here}/declaration", 403, {"sha256": text["sha256"]})
    give_account(story)
    version = coordinator.ask("GET", base, 200)["grant"]["version"]
    dates = {"start_on": facts.STARTS.isoformat(), "duration_months": 25, "version": version}
    coordinator.ask("PUT", f"{base}/dates", 422, dates)
    coordinator.ask("PUT", f"{base}/dates", 204, dates | {"duration_months": 24})
    coordinator.ask("POST", f"{base}/sending", 204)
    assert coordinator.ask("GET", base, 200)["grant"]["acts"] == "office"
    check_books(story.platform, COMMITTED)


def give_account(story: GrantByPrograms) -> None:
    """The coordinator gives its account; a finance officer, who did not give it, validates it."""
    finance = story.office(facts.FINANCE)
    [organisation] = {one["organisation_id"] for one in story.coordinator.ask("GET", story.base, 200)["parties"][:1]}
    where = f"/organisations/{organisation}/bank-accounts"
    wrong = {"holder": "Cluster", "iban": "BE68539007547035", "bic": facts.BIC}
    story.coordinator.ask("POST", where, 422, wrong)
    given = story.coordinator.ask("POST", where, 201, wrong | {"iban": facts.IBAN})["id"]
    story.coordinator.ask("POST", f"/bank-accounts/{given}/decision", 403, {"validate_it": True})
    finance.ask("POST", f"/bank-accounts/{given}/decision", 403, {"validate_it": True})
    finance.ask("POST", f"/bank-accounts/{given}/decision", 204, {"validate_it": True}, **story.confirmed(finance))


def sign_agreement(story: GrantByPrograms) -> None:
    """The office opens it; the coordinator signs first, the authority last; the commitment stays as it is."""
    base, authority = story.base, story.office(facts.AUTHORITY)
    assert story.office(facts.OFFICER).ask("POST", f"{base}/opening", 200) == {"version": 1}
    agreement = story.coordinator.ask("GET", f"{base}/agreement", 200)
    assert (agreement["frozen"], agreement["content"]["maximum_grant"]) == (True, euro("360000.00"))
    body = {"sha256": agreement["sha256"]}
    authority.ask("POST", f"{base}/signature", 422, body, **story.confirmed(authority))
    second = story.programs[story.consortium[1]]
    early = f"{base}/parties/{story.partners[1]}/signature"
    second.ask("POST", early, 403, body)
    second.ask("POST", early, 422, body, **story.confirmed(second))
    for email, partner in zip(story.consortium, story.partners, strict=True):
        program = story.programs[email]
        where = f"{base}/parties/{partner}/signature"
        program.ask("POST", where, 204, body, **story.confirmed(program))
    assert story.coordinator.ask("GET", base, 200)["grant"]["state"] == "signature"
    authority.ask("POST", f"{base}/signature", 204, body, **story.confirmed(authority))
    found = story.coordinator.ask("GET", base, 200)
    assert found["grant"]["state"] == "running"
    assert [one["sha256"] for one in found["signatures"]] == [agreement["sha256"]] * 4
    assert {one["authentication"] for one in found["signatures"]} == {"second factor"}
    check_books(story.platform, COMMITTED)


def prefinance(story: GrantByPrograms) -> None:
    """40 % of the maximum are asked for, once, and go through the circuit."""
    officer, base = story.office(facts.OFFICER), story.base
    story.coordinator.ask("POST", f"{base}/prefinancing", 403)
    made = officer.ask("POST", f"{base}/prefinancing", 201)["id"]
    officer.ask("POST", f"{base}/prefinancing", 422)
    paid = pay(story, made, "144000.00", COMMITTED, PREFINANCED)
    assert (paid["kind"], paid["due_on"]) == ("prefinancing", facts.PREFINANCE_DUE.isoformat())
    assert [line["amount"] for line in paid["sheet"]] == [euro(one) for one in ("360000.00", "144000.00", "144000.00")]


def pay(story: GrantByPrograms, payment: str, amount: str, before: Books, after: Books) -> Any:
    """Four people bring the payment to the bank, whose statement pays it; the ledger moves with the booking only."""
    officer, finance = story.office(facts.OFFICER), story.office(facts.FINANCE)
    authority, accounting = story.office(facts.AUTHORITY), story.office(facts.ACCOUNTING)
    here = f"/payments/{payment}"
    officer.ask("POST", f"{here}/verification", 403)
    authority.ask("POST", f"{here}/authorisation", 409, **story.confirmed(authority))
    finance.ask("POST", f"{here}/verification", 204)
    authority.ask("POST", f"{here}/authorisation", 403)
    authority.ask("POST", f"{here}/authorisation", 204, **story.confirmed(authority))
    chosen = {"payment_ids": [payment]}
    file = accounting.ask("POST", "/payment-files", 201, chosen, **story.confirmed(accounting))["id"]
    again = accounting.ask("POST", "/payment-files", 201, chosen, **story.confirmed(accounting))["id"]
    assert again == file, "the same order, never another one"
    order = accounting.ask("GET", f"/payment-files/{file}/content", 200)
    assert facts.ordered(order) == Money.parse(amount)
    assert accounting.ask("GET", here, 200)["state"] == "released"
    check_books(story.platform, before)
    statement = facts.bank_statement(order, story.today)
    xml = {"content-type": "application/xml"}
    told = accounting.ask("POST", "/statements", 200, content=statement, headers=xml)
    assert told.items() >= {"new": 1, "known": 0, "paid": [payment]}.items()
    told = accounting.ask("POST", "/statements", 200, content=statement, headers=xml)
    assert told.items() >= {"new": 0, "known": 1, "paid": []}.items()
    check_books(story.platform, after)
    found = officer.ask("GET", here, 200)
    assert (found["state"], found["amount"], found["paid_on"]) == ("paid", euro(amount), story.today.isoformat())
    return found


def support_third_parties(story: GrantByPrograms) -> None:
    """A cent above the ceiling of one recipient is refused, the ceiling itself is not; visits to Portugal pay 780 and 390."""
    where, coordinator = f"{story.base}/third-parties", story.coordinator
    voucher = {
        "partner_id": story.partners[0], "recipient": "Tecidos do Ave", "country": "PT", "vat": "PT501964843",
        "sme": True, "paid_on": "2020-06-30", "purpose": "A recycling line.",
    }  # fmt: skip
    refused = coordinator.ask("POST", f"{where}/vouchers", 422, voucher | {"amount": euro("60000.01")})
    assert rules(refused) == {"support.recipient_ceiling"}
    made = coordinator.ask("POST", f"{where}/vouchers", 201, voucher | {"amount": euro("60000.00")})["id"]
    another = voucher | {"amount": euro("0.01"), "partner_id": story.partners[1]}
    story.programs[story.consortium[1]].ask("POST", f"{where}/vouchers", 422, another)
    pdf = {"content-type": "application/pdf"}
    coordinator.ask("PUT", f"{where}/{made}/evidence", 204, content=a_pdf(pages=1), headers=pdf)
    stay = {
        "country": "ES", "sme": True, "host_country": "PT", "host_sme": True, "distance_km": 1200,
        "first_day": "2020-02-03", "paid_on": "2020-06-30",
        "visitor": "Inés Prado", "recipient": "Clúster Galego", "registration_number": "C-15-001",
        "host_name": "Norte Malhas", "partner_id": story.partners[0], "last_day": "2020-02-07",
    }  # fmt: skip
    shown = coordinator.ask("POST", f"{where}/exchanges/amount", 200, stay)
    assert (shown["amount"], shown["lump_sum"]) == (euro("780.00"), euro("780.00"))
    coordinator.ask("POST", f"{where}/exchanges", 201, stay)
    short = stay | {"visitor": "Uxía Lago", "partner_id": story.partners[1], "last_day": "2020-02-05"}
    second = story.programs[story.consortium[1]]
    half = second.ask("POST", f"{where}/exchanges", 201, short)["id"]
    assert second.ask("GET", f"{where}/{half}", 200)["amount"] == euro("390.00")
    summary = coordinator.ask("GET", f"{where}/summary", 200)
    assert [one["used"] for one in summary["partners"]] == [euro(one) for one in ("60780.00", "390.00", "0.00")]
    assert (summary["used"], summary["budget"]) == (euro("61170.00"), euro("138510.00"))
    check_books(story.platform, PREFINANCED)


def report(story: GrantByPrograms, number: int, claims: Any, days: tuple[date, date]) -> None:
    """Texts, indicators, a signed statement of each partner; then the coordinator submits."""
    where, coordinator = f"{story.base}/reports/{number}", story.coordinator
    rows = until(lambda: coordinator.ask("GET", f"{story.base}/reports", 200), "the reporting periods")
    assert [one["payment"] for one in rows] == ["interim", "balance"]
    coordinator.ask("PUT", f"{where}/texts", 200, {"version": 0, **TEXTS})
    asked = coordinator.ask("GET", where, 200)["indicators"]
    values = [{"id": one["id"], "value": one["target"] or 3, "words": ""} for one in asked]
    coordinator.ask("PUT", f"{where}/indicators", 204, {"values_reached": values})
    first, last = (day.isoformat() for day in days)
    for email, partner, lines in zip(story.consortium, story.partners, claims, strict=True):
        costs = [
            {"category": category, "words": words, "amount": amount, "first_day": first, "last_day": last}
            for category, words, amount in lines
        ]
        program, at = story.programs[email], f"{where}/statements/{partner}"
        program.ask("PUT", at, 200, {"version": 0, "costs": costs})
        coordinator.ask("POST", f"{where}/submission", 422)
        program.ask("POST", f"{at}/signature", 200, **story.confirmed(program))
    story.office(facts.OFFICER).ask("GET", where, 404)
    coordinator.ask("POST", f"{where}/submission", 204)


def judge(story: GrantByPrograms, number: int, otherwise: dict[str, dict[str, Any]]) -> Any:
    """Every cost is accepted, but those that are named by their words are decided ``otherwise``; the document then."""
    officer, where = story.office(facts.OFFICER), f"{story.base}/reports/{number}"
    read = officer.ask("GET", where, 200)
    lines, times = [line for one in read["statements"] for line in one["costs"]], read["report"]["times"]
    judged = [{"cost_id": line["id"]} | otherwise.get(line["words"], {"verdict": "accepted"}) for line in lines]
    if otherwise:
        bare = [one if one["verdict"] == "accepted" else one | {"reason": ""} for one in judged]
        officer.ask("POST", f"{where}/costs", 422, {"times": times, "costs": bare})
    officer.ask("POST", f"{where}/costs", 204, {"times": times, "costs": judged})
    story.coordinator.ask("POST", f"{where}/decision", 403, {"times": times, "decision": "accept"})
    officer.ask("POST", f"{where}/decision", 204, {"times": times, "decision": "accept"})
    return officer.ask("GET", where, 200)


def decide_first(story: GrantByPrograms) -> None:
    """One line accepted, one reduced, one rejected; the ceiling of payments before the balance binds."""
    otherwise = {
        "Conference": {"verdict": "reduced", "amount": euro("4500.00"), "reason": facts.SECRET_REASON},
        "Survey": {"verdict": "rejected", "reason": facts.REJECTED_REASON},
    }
    found = judge(story, 1, otherwise)
    assert [one["accepted_contribution"] for one in found["statements"]] == [
        euro(one) for one in ("104516.25", "32490.00", "24075.00")
    ]
    assert found["accepted_contribution"] == euro("161081.25")
    assert [(one["amount"], one["running"]) for one in found["sheet"]] == [
        (euro("161081.25"), euro("161081.25")),
        (euro("-17081.25"), euro("144000.00")),
    ]
    payment = story.office(facts.OFFICER).ask("POST", f"{story.base}/reports/1/payment", 201)["id"]
    paid = pay(story, payment, "144000.00", PREFINANCED, INTERIM_PAID)
    assert paid["kind"] == "interim"


def decide_last(story: GrantByPrograms) -> None:
    """The final grant follows from everything that was accepted; the balance is what was not paid of it."""
    found = judge(story, 2, {})
    assert found["accepted_contribution"] == euro("136425.00")
    assert found["final_grant"] == euro("297506.25")
    assert found["sheet"][-1]["running"] == euro("9506.25")
    officer = story.office(facts.OFFICER)
    assert officer.ask("POST", f"{story.base}/closure", 422)["violations"][0]["rule"] == "closing.unpaid"
    payment = officer.ask("POST", f"{story.base}/reports/2/payment", 201)["id"]
    paid = pay(story, payment, "9506.25", INTERIM_PAID, BALANCE_PAID)
    assert (paid["kind"], paid["due_on"]) == ("balance", facts.LAST_DUE.isoformat())


def close(story: GrantByPrograms) -> None:
    """What the grant did not need is free again; nothing can be reported or recorded after that."""
    officer, coordinator, base = story.office(facts.OFFICER), story.coordinator, story.base
    assert officer.ask("POST", f"{base}/closure", 200) == {"released": euro("62493.75")}
    officer.ask("POST", f"{base}/closure", 409)
    check_books(story.platform, CLOSED)
    assert coordinator.ask("GET", base, 200)["grant"]["state"] == "closed"
    rows = coordinator.ask("GET", f"{base}/reports", 200)
    assert [one["paid_on"] for one in rows] == [facts.DECIDE_1.date().isoformat(), facts.DECIDE_LAST.date().isoformat()]
    late = coordinator.ask("PUT", f"{base}/reports/2/texts", 422, {"version": 1, **TEXTS})
    assert rules(late) == {"report.grant_not_running"}
    officer.ask("POST", f"{base}/prefinancing", 422)
    [bound] = officer.ask("GET", f"/calls/{story.call}/commitments", 200)["items"]
    assert [bound[name] for name in ("amount", "pending", "paid", "released")] == [
        euro(one) for one in ("360000.00", "0.00", "297506.25", "62493.75")
    ]
    [envelope] = officer.ask("GET", f"/calls/{story.call}/envelopes", 200)
    assert [envelope[name] for name in ("appropriated", "available", "committed", "paid")] == [
        euro(one) for one in (ENVELOPE, "202493.75", "0.00", "297506.25")
    ]
