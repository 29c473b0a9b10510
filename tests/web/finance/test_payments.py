"""Payments at both doors: from the first step to the line of the bank, what each office may do, and who sees what."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pytest

from app.core.actor import Actor, Role
from app.core.money import Money
from app.infra.ids import new_id
from app.payments.queries import account_row
from app.payments.rules.lifecycle import AccountState, PaymentState
from app.payments.schemas import Bank, BankAccountToPropose
from app.payments.use_cases.propose_bank_account import propose_bank_account
from tests.builders.organisations import an_organisation
from tests.builders.payments import (
    BIC,
    IBANS,
    PAYER,
    a_booking,
    a_paid_payment,
    a_payee,
    a_payment,
    an_office,
    released,
)
from tests.builders.people import a_person, actor_for
from tests.conftest import NOW
from tests.web.finance.desk import Desk, words

WHY = {"reason": "The sheet lacks the guarantee."}


def test_from_the_first_step_to_the_line_of_the_bank_through_the_pages(desk: Desk) -> None:
    payment_id, office = desk.payment(), desk.office
    page = words(desk.get(office.verifier, "/payments?standing=mine"))
    assert "1 payment waits for you" in page
    assert "a finance officer verifies" in page
    assert "Pre-financing" in words(desk.get(office.initiator, f"/payments/{payment_id}"))
    assert "You say that amount, payee and account are right" in words(
        desk.get(office.verifier, f"/payments/{payment_id}")
    )
    page = words(desk.act(office.verifier, payment_id, "verify"))
    assert f"{desk.row(payment_id).reference} is verified. Next: an authorising officer authorises." in page
    assert "an accounting officer sends it" in words(desk.act(office.authoriser, payment_id, "authorise"))
    page = desk.get(office.accountant, "/payments/release")
    assert "EUR 120,000.00" in words(page).replace("\u00a0", " ")
    page = desk.browser.post("/payments/release", {"payment_ids": [str(payment_id)]}, page="/payments/release")
    assert "The file is made" in page.text
    [link] = re.findall(r"/payments/files/[0-9a-f-]+/download", page.text)
    first, again = desk.browser.get(link), desk.browser.get(link)
    assert first.content == again.content
    assert first.headers["content-type"].startswith("application/xml")
    row = desk.row(payment_id)
    assert row.reference.encode() in first.content
    line = f"booked_on;amount;counterparty;iban;end_to_end_id\n2019-03-08;-120000,00;X;{row.iban};{row.reference}\n"
    sent = {"statement": ("statement.csv", line.encode(), "text/csv")}
    page = desk.browser.post("/payments/statement", files=sent, page="/payments/statement")
    assert "Recorded Below are the lines that this statement brought" in words(page), words(page)[-1500:]
    assert row.reference in page.text
    assert desk.row(payment_id).state is PaymentState.PAID
    page = desk.browser.post("/payments/statement", files=sent, page="/payments/statement")
    assert "Nothing new" in page.text
    history = words(desk.get(office.initiator, f"/payments/{payment_id}"))
    assert "booked by the bank on 8 March 2019" in history
    assert "paid in time" in history


def test_the_same_through_the_api(desk: Desk) -> None:
    payment_id, office = desk.payment(), desk.office
    verifier, accountant = desk.program(office.verifier), desk.program(office.accountant)
    [item] = verifier("GET", "/payments?standing=mine").json()["items"]
    assert (item["id"], item["next_act"], item["state"]) == (str(payment_id), "verify", "initiated")
    assert item["sheet"][0] == {"words": "Maximum grant", "amount": {"amount": "360000.00", "currency": "EUR"}}
    assert verifier("POST", f"/payments/{payment_id}/verification").status_code == 204
    authoriser = desk.program(office.authoriser)
    assert authoriser("POST", f"/payments/{payment_id}/authorisation").status_code == 403
    assert authoriser.confirmed("POST", f"/payments/{payment_id}/authorisation").status_code == 204
    body = {"payment_ids": [str(payment_id)]}
    assert accountant("POST", "/payment-files", json=body).status_code == 403
    made = accountant.confirmed("POST", "/payment-files", json=body, key="one")
    assert made.status_code == 201
    content = accountant("GET", f"/payment-files/{made.json()['id']}/content").content
    row = desk.row(payment_id)
    assert row.reference.encode() in content
    table = f"booked_on,amount,end_to_end_id\n2019-03-08,-120000.00,{row.reference}\n"
    told = accountant("POST", "/statements", content=table, headers={"content-type": "text/csv"})
    assert {name: told.json()[name] for name in ("new", "known", "paid")} == {
        "new": 1,
        "known": 0,
        "paid": [str(payment_id)],
    }
    [line] = accountant("GET", "/statement-lines?standing=matched").json()["items"]
    assert (line["payment"], line["amount"]["amount"]) == (row.reference, "-120000.00")
    assert verifier("GET", f"/payments/{payment_id}").json()["paid_on"] == "2019-03-08"


def test_who_took_a_step_is_told_so_and_gets_no_button(desk: Desk) -> None:
    def both(session: Any) -> Actor:
        held = ((Role.PROGRAMME_OFFICER, desk.programme), (Role.FINANCE_OFFICER, desk.programme))
        return actor_for(session, a_person(session, roles=held))

    actor = desk.made(both)
    payment_id = desk.made(a_payment, actor, programme_id=desk.programme)
    page = desk.get(actor, f"/payments/{payment_id}")
    assert "You have initiated this payment" in words(page)
    assert "/verify" not in page.text
    refused = desk.act(actor, payment_id, "verify")
    assert refused.status_code == 422
    assert "No two steps are by one person" in words(refused)


def test_sending_back_needs_a_reason_and_keeps_what_was_typed(desk: Desk) -> None:
    payment_id = desk.payment()
    refused = desk.act(desk.office.verifier, payment_id, "return", {"reason": "short"})
    assert refused.status_code == 422
    assert "short</textarea>" in refused.text
    assert "Say why" in words(refused)
    page = words(desk.act(desk.office.verifier, payment_id, "return", WHY))
    assert "Why it was sent back" in page
    assert WHY["reason"] in page
    assert "Send it on again" in words(desk.get(desk.office.initiator, f"/payments/{payment_id}"))
    assert "initiated" in words(desk.act(desk.office.initiator, payment_id, "resubmit"))


def test_suspending_moves_the_last_day(desk: Desk) -> None:
    payment_id = desk.payment()
    page = words(desk.act(desk.office.verifier, payment_id, "suspend", WHY))
    assert "The time limit of PAY" in page
    assert "Next: a programme or finance officer lets the time limit run again." in page
    assert "Suspended since 1 March 2019" in page
    assert desk.act(desk.office.verifier, payment_id, "verify").status_code == 422
    assert "30 days left" in words(desk.act(desk.office.verifier, payment_id, "resume"))


def test_cancelling_and_money_that_comes_back(desk: Desk) -> None:
    payment_id = desk.payment()
    assert "given up" in words(desk.act(desk.office.initiator, payment_id, "cancel", WHY))
    bank = Bank(PAYER, desk.runtime.files)
    paid = desk.made(a_paid_payment, desk.office, bank, programme_id=desk.programme, amount=Money(7_700_077))
    page = desk.get(desk.office.accountant, f"/payments/{paid}")
    assert "No open line of the statement" in words(page)
    row = desk.row(paid)
    table = f"booked_on,amount,end_to_end_id\n2019-03-12,77000.77,{row.reference}\n"
    desk.browser.post(
        "/payments/statement", files={"statement": ("s.csv", table.encode(), "text/csv")}, page="/payments/statement"
    )
    page = desk.get(desk.office.accountant, f"/payments/{paid}")
    [line_id] = re.findall(r'<option value="([0-9a-f-]{36})"', page.text)
    page = desk.act(desk.office.accountant, paid, "fail", {"reason": "The account is closed.", "line_id": line_id})
    assert desk.row(paid).state is PaymentState.FAILED
    assert "The money came back" in words(page)


def test_an_open_line_says_why_and_is_matched_by_hand(desk: Desk) -> None:
    payment_id = desk.authorised(amount=Money(4_321_099))
    desk.made(released, desk.office, Bank(PAYER, desk.runtime.files), [payment_id])
    row = desk.row(payment_id)
    booking = a_booking(row)
    table = f"booked_on,amount,counterparty,end_to_end_id\n2019-03-08,{booking.amount.amount},Payee,PAY-1999-00009\n"
    sent = {"statement": ("s.csv", table.encode(), "text/csv")}
    desk.get(desk.office.accountant, "/payments/statement")
    page = desk.browser.post("/payments/statement", files=sent, page="/payments/statement")
    assert "No payment is called PAY-1999-00009" in words(page)
    [action] = re.findall(r'action="(/payments/statement/[0-9a-f-]+/match)"', page.text)
    wrong = desk.browser.post(action, {"reference": "PAY-1"}, page="/payments/statement")
    assert wrong.status_code == 422
    assert "No payment that you can record is called PAY-1" in words(wrong)
    page = desk.browser.post(action, {"reference": row.reference}, page="/payments/statement")
    assert desk.row(payment_id).state is PaymentState.PAID
    assert row.reference in page.text


@pytest.mark.parametrize(
    ("data", "finding"),
    [
        (b"", "Choose the statement"),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><Document>&b;</Document>", "no XML that can be read safely"),
        (b"<html/>", "no statement of an account"),
        (b"day,sum\n1,2\n", "no column booked_on, amount"),
        (b"booked_on,amount\n2019-02-31,1\n", "'2019-02-31' is not a day"),
        (b"booked_on,amount\n2019-02-01,1.234\n", "is not an amount"),
    ],
)
def test_statements_that_cannot_be_read_are_refused_at_both_doors(desk: Desk, data: bytes, finding: str) -> None:
    desk.get(desk.office.accountant, "/payments/statement")
    sent = {"statement": ("s.csv", data, "text/csv")}
    page = desk.browser.post("/payments/statement", files=sent, page="/payments/statement")
    assert page.status_code == 422
    assert finding in words(page)
    answer = desk.program(desk.office.accountant)(
        "POST", "/statements", content=data, headers={"content-type": "text/csv"}
    )
    assert answer.status_code == 422
    assert finding in answer.text


def test_an_account_is_given_compared_and_validated_by_another(desk: Desk) -> None:
    def prepare(session: Any) -> tuple[Any, Any]:
        person = a_person(session)
        return person, a_payee(session, legal_name="Wood Cluster")

    person, organisation = desk.made(prepare)
    finance = desk.office.verifier
    desk.browser.sign_in_as(finance.person_id)
    path = f"/organisations/{organisation.id}/bank-account"
    wrong = desk.browser.post(path, {"holder": "Wood", "iban": "BE71 0961 2345 6796", "bic": BIC}, page=path)
    assert wrong.status_code == 422
    assert "its check digits 71 do not fit" in words(wrong)
    assert 'id="iban-error"' in wrong.text
    given = desk.browser.post(path, {"holder": "Wood", "iban": IBANS[1], "bic": BIC}, page=path)
    assert "validates the account next" in words(given)
    assert IBANS[1] not in given.text.replace(" ", "")
    listed = desk.get(desk.office.accountant, "/payments/accounts?state=proposed")
    [link] = re.findall(r'href="(/payments/accounts/[0-9a-f-]{36})">Wood Cluster', listed.text)
    page = desk.get(desk.office.accountant, link)
    assert page.text.count("<mark>") > 3
    own = desk.get(finance, link)
    assert "You gave this account" in words(own)
    assert "/decide" not in own.text
    desk.browser.sign_in_as(desk.office.accountant.person_id)
    assert desk.browser.post(f"{link}/decide", {"validate_it": "false"}, page=link).status_code == 422
    done = desk.browser.post(f"{link}/decide", {"validate_it": "true"}, page=link)
    assert done.status_code == 200
    assert "replaced" in words(done)
    assert desk.browser.sign_in_as(person.id).get(path).status_code == 403


def test_accounts_through_the_api(desk: Desk) -> None:
    organisation = desk.made(an_organisation)
    finance, accountant = desk.program(desk.office.verifier), desk.program(desk.office.accountant)
    path = f"/organisations/{organisation.id}/bank-accounts"
    body = {"holder": "Cluster", "iban": IBANS[0], "bic": BIC}
    made = finance("POST", path, json=body, key="k")
    assert made.status_code == 201
    assert finance("POST", path, json=body, key="k").json() == made.json()
    account_id = made.json()["id"]
    decision = f"/bank-accounts/{account_id}/decision"
    assert accountant("POST", decision, json={"validate_it": True}).status_code == 403
    assert finance.confirmed("POST", decision, json={"validate_it": True}).status_code == 422
    assert accountant.confirmed("POST", decision, json={"validate_it": True}).status_code == 204
    assert finance("GET", path).json()[0]["state"] == "validated"
    initiator = desk.program(desk.office.initiator)
    assert initiator("GET", path).json()[0]["iban"] == "BE.. 7034"


def test_strangers_and_other_programmes_see_nothing(desk: Desk) -> None:
    payment_id = desk.payment()
    name = desk.row(payment_id).payee
    with desk.runtime.database.transaction() as session:
        elsewhere, person = an_office(session, new_id()), actor_for(session, a_person(session))
    for other in (elsewhere.initiator, elsewhere.verifier, elsewhere.authoriser, elsewhere.accountant):
        assert desk.get(other, f"/payments/{payment_id}").status_code == 404
        assert name not in desk.get(other, "/payments").text
        assert desk.program(other)("GET", f"/payments/{payment_id}").status_code == 404
    assert desk.get(person, "/payments").status_code == 403
    assert name in desk.get(desk.office.initiator, "/payments").text
    assert desk.act(desk.office.initiator, payment_id, "verify").status_code == 403


def test_the_full_account_number_is_for_those_who_need_it(desk: Desk) -> None:
    payment_id = desk.payment()
    shown = {
        actor: IBANS[0] in desk.get(actor, f"/payments/{payment_id}").text.replace(" ", "")
        for actor in (desk.office.initiator, desk.office.verifier, desk.office.authoriser)
    }
    assert list(shown.values()) == [False, True, True]
    assert desk.program(desk.office.initiator)("GET", f"/payments/{payment_id}").json()["iban"] == "BE.. 7034"


def test_the_list_is_exported_row_by_row(desk: Desk) -> None:
    payment_id = desk.payment()
    row = desk.row(payment_id)
    table = desk.get(desk.office.verifier, "/payments?format=csv").text
    assert row.reference in table
    assert "a finance officer verifies" in table
    assert IBANS[0] not in table


def test_authorising_and_sending_ask_for_a_fresh_second_step(desk: Desk) -> None:
    payment_id = desk.payment()
    desk.act(desk.office.verifier, payment_id, "verify")
    desk.browser.sign_in_as(desk.office.authoriser.person_id, stepped_up=False)
    desk.browser.post(f"/payments/{payment_id}/authorise", page=f"/payments/{payment_id}")
    assert desk.row(payment_id).state is PaymentState.VERIFIED
    desk.browser.sign_in_as(desk.office.accountant.person_id, stepped_up=False)
    assert "Make the file" not in desk.browser.get("/payments/release").text
    organisation = desk.made(an_organisation)
    account_id = desk.made(an_account_to_decide, organisation.id)
    desk.browser.post(f"/payments/accounts/{account_id}/decide", {"validate_it": "true"}, page="/payments/accounts")
    assert desk.made(account_row, account_id).state is AccountState.PROPOSED


def test_a_field_that_was_left_empty_is_named(desk: Desk) -> None:
    account_id = desk.made(an_account_to_decide, desk.made(an_organisation).id)
    desk.browser.sign_in_as(desk.office.accountant.person_id)
    path = f"/payments/accounts/{account_id}"
    refused = desk.browser.post(f"{path}/decide", {}, page=path)
    assert refused.status_code == 422
    assert "Decision on the account: This is required." in words(refused)
    done = desk.browser.post(f"{path}/decide", {"validate_it": "true"}, page=path)
    assert "From now on payments to this organisation go to the account." in words(done)


def an_account_to_decide(session: Any, organisation_id: UUID) -> UUID:
    wanted = BankAccountToPropose(organisation_id=organisation_id, holder="Cluster", iban=IBANS[0], bic=BIC)
    return propose_bank_account(session, actor_for(session, a_person(session)), wanted, now=NOW)


def test_two_people_say_at_both_doors_that_the_bank_never_paid(desk: Desk) -> None:
    office, bank = desk.office, Bank(PAYER, desk.runtime.files)
    for_web, for_api = (desk.authorised(amount=Money(cents)) for cents in (1_111_011, 2_222_022))
    desk.made(released, office, bank, [for_web, for_api])
    page = words(desk.act(office.accountant, for_web, "missing", WHY))
    assert "missing at the bank" in page
    assert "You reported that the bank did not pay this: another person confirms it" in page
    assert "Confirm that the bank never paid" in words(desk.get(office.authoriser, "/tasks"))
    assert "another accounting officer confirms" in words(desk.get(office.verifier, f"/payments/{for_web}"))
    desk.browser.sign_in_as(office.authoriser.person_id, stepped_up=False)
    desk.browser.post(f"/payments/{for_web}/confirm-missing", page=f"/payments/{for_web}")
    assert desk.row(for_web).state is PaymentState.MISSING
    assert "sent to the bank" in words(desk.act(office.authoriser, for_web, "found"))
    desk.act(office.accountant, for_web, "missing", WHY)
    assert "Two people say that the bank never paid it" in words(
        desk.act(office.authoriser, for_web, "confirm-missing")
    )
    accountant, authoriser = desk.program(office.accountant), desk.program(office.authoriser)
    path = f"/payments/{for_api}"
    assert accountant("POST", f"{path}/failure", json=WHY).status_code == 409
    for _ in range(2):
        assert authoriser("POST", f"{path}/missing-withdrawal").status_code in {409, 204}
        assert accountant("POST", f"{path}/missing-report", json=WHY).status_code == 204
    assert authoriser("GET", path).json()["next_act"] == "confirm"
    assert authoriser("POST", f"{path}/missing-confirmation").status_code == 403
    assert accountant.confirmed("POST", f"{path}/missing-confirmation").status_code == 422
    assert authoriser.confirmed("POST", f"{path}/missing-confirmation").status_code == 204
    assert desk.row(for_api).state is PaymentState.FAILED


def test_the_start_page_and_the_envelope_tell_what_is_on_the_way(desk: Desk) -> None:
    desk.payment()
    tasks = words(desk.get(desk.office.verifier, "/tasks"))
    assert "Verify payments" in tasks
    assert "1 to verify" in tasks
    assert "Verify payments" not in words(desk.get(desk.office.authoriser, "/tasks"))
