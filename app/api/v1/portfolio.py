"""The portfolio: every grant that you follow, with its lateness, money and progress; and what they come to."""

from collections.abc import Sequence
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from app.api.application_shapes import DocumentItem
from app.api.paging import ItemsPage, Paging, items_page
from app.api.portfolio_shapes import PortfolioFiguresItem, PortfolioItem, portfolio_item
from app.api.requests import Request_, Searched
from app.core.errors import NotFoundError, SignInRequiredError
from app.core.paging import Page
from app.delivery.documents import document_for
from app.delivery.idempotency import once
from app.delivery.portfolio_guards import follows_portfolio
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.documents.queries import documents_asked_by
from app.grants.queries.facts import day_of
from app.grants.rules.grant_lifecycle import GrantState
from app.reporting.queries.documents import ABOUT_PORTFOLIO
from app.reporting.queries.portfolio import calls_followed, portfolio
from app.reporting.rules.lateness import Step
from app.reporting.rules.portfolio import Figure, PortfolioFilter, PortfolioRow, Spending, figures_of, narrowed, ordered
from app.reporting.rules.progress import Standing
from app.reporting.schemas import AskPortfolioReport
from app.reporting.use_cases.request_portfolio_report import request_portfolio_report

router = APIRouter(prefix="/portfolio", tags=["portfolio"])
CallNamed = Annotated[Searched, Query(description="Identifier of a call")]


def _wanted(  # noqa: PLR0913, PLR0917  # the filters are the parameters
    q: Searched = "",
    state: GrantState | None = None,
    country: Annotated[str, Query(max_length=2)] = "",
    late: Literal["yes"] | Step | None = None,
    spent: Spending | None = None,
    target: Standing | None = None,
    money: Figure | None = None,
) -> PortfolioFilter:
    chosen = [one.value if one is not None else "" for one in (state, spent, target, money)]
    return PortfolioFilter(q.strip(), chosen[0], country, str(late or ""), chosen[1], chosen[2], chosen[3])


Wanted = Annotated[PortfolioFilter, Depends(_wanted)]


@router.get("")
def find(incoming: Request_, paging: Paging, wanted: Wanted, call: CallNamed = "") -> ItemsPage[PortfolioItem]:
    """One row for each grant, by acronym; ``late`` is ``yes`` or the step that is late."""

    def answer(work: Work) -> ItemsPage[PortfolioItem]:
        rows = ordered(_rows(work, wanted, call), "acronym")
        stretch = rows[paging.offset : paging.offset + paging.size]
        return items_page(Page(stretch, len(rows), paging.number, paging.size), portfolio_item)

    return run(incoming, READ, follows_portfolio, answer)


@router.get("/figures")
def figures(incoming: Request_, wanted: Wanted, call: CallNamed = "") -> PortfolioFiguresItem:
    """What the grants that fit come to."""

    def answer(work: Work) -> PortfolioFiguresItem:
        return PortfolioFiguresItem.model_validate(figures_of(_rows(work, wanted, call)))

    return run(incoming, READ, follows_portfolio, answer)


@router.post("/reports", status_code=201, response_model=DocumentItem)
def ask(incoming: Request_, command: AskPortfolioReport) -> Response:
    """Freeze the grants that fit and ask for the sealed document of them. Send an Idempotency-Key."""

    def create(work: Work) -> Response:
        document_id = request_portfolio_report(work.session, work.actor, command, now=work.now)
        made, _ = document_for(work.session, work.actor, document_id)
        shown = DocumentItem.model_validate(made).model_dump_json(by_alias=False)
        location = {"location": f"/api/v1/documents/{document_id}"}
        return Response(shown, status_code=201, headers=location, media_type="application/json")

    body = command.model_dump_json().encode()
    return run(incoming, WRITE, follows_portfolio, lambda work: once(work, body, create))


@router.get("/reports")
def reports(incoming: Request_, paging: Paging) -> ItemsPage[DocumentItem]:
    """The reports that you asked for, newest first; their files stand below ``/documents``."""

    def answer(work: Work) -> ItemsPage[DocumentItem]:
        person_id = work.actor.person_id
        if person_id is None:
            raise SignInRequiredError
        found = documents_asked_by(work.session, ABOUT_PORTFOLIO, person_id, paging)
        return items_page(found, DocumentItem.model_validate)

    return run(incoming, READ, follows_portfolio, answer)


def _rows(work: Work, wanted: PortfolioFilter, call: str) -> Sequence[PortfolioRow]:
    """What fits; raise NotFound for a call without grants that the program follows."""
    call_id = None
    if call:
        known = {identifier: call_id for call_id, identifier in calls_followed(work.session, work.actor)}
        call_id = known.get(call)
        if call_id is None:
            raise NotFoundError("call")
    return narrowed(portfolio(work.session, work.actor, today=day_of(work.now), call_id=call_id), wanted)
