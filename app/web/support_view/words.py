"""Words around payments to third parties: kinds, ceilings, labels of fields."""

from __future__ import annotations

from app.cascade.rules.support import SupportKind
from app.cascade.schemas import SupportRow
from app.ledger.rules.recipients import Within
from app.reference.queries import all_countries, all_lump_sums, all_regions, country
from app.web.words import FIELDS, country_name

KINDS = {SupportKind.VOUCHER: "Voucher", SupportKind.EXCHANGE: "Exchange"}
STANDINGS = {"counts": "Counts", "reversed": "Reversed"}
WITHIN = {
    Within.GRANT: "within this grant",
    Within.CALL: "from all grants of the call",
    Within.PROGRAMME: "from all grants of the programme",
}
LABELS = FIELDS | {
    "partner_id": "Who paid",
    "recipient": "Recipient",
    "amount": "Amount",
    "activity": "Activity",
    "purpose": "Purpose",
    "paid_on": "Paid on",
    "visitor": "Visitor",
    "host_name": "Host",
    "host_country": "Country of the host",
    "host_region": "Outermost region",
    "host_sme": "Host is an SME",
    "distance_km": "Distance",
    "first_day": "First day",
    "last_day": "Last day",
    "reason": "Reason",
    "file": "Document",
}
"""Labels of the fields, for findings that are listed above a form."""


def country_options(language: str) -> list[tuple[str, str]]:
    """Every country, by name."""
    return [(row.code, row.name(language)) for row in all_countries()]


def host_options(language: str) -> list[tuple[str, str]]:
    """Countries whose lump sum was ever known: no other can host."""
    known = {row.territory for row in all_lump_sums()}
    return [(row.code, row.name(language)) for row in all_countries() if row.code in known]


def outermost_options(language: str) -> list[tuple[str, str]]:
    """The outermost regions, with the name of their country."""
    return [(row.code, f"{row.name} ({country_name(row.country, language)})") for row in all_regions() if row.outermost]


def number_words(row: SupportRow) -> str:
    """What the recipient is known by."""
    return ", ".join(each for each in (row.vat, row.registration_number) if each)


def host_words(row: SupportRow, language: str = "en") -> str:
    """Host and country of an exchange; empty for a voucher."""
    if row.exchange is None:
        return ""
    found = country(row.exchange.host_country)
    return f"{row.exchange.host_name}, {found.name(language) if found else row.exchange.host_country}"
