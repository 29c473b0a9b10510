"""Charts of what came in for a call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from app.core.chart_axes import ColumnChart, columns
from app.core.charts import Datum, EnvelopeRow, Segment, against_envelope, bars
from app.infra.templates import locale_of, money_text, translator
from app.web.words import country_name

if TYPE_CHECKING:
    from app.applications.queries.office import CallFigures
    from app.applications.queries.office_calls import OfficeCall

MOST_COUNTRIES = 10
MOST_DAYS = 60


@dataclass(frozen=True, slots=True)
class FigureCharts:
    """The drawings; None or empty where there is nothing to draw."""

    envelope: tuple[EnvelopeRow, ...]
    countries: tuple[Segment, ...]
    days: ColumnChart | None
    percent: int | None


def figure_charts(call: OfficeCall, figures: CallFigures, language: str) -> FigureCharts:
    """Requested against the envelope, by the coordinator's country, and by day of receipt (the last 60 days)."""
    _, locale = translator(language), locale_of(language)
    envelope: tuple[EnvelopeRow, ...] = ()
    percent = None
    if call.envelope is not None and figures.submitted:
        asked = Datum(_("Requested"), figures.requested.cents, money_text(figures.requested, locale))
        there = Datum(_("Envelope"), call.envelope.cents, money_text(call.envelope, locale))
        envelope = against_envelope([(asked, there)])
        percent = figures.requested.cents * 100 // call.envelope.cents if call.envelope else None
    return FigureCharts(
        envelope=envelope,
        countries=bars(_countries(figures.by_country, language)),
        days=_days(figures.by_day, _("Submitted")),
        percent=percent,
    )


def _countries(counted: Sequence[tuple[str, int]], language: str) -> list[Datum]:
    shown, rest = counted[:MOST_COUNTRIES], sum(count for _code, count in counted[MOST_COUNTRIES:])
    data = [Datum(country_name(code, language), count, str(count)) for code, count in shown]
    return [*data, Datum(translator(language)("others"), rest, str(rest), "neutral")] if rest else data


def _days(counted: Sequence[tuple[date, int]], series: str) -> ColumnChart | None:
    """Every day between the first and the last, empty ones too."""
    if not counted:
        return None
    by_day, last = dict(counted), counted[-1][0]
    first = max(counted[0][0], last - timedelta(days=MOST_DAYS - 1))
    every = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return columns([(f"{day.day}.{day.month}.", (by_day.get(day, 0),)) for day in every], [(series, "brand")])
