"""pain.002 as banks send it: both versions, whatever the prefix; dirty files change nothing and say why."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.money import Money
from app.payments.rules.status_files import VERSIONS, BankMessage, read_message
from app.payments.rules.statuses import Level, StatusReport, Told
from tests.builders.bank_reports import a_report_file, a_status

ONE = a_status("PAY-2026-00001", "RJCT", code="AC04", words="Account closed")


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("prefix", ["", "p:"])
def test_a_report_is_read_whatever_its_version_and_prefix(version: str, prefix: str) -> None:
    data = a_report_file(
        "GRP1", a_status("PAY-2026-00002", "ACSP", amount="12.50"), ONE, version=version, prefix=prefix
    )
    message, findings = read_message(data)
    assert findings == ()
    assert message == BankMessage(
        report=StatusReport(
            "BANK-1",
            "GRP1",
            date(2026, 11, 25),
            (
                Told(Level.PAYMENT, "PAY-2026-00002", "ACSP", amount=Money(1250)),
                Told(Level.PAYMENT, "PAY-2026-00001", "RJCT", "AC04", "Account closed"),
            ),
        )
    )


def test_the_file_and_its_blocks_have_statuses_too() -> None:
    message, _ = read_message(a_report_file("GRP1", group="RJCT", group_code="FF01"))
    assert message.report is not None
    assert message.report.told == (Told(Level.GROUP, "", "RJCT", "FF01"),)
    message, _ = read_message(a_report_file("GRP1", blocks=(("PAY-2026-00003", "RJCT", "AM04"),), group="PART"))
    assert message.report is not None
    assert message.report.told[1] == Told(Level.BLOCK, "PAY-2026-00003", "RJCT", "AM04")


def test_a_statement_is_still_a_statement() -> None:
    message, findings = read_message(b"booked_on,amount\n2026-03-01,-1.00\n")
    assert findings == ()
    assert (len(message.lines), message.report) == (1, None)


BOMB = b"""<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>"""


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (BOMB + a_report_file("GRP1", ONE), "payments.statement_unreadable"),
        (a_report_file("GRP1", ONE)[:-40], "payments.statement_unreadable"),
        (a_report_file("GRP1", ONE, version="pain.002.001.02"), "payments.status_version"),
        (
            a_report_file("GRP1", ONE).replace(b' xmlns="urn:iso:std:iso:20022:tech:xsd:', b' xmlns="urn:x:'),
            "payments.status_version",
        ),
        (a_report_file("GRP1", ONE).replace(b"BANK-1", b""), "payments.status_nameless"),
        (a_report_file("", ONE), "payments.status_nameless"),
        (a_report_file("GRP1"), "payments.status_empty"),
        (a_report_file("GRP1", ONE).replace(b"2026-11-25T", b"2026-02-31T"), "payments.status_day"),
        (a_report_file("GRP1", a_status("A", "ACSP", amount="1.234")), "payments.status_amount"),
        (a_report_file("GRP1", a_status("A", "ACSP", amount="1.00")).replace(b"EUR", b"USD"), "payments.status_amount"),
        (a_report_file("GRP1", ONE) + b" " * 5_000_000, "payments.statement_too_large"),
        (b"<CstmrPmtStsRpt/>", "payments.statement_other_xml"),
    ],
)
def test_what_cannot_be_read_says_why_and_nothing_of_it_counts(data: bytes, rule: str) -> None:
    message, findings = read_message(data)
    assert [one.rule for one in findings] == [rule]
    assert message == BankMessage()


@given(st.binary(max_size=80), st.integers(0, 900), st.integers(0, 900))
def test_whatever_is_sent_is_read_or_refused_in_words(noise: bytes, start: int, length: int) -> None:
    whole = a_report_file("GRP1", ONE, group="PART")
    message, findings = read_message(whole[:start] + noise + whole[start + length :])
    assert findings or message.lines or message.report is not None
    assert all(one.text for one in findings)
