"""Lines of the bank at both doors: what was brought, why a line is no payment, who confirms it, who opens it again."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from app.core.money import Money
from app.infra.ids import new_id
from app.payments.rules.statements import Stated
from app.payments.schemas import Bank
from app.payments.use_cases.record_statement import record_statement
from tests.builders.payments import PAYER, a_paid_payment, released
from tests.conftest import NOW
from tests.web.finance.desk import Desk, words

LIST = "/payments/statement"
TWICE = {"kind": "doubled", "words": "The bank wrote that it booked it twice."}
WHY = {"reason": "The bank wrote again: it is something else."}


def upload(desk: Desk, *rows: str) -> Any:
    """The page after the accounting officer has uploaded these lines."""
    table = "\n".join(("booked_on,amount,counterparty,end_to_end_id,text", *rows, ""))
    desk.get(desk.office.accountant, LIST)
    return desk.browser.post(LIST, files={"statement": ("s.csv", table.encode(), "text/csv")}, page=LIST)


def line_id(page: Any, text: str) -> str:
    """The id of the line in whose row a text stands."""
    [row] = [one for one in page.text.split("<tr")[1:] if text in one]
    return re.findall(r"/payments/statement/([0-9a-f-]{36})", row)[0]


def test_after_an_upload_the_page_says_where_each_line_stands(desk: Desk) -> None:
    payment = desk.authorised(amount=Money(3_141_592))
    desk.made(released, desk.office, Bank(PAYER, desk.runtime.files), [payment])
    fee = f"Fee {new_id().hex[-8:]}"
    page = upload(
        desk, f"2019-03-08,-31415.92,Payee,{desk.row(payment).reference},", f"2019-03-08,-2.50,Our bank,,{fee}"
    )
    told = words(page)
    assert "Recorded" in told
    assert "Lines of this recording" in told
    assert re.search(r"Matched 1 .*Came back 0 .*Set aside 0 .*Open 1 ", told)
    of_this = page.url.query.decode().split("&")[0]
    only_open = desk.browser.get(f"{LIST}?{of_this}&standing=open")
    assert fee in only_open.text
    assert "Payee" not in only_open.text
    table = desk.browser.get(f"{LIST}?{of_this}&standing=open&format=csv").text
    assert table.splitlines()[0].startswith("Booked,")
    assert len(table.splitlines()) == 2


def test_a_fee_is_set_aside_and_taken_up_again(desk: Desk) -> None:
    fee = f"Fee {new_id().hex[-8:]}"
    path = f"{LIST}/{line_id(upload(desk, f'2019-03-08,-2.50,Our bank,,{fee}'), fee)}"
    page = desk.get(desk.office.accountant, path)
    assert "An accounting officer says next what it is" in words(page)
    none = desk.browser.post(f"{path}/aside", {"words": "no kind"}, page=path)
    assert none.status_code == 422
    assert "no kind</textarea>" in none.text
    page = desk.browser.post(f"{path}/aside", {"kind": "fee"}, page=path)
    assert "It is no payment of Grappe" in words(page)
    assert "Fee or interest of the bank" in words(page)
    assert "explained: fee" in words(page)
    assert "Fee or interest of the bank" in words(desk.browser.get(f"{LIST}?standing=aside&q={fee}"))
    assert desk.browser.post(f"{path}/take-up", {"reason": "no"}, page=path).status_code == 422
    page = desk.browser.post(f"{path}/take-up", WHY, page=path)
    assert "taken up again" in words(page)
    assert "Set it aside" in words(page)


def doubled(desk: Desk) -> str:
    """A second booking of a payment that is paid, as an id."""
    paid = desk.made(
        a_paid_payment, desk.office, Bank(PAYER, desk.runtime.files), programme_id=desk.programme, amount=Money(777)
    )
    text = f"again {new_id().hex[-8:]}"
    return line_id(upload(desk, f"2019-03-11,-7.77,Payee,{desk.row(paid).reference},{text}"), text)


def test_a_doubled_line_is_confirmed_by_another_person_through_the_pages(desk: Desk) -> None:
    path = f"{LIST}/{doubled(desk)}"
    short = desk.browser.post(f"{path}/aside", {"kind": "doubled"}, page=path)
    assert "why it is not its booking" in words(short)
    page = desk.browser.post(f"{path}/aside", TWICE, page=path)
    assert "You set this line aside" in words(page)
    assert f"{path}/confirm" not in page.text
    assert desk.get(desk.office.verifier, path).status_code in {403, 404}
    tasks = desk.get(desk.office.authoriser, "/tasks")
    assert "Confirm that lines of the bank are no payments" in words(tasks)
    assert path in tasks.text
    assert TWICE["words"] in words(desk.get(desk.office.authoriser, path))
    page = desk.browser.post(f"{path}/confirm", page=path)
    assert "confirmed by" in words(page)
    assert "Confirm that lines" not in words(desk.get(desk.office.authoriser, "/tasks"))


def test_the_same_through_the_api(desk: Desk) -> None:
    line = f"/statement-lines/{doubled(desk)}"
    accountant, authoriser = desk.program(desk.office.accountant), desk.program(desk.office.authoriser)
    assert accountant("POST", f"{line}/setting-aside", json={"kind": "weather"}).status_code == 422
    assert authoriser("POST", f"{line}/setting-aside", json=TWICE).status_code == 403
    assert accountant("POST", f"{line}/setting-aside", json=TWICE).status_code == 204
    assert accountant("POST", f"{line}/setting-aside", json=TWICE).status_code == 409
    assert accountant("POST", f"{line}/confirmation").status_code == 422
    item = authoriser("GET", line).json()
    assert (item["state"], item["aside_kind"], item["aside_words"]) == ("proposed", "doubled", TWICE["words"])
    assert authoriser("POST", f"{line}/confirmation").status_code == 204
    assert UUID(item["id"]) in {
        UUID(one["id"]) for one in accountant("GET", "/statement-lines?standing=aside").json()["items"]
    }
    assert accountant("POST", f"{line}/taking-up", json=WHY).status_code == 204
    item = accountant("GET", line).json()
    assert (item["state"], item["aside_kind"], item["concerns_id"]) == ("open", None, None)


def test_an_open_line_is_a_task_after_three_working_days(desk: Desk) -> None:
    asked = "stand open for more than three working days"
    line = Stated(date(2019, 2, 20), Money(-250), text=f"Fee {new_id().hex}")
    desk.made(record_statement, desk.office.accountant, [line], now=NOW)
    assert asked not in words(desk.get(desk.office.accountant, "/tasks"))
    desk.made(record_statement, desk.office.accountant, [line, line], now=NOW - timedelta(days=8))
    assert asked in words(desk.get(desk.office.accountant, "/tasks"))
    assert asked not in words(desk.get(desk.office.authoriser, "/tasks"))
