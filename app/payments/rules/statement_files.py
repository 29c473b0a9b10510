"""Lines of a bank statement from what the bank sends: camt.053 as XML without entities, or a table as CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING

from app.core.money import AmountError, Money
from app.core.violations import Violation
from app.payments.rules.accounts import tidy
from app.payments.rules.bank_xml import (
    MAX_BYTES,
    PLACE,
    UnreadableError,
    at,
    children,
    every,
    looks_like_xml,
    named,
    parse,
    short,
)
from app.payments.rules.bank_xml import text as text_of
from app.payments.rules.statements import Stated

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MOST_LINES = 20_000
COLUMNS = ("booked_on", "amount", "counterparty", "iban", "end_to_end_id", "text")
"""Columns of the CSV, in any order; the first two are needed."""


def read_statement(data: bytes) -> tuple[tuple[Stated, ...], tuple[Violation, ...]]:
    """The lines of a statement, or what is wrong with it: then no line counts."""
    if not data.strip():
        return (), (Violation("payments.statement_missing", "Choose the statement that the bank sent.", PLACE),)
    if len(data) > MAX_BYTES:
        words = "This file is larger than {most} bytes. Ask the bank for a shorter period."
        return (), (Violation("payments.statement_too_large", words, PLACE, {"most": MAX_BYTES}),)
    read = _from_xml if looks_like_xml(data) else _from_csv
    try:
        lines = tuple(read(data))
    except UnreadableError as error:
        return (), (error.finding,)
    if not lines:
        return (), (Violation("payments.statement_empty", "This statement has no booked line in euro.", PLACE),)
    if len(lines) > MOST_LINES:
        words = "This statement has more than {most} lines. Ask the bank for a shorter period."
        return (), (Violation("payments.statement_too_long", words, PLACE, {"most": MOST_LINES}),)
    return lines, ()


def _from_xml(data: bytes) -> Iterator[Stated]:
    root = parse(data)
    entries = [entry for statement in every(root, "Stmt") for entry in children(statement, "Ntry")]
    if not entries and not list(every(root, "Stmt")):
        words = "This XML is no statement of an account (camt.053) and no status report of payments (pain.002)."
        raise UnreadableError(Violation("payments.statement_other_xml", words, PLACE))
    for entry in entries:
        if _booked(entry):
            yield from _lines_of(entry)


def _lines_of(entry: Element) -> Iterator[Stated]:
    """The line of an entry, or one line for each of its transactions where the bank booked several at once."""
    leaves = text_of(entry, "CdtDbtInd") == "DBIT"
    day = _day(text_of(entry, "BookgDt", "Dt") or text_of(entry, "BookgDt", "DtTm")[:10])
    details = [detail for group in children(entry, "NtryDtls") for detail in children(group, "TxDtls")]
    for detail in details or [entry]:
        amount = _amount_of(detail) or (_amount_of(entry) if len(details) < 2 else None)  # noqa: PLR2004  # one or none
        if amount is None:
            words = (
                "A booking of {day} joins several payments without the amount of each. Ask the bank to book each by "
                "itself, or write the lines as a table, one for each payment."
            )
            raise UnreadableError(Violation("payments.statement_joined", words, PLACE, {"day": day}))
        own = text_of(detail, "CdtDbtInd")
        out = own == "DBIT" if own else leaves
        party = "Cdtr" if out else "Dbtr"
        yield Stated(
            booked_on=day,
            amount=-amount if out else amount,
            counterparty=short(
                text_of(detail, "RltdPties", party, "Nm") or text_of(detail, "RltdPties", party, "Pty", "Nm")
            ),
            iban=tidy(text_of(detail, "RltdPties", f"{party}Acct", "Id", "IBAN"))[:34],
            end_to_end_id=_reference(detail) or (_reference_of_group(entry) if len(details) < 2 else ""),  # noqa: PLR2004  # one or none
            text=short(text_of(detail, "RmtInf", "Ustrd") or text_of(entry, "AddtlNtryInf")),
        )


def _booked(entry: Element) -> bool:
    status = text_of(entry, "Sts") or text_of(entry, "Sts", "Cd")
    return status in {"", "BOOK"} and _amount_of(entry) is not None


def _amount_of(element: Element) -> Money | None:
    """The amount of an entry or a transaction in euro, above zero; None where it has none or another currency."""
    for path in (("Amt",), ("AmtDtls", "TxAmt", "Amt")):
        found = at(element, *path)
        if found is not None and found.get("Ccy") == "EUR":
            amount = _money(found.text or "")
            return amount if amount.cents > 0 else None
    return None


def _from_csv(data: bytes) -> Iterator[Stated]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        words = "This file is neither XML nor a table in UTF-8."
        raise UnreadableError(Violation("payments.statement_encoding", words, PLACE)) from None
    rows = text.splitlines(keepends=True)
    separator = ";" if rows and rows[0].count(";") >= rows[0].count(",") else ","
    reader = csv.DictReader(rows, delimiter=separator, strict=True, restkey="rest")
    try:  # the head is read when it is asked for, and a quotation mark may stand open there as well
        yield from map(_from_row, _rows_of(reader))
    except csv.Error:
        raise _unclosed(reader.line_num) from None


def _unclosed(line: int) -> UnreadableError:
    words = "Line {line} of the table cannot be read: a quotation mark does not close."
    return UnreadableError(Violation("payments.statement_quotes", words, PLACE, {"line": line}))


def _rows_of(reader: csv.DictReader[str]) -> Iterator[Mapping[str, str]]:
    """The cells of each row that has any, by the name of the column in small letters."""
    names = {name.strip().lower() for name in reader.fieldnames or ()}
    if missing := [name for name in COLUMNS[:2] if name not in names]:
        words = "The table has no column {missing}. Its columns are: {columns}."
        figures: Mapping[str, str] = {"missing": ", ".join(missing), "columns": ", ".join(COLUMNS)}
        raise UnreadableError(Violation("payments.statement_columns", words, PLACE, figures))
    for row in reader:
        cells = {name.strip().lower(): value or "" for name, value in row.items() if name.strip().lower() in COLUMNS}
        if any(value.strip() for value in cells.values()):
            yield cells


def _from_row(cells: Mapping[str, str]) -> Stated:
    amount = _money(cells.get("amount", ""))
    if not amount:
        words = "A line of {day} is of 0.00: that is no booking."
        raise UnreadableError(
            Violation("payments.statement_nothing", words, PLACE, {"day": cells.get("booked_on", "")[:20]})
        )
    return Stated(
        booked_on=_day(cells.get("booked_on", "").strip()),
        amount=amount,
        counterparty=short(cells.get("counterparty", "")),
        iban=tidy(cells.get("iban", ""))[:34],
        end_to_end_id=named(cells.get("end_to_end_id", "")),
        text=short(cells.get("text", "")),
    )


def _money(text: str) -> Money:
    try:
        return Money.parse(text)
    except AmountError:
        words = "'{text}' is not an amount in euro with at most two decimals."
        raise UnreadableError(Violation("payments.statement_amount", words, PLACE, {"text": text[:40]})) from None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        words = "'{text}' is not a day. Days are written as 2026-11-25."
        raise UnreadableError(Violation("payments.statement_day", words, PLACE, {"text": text[:40]})) from None


def _reference(detail: Element) -> str:
    """The reference of a transaction; banks that give none back may give that of its group, which is the same here."""
    return named(text_of(detail, "Refs", "EndToEndId")) or named(text_of(detail, "Refs", "PmtInfId"))


def _reference_of_group(entry: Element) -> str:
    """The reference of the group of transfers that a booking is, where it says nothing of single ones."""
    return named(text_of(entry, "NtryDtls", "Btch", "PmtInfId"))
