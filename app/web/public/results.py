"""What a call funded: its projects as far as the call publishes them, what remains, and the same as open data."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.calls import queries
from app.core.canonical import canonical_json
from app.delivery.guards import public
from app.delivery.unit_of_work import READ, Work, run
from app.grants.queries.facts import day_of
from app.open_data.queries.results import call_results, funded_project, projects_page
from app.open_data.rules.publicity import FUNDED
from app.open_data.schemas import FundedProject, ResultsFilter
from app.web.grant_view.words import STATES
from app.web.lists import Column, Filter, Listing, ListSpec, answer_list
from app.web.pages import page, redirect
from app.web.requests import Request_
from app.web.results_view import ROLES, grant_bar, open_document, public_state
from app.web.words import country_name

router = APIRouter()


@router.get("/calls/{identifier}/results")
def show(incoming: Request_, identifier: str) -> Response:
    """Funded projects. Public; another spelling of the identifier leads to the printed one."""

    def answer(work: Work) -> Response:
        found = queries.call_page(work.session, identifier, now=work.now)
        if identifier != found.row.identifier:
            return redirect(f"/calls/{found.row.identifier}/results")
        language = work.known.language
        results = call_results(work.session, found.row.id)
        listing = Listing.read(incoming, _spec(results.countries, language, day_of(work.now)))
        wanted = ResultsFilter(listing.q, listing.value("country"), listing.value("state"))
        return answer_list(
            work,
            "public/results.html",
            listing,
            lambda request: projects_page(
                work.session, found.row.id, wanted, request, order=(listing.sort, listing.descending)
            ),
            name=f"{found.row.identifier.lower()}-projects",
            identifier=found.row.identifier,
            call_title=found.row.title(language),
            results=results,
            bar=grant_bar(results, language),
            state=partial(public_state, today=day_of(work.now)),
            country=lambda code: country_name(code, language),
        )

    return run(incoming, READ, public, answer)


@router.get("/calls/{identifier}/results.json")
def as_json(incoming: Request_, identifier: str) -> Response:
    """The same as one open document. Public."""

    def answer(work: Work) -> Response:
        found = queries.call_page(work.session, identifier, now=work.now)
        content = canonical_json(open_document(work.session, found.row.identifier, found.row.id))
        name = "".join(sign for sign in found.row.identifier if sign.isalnum() or sign in "-._")
        headers = {"content-disposition": f'inline; filename="{name}-projects.json"'}
        return Response(content, media_type="application/json", headers=headers)

    return run(incoming, READ, public, answer)


@router.get("/projects/{grant_id:uuid}")
def project(incoming: Request_, grant_id: UUID) -> Response:
    """One funded project. Public from the day its agreement is in force."""

    def answer(work: Work) -> Response:
        language = work.known.language
        return page(
            work,
            "public/project.html",
            project=funded_project(work.session, grant_id),
            state=partial(public_state, today=day_of(work.now)),
            roles=ROLES,
            country=lambda code: country_name(code, language),
        )

    return run(incoming, READ, public, answer)


def _spec(countries: Sequence[str], language: str, today: date) -> ListSpec[FundedProject]:
    return ListSpec(
        columns=(
            Column("acronym", "Project", lambda row: row.name, sortable=True),
            Column("reference", "Reference", lambda row: row.reference, only_export=True),
            Column("title", "Title", lambda row: row.title, only_export=True),
            Column("coordinator", "Coordinator", lambda row: row.coordinator),
            Column("partners", "Partners", lambda row: "; ".join(one.name for one in row.partners), only_export=True),
            Column("countries", "Countries", lambda row: ", ".join(row.countries)),
            Column("start", "Runs", lambda row: row.start_on, sortable=True),
            Column("end", "End", lambda row: row.end_on, only_export=True),
            Column("state", "State", lambda row: public_state(row, today)[0], only_export=True),
            Column("granted", "Grant", lambda row: row.maximum_grant, align="right", sortable=True),
            Column("final", "Final grant", lambda row: row.final_grant, only_export=True),
            Column("abstract", "Abstract", lambda row: row.abstract, only_export=True),
        ),
        filters=(
            Filter("country", "Country", [(code, country_name(code, language)) for code in countries]),
            Filter("state", "State", [(state.value, STATES[state][0]) for state in FUNDED]),
        ),
        sort="acronym",
    )
