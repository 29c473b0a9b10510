"""The portfolio as its page and files show it: what is chosen in the address, its columns, its charts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from app.core.charts import CapBar, Datum, Segment, StackedBar, bars, cap_bar, stacked_bar
from app.grants.queries.facts import day_of
from app.grants.rules.grant_lifecycle import GrantState
from app.infra.templates import locale_of, money_text, translator
from app.reporting.queries.portfolio import calls_followed, portfolio
from app.reporting.rules.lateness import LATE_STEPS, STEP_WORDS
from app.reporting.rules.portfolio import (
    Figure,
    PortfolioFigures,
    PortfolioFilter,
    PortfolioRow,
    Spending,
    figures_of,
    narrowed,
    ordered,
)
from app.reporting.rules.progress import STANDING_WORDS, Standing
from app.web.grant_view.next_act import act_words
from app.web.grant_view.words import STATES
from app.web.lists import Column, Filter, Listing, ListSpec
from app.web.words import country_name

if TYPE_CHECKING:
    from app.core.money import Money
    from app.delivery.unit_of_work import Work

SPENDING = {
    Spending.NOTHING: "nothing accepted yet",
    Spending.SOME: "something accepted",
    Spending.HALF: "at least half of the grant",
    Spending.MOST: "at least 90 % of the grant",
}
MONEY = {
    Figure.COMMITTED: "something still to be paid",
    Figure.PREFINANCED: "pre-financed",
    Figure.ACCEPTED: "costs accepted",
    Figure.PAID: "something paid",
    Figure.RECOVERED: "something came back",
}
STANDING_LOOKS = {Standing.ON_TARGET: "ok", Standing.BEHIND: "warn"}


@dataclass(frozen=True, slots=True)
class Shown:
    """What a request sees of the portfolio: ``rows`` fit its filter, ``figures`` are those of the chosen call or of all."""

    listing: Listing[PortfolioRow]
    rows: Sequence[PortfolioRow]
    figures: PortfolioFigures
    call: str


def shown_portfolio(work: Work) -> Shown:
    """Read the portfolio once, and narrow and order it as the address says."""
    today, language = day_of(work.now), work.known.language
    calls = {identifier: call_id for call_id, identifier in calls_followed(work.session, work.actor)}
    call_id = calls.get(work.incoming.query.get("call", ""))
    rows = portfolio(work.session, work.actor, today=today, call_id=call_id)
    listing = Listing.read(work.incoming, spec(calls, sorted({row.country for row in rows}), language))
    chosen = listing.value
    wanted = PortfolioFilter(
        listing.q,
        chosen("state"),
        chosen("country"),
        chosen("late"),
        chosen("spent"),
        chosen("target"),
        chosen("money"),
    )
    found = ordered(narrowed(rows, wanted), listing.sort, descending=listing.descending)
    return Shown(listing, found, figures_of(rows), chosen("call"))


def spec(calls: Mapping[str, UUID], countries: Sequence[str], language: str) -> ListSpec[PortfolioRow]:
    """Columns and filters. Files have every figure in a column of its own."""
    say = translator(language)
    return ListSpec(
        columns=(
            Column("acronym", "Grant", lambda row: row.acronym, sortable=True),
            Column("reference", "Reference", lambda row: row.reference, only_export=True),
            Column("title", "Title", lambda row: row.title, only_export=True),
            Column("call", "Call", lambda row: row.call, only_export=True),
            Column("coordinator", "Coordinator", lambda row: row.coordinator, only_export=True),
            Column("country", "Country of the coordinator", lambda row: row.country, only_export=True),
            Column("state", "State", lambda row: STATES[row.state][0], only_export=True),
            Column("by", "Next act", lambda row: act_words(row.act, "en"), sortable=True),
            Column("who", "Who acts", lambda row: row.act.actor, only_export=True),
            Column("day", "By", lambda row: row.act.by, only_export=True),
            Column("late", "Days late", lambda row: row.days_late, only_export=True, sortable=True),
            Column("start", "Start", lambda row: row.start_on, only_export=True),
            Column("end", "Ends", lambda row: row.end_on, sortable=True),
            Column("granted", "Grant", lambda row: row.maximum_grant, align="right", sortable=True),
            Column("committed", "Still to be paid", lambda row: row.committed, only_export=True),
            Column("prefinanced", "Pre-financed", lambda row: row.prefinanced, only_export=True),
            Column("accepted", "Accepted", lambda row: row.accepted, align="right", sortable=True),
            Column("spent", "Accepted, %", lambda row: row.spent, only_export=True, sortable=True),
            Column("paid", "Paid, net", lambda row: row.paid, align="right", sortable=True),
            Column("on_the_way", "On the way", lambda row: row.on_the_way, only_export=True),
            Column("recovered", "Came back", lambda row: row.recovered, only_export=True),
            Column("third_parties", "Third parties", lambda row: row.third_parties, only_export=True),
            Column("target", "Indicators", lambda row: STANDING_WORDS[row.progress.standing]),
            Column("behind", "Behind by", lambda row: "; ".join(behind_words(row, "en")), only_export=True),
        ),
        filters=(
            Filter("call", "Call", [(call, call) for call in calls]),
            Filter("state", "State", [(state.value, STATES[state][0]) for state in GrantState]),
            Filter("country", "Country", [(code, country_name(code, language)) for code in countries]),
            Filter(
                "late",
                "Late",
                [("yes", "everything that is late"), *((step.value, say(STEP_WORDS[step])) for step in LATE_STEPS)],
            ),
            Filter("spent", "Accepted", [(one.value, words) for one, words in SPENDING.items()]),
            Filter("target", "Indicators", [(one.value, words) for one, words in STANDING_WORDS.items()]),
            Filter("money", "Money", [(one.value, words) for one, words in MONEY.items()]),
        ),
        sort="acronym",
    )


def behind_words(row: PortfolioRow, language: str) -> list[str]:
    """Each indicator that lacks something, the worst first: how much of how much."""
    say = translator(language)
    return [
        say("%(title)s: %(missing)s fewer than %(expected)s expected by now")
        % {"title": one.title, "missing": one.missing, "expected": one.expected}
        for one in row.progress.behind
    ]


def share_bar(row: PortfolioRow) -> CapBar:
    """The accepted share of a grant."""
    return cap_bar(max(row.accepted.cents, 0), row.maximum_grant.cents)


def money_bars(figures: PortfolioFigures, language: str) -> Sequence[Segment]:
    """From what was granted to what came back, on one scale."""
    say, locale = translator(language), locale_of(language)

    def part(label: str, amount: Money, tone: str) -> Datum:
        return Datum(say(label), amount.cents, money_text(amount, locale), tone)  # type: ignore[arg-type]  # one of the tones

    return bars(
        [
            part("Granted", figures.granted, "brand"),
            part("Pre-financed", figures.prefinanced, "brand-2"),
            part("Accepted", figures.accepted, "gold"),
            part("Paid, net", figures.paid, "ok"),
            part("Third parties", figures.third_parties, "neutral"),
            part("Came back", figures.recovered, "bad"),
        ]
    )


def standing_bar(figures: PortfolioFigures, language: str) -> StackedBar:
    """How many projects are on target, behind, and without a report that would say."""
    say = translator(language)
    others = figures.total - figures.on_target - figures.behind
    return stacked_bar(
        [
            Datum(say("On target"), figures.on_target, str(figures.on_target), "ok"),
            Datum(say("Behind"), figures.behind, str(figures.behind), "warn"),
        ],
        rest=Datum(say("Not measured yet"), others, str(others), "neutral"),
    )
