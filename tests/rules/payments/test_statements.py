"""Lines of the bank: read safely from what banks send, told apart by content, matched only where everything fits."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.money import Money
from app.payments.rules.lifecycle import AT_THE_BANK, PAYMENT, PaymentEvent, PaymentState
from app.payments.rules.statement_files import MAX_BYTES, read_statement
from app.payments.rules.statements import (
    Meaning,
    Sent,
    Stated,
    come_back_findings,
    fingerprints,
    match_findings,
    meaning,
    paying_findings,
    room_findings,
)

DAY = date(2019, 3, 8)
amounts = st.integers(1, 10**10).map(Money)
names = st.text(st.characters(categories=["L", "N", "Zs"]), max_size=20).map(lambda text: " ".join(text.split()))
lines = st.builds(
    Stated,
    st.dates(date(2015, 1, 1), date(2030, 1, 1)),
    st.integers(-(10**9), 10**9).filter(bool).map(Money),
    names,
    st.sampled_from(["", "BE68539007547034"]),
    st.sampled_from(["", "PAY-2019-00001", "PAY-2019-00002"]),
    names,
)
CAMT = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt>
<Ntry><Amt Ccy="EUR">120000.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
 <BookgDt><Dt>2019-03-08</Dt></BookgDt><NtryDtls><TxDtls><Refs><EndToEndId>PAY-2019-00001</EndToEndId></Refs>
 <RltdPties><Cdtr><Pty><Nm>Wood  Cluster</Nm></Pty></Cdtr>
 <CdtrAcct><Id><IBAN>BE68 5390 0754 7034</IBAN></Id></CdtrAcct></RltdPties>
 <RmtInf><Ustrd>Balance</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
<Ntry><Amt Ccy="EUR">30.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><DtTm>2019-03-09T10:00:00</DtTm></BookgDt>
 <NtryDtls><TxDtls><Refs><EndToEndId>PAY-2019-00002</EndToEndId></Refs><Amt Ccy="EUR">10.00</Amt></TxDtls>
 <TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs><AmtDtls><TxAmt><Amt Ccy="EUR">20.00</Amt></TxAmt></AmtDtls></TxDtls>
 </NtryDtls></Ntry>
<Ntry><Amt Ccy="EUR">5.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2019-03-10</Dt></BookgDt>
 <AddtlNtryInf>Interest</AddtlNtryInf></Ntry>
<Ntry><Amt Ccy="EUR">7.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>PDNG</Sts><BookgDt><Dt>2019-03-10</Dt></BookgDt></Ntry>
<Ntry><Amt Ccy="USD">9.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2019-03-10</Dt></BookgDt></Ntry>
</Stmt></BkToCstmrStmt></Document>"""


def test_a_statement_of_the_bank_is_read_line_by_line() -> None:
    found, findings = read_statement(CAMT.encode())
    assert findings == ()
    assert found == (
        Stated(DAY, Money(-12_000_000), "Wood Cluster", "BE68539007547034", "PAY-2019-00001", "Balance"),
        Stated(date(2019, 3, 9), Money(-1_000), "", "", "PAY-2019-00002", ""),
        Stated(date(2019, 3, 9), Money(-2_000), "", "", "", ""),
        Stated(date(2019, 3, 10), Money(500), "", "", "", "Interest"),
    )


@given(st.lists(lines, min_size=1, max_size=8), st.sampled_from(",;"))
def test_what_is_written_as_a_table_is_read_again(stated: list[Stated], separator: str) -> None:
    rows = [["booked_on", "amount", "counterparty", "iban", "end_to_end_id", "text"]]
    rows += [
        [one.booked_on.isoformat(), one.amount.amount, one.counterparty, one.iban, one.end_to_end_id, one.text]
        for one in stated
    ]
    table = "\n".join(separator.join(f'"{cell}"' for cell in row) for row in rows)
    assert read_statement(table.encode()) == (tuple(stated), ())


@given(st.binary(max_size=400))
def test_whatever_is_sent_is_read_or_refused_in_words(data: bytes) -> None:
    found, findings = read_statement(data)
    assert bool(found) != bool(findings)
    assert all(one.place == "statement" and one.text for one in findings)


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"<?xml version='1.0'?><!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>", "payments.statement_unreadable"),
        (b"<a><b></a>", "payments.statement_unreadable"),
        (b"<a/>", "payments.statement_other_xml"),
        (b"<Document><Stmt/></Document>", "payments.statement_empty"),
        (b" ", "payments.statement_missing"),
        (b"x" * (MAX_BYTES + 1), "payments.statement_too_large"),
        (b"\xff\xfe", "payments.statement_encoding"),
        (b'"', "payments.statement_quotes"),
        (b"\xef\xbb\xbf", "payments.statement_columns"),
        (b"booked_on,amount\n", "payments.statement_empty"),
        (b"booked_on,amount\n2019-01-01,0\n", "payments.statement_nothing"),
        (b'booked_on,amount\n"2019-01-01,1\n', "payments.statement_quotes"),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, rule: str) -> None:
    found, findings = read_statement(data)
    assert found == ()
    assert [one.rule for one in findings] == [rule]


