"""What the record of the evaluation committee says: how it was done, who decided, the lists, and every reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from app.core.charts import Datum, StackedBar, stacked_bar
from app.core.money import Money
from app.evaluation.queries.committee import SeatConflict
from app.evaluation.queries.record import RecordFacts
from app.evaluation.rules.assignments import HitKind
from app.evaluation.rules.committee import Seat, tally
from app.evaluation.rules.record import entries_of
from app.infra.templates import instant_text, money_text

LOCALE = "en_GB"
_SEATS = {Seat.MODERATOR: "Moderator", Seat.PANEL_MEMBER: "Member with a vote", Seat.OBSERVER: "Observer"}
_CONFLICTS = {
    HitKind.CONSORTIUM: "part of the consortium",
    HitKind.ORGANISATION: "belongs to an organisation that takes part",
    HitKind.EMPLOYER: "employed by an organisation that takes part",
    HitKind.COMPETING: "takes part in another application to this call",
}
_LISTS = (
    ("main", "Main list"),
    ("reserve", "Reserve list"),
    ("not_selected", "Not selected for want of capacity"),
    ("below_threshold", "Below a threshold"),
)


def ranking_record_context(facts: RecordFacts) -> dict[str, object]:
    """Everything that ``documents/ranking_record.html`` reads, besides the document's own facts."""
    record, known = facts.ranking.snapshot, facts.known
    members = [row.person_id for row in facts.seats if row.seat is Seat.PANEL_MEMBER]
    votes = tally(known.evaluation, members, {row.person_id: row.approves for row in facts.votes})
    return {
        "record": record,
        "managing_body": known.rules.identity.managing_body,
        "number": facts.ranking.number,
        "sha256": facts.ranking.sha256,
        "adopted": _when(facts.ranking.adopted_at),
        "phases": tuple(_phases(facts)),
        "figures": facts.figures,
        "needed_experts": known.evaluation.experts,
        "withdrawn": tuple(facts.withdrawn),
        "votes": votes,
        "seats": tuple(_seats(facts)),
        "conflicts": tuple(_conflicts(facts.conflicts)),
        "envelopes": tuple(_envelopes(record)),
        "columns": _columns(record),
        "marks": tuple(_marks(record)),
        "ties": tuple(_ties(record)),
        "minority": tuple(_minority(facts)),
        "capacity": tuple(_capacity(record)),
    }


def amount(stored: Mapping[str, str]) -> str:
    """Stored money in words, without its currency."""
    return money_text(Money.parse(stored["amount"], stored["currency"]), LOCALE, with_currency=False)


def _when(instant: datetime | None) -> str:
    return f"{instant_text(instant, LOCALE)} (Brussels)" if instant is not None else ""


def _phases(facts: RecordFacts) -> Iterator[tuple[str, str]]:
    row, ranking = facts.known.row, facts.ranking
    yield "Evaluation started", _when(row.started_at)
    yield "Individual reports due", _when(row.reports_due_at)
    yield "Panel opened", _when(row.panel_opened_at)
    yield f"Ranking {ranking.number} proposed", _when(ranking.proposed_at)
    yield "Ranking adopted", _when(ranking.adopted_at)


def _seats(facts: RecordFacts) -> Iterator[tuple[str, str, str, str]]:
    """Name, seat, vote with its reason, instant of the vote."""
    votes = {row.person_id: row for row in facts.votes}
    for row in facts.seats:
        vote = votes.get(row.person_id)
        if row.seat is not Seat.PANEL_MEMBER:
            yield row.name, _SEATS[row.seat], "no vote", ""
        elif vote is None:
            yield row.name, _SEATS[row.seat], "did not vote", ""
        else:
            said = "approves" if vote.approves else f"against: {vote.words}"
            yield row.name, _SEATS[row.seat], said, _when(vote.voted_at)


def _conflicts(conflicts: Sequence[SeatConflict]) -> Iterator[tuple[str, str, str]]:
    """Name, references, what connects them; one line for all that are alike."""
    found: dict[tuple[str, str], list[str]] = {}
    for one in conflicts:
        words = [_CONFLICTS[hit] for hit in one.hits if hit in _CONFLICTS]
        if one.declared:
            words.append("declared as an expert")
        found.setdefault((one.name, "; ".join(words)), []).append(_short(one.reference))
    for (name, said), references in found.items():
        yield name, ", ".join(references), said


