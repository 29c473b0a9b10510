"""What the document of a decided report says: the figures of the reading, as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from app.core.charts import Datum, StackedBar, stacked_bar
from app.core.money import Money
from app.infra.templates import day_text, instant_text, money_text
from app.reporting.queries.reading import ReportReading
from app.reporting.rules.assessment import Verdict
from app.reporting.rules.sheet import Sheet
from app.reporting.rules.summary import Figures
from app.reporting.rules.technical import TEXTS
from app.reporting.schemas import CostRow, StatementRow

LOCALE = "en_GB"
_VERDICTS = {Verdict.ACCEPTED: "accepted", Verdict.REDUCED: "reduced", Verdict.REJECTED: "rejected"}


def periodic_report_context(reading: ReportReading) -> dict[str, object]:
    """Everything that ``documents/periodic_report.html`` reads, besides the document's own facts."""
    calculation, summary = reading.calculation, reading.summary
    return {
        "managing_body": reading.rules.identity.managing_body,
        "project": reading.agreement.title,
        "acronym": reading.agreement.acronym,
        "number": reading.row.number,
        "period": f"{_day(reading.row.starts_on)} to {_day(reading.row.ends_on)}",
        "submitted": instant_text(reading.row.submitted_at, LOCALE) if reading.row.submitted_at else "",
        "decided": instant_text(reading.row.decided_at, LOCALE) if reading.row.decided_at else "",
        "state": reading.row.state.value,
        "reason": reading.row.reason,
        "texts": tuple((one.title, reading.texts.get(one.id, "")) for one in TEXTS if reading.texts.get(one.id)),
        "indicators": tuple(_indicators(reading)),
        "sheet": sheet_rows(calculation.sheet) if calculation is not None else (),
        "result": money_text(calculation.due or calculation.recovery, LOCALE, with_currency=False)
        if calculation is not None
        else "",
        "claimed": money_text(summary.total.claimed, LOCALE),
        "accepted": money_text(summary.total.accepted, LOCALE),
        "contribution": money_text(summary.accepted_contribution, LOCALE),
        "due": money_text(calculation.due, LOCALE) if calculation is not None and not calculation.recovery else "",
        "recovery": money_text(calculation.recovery, LOCALE)
        if calculation is not None and calculation.recovery
        else "",
        "partners": tuple(_partners(reading)),
        "by_category": tuple(
            (f"{one.code} {one.titles}", *_figures(summary.of_category(one.id))) for one in summary.categories
        ),
        "total": ("Project", *_figures(summary.total)),
        "total_contribution": money_text(summary.accepted_contribution, LOCALE, with_currency=False),
        "use": _use(summary.total),
        "statements": tuple(_statements(reading)),
    }


def report_data(reading: ReportReading) -> dict[str, object]:
    """The report as plain data, attached to its document."""
    calculation = reading.calculation
    return {
        "format": "grappe-periodic-report-1",
        "grant": reading.agreement.reference,
        "period": reading.row.number,
        "starts_on": reading.row.starts_on,
        "ends_on": reading.row.ends_on,
        "state": reading.row.state,
        "texts": dict(reading.texts),
        "indicators": {one.id: {"value": one.value, "words": one.words} for one in reading.values},
        "costs": [
            {
                "partner": one.partner_id,
                "line": one.number,
                "category": one.category,
                "words": one.words,
                "first_day": one.first_day,
                "last_day": one.last_day,
                "amount": one.amount,
                "verdict": one.verdict,
                "accepted": one.accepted,
                "reason": one.reason,
            }
            for one in reading.costs
        ],
        "statements": {str(one.partner_id): one.sha256 for one in reading.statements.values()},
        "certificates": {
            str(one.partner_id): one.certificate_sha256 for one in reading.statements.values() if one.certificate_id
        },
        "sheet": calculation.sheet.plain() if calculation is not None else [],
    }


def sheet_rows(sheet: Sheet) -> Sequence[tuple[tuple[str, str], str, str]]:
    """A calculation as rows of a table: words with their source, amount, what is reached so far."""
    return tuple(
        (
            (step.text, step.source),
            money_text(step.amount, LOCALE, with_currency=False),
            money_text(step.running, LOCALE, with_currency=False),
        )
        for step in sheet.steps
    )


def _indicators(reading: ReportReading) -> Iterator[tuple[str, str, str, str]]:
    values = {one.id: one for one in reading.values}
    for target in reading.targets:
        value = values.get(target.id)
        reached = value.value if value is not None else None
        yield (
            target.title,
            str(target.target) if target.target is not None else "none",
            str(reached) if reached is not None else "none",
            value.words if value is not None else "",
        )


def _partners(reading: ReportReading) -> Iterator[tuple[str, ...]]:
    for row in reading.summary.rows:
        contribution = money_text(row.accepted_contribution, LOCALE, with_currency=False)
        yield row.partner.name, *_figures(row.total), contribution


def _figures(figures: Figures) -> tuple[str, ...]:
    amounts = figures.budget, figures.before, figures.claimed, figures.accepted, figures.left
    return tuple(money_text(amount, LOCALE, with_currency=False) for amount in amounts)


def _use(total: Figures) -> StackedBar:
    """Used before, accepted now and left of the budget; what exceeds it is not drawn."""
    left = max(total.budget - total.before - total.accepted, Money.zero())
    data = [
        Datum("Earlier periods", total.before.cents, money_text(total.before, LOCALE), "brand"),
        Datum("Accepted now", total.accepted.cents, money_text(total.accepted, LOCALE), "gold"),
    ]
    return stacked_bar(data, rest=Datum("Left", left.cents, money_text(left, LOCALE), "neutral"))


def _statements(reading: ReportReading) -> Iterator[dict[str, object]]:
    titles = {one.id: one.code for one in reading.summary.categories}
    for row in reading.summary.rows:
        partner_id = row.partner.partner_id
        head = reading.statements.get(partner_id)
        yield {
            "name": row.partner.name,
            "explanation": head.explanation if head is not None else "",
            "receipts": money_text(head.receipts, LOCALE) if head is not None and head.receipts else "",
            "certificate": _certificate(head),
            "signed": instant_text(head.signed_at, LOCALE) if head is not None and head.signed_at else "",
            "sha256": (head.sha256 or "") if head is not None else "",
            "rows": tuple(_cost(one, titles) for one in reading.costs_of(partner_id)),
            "totals": (
                "Total with flat rates",
                "",
                "",
                money_text(row.total.claimed, LOCALE, with_currency=False),
                "",
                money_text(row.total.accepted, LOCALE, with_currency=False),
            ),
        }


def _certificate(head: StatementRow | None) -> str:
    """The file with its hash, and what was written about it."""
    if head is None or head.certificate_id is None:
        return ""
    said = f"{head.certificate}, " if head.certificate else ""
    return f"{said}{head.certificate_name}, SHA-256 {head.certificate_sha256}"


def _cost(cost: CostRow, titles: Mapping[str, str]) -> tuple[str, ...]:
    days = " to ".join(_day(day) for day in dict.fromkeys((cost.first_day, cost.last_day)) if day is not None)
    verdict = _VERDICTS[cost.verdict] if cost.verdict is not None else ""
    return (
        cost.words,
        titles.get(cost.category, cost.category),
        days,
        money_text(cost.amount, LOCALE, with_currency=False),
        f"{verdict}: {cost.reason}" if cost.reason else verdict,
        money_text(cost.accepted or Money.zero(), LOCALE, with_currency=False),
    )


def _day(day: date) -> str:
    return day_text(day, LOCALE)
