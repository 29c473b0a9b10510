"""Files for the bank: credit transfers in euro as pain.001, byte for byte the same whenever they are made again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from app.core.latin import carried
from app.core.money import Money
from app.core.periods import BRUSSELS

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

SCHEMA = "pain.001.001.09"
MOST_NAME = 70
"""Signs of a name that every bank in SEPA takes."""


@dataclass(frozen=True, slots=True)
class Account:
    """Who holds an account, and its numbers without spaces."""

    name: str
    iban: str
    bic: str


@dataclass(frozen=True, slots=True)
class Transfer:
    """One amount above zero in euro; the bank gives ``reference`` (35 signs at most) back with what it books."""

    reference: str
    amount: Money
    payee: Account
    text: str


def credit_transfers(
    payer: Account, transfers: Sequence[Transfer], *, message_id: str, on: date, now: datetime
) -> bytes:
    """The message that orders these transfers for a day, each for itself: the bank books each of them and names it.

    Were they one batch, the bank would book one sum, and nobody could tell from its statement which of them it paid.
    The library stamps each message with its clock and with chance; these marks are replaced by what is given here,
    so that one order makes one file.
    """
    import xml.etree.ElementTree as ET

    from sepaxml import SepaTransfer  # pulls in the reader of schemas

    config = {"name": _name(payer), "IBAN": payer.iban, "BIC": payer.bic, "batch": False, "currency": "EUR"}
    message = SepaTransfer(config, schema=SCHEMA, clean=True)
    for one in transfers:
        message.add_payment(
            {
                "name": _name(one.payee),
                "IBAN": one.payee.iban,
                "BIC": one.payee.bic,
                "amount": one.amount.cents,
                "execution_date": on,
                "description": carried(one.text),
                "endtoend_id": one.reference,
            }
        )
    root = ET.fromstring(message.export(validate=False))  # noqa: S314  # what was just written
    local = now.astimezone(ZoneInfo(BRUSSELS)).replace(tzinfo=None)
    _stamp(root, "MsgId", message_id)
    _stamp(root, "CreDtTm", local.isoformat(timespec="seconds"))
    for group, one in zip(_all(root, "PmtInf"), transfers, strict=True):
        _stamp(group, "PmtInfId", one.reference)
    body: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return body


def _name(account: Account) -> str:
    return carried(account.name)[:MOST_NAME].rstrip()


def _stamp(root: Element, name: str, text: str) -> None:
    for element in _all(root, name):
        element.text = text


def _all(root: Element, name: str) -> list[Element]:
    return [element for element in root.iter() if element.tag.rpartition("}")[2] == name]
