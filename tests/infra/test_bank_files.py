"""Files for the bank: valid against the published schema whatever people are called, and the same bytes every time."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from defusedxml.ElementTree import fromstring
from hypothesis import given, settings
from hypothesis import strategies as st
from sepaxml.validation import try_valid_xml

from app.core.latin import carried
from app.core.money import Money
from app.infra.bank_files import MOST_NAME, SCHEMA, Account, Transfer, credit_transfers

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

PAYER = Account(
    "Агенция за клъстери, жизнена среда и щастие на гражданите на целия свят и околностите",
    "BE39103123456719",
    "NICABEBB",
)
NOW, ON = datetime(2019, 3, 1, 23, 30, tzinfo=UTC), date(2019, 3, 4)
names = st.text(min_size=1, max_size=90)
transfers = st.lists(
    st.builds(
        Transfer,
        st.integers(1, 99999).map(lambda number: f"PAY-2019-{number:05d}"),
        st.integers(1, 10**11).map(Money),
        st.builds(Account, names, st.just("BE68539007547034"), st.just("GKCCBEBB")),
        st.text(max_size=200),
    ),
    min_size=1,
    max_size=5,
)


def texts_of(root: Element, name: str) -> list[str]:
    return [one.text or "" for one in root.iter() if one.tag.endswith("}" + name)]


def made(chosen: list[Transfer]) -> bytes:
    return credit_transfers(PAYER, chosen, message_id="GRP" + "a" * 32, on=ON, now=NOW)


@settings(max_examples=15)
@given(transfers)
def test_every_file_is_valid_and_adds_up(chosen: list[Transfer]) -> None:
    data = made(chosen)
    try_valid_xml(data, SCHEMA)
    root = fromstring(data)
    total = Money.total(one.amount for one in chosen).amount
    amounts, references = [one.amount.amount for one in chosen], [one.reference for one in chosen]
    assert texts_of(root, "CtrlSum") == [total, *amounts]
    assert texts_of(root, "NbOfTxs") == [str(len(chosen)), *["1"] * len(chosen)]
    assert texts_of(root, "InstdAmt") == amounts
    assert set(texts_of(root, "BtchBookg")) == {"false"}, "the bank books each, else nobody knows what it paid"
    assert texts_of(root, "PmtInfId") == texts_of(root, "EndToEndId") == references
    assert all(0 < len(name) <= MOST_NAME for name in texts_of(root, "Nm"))


def test_one_order_makes_one_file() -> None:
    chosen = [Transfer("PAY-2019-00001", Money(100), Account("Łódź & Co", "BE68539007547034", "GKCCBEBB"), "Balance")]
    assert made(chosen) == made(chosen)
    text = made(chosen).decode()
    assert "2019-03-02T00:30:00" in text  # the wall clock of Brussels
    assert "<Nm>Lodz Co</Nm>" in text.replace("ns0:", "")


def test_names_are_written_in_signs_that_banks_carry() -> None:
    assert carried("Søren Łęcki & Söhne*GmbH") == "Soren Lecki Sohne GmbH"
    assert carried("***") == "-"
