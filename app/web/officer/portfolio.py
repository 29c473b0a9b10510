"""The portfolio: every grant that the office follows, what of it is late, spent and on target."""

from fastapi import APIRouter
from starlette.responses import Response

from app.core.paging import Page, PageRequest
from app.delivery.portfolio_guards import follows_portfolio
from app.delivery.unit_of_work import READ, Work, run
from app.grants.queries.facts import day_of
from app.infra.tokens import new_secret
from app.reporting.rules.portfolio import PortfolioRow
from app.reporting.rules.progress import STANDING_WORDS
from app.web.grant_view.next_act import shown_act
from app.web.grant_view.words import STATES
from app.web.lists import answer_list
from app.web.portfolio_view import (
    STANDING_LOOKS,
    behind_words,
    money_bars,
    share_bar,
    shown_portfolio,
    standing_bar,
)
from app.web.requests import Request_

router = APIRouter(prefix="/officer/portfolio")


@router.get("")
def show(incoming: Request_) -> Response:
    """Figures, charts and one row for each grant. Who follows money, each in its scope."""

    def answer(work: Work) -> Response:
        found, language = shown_portfolio(work), work.known.language

        def fetch(request: PageRequest) -> Page[PortfolioRow]:
            stretch = found.rows[request.offset : request.offset + request.size]
            return Page(stretch, len(found.rows), request.number, request.size)

        return answer_list(
            work,
            "officer/portfolio.html",
            found.listing,
            fetch,
            name="portfolio",
            figures=found.figures,
            call=found.call,
            chosen=[("q", found.listing.q), *found.listing.chosen.items()],
            form_key=new_secret(),
            money=money_bars(found.figures, language),
            standing=standing_bar(found.figures, language),
            states=STATES,
            act_of=lambda row: shown_act(row.act, day_of(work.now), language),
            standings=STANDING_WORDS,
            looks=STANDING_LOOKS,
            share_of=share_bar,
            behind_of=lambda row: behind_words(row, language),
        )

    return run(incoming, READ, follows_portfolio, answer)
