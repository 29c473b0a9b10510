"""Funded projects, for everybody: what a call publishes of them, and nothing personal."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from app.api.paging import ItemsPage, Paging, items_page
from app.api.requests import Identifier, Request_, Searched
from app.calls import queries
from app.core.commands import Euro
from app.delivery.guards import public
from app.delivery.unit_of_work import READ, Work, run
from app.grants.rules.grant_lifecycle import GrantState
from app.open_data.queries.results import call_results, funded_project, projects_page
from app.open_data.schemas import ResultsFilter

router = APIRouter(tags=["open data"])


class _Shape(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class PartnerItem(_Shape):
    """An organisation of a consortium."""

    name: str
    country: str
    role: str


class ResultItem(_Shape):
    """What a project reached of one indicator."""

    title: str
    unit: str
    target: int | None
    value: int | None


class ProjectItem(_Shape):
    """A funded project; null, or an empty list, where the call does not publish it, or not yet."""

    id: UUID
    call: str
    reference: str
    state: GrantState
    acronym: str | None
    title: str | None
    abstract: str | None
    coordinator: str | None
    partners: list[PartnerItem]
    countries: list[str]
    maximum_grant: Euro | None
    final_grant: Euro | None
    start_on: date | None
    end_on: date | None
    summary: str | None = Field(description="Summary for the public, after closure")
    results: list[ResultItem]


class CallResultsItem(_Shape):
    """What a call came to."""

    projects: int
    granted: Euro | None
    appropriated: Euro
    remains: Euro | None
    countries: list[str]
    closed: int = Field(description="Projects that came to their end and have a final grant")
    final: Euro | None = Field(description="The final grants of these together")
    paid: Euro | None = Field(description="What was paid to these in the end, less what came back")
    ended: int = Field(description="Awards that ended without an agreement; nothing else of them is public")


@router.get("/calls/{identifier}/results")
def of_call(incoming: Request_, identifier: Identifier) -> CallResultsItem:
    """How many projects, their grants, and what remains of what was set aside."""

    def answer(work: Work) -> CallResultsItem:
        found = queries.call_page(work.session, identifier, now=work.now)
        return CallResultsItem.model_validate(call_results(work.session, found.row.id))

    return run(incoming, READ, public, answer)


@router.get("/calls/{identifier}/projects")
def find(
    incoming: Request_,
    identifier: Identifier,
    paging: Paging,
    q: Searched = "",
    country: Annotated[str, Query(max_length=2)] = "",
    state: GrantState | None = None,
) -> ItemsPage[ProjectItem]:
    """Projects whose agreements are in force, by acronym."""

    def answer(work: Work) -> ItemsPage[ProjectItem]:
        found = queries.call_page(work.session, identifier, now=work.now)
        wanted = ResultsFilter(q.strip(), country, state.value if state else "")
        return items_page(projects_page(work.session, found.row.id, wanted, paging), ProjectItem.model_validate)

    return run(incoming, READ, public, answer)


@router.get("/projects/{grant_id}")
def read(incoming: Request_, grant_id: UUID) -> ProjectItem:
    """One funded project."""
    return run(incoming, READ, public, lambda work: ProjectItem.model_validate(funded_project(work.session, grant_id)))
