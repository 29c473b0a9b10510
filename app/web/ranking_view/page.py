"""The ranking page for the office and for the committee: the same content, narrowed by what each may see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from app.applications.queries.applied_call import AppliedCall, applied_call
from app.core.errors import NotFoundError
from app.evaluation.queries.committee import PanelAccess, panel_access
from app.evaluation.queries.overview import OF_OTHERS
from app.evaluation.queries.panel import proposed_ranking
from app.evaluation.queries.rankings import RankingToShow, known_round, ranking_to_show
from app.evaluation.queries.rounds import RoundRules, judged_rows
from app.evaluation.queries.sights import sights_in_round
from app.evaluation.rules.ranking_rows import RankingLine, around_line, line_index, lines_of, narrowed, page_count
from app.infra.templates import translator
from app.web.exports import export
from app.web.lists import Column, Filter, Listing, ListSpec, ShownPage
from app.web.pages import page
from app.web.ranking_view.view import STANDINGS, TAGS, decided_words, envelope_views, order_words, short_titles, spreads

if TYPE_CHECKING:
    from starlette.responses import Response

    from app.delivery.incoming import Incoming
    from app.delivery.unit_of_work import Work


@dataclass(frozen=True, slots=True)
class PanelRound:
    """The round of a call, its call, and what the person is to it. ``base`` is the address of their pages."""

    known: RoundRules
    call: AppliedCall
    access: PanelAccess

    @property
    def base(self) -> str:
        """Where this person's ranking stands."""
        return f"/officer/calls/{self.call.id}/ranking" if self.access.follows else f"/panel/{self.call.id}"

    @property
    def crumbs(self) -> list[tuple[str, str]]:
        """The places above the panel's pages."""
        if self.access.follows:
            return [("Calls", "/officer/calls"), (self.call.identifier, f"/officer/calls/{self.call.id}")]
        return [("Panel", "/panel"), (self.call.identifier, "")]


def panel_round(work: Work, call_id: UUID) -> PanelRound:
    """The round for this person; raise NotFound for who has nothing to do with it."""
    known = known_round(work.session, call_id)
    access = panel_access(work.session, work.actor, known)
    return PanelRound(known, applied_call(work.session, call_id), access)


def ranking_answer(incoming: Incoming, work: Work, call_id: UUID) -> Response:
    """The page, or its rows as a file. Raise NotFound for a seat that the call shows no ranking."""
    here = panel_round(work, call_id)
    if not here.access.sees_ranking:
        return _without_ranking(work, here)
    standing = ranking_to_show(work.session, here.known)
    record, prepared = standing.record, standing.prepared
    envelopes = envelope_views(record, work.known.language)
    named = [(one.code, one.title) for one in envelopes]
    short = "format" not in incoming.query
    listing = Listing.read(incoming, _spec(record, named, work.known.language, short=short))
    chosen = next((one for one in envelopes if one.code == listing.value("envelope")), envelopes[0])
    rows = lines_of(record, chosen.code, hidden=here.access.hidden)
    wanted = narrowed(rows, listing.q, listing.value("list"))
    if listing.format:
        say = translator(work.known.language)
        columns = [column for column in listing.spec.columns if column.key != "spread"]
        labels = [say(column.label) for column in columns]
        cells = ([column.value(row) for column in columns] for row in wanted)
        return export(listing.format, f"{here.call.identifier.lower()}-ranking", labels, cells)
    number = listing.number if "page" in incoming.query else None
    found, start = around_line(wanted, number)
    shown = replace(listing, result=found, language=work.known.language)
    conflicted = any(row.application_id is None for row in rows)
    line = None if conflicted else line_index(wanted)
    say = translator(work.known.language)
    pages = page_count(wanted)
    return page(
        work,
        "panel/ranking.html",
        here=here,
        record=record,
        prepared=prepared,
        envelopes=envelopes,
        envelope=chosen,
        listing=shown,
        columns=[column for column in shown.columns if column.key != "spread" or "other_reports" in here.access.sights],
        pages=ShownPage(found.number, pages, len(wanted), lambda at: shown.href(page=at)),
        bands={line - start: chosen.sentence} if line is not None and 0 < line - start <= len(found.rows) else {},
        spreads=spreads(work, here.known, here.access, found.rows),
        decided={row.application_id: decided_words(row, record, say) for row in found.rows if row.application_id},
        criteria={one["id"]: one for one in record["criteria"]},
        tags=TAGS,
        order=order_words(here.known, work.known.language),
        conflicted=conflicted,
        **_standing(work, here, standing),
    )


def _without_ranking(work: Work, here: PanelRound) -> Response:
    """What there is before the panel opens, or for a seat that the call shows no ranking: what else it shows."""
    sights = sights_in_round(work.session, work.actor, here.known)
    rows = [row for row in judged_rows(work.session, here.known.row.id) if OF_OTHERS & sights[row.application_id]]
    at_work = here.known.row.state == "experts_at_work"
    if not rows and not at_work:
        raise NotFoundError("ranking")
    return page(work, "panel/not_open.html", here=here, rows=rows, at_work=at_work)


def _standing(work: Work, here: PanelRound, standing: RankingToShow) -> dict[str, Any]:
    """The proposed and the adopted ranking, and whether the proposal still is what would be proposed now."""
    prepared = standing.prepared
    proposed = proposed_ranking(work.session, here.call.id) if standing.adopted is None else None
    return {
        "proposed": proposed,
        "adopted": standing.adopted,
        "current": proposed is not None and prepared is not None and proposed.sha256 == prepared.sha256,
    }


def _spec(
    record: Mapping[str, Any], envelopes: list[tuple[str, str]], language: str, *, short: bool
) -> ListSpec[RankingLine]:
    say = translator(language)
    titles = short_titles(record) if short else {one["id"]: one["title"] for one in record["criteria"]}
    criteria: list[Column[RankingLine]] = [
        Column(f"score:{one['id']}", titles[one["id"]], _scorer(one["id"]), align="right") for one in record["criteria"]
    ]
    return ListSpec(
        columns=(
            Column("position", "#", lambda row: row.position),
            Column("acronym", "Application", lambda row: row.acronym),
            Column("reference", "Reference", lambda row: row.reference, only_export=True),
            Column("title", "Title", lambda row: row.title, only_export=True),
            Column("coordinator", "Coordinator", lambda row: row.coordinator, only_export=True),
            Column("countries", "Countries", lambda row: " ".join(row.countries), only_export=True),
            Column("partners", "Partners", lambda row: row.partners or None, only_export=True),
            *criteria,
            Column("total", "Total", lambda row: row.total, align="right"),
            Column("decided", "Tie decided by", lambda row: decided_words(row, record, say), only_export=True),
            Column("spread", "Experts", lambda _row: None),
            Column("requested", "Requested", lambda row: row.requested, align="right"),
            Column("running", "Running total", lambda row: row.running, align="right"),
            Column("list", "List", lambda row: say(TAGS[row.standing][1])),
            Column("reserve", "Place on the reserve list", lambda row: row.reserve, only_export=True),
        ),
        filters=(
            Filter("list", "List", STANDINGS),
            *((Filter("envelope", "Envelope", envelopes),) if len(envelopes) > 1 else ()),
        ),
    )


def _scorer(criterion: str) -> Any:  # noqa: ANN401  # a cell of any row
    return lambda row: row.score(criterion)
