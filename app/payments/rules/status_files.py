"""Status reports of the bank (ISO 20022 CustomerPaymentStatusReport, pain.002) and what kind of file the bank sent.

Read as camt.053 is: no entities, the same limits, all or nothing. Banks send version 03 (2009) and version 10 (2019);
the elements that are read here stand at the same places in both. Source: the message definition reports of ISO 20022,
pain.002.001.03 and pain.002.001.10; confidence high.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from app.core.money import EURO, AmountError, Money
from app.core.violations import Violation
from app.payments.rules.bank_xml import (
    MAX_BYTES,
    PLACE,
    UnreadableError,
    at,
    children,
    looks_like_xml,
    named,
    namespace,
    parse,
    short,
    text,
)
from app.payments.rules.statement_files import MOST_LINES, read_statement
from app.payments.rules.statements import Stated
from app.payments.rules.statuses import Level, StatusReport, Told

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

ROOT = "CstmrPmtStsRpt"
VERSIONS = ("pain.002.001.03", "pain.002.001.10")
_SPACE = "urn:iso:std:iso:20022:tech:xsd:"
_MOST_ID = 35


@dataclass(frozen=True, slots=True)
class BankMessage:
    """What the bank sent: the lines of a statement, or a status report."""

    lines: tuple[Stated, ...] = ()
    report: StatusReport | None = None


def read_message(data: bytes) -> tuple[BankMessage, tuple[Violation, ...]]:
    """What a file of the bank says, whichever kind it is, or what is wrong with it: then nothing counts."""
    if ROOT.encode() in data and looks_like_xml(data) and len(data) <= MAX_BYTES:
        try:
            root = parse(data)
            if (body := at(root, ROOT)) is not None:
                return BankMessage(report=_report(root, body)), ()
        except UnreadableError as error:
            return BankMessage(), (error.finding,)
    lines, findings = read_statement(data)
    return BankMessage(lines=lines), findings


def _report(root: Element, body: Element) -> StatusReport:
    if namespace(root) not in {_SPACE + version for version in VERSIONS}:
        words = "This status report is of a version that is not read: {version}. Ask the bank for {known}."
        figures = {"version": namespace(root).removeprefix(_SPACE)[:60] or "-", "known": " or ".join(VERSIONS)}
        raise UnreadableError(Violation("payments.status_version", words, PLACE, figures))
    message_id, of_message = text(body, "GrpHdr", "MsgId"), text(body, "OrgnlGrpInfAndSts", "OrgnlMsgId")
    created = text(body, "GrpHdr", "CreDtTm")
    if not message_id or not of_message or max(len(message_id), len(of_message)) > _MOST_ID:
        words = "This status report does not say which message it is, or which file it is about."
        raise UnreadableError(Violation("payments.status_nameless", words, PLACE))
    told = tuple(_told(body))
    if not told:
        words = "This status report says nothing about any payment."
        raise UnreadableError(Violation("payments.status_empty", words, PLACE))
    if len(told) > MOST_LINES:
        words = "This status report has more than {most} statuses. Ask the bank for one report for each file."
        raise UnreadableError(Violation("payments.status_too_long", words, PLACE, {"most": MOST_LINES}))
    return StatusReport(message_id, of_message, _day(created), told)


def _told(body: Element) -> Iterator[Told]:
    """Every status: of the file, of its blocks, of its payments. What has no status says nothing."""
    group = at(body, "OrgnlGrpInfAndSts")
    if group is not None and (status := _status(group, "GrpSts")):
        yield Told(Level.GROUP, "", status, *_reason(group))
    for block in children(body, "OrgnlPmtInfAndSts"):
        name = named(text(block, "OrgnlPmtInfId"))
        if name and (status := _status(block, "PmtInfSts")):
            yield Told(Level.BLOCK, name, status, *_reason(block))
        for one in children(block, "TxInfAndSts"):
            reference = named(text(one, "OrgnlEndToEndId")) or name
            if reference and (status := _status(one, "TxSts")):
                yield Told(Level.PAYMENT, reference, status, *_reason(one), _amount(one))


def _status(element: Element, name: str) -> str:
    return short(text(element, name)).upper()[:4]


def _reason(element: Element) -> tuple[str, str]:
    """The first code, and all that the bank wrote about it."""
    reasons = children(element, "StsRsnInf")
    codes = [text(one, "Rsn", "Cd") or text(one, "Rsn", "Prtry") for one in reasons]
    written = (extra.text or "" for one in reasons for extra in children(one, "AddtlInf"))
    return short(next((code for code in codes if code), "")).upper()[:_MOST_ID], short(" ".join(written))


def _amount(element: Element) -> Money | None:
    """The amount of the order that the status is about; None where the bank leaves it out."""
    found = at(element, "OrgnlTxRef", "Amt", "InstdAmt")
    if found is None:
        return None
    try:
        return Money.parse((found.text or "") if found.get("Ccy") == EURO else "")
    except AmountError:
        words = "'{text}' is not an amount in euro with at most two decimals."
        given = (found.text or "")[:40]
        raise UnreadableError(Violation("payments.status_amount", words, PLACE, {"text": given})) from None


def _day(created: str) -> date:
    try:
        return date.fromisoformat(created[:10])
    except ValueError:
        words = "'{text}' is not the day on which a report was made."
        raise UnreadableError(Violation("payments.status_day", words, PLACE, {"text": created[:40]})) from None
