"""Reports of the portfolio: ask for one of what is chosen, and the list of those that the person asked for."""

from fastapi import APIRouter
from starlette.responses import Response

from app.delivery.idempotency import once
from app.delivery.portfolio_guards import follows_portfolio
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.documents.queries import documents_asked_by
from app.documents.rules.lifecycle import DocumentState
from app.documents.schemas import DocumentRow
from app.infra.templates import translator
from app.reporting.queries.documents import ABOUT_PORTFOLIO
from app.reporting.schemas import AskPortfolioReport
from app.reporting.use_cases.request_portfolio_report import request_portfolio_report
from app.web.forms import FormView, attempt, body_of, command_from
from app.web.lists import Column, Listing, ListSpec, answer_list
from app.web.pages import redirect
from app.web.requests import Request_

router = APIRouter(prefix="/officer/portfolio/reports")
STATES = {
    DocumentState.REQUESTED: "being made",
    DocumentState.SEALED: "sealed",
    DocumentState.FAILED: "could not be made yet",
}
REPORTS: ListSpec[DocumentRow] = ListSpec(
    columns=(
        Column("reference", "Report", lambda row: row.reference),
        Column("asked", "As of", lambda row: row.requested_at),
        Column("grants", "Grants", lambda row: len(_grants(row)), align="right"),
        Column("state", "State", lambda row: STATES[row.state]),
        Column("code", "Verification code", lambda row: row.verification_code),
        Column("sha256", "SHA-256 of the file", lambda row: row.file_sha256, only_export=True),
    )
)


@router.get("")
def show(incoming: Request_) -> Response:
    """The person's own reports, newest first. Who follows money."""
    return run(incoming, READ, follows_portfolio, lambda work: _page(work, FormView()))


@router.post("")
def ask(incoming: Request_) -> Response:
    """Freeze what is chosen and ask for its document. Who follows money."""

    def write(work: Work) -> Response:
        command = command_from(incoming.form, AskPortfolioReport)

        def create(work: Work) -> Response:
            request_portfolio_report(work.session, work.actor, command, now=work.now)
            return redirect("/officer/portfolio/reports", notice="report-asked")

        return once(work, body_of(incoming.form), create)

    return attempt(incoming, follows_portfolio, lambda: run(incoming, WRITE, follows_portfolio, write), _page)


def _page(work: Work, form: FormView) -> Response:
    say = translator(work.known.language)
    assert work.actor.person_id is not None  # noqa: S101  # the guard lets only people in
    person_id = work.actor.person_id
    listing = Listing.read(work.incoming, REPORTS)
    answer = answer_list(
        work,
        "officer/portfolio_reports.html",
        listing,
        lambda request: documents_asked_by(work.session, ABOUT_PORTFOLIO, person_id, request),
        name="portfolio-reports",
        trail=[(say("Portfolio"), "/officer/portfolio"), (say("Reports"), "")],
        errors=form.violations,
        states=STATES,
        grants_of=_grants,
    )
    answer.status_code = form.status
    return answer


def _grants(row: DocumentRow) -> list[object]:
    grants = row.data.get("grants")
    return grants if isinstance(grants, list) else []
