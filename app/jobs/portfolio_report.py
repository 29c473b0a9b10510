"""What the report of the portfolio says: the frozen rows and figures as text, charts and tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from app.core.charts import Datum, Segment, StackedBar, bars, stacked_bar
from app.core.money import Money
from app.infra.templates import day_text, instant_text, money_text
from app.reference.queries import country
from app.reporting.rules.lateness import STEP_ACTORS, STEP_WORDS, Step
from app.reporting.rules.progress import STANDING_WORDS, Standing

LOCALE = "en_GB"
_CHOICES = {
    "text": "words",
    "state": "state",
    "country": "country of the coordinator",
    "late": "late",
    "spent": "accepted costs",
    "target": "indicators",
    "money": "with an amount",
}
_BARS = (
    ("Granted", "granted", "brand"),
    ("Pre-financed", "prefinanced", "brand-2"),
    ("Accepted", "accepted", "gold"),
    ("Paid, net", "paid", "ok"),
    ("Third parties", "third_parties", "neutral"),
    ("Came back", "recovered", "bad"),
)


def portfolio_subtitle(data: Mapping[str, Any]) -> str:
    """Of which grants it is."""
    return f"Grants of call {data['call']}" if data["call"] else "Grants of every call that the office follows"


def portfolio_report_context(data: Mapping[str, Any]) -> dict[str, object]:
    """Everything that ``documents/portfolio_report.html`` reads, besides the document's own facts."""
    grants, figures = data["grants"], data["figures"]
    late = sorted((one for one in grants if one["days_late"]), key=lambda one: -one["days_late"])
    return {
        "as_of": instant_text(datetime.fromisoformat(str(data["as_of"])), LOCALE),
        "choice": "; ".join(_choice(name, str(value)) for name, value in data["chosen"].items()),
        "count": str(len(grants)),
        "running": str(figures["running"]),
        "late_count": str(figures["late"]),
        "spent": f"{figures['spent']} %",
        "amounts": tuple((label, _money(figures[name])) for label, name, _ in _BARS),
        "committed": _money(figures["committed"]),
        "money": _money_bars(figures),
        "standing": _standing(figures),
        "late": tuple(_late(one) for one in late),
        "behind": tuple(_behind(grants)),
        "rows": tuple(_row(one) for one in grants),
        "totals": (
            f"{len(grants)} grants" if len(grants) != 1 else "1 grant",
            "",
            "",
            *(_plain(figures[name]) for name in ("granted", "prefinanced", "accepted")),
            f"{figures['spent']} %",
            *(_plain(figures[name]) for name in ("paid", "third_parties")),
            "",
        ),
    }


def _choice(name: str, value: str) -> str:
    return f"{_CHOICES[name]}: {value.replace('_', ' ')}"


def _money_bars(figures: Mapping[str, Any]) -> Sequence[Segment]:
    return bars(
        [
            Datum(label, _amount(figures[name]).cents, _money(figures[name]), tone)  # type: ignore[arg-type]  # one of the tones
            for label, name, tone in _BARS
        ]
    )


def _standing(figures: Mapping[str, Any]) -> StackedBar:
    others = figures["total"] - figures["on_target"] - figures["behind"]
    return stacked_bar(
        [
            Datum("On target", figures["on_target"], str(figures["on_target"]), "ok"),
            Datum("Behind", figures["behind"], str(figures["behind"]), "warn"),
        ],
        rest=Datum("Not measured yet", others, str(others), "neutral"),
    )


def _late(one: Mapping[str, Any]) -> tuple[str, ...]:
    who = one.get("who") or STEP_ACTORS[Step(one["step"])]  # reports that were asked for before name the step only
    days = f"{one['days_late']} days" if one["days_late"] != 1 else "1 day"
    return f"{one['acronym']}, {one['reference']}", _act(one), who, _day(one["by"]), days


def _act(one: Mapping[str, Any]) -> str:
    words = STEP_WORDS[Step(one["step"])]
    return f"{words} {one['number']}" if one["number"] else words


def _behind(grants: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, ...]]:
    for one in grants:
        for lacking in one["behind"]:
            reached = lacking["reached"] if lacking["reached"] is not None else 0
            yield one["acronym"], lacking["title"], str(lacking["target"]), str(lacking["expected"]), str(reached)


def _row(one: Mapping[str, Any]) -> tuple[str, ...]:
    known = country(one["country"])
    step = _act(one)
    return (
        f"{one['acronym']}, {one['coordinator']}, {known.name() if known is not None else one['country']}",
        f"{one['state']}, ends {_day(one['end_on'])}" if one["end_on"] else one["state"],
        f"{step}, {_day(one['by'])}" if one["by"] else step,
        _plain(one["maximum_grant"]),
        _plain(one["prefinanced"]),
        _plain(one["accepted"]),
        f"{one['spent']} %",
        _plain(one["paid"]),
        _plain(one["third_parties"]),
        STANDING_WORDS[Standing(one["standing"])],
    )


def _day(value: str | None) -> str:
    return day_text(date.fromisoformat(value), LOCALE) if value else "-"


def _amount(value: Mapping[str, str]) -> Money:
    return Money.parse(value["amount"])


def _money(value: Mapping[str, str]) -> str:
    return money_text(_amount(value), LOCALE)


def _plain(value: Mapping[str, str]) -> str:
    return money_text(_amount(value), LOCALE, with_currency=False)