def test_a_booking_of_one_group_names_its_payment() -> None:
    """Each transfer is a group of its own, so a bank that says nothing of single transfers still names it."""
    grouped = CAMT.replace(
        "<TxDtls><Refs><EndToEndId>PAY-2019-00001</EndToEndId></Refs>",
        "<Btch><PmtInfId>PAY-2019-00001</PmtInfId></Btch><TxDtls><Refs><PmtInfId>PAY-2019-00001</PmtInfId></Refs>",
    )
    alone = CAMT.replace(
        "<AddtlNtryInf>Interest",
        "<NtryDtls><Btch><PmtInfId>PAY-2019-00003</PmtInfId></Btch></NtryDtls><AddtlNtryInf>Interest",
    )
    assert read_statement(grouped.encode())[0][0].end_to_end_id == "PAY-2019-00001"
    assert read_statement(alone.encode())[0][-1].end_to_end_id == "PAY-2019-00003"


def test_bookings_that_join_payments_without_amounts_are_refused() -> None:
    joined = CAMT.replace('<Amt Ccy="EUR">10.00</Amt></TxDtls>', "</TxDtls>")
    assert [one.rule for one in read_statement(joined.encode())[1]] == ["payments.statement_joined"]


@given(st.lists(lines, max_size=10))
def test_fingerprints_are_stable_and_never_shared_within_a_statement(stated: list[Stated]) -> None:
    made = fingerprints(stated)
    assert made == fingerprints(stated)
    assert len(set(made)) == len(stated)
    assert set(fingerprints(stated[:5])) <= set(made)


@given(booked=amounts, asked=amounts, state=st.sampled_from(PaymentState), leaves=st.booleans())
def test_a_line_pays_exactly_the_released_payment_of_its_amount(
    booked: Money, asked: Money, state: PaymentState, *, leaves: bool
) -> None:
    line = Stated(DAY, -booked if leaves else booked, end_to_end_id="PAY-1")
    rules = {one.rule for one in match_findings(line, Sent("PAY-1", asked, state))}
    event = PaymentEvent.PAY if leaves else PaymentEvent.FAIL
    fits = PAYMENT.allows(state, event)
    assert fits == (state in ({PaymentState.FAILED, *AT_THE_BANK} if leaves else {PaymentState.PAID}))
    assert ("payments.line_other_amount" in rules) == (booked != asked)
    assert ("payments.line_other_state" in rules) == (not fits)
    assert meaning(line) is (Meaning.PAID if leaves else Meaning.CAME_BACK)


def test_lines_without_a_payment_say_so() -> None:
    line = Stated(DAY, Money(-1))
    assert [one.rule for one in match_findings(line, None)] == ["payments.line_names_none"]
    [found] = match_findings(replace(line, end_to_end_id="PAY-9"), None)
    assert found.text == "No payment is called PAY-9."


@given(amount=amounts, booked=st.booleans(), instead=st.sampled_from(["", "PAY-2"]))
def test_what_was_given_up_is_paid_by_its_line_unless_the_same_is_paid_otherwise(
    amount: Money, *, booked: bool, instead: str
) -> None:
    sent = Sent("PAY-1", amount, PaymentState.FAILED, booked=booked, instead=instead)
    found = [one.rule for one in match_findings(Stated(DAY, -amount, end_to_end_id="PAY-1"), sent)]
    assert found == (["payments.line_other_state"] if booked else ["payments.paid_after_all"] if instead else [])


@given(amounts, amounts)
def test_what_was_given_up_needs_its_amount_again(amount: Money, left: Money) -> None:
    assert bool(room_findings("PAY-1", amount, left)) == (amount > left)


@given(amount=amounts, state=st.sampled_from([PaymentState.FAILED, PaymentState.PAID]), taken=st.booleans())
def test_money_comes_back_only_with_a_line_that_shows_it(amount: Money, state: PaymentState, *, taken: bool) -> None:
    sent = Sent("PAY-1", amount, state)
    assert [one.rule for one in come_back_findings(None, sent, taken=False)] == ["payments.line_needed"]
    back = Stated(DAY, amount)
    assert bool(come_back_findings(back, sent, taken=taken)) == taken
    assert come_back_findings(Stated(DAY, -amount), sent, taken=False)
    assert come_back_findings(replace(back, amount=amount + Money(1)), sent, taken=False)
    assert bool(paying_findings(Stated(DAY, -amount), taken=taken)) == taken
    assert paying_findings(back, taken=False)
