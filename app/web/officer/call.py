"""One call for its office: what came in, its applications and versions, and the preview of what the public will see."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.applications.queries.office import OfficeFilter, OfficeRow, call_figures, office_list
from app.applications.queries.office_calls import OfficeCall, office_call
from app.applications.rules.lifecycle import ApplicationState
from app.calls import queries
from app.calls.policies import may_manage_call
from app.calls.rules.call_rules import CallRules
from app.calls.rules.consistency import inconsistencies
from app.calls.rules.lifecycle import CALL, CallAction
from app.calls.schemas import VersionRow
from app.core.errors import NotFoundError
from app.core.paging import Page, PageRequest
from app.core.periods import BRUSSELS
from app.delivery.guards import follows_call
from app.delivery.unit_of_work import READ, Work, run
from app.web.call_view.call import call_view
from app.web.call_view.charts import figure_charts
from app.web.call_view.mistakes import mistakes
from app.web.deadlines import shown_deadline
from app.web.lists import Column, Filter, Listing, ListSpec, answer_list
from app.web.pages import page
from app.web.requests import Request_
from app.web.words import country_name

router = APIRouter(prefix="/officer/calls/{call_id:uuid}")
ACTIONS = {
    CallAction.PUBLISH: ("Publish", "publish"),
    CallAction.CORRECT: ("Correct", "correct"),
    CallAction.WITHDRAW: ("Withdraw", "withdraw"),
}
"""Words and page of what a person does with a call; closing is done by the clock."""


@router.get("")
def show(incoming: Request_, call_id: UUID) -> Response:
    """Figures, submitted applications and versions. The call's office."""

    def answer(work: Work) -> Response:
        call = office_call(work.session, call_id, now=work.now)
        figures = call_figures(work.session, call_id, zone=BRUSSELS)
        listing = Listing.read(incoming, _spec([code for code, _count in figures.by_country]))

        def fetch(wanted: PageRequest) -> Page[OfficeRow]:
            narrowed = OfficeFilter(listing.q, listing.value("country"), listing.value("state"))
            return office_list(
                work.session, call_id, narrowed, wanted, sort=listing.sort, descending=listing.descending
            )

        versions = queries.versions(work.session, call_id)
        return answer_list(
            work,
            "officer/call.html",
            listing,
            fetch,
            name=f"{call.identifier.lower()}-applications",
            call=call,
            figures=figures,
            charts_of=lambda: figure_charts(call, figures, work.known.language),
            actions=actions_for(work, call),
            versions=versions[::-1],
            deadline=shown_deadline(work, call.deadline),
            country_name=country_name,
        )

    return run(incoming, READ, follows_call(call_id), answer)


@router.get("/preview")
def preview(incoming: Request_, call_id: UUID) -> Response:
    """The version that waits, else the one in force, as the public sees it. The call's office."""

    def answer(work: Work) -> Response:
        call = office_call(work.session, call_id, now=work.now)
        version, rules = waiting_version(work, call_id)
        return page(
            work,
            "officer/call_preview.html",
            office=call,
            call=call_view(work, rules, version, state=call.state),
            waits=version.published_at is None,
            mistakes=mistakes(inconsistencies(rules), work.known.language),
            actions=actions_for(work, call),
            versions=(),
        )

    return run(incoming, READ, follows_call(call_id), answer)


def actions_for(work: Work, call: OfficeCall) -> list[tuple[str, str]]:
    """What this person can do with the call in its state: (words, address)."""
    if not may_manage_call(work.actor, call.programme_id, call.id):
        return []
    base = f"/officer/calls/{call.id}"
    possible = [ACTIONS[event] for event in CALL.events_from(call.state) if event in ACTIONS]
    return [(words, f"{base}/{page}") for words, page in possible]


def waiting_version(work: Work, call_id: UUID) -> tuple[VersionRow, CallRules]:
    """The next version that waits as a draft, else the one in force; raise NotFoundError where there is neither."""
    versions = queries.versions(work.session, call_id)
    waiting = next((version for version in versions if version.published_at is None), None)
    version = waiting or (versions[-1] if versions else None)
    if version is None:
        raise NotFoundError("version of the call")
    return version, queries.rules_of_version(work.session, version.id)


def _spec(countries: list[str]) -> ListSpec[OfficeRow]:
    states = (ApplicationState.SUBMITTED, ApplicationState.WITHDRAWN)
    return ListSpec(
        columns=(
            Column("acronym", "Application", lambda row: row.acronym, sortable=True),
            Column("reference", "Reference", lambda row: row.reference, only_export=True),
            Column("title", "Title", lambda row: row.title, only_export=True),
            Column("coordinator", "Coordinator", lambda row: row.coordinator),
            Column("country", "Country of the coordinator", lambda row: row.country, only_export=True),
            Column("countries", "Countries", lambda row: " ".join(row.countries), only_export=True),
            Column("partners", "Partners", lambda row: row.partners, align="right", sortable=True),
            Column("eligible", "Eligible costs", lambda row: row.eligible, align="right"),
            Column("requested", "Requested", lambda row: row.requested, align="right", sortable=True),
            Column("received", "Received", lambda row: row.received_at, sortable=True),
            Column("versions", "Versions", lambda row: row.versions, only_export=True),
            Column("state", "State", lambda row: row.state),
        ),
        filters=(
            Filter("country", "Coordinator's country", [(code, country_name(code)) for code in sorted(countries)]),
            Filter("state", "State", [(state.value, state.value) for state in states]),
        ),
        sort="-received",
    )
