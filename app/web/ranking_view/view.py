"""What the ranking page shows: cards, bar, line, rows with the experts' spread, and how the order is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from app.core.charts import Datum, DotStrip, StackedBar, dot_strip, stacked_bar
from app.core.money import Money
from app.evaluation.queries.committee import PanelAccess
from app.evaluation.queries.rankings import expert_scores
from app.evaluation.queries.rounds import RoundRules
from app.evaluation.rules.ranking import BY_REFERENCE, BY_TOTAL, line_skips
from app.evaluation.rules.scores import score_text, total_of
from app.infra.templates import locale_of, money_text, translator
from app.web.call_view.evaluation import evaluation_view
from app.web.ranking_view.rows import RankingLine, money_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.delivery.unit_of_work import Work

TAGS = {
    "main": ("ok", "main"),
    "reserve": ("warn", "reserve"),
    "below_threshold": ("bad", "below threshold"),
    "not_selected": ("bad", "not selected"),
    "conflict": ("neutral", "conflict"),
}
"""State of the tag and words of each standing."""
STANDINGS = [(value, words.capitalize()) for value, (_, words) in TAGS.items() if value != "conflict"]
_COMPARED = {
    "sme_budget_share": "share for SMEs",
    "gender_balance": "gender balance",
    "number_of_countries": "countries",
    "lower_request": "smaller request",
    "panel_decision": "panel",
}
"""What decided a tie, as short as a cell needs it."""


@dataclass(frozen=True, slots=True)
class EnvelopeView:
    """One envelope with its line; amounts as Money, ``sentence`` is the line in words."""

    code: str
    title: str
    available: Money
    funded: Money
    left: Money
    next_needs: Money | None
    main: int
    reserve: int
    below: int
    not_selected: int
    bar: StackedBar
    sentence: str


def envelope_views(record: Mapping[str, Any], language: str) -> list[EnvelopeView]:
    """Every envelope of the record, in the order of the call."""
    return [_envelope(record, stored, language) for stored in record["envelopes"]]


def _envelope(record: Mapping[str, Any], stored: Mapping[str, Any], language: str) -> EnvelopeView:
    say, locale = translator(language), locale_of(language)
    counts = dict.fromkeys(TAGS, 0)
    for entry in record["entries"]:
        if entry["envelope"] == stored["code"]:
            counts[entry["standing"]] += 1
    available, funded, left = (money_of(stored[name]) for name in ("available", "funded", "left"))
    needs = money_of(stored["next_needs"]) if stored["next_needs"] is not None else None
    figures = {
        "funded": money_text(funded, locale),
        "available": money_text(available, locale, with_currency=False),
        "left": money_text(left, locale, with_currency=False),
        "needs": money_text(needs, locale, with_currency=False) if needs is not None else "",
    }
    words = (
        say("Funding line: %(funded)s of %(available)s. The next application asks for %(needs)s; %(left)s is left.")
        if needs is not None
        else say("Funding line: %(funded)s of %(available)s. All that can be funded are above it; %(left)s is left.")
    )
    return EnvelopeView(
        code=stored["code"],
        title=stored["title"],
        available=available,
        funded=funded,
        left=left,
        next_needs=needs,
        main=counts["main"],
        reserve=counts["reserve"],
        below=counts["below_threshold"],
        not_selected=counts["not_selected"],
        bar=stacked_bar(
            [Datum(say("main list"), funded.cents, money_text(funded, locale))],
            rest=Datum(say("left"), left.cents, money_text(left, locale)),
        ),
        sentence=words % figures,
    )


@dataclass(frozen=True, slots=True)
class SpreadView:
    """The experts' totals of one application on one line; ``words`` where they lie far apart."""

    strip: DotStrip
    apart: str


def spreads(
    work: Work, known: RoundRules, access: PanelAccess, rows: Sequence[RankingLine]
) -> Mapping[UUID, SpreadView]:
    """The experts' totals of the rows of this page, for who may see reports; names only for who may see names."""
    if "other_reports" not in access.sights:
        return {}
    wanted = [row.application_id for row in rows if row.application_id is not None]
    given = expert_scores(work.session, wanted) if wanted else {}
    named = "expert_names" in access.sights
    say = translator(work.known.language)
    found = {}
    for application_id, sheets in given.items():
        totals = [
            (sheet.name if named else say("Expert %s") % number, total_of(known.stage, sheet.scores).points)
            for number, sheet in enumerate(sheets, start=1)
        ]
        points = [total for _, total in totals]
        data = [Datum(name, _hundredths(total), score_text(total)) for name, total in totals]
        strip = dot_strip(
            data,
            lowest=0,
            highest=_hundredths(known.stage.maximum),
            threshold=_hundredths(known.stage.overall_threshold),
        )
        found[application_id] = SpreadView(strip, score_text(max(points) - min(points)))
    return found


def _hundredths(points: Decimal) -> int:
    return int(points * 100)


def decided_words(row: RankingLine, record: Mapping[str, Any], say: Callable[[str], str]) -> str:
    """What decided a tie with the row above: ``tie: Quality of the action``; empty where the total did."""
    if row.decided_by == BY_TOTAL or row.total is None:
        return ""
    if row.decided_by == BY_REFERENCE:
        return say("tie: reference")
    kind, _, criterion = row.decided_by.partition(":")
    titles = {one["id"]: one["title"] for one in record["criteria"]}
    return say("tie: %s") % (titles.get(criterion) or say(_COMPARED[kind]))


def order_words(known: RoundRules, language: str) -> list[str]:
    """How the order is made, sentence by sentence, from the call."""
    say, stage = translator(language), known.stage
    shown = evaluation_view(known.rules, language)
    floors = ", ".join(
        f"{one.title.in_language(language)} {score_text(one.threshold)}"
        for one in stage.criteria
        if one.threshold is not None
    )
    sentences = [
        say("Points of the criteria are added up to at most %s.") % score_text(stage.maximum),
        say("Ranked is who reaches %s points in all.") % score_text(stage.overall_threshold),
    ]
    if floors:
        sentences.append(say("Each of these needs its own points: %s.") % floors)
    sentences.append(say("More points go first."))
    if shown is not None and shown.tie_breaks:
        sentences.append(say("Where points are equal, first goes: %s.") % say("; then ").join(shown.tie_breaks))
    sentences.append(
        say("An application that no longer fits into the envelope is passed over; later ones that fit are funded.")
        if line_skips(known.rules)
        else say("The first application that no longer fits into the envelope closes the main list.")
    )
    sentences.append(say("Those who pass and are not funded form the reserve list, in the same order."))
    return sentences
