"""What letters to the coordinator about money say: that it is paid, at the start or after a report, or comes back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from app.core.money import Money
from app.grants.rules.agreement import Agreement
from app.infra.templates import day_text, money_text
from app.jobs.periodic_report import LOCALE, sheet_rows
from app.payments.rules.accounts import grouped
from app.payments.rules.interest import reference_day
from app.reporting.queries.reading import ReportReading
from app.reporting.rules.prefinancing_letter import PrefinancingLetterFacts


def payment_letter_context(reading: ReportReading, data: Mapping[str, Any]) -> dict[str, object]:
    """Everything that ``documents/payment_letter.html`` reads; ``data`` was frozen when the payment was asked for."""
    return _letter(reading, data) | {
        "at_start": None,
        "late": None,
        "number": reading.row.number,
        "final": reading.row.is_last,
        "issued_on": _day(data["requested_on"]),
    }


def prefinancing_letter_context(facts: PrefinancingLetterFacts) -> dict[str, object]:
    """The same for a pre-financing: everything was frozen when the bank had booked it."""
    payment = facts.payment
    account = payment.account
    return {
        "managing_body": facts.managing_body,
        "organisation": facts.organisation,
        "address": facts.address,
        "acronym": facts.acronym,
        "issued_on": _day(payment.paid_on.isoformat()),
        "amount": money_text(payment.amount, LOCALE),
        "late": None,
        "at_start": {
            "grant": facts.reference,
            "payment": payment.reference,
            "paid_on": _day(payment.paid_on.isoformat()),
            "account": ", ".join(part for part in (account.holder, grouped(account.iban), account.bic) if part),
            "sheet": tuple((step.words, _figure(step.amount)) for step in payment.sheet[:-1]),
            "result": _figure(payment.amount),
            "effect": tuple(_effect(facts)),
            "left": _figure(facts.left),
            "shares": tuple((share.words, _figure(share.amount)) for share in facts.shares),
            "ceiling": money_text(facts.interim_ceiling, LOCALE) if facts.interim_ceiling is not None else "",
        },
    }


def interest_letter_context(agreement: Agreement, data: Mapping[str, Any]) -> dict[str, object]:
    """The same for interest: everything about it was frozen when its payment was initiated."""
    coordinator = agreement.facts.coordinator
    owed = money_text(Money.parse(str(data["owed"])), LOCALE)
    return {
        "managing_body": data["managing_body"],
        "organisation": coordinator.name,
        "address": (coordinator.street, f"{coordinator.postcode} {coordinator.city}".strip(), coordinator.country_name),
        "acronym": agreement.acronym,
        "issued_on": _day(data["issued_on"]),
        "amount": money_text(Money.parse(str(data["amount"])), LOCALE),
        "at_start": None,
        "late": {
            "grant": agreement.reference,
            "payment": data["payment"],
            "due_on": _day(data["due_on"]),
            "booked_on": _day(data["booked_on"]),
            "pay_by": _day(data["pay_by"]),
            "requested_on": _day(data["requested_on"]) if data["requested_on"] else "",
            "reference_day": _day(data["reference_day"]),
            "sheet": (
                ("Amount that was paid late", owed),
                ("Days late", str(data["days"])),
                (f"Reference rate on {_day(data['reference_day'])}", str(data["reference_rate"])),
                ("Plus", str(data["margin"])),
                ("Rate by the year", str(data["rate"])),
            ),
            "result": money_text(Money.parse(str(data["amount"])), LOCALE),
        },
    }


def _effect(facts: PrefinancingLetterFacts) -> Iterator[tuple[str, str]]:
    """What the payment does to the grant, up to what is left of it."""
    yield f"Maximum grant of version {facts.agreement_version} of the agreement", _figure(facts.maximum_grant)
    yield "Pre-financing paid with this payment", _figure(-facts.payment.amount)
    if other := facts.maximum_grant - facts.payment.amount - facts.left:
        yield "Paid besides", _figure(-other)


def _figure(amount: Money) -> str:
    return money_text(amount, LOCALE, with_currency=False)


def recovery_announcement_context(reading: ReportReading, data: Mapping[str, Any]) -> dict[str, object]:
    """Everything that ``documents/recovery_announcement.html`` reads; ``data`` was frozen at the decision on the report."""
    terms = reading.agreement.terms
    frozen = {**data, "due_on": data["answer_by"]}
    return _letter(reading, frozen) | {
        "issued_on": _day(data["issued_on"]),
        "answer_by": _day(data["answer_by"]),
        "heard_days": terms.hearing_days,
        "recovery_days": terms.recovery_days,
        "number": reading.row.number,
        "reason": reading.row.reason,
        "reduction": reading.calculation.reduction_reason if reading.calculation is not None else "",
    }


def recovery_note_context(reading: ReportReading, data: Mapping[str, Any]) -> dict[str, object]:
    """Everything that ``documents/recovery_note.html`` reads; ``data`` was frozen at the decision after the hearing."""
    account = data["account"]
    calculation = reading.calculation
    return _letter(reading, data) | {
        "issued_on": _day(data["issued_on"]),
        "lowered": _taken_off(calculation.lowered, calculation.asked_back) if calculation is not None else (),
        "reason": str(data.get("reason", "")),
        "account": ", ".join(
            part for part in (account.get("name"), grouped(str(account.get("iban", ""))), account.get("bic")) if part
        ),
    }


def _taken_off(lowered: Money, left: Money) -> Sequence[tuple[tuple[str, str], str, str]]:
    """The last line of the calculation, where the hearing took something off."""
    if not lowered:
        return ()
    return ((("Taken off after the hearing", ""), _figure(lowered), _figure(-left)),)


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
