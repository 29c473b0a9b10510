"""The list of calls: what anybody can apply to, with facets counted."""

from collections.abc import Mapping

from fastapi import APIRouter
from starlette.responses import Response

from app.calls import queries
from app.calls.rules.funding_kinds import FundingKind
from app.calls.rules.phases import Phase
from app.calls.schemas import CallFilter, CallList, CallRow, Facets
from app.core.money import Money
from app.core.paging import Page, PageRequest
from app.delivery.guards import public
from app.delivery.unit_of_work import READ, Work, run
from app.infra.templates import translator
from app.web.call_view.funding import KINDS, maximum_grants
from app.web.deadlines import shown_deadline
from app.web.lists import Column, Filter, Listing, ListSpec, answer_list
from app.web.requests import Request_

router = APIRouter()
_PHASES = (Phase.OPEN.value, Phase.FORTHCOMING.value, Phase.CLOSED.value)


@router.get("/calls")
def show(incoming: Request_) -> Response:
    """Published calls. Public; drafts are never among them."""

    def answer(work: Work) -> Response:
        maximum: dict[object, Money | None] = {}
        known = queries.counted_calls(work.session, now=work.now)
        listing = Listing.read(incoming, _spec(work, known.under(CallFilter())[0], maximum))
        found: list[CallList] = []

        def fetch(page: PageRequest) -> Page[CallRow]:
            wanted = CallFilter(
                text=listing.q,
                programme=listing.value("programme"),
                phase=Phase(listing.value("phase")) if listing.value("phase") else None,
                funding_kind=FundingKind(listing.value("kind")) if listing.value("kind") else None,
            )
            calls = queries.calls_among(work.session, known, wanted, page, listing.sort, descending=listing.descending)
            maximum.update(maximum_grants(work.session, calls.page.rows))
            found.append(calls)
            return calls.page

        return answer_list(
            work,
            "public/calls.html",
            listing,
            fetch,
            name="calls",
            facets=lambda: _facets(work, listing, found[-1].facets),
            closes=lambda instant: shown_deadline(work, instant),
            maximum=maximum,
            kinds=KINDS,
        )

    return run(incoming, READ, public, answer)


def _spec(work: Work, facets: Facets, maximum: Mapping[object, Money | None]) -> ListSpec[CallRow]:
    language, phases = work.known.language, facets.get("phase", {})
    return ListSpec(
        columns=(
            Column("title", "Call", lambda row: row.title(language), sortable=True),
            Column("identifier", "Identifier", lambda row: row.identifier, only_export=True),
            Column("programme", "Programme", lambda row: row.programme, sortable=True),
            Column("phase", "Phase", lambda row: row.phase.value),
            Column("opens", "Opens", lambda row: row.opens_at, only_export=True),
            Column("deadline", "Deadline", lambda row: row.deadline, sortable=True),
            Column("envelope", "Envelope", lambda row: row.envelope, align="right", sortable=True),
            Column("maximum", "Maximum grant", lambda row: maximum.get(row.id), align="right"),
            Column("version", "Version", lambda row: row.version, only_export=True),
        ),
        filters=(
            Filter("phase", "Phase", [(phase, phase) for phase in _PHASES if phase in phases]),
            Filter("programme", "Programme", [(code, code) for code in facets.get("programme", {})]),
            Filter("kind", "Kind", [(kind, KINDS[kind]) for kind in facets.get("funding_kind", {})]),
        ),
    )


def _facets(
    work: Work, listing: Listing[CallRow], counted: Facets
) -> list[tuple[str, list[tuple[str, int, str, bool]]]]:
    """Each facet as (label, values); a value is (words, count, address, chosen), and choosing it again drops it."""
    say, shown = translator(work.known.language), []
    for each in listing.spec.filters:
        counts = counted.get("funding_kind" if each.name == "kind" else each.name, {})
        values = [
            (
                say(words),
                counts.get(value, 0),
                listing.href(**{each.name: None if listing.value(each.name) == value else value}),
                listing.value(each.name) == value,
            )
            for value, words in each.options
        ]
        shown.append((say(each.label), values))
    return shown
