"""Status reports of the bank at both doors: one upload for whatever the bank sent, and what it says of each payment."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from app.core.money import Money
from app.payments.models import PaymentFile
from app.payments.rules.lifecycle import PaymentState
from app.payments.schemas import Bank
from tests.builders.bank_reports import a_report_file, a_status
from tests.builders.payments import PAYER, released
from tests.web.finance.desk import Desk, words

LIST = "/payments/statement"


def sent(desk: Desk, cents: int) -> tuple[UUID, str]:
    """A payment in a file for the bank, and the id of its message."""
    payment_id = desk.authorised(amount=Money(cents))
    file_id = desk.made(released, desk.office, Bank(PAYER, desk.runtime.files), [payment_id])
    with desk.runtime.database.reading() as session:
        found = sa.select(PaymentFile.message_id).where(PaymentFile.id == file_id)
        return payment_id, session.scalars(found).one()


def upload(desk: Desk, data: bytes) -> Any:
    desk.get(desk.office.accountant, LIST)
    return desk.browser.post(LIST, files={"statement": ("r.xml", data, "application/xml")}, page=LIST)


def test_a_rejection_goes_from_the_upload_to_the_second_person(desk: Desk) -> None:
    payment_id, message = sent(desk, 1_234_511)
    reference = desk.row(payment_id).reference
    data = a_report_file(message, a_status(reference, "RJCT", code="AC04"), a_status("PAY-1999-00001", "ACSP"))
    page = upload(desk, data)
    told = words(page)
    assert "The bank will not execute 1 payment" in told
    assert f"{reference} : rejected, the account is closed (AC04)" in told
    assert "PAY-1999-00001" in told
    assert desk.row(payment_id).state is PaymentState.MISSING
    assert "This report was recorded before" in words(upload(desk, data))
    assert "1 rejected" in words(desk.browser.get(LIST))
    page = words(desk.get(desk.office.authoriser, f"/payments/{payment_id}"))
    assert "The bank rejected it: the account is closed (AC04)." in page
    assert "What the bank says of it" in page
    assert "Confirm that the bank never paid" in words(desk.get(desk.office.authoriser, "/tasks"))
    done = words(desk.act(desk.office.authoriser, payment_id, "confirm-missing"))
    assert "Two people say that the bank never paid it" in done


def test_the_same_through_the_api(desk: Desk) -> None:
    payment_id, message = sent(desk, 1_234_522)
    accountant = desk.program(desk.office.accountant)
    data = a_report_file(message, a_status(desk.row(payment_id).reference, "ACSP"), version="pain.002.001.03")
    answer = accountant("POST", "/statements", content=data, headers={"content-type": "application/xml"}).json()
    assert (answer["new"], answer["lines"], answer["report"]["noted"]) == (0, None, 1)
    path = f"/status-reports/{answer['report']['id']}"
    [status] = accountant("GET", path).json()["statuses"]
    assert (status["status"], status["words"]) == ("ACSP", "accepted, settlement under way")
    assert path.rsplit("/", 1)[1] in {one["id"] for one in accountant("GET", "/status-reports").json()["items"]}
    [own] = accountant("GET", f"/payments/{payment_id}").json()["statuses"]
    assert own["report_id"] == answer["report"]["id"]
    assert desk.program(desk.office.authoriser)("GET", path).status_code == 403
    assert desk.row(payment_id).state is PaymentState.RELEASED


@pytest.mark.parametrize(
    ("data", "finding"),
    [
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]>" + a_report_file("GRP1", a_status("A", "RJCT")), "no XML that can be read"),
        (a_report_file("GRP1", a_status("A", "RJCT"))[:-9], "no XML that can be read safely"),
        (a_report_file("GRP1", a_status("A", "RJCT"), version="pain.002.001.02"), "a version that is not read"),
        (a_report_file("GRP1"), "says nothing about any payment"),
    ],
)
def test_dirty_reports_are_refused_at_both_doors_and_change_nothing(desk: Desk, data: bytes, finding: str) -> None:
    page = upload(desk, data)
    assert page.status_code == 422
    assert finding in words(page)
    accountant = desk.program(desk.office.accountant)
    answer = accountant("POST", "/statements", content=data, headers={"content-type": "application/xml"})
    assert answer.status_code == 422
    assert accountant("GET", "/status-reports").json()["items"] == []
