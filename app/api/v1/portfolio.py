"""The portfolio: every grant that you follow, with its lateness, money and progress; and what they come to."""

from collections.abc import Sequence
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query

from app.api.paging import ItemsPage, Paging, items_page
from app.api.portfolio_shapes import PortfolioFiguresItem, PortfolioItem, portfolio_item
from app.api.requests import Request_, Searched
from app.core.errors import NotFoundError
from app.core.paging import Page
from app.delivery.portfolio_guards import follows_portfolio
from app.delivery.unit_of_work import READ, Work, run
from app.grants.queries.facts import day_of
from app.grants.rules.grant_lifecycle import GrantState
from app.reporting.queries.portfolio import calls_followed, portfolio
from app.reporting.rules.lateness import Step
from app.reporting.rules.portfolio import Figure, PortfolioFilter, PortfolioRow, Spending, figures_of, narrowed, ordered
from app.reporting.rules.progress import Standing

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


def _rows(work: Work, wanted: PortfolioFilter, call: str) -> Sequence[PortfolioRow]:
    """What fits; raise NotFound for a call without grants that the program follows."""
    call_id = None
    if call:
        known = {identifier: call_id for call_id, identifier in calls_followed(work.session, work.actor)}
        call_id = known.get(call)
        if call_id is None:
            raise NotFoundError("call")
    return narrowed(portfolio(work.session, work.actor, today=day_of(work.now), call_id=call_id), wanted)