def _short(reference: str) -> str:
    return f"/{reference.rsplit('/', 1)[-1]}"


def _columns(record: Mapping[str, Any]) -> list[dict[str, object]]:
    """Columns of a ranked table; the criteria share what the others leave."""
    criteria = record["criteria"]
    each = f"{max(42 // max(len(criteria), 1), 6)}%"
    return [
        {"label": "Application", "width": "26%"},
        *({"label": one["title"], "number": True, "width": each} for one in criteria),
        {"label": "Total", "number": True, "width": "7%"},
        {"label": "Requested (EUR)", "number": True, "width": "12%"},
        {"label": "Running total (EUR)", "number": True, "width": "13%"},
    ]


def _envelopes(record: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for line in record["envelopes"]:
        mine = [entry for entry in record["entries"] if entry["envelope"] == line["code"]]
        lists = [
            (title, [_row(record, entry) for entry in mine if entry["standing"] == standing])
            for standing, title in _LISTS
        ]
        yield {
            "title": line["title"],
            "figures": [
                ("Envelope", f"EUR {amount(line['available'])}"),
                ("Funded by the main list", f"EUR {amount(line['funded'])}"),
                ("Left below the line", f"EUR {amount(line['left'])}"),
                ("Asked for by the first of the reserve list", _needs(line)),
            ],
            "chart": _chart(line),
            "lists": [(title, rows) for title, rows in lists if rows],
        }


def _needs(line: Mapping[str, Any]) -> str:
    return f"EUR {amount(line['next_needs'])}" if line["next_needs"] is not None else "nobody is on the reserve list"


def _chart(line: Mapping[str, Any]) -> StackedBar:
    funded, left = (Money.parse(line[name]["amount"], line[name]["currency"]) for name in ("funded", "left"))
    return stacked_bar(
        [Datum("Main list", funded.cents, f"EUR {amount(line['funded'])}")],
        rest=Datum("Left", left.cents, f"EUR {amount(line['left'])}"),
    )


def _row(record: Mapping[str, Any], entry: Mapping[str, Any]) -> tuple[str, ...]:
    place = f"{entry['position']}. " if entry["position"] is not None else ""
    decided = "" if entry["decided_by"] == "total" or entry["position"] is None else " *"
    head = f"{place}{entry['acronym']}\n{_short(entry['reference'])} · {entry['coordinator']}"
    return (
        head,
        *(entry["scores"].get(one["id"], "") for one in record["criteria"]),
        f"{entry['total']}{decided}",
        amount(entry["requested"]),
        amount(entry["running"]) if entry["position"] is not None else "",
    )


def _title(record: Mapping[str, Any], criterion: str) -> str:
    return next((str(one["title"]) for one in record["criteria"] if one["id"] == criterion), criterion)


def _marks(record: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    for entry in record["entries"]:
        for criterion, reason in sorted(entry["marks"].items()):
            reference = f"{entry['acronym']} {_short(entry['reference'])}"
            yield reference, _title(record, criterion), entry["scores"].get(criterion, ""), reason


def _ties(record: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Every place that a comparison decided: application, what decided, the panel's reason."""
    for entry in entries_of(record, "main", "reserve"):
        if entry["decided_by"] != "total":
            kind, _, criterion = entry["decided_by"].partition(":")
            words = f"more points for {_title(record, criterion)}" if criterion else kind.replace("_", " ")
            yield f"{entry['acronym']} {_short(entry['reference'])}", words, entry["order_reason"]


def _minority(facts: RecordFacts) -> Iterator[tuple[str, str]]:
    for entry in facts.ranking.snapshot["entries"]:
        for application_id, words in facts.dissents.items():
            if str(application_id) == entry["application"]:
                yield from ((f"{entry['acronym']} {_short(entry['reference'])}", said) for said in words)


def _capacity(record: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    """One line for all partners of an application of whom the same was found."""
    for entry in record["entries"]:
        alike: dict[tuple[str, str], list[str]] = {}
        for one in entry["capacity"]:
            found = one["outcome"] + (f": {one['words']}" if one["words"] else "")
            alike.setdefault((f"{one['kind']} capacity", found), []).append(one["partner"] or "the partnership")
        for (what, found), names in alike.items():
            yield f"{entry['acronym']} {_short(entry['reference'])}", what, ", ".join(names), found
