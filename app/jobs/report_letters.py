"""What letters to the coordinator about a decided report say: that money is paid, or that it comes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from app.core.money import Money
from app.infra.templates import day_text, money_text
from app.jobs.periodic_report import LOCALE, sheet_rows
from app.payments.rules.accounts import grouped
from app.payments.rules.interest import reference_day
from app.reporting.queries.reading import ReportReading


def payment_letter_context(reading: ReportReading, data: Mapping[str, Any]) -> dict[str, object]:
    """Everything that ``documents/payment_letter.html`` reads; ``data`` was frozen when the payment was asked for."""
    return _letter(reading, data) | {
        "number": reading.row.number,
        "final": reading.row.is_last,
        "issued_on": _day(data["requested_on"]),
    }


def recovery_note_context(reading: ReportReading, data: Mapping[str, Any]) -> dict[str, object]:
    """Everything that ``documents/recovery_note.html`` reads; ``data`` was frozen at the decision on the report."""
    account = data["account"]
    return _letter(reading, data) | {
        "issued_on": _day(data["issued_on"]),
        "account": ", ".join(
            part for part in (account.get("name"), grouped(str(account.get("iban", ""))), account.get("bic")) if part
        ),
    }


def _letter(reading: ReportReading, data: Mapping[str, Any]) -> dict[str, object]:
    coordinator, calculation = reading.agreement.facts.coordinator, reading.calculation
    return {
        "managing_body": reading.rules.identity.managing_body,
        "organisation": coordinator.name,
        "address": (coordinator.street, f"{coordinator.postcode} {coordinator.city}".strip(), coordinator.country_name),
        "acronym": reading.agreement.acronym,
        "period": f"{_day(reading.row.starts_on.isoformat())} to {_day(reading.row.ends_on.isoformat())}",
        "amount": money_text(Money.parse(str(data["amount"])), LOCALE),
        "due_on": _day(data["due_on"]),
        "interest": _interest(reading, date.fromisoformat(str(data["due_on"]))),
        "sheet": sheet_rows(calculation.sheet) if calculation is not None else (),
        "result": money_text(Money.parse(str(data["amount"])), LOCALE, with_currency=False),
        "shares": tuple(_shares(reading)),
    }


def _interest(reading: ReportReading, due_on: date) -> tuple[str, str] | None:
    """The day whose reference rate counts and the margin; None where the agreement knows no interest."""
    agreed = reading.agreement.terms.late_interest
    return (_day(reference_day(due_on).isoformat()), str(agreed.margin)) if agreed is not None else None


def _shares(reading: ReportReading) -> Sequence[tuple[str, str, str]]:
    """What was accepted of each partner, and the contribution to it."""
    return [
        (
            row.partner.name,
            money_text(row.total.accepted, LOCALE, with_currency=False),
            money_text(row.accepted_contribution, LOCALE, with_currency=False),
        )
        for row in reading.summary.rows
    ]


def _day(day: str) -> str:
    return day_text(date.fromisoformat(day), LOCALE)
