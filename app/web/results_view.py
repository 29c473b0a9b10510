"""Funded projects in words, as a chart, and as one open document."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.charts import Datum, StackedBar, stacked_bar
from app.core.paging import PageRequest
from app.grants.rules.grant_lifecycle import GrantState
from app.infra.templates import locale_of, money_text, translator
from app.open_data.queries.results import call_results, projects_page
from app.open_data.schemas import CallResults, FundedProject, ResultsFilter
from app.partnerships.rules.facts import PartnerRole
from app.web.exports import MOST_ROWS
from app.web.grant_view.words import STATES

ROLES = {
    PartnerRole.COORDINATOR.value: "coordinator",
    PartnerRole.PARTNER.value: "partner",
}
"""Roles of organisations in a consortium; others as they are called."""
NOT_STARTED, REPORTING = ("not started yet", "neutral"), ("work over, final report under way", "info")
FORMAT = "grappe-funded-projects-1"


def grant_bar(results: CallResults, language: str) -> StackedBar | None:
    """Grants of the projects, and what remains of what was set aside; None where the call does not publish amounts."""
    if results.granted is None or results.remains is None or results.remains.cents < 0:
        return None
    say, locale = translator(language), locale_of(language)
    return stacked_bar(
        [Datum(say("Granted"), results.granted.cents, money_text(results.granted, locale), "brand")],
        rest=Datum(say("Remains"), results.remains.cents, money_text(results.remains, locale), "neutral"),
    )


def public_state(project: FundedProject, today: date) -> tuple[str, str]:
    """Words (a msgid) and look of a project's state as the public sees it.

    Before the first day of the work and after the last one a running agreement says what it waits for, where the call
    publishes these days.
    """
    if project.state is GrantState.RUNNING and project.start_on is not None and project.start_on > today:
        return NOT_STARTED
    if project.state is GrantState.RUNNING and project.end_on is not None and project.end_on < today:
        return REPORTING
    return STATES[project.state]


def open_document(session: Session, identifier: str, call_id: UUID) -> dict[str, object]:
    """Everything that is public of the projects of a call."""
    results = call_results(session, call_id)
    rows = projects_page(session, call_id, ResultsFilter(), PageRequest(1, MOST_ROWS)).rows
    return {
        "format": FORMAT,
        "call": identifier,
        "appropriated": results.appropriated,
        "granted": results.granted,
        "remains": results.remains,
        "closed": results.closed,
        "final": results.final,
        "paid": results.paid,
        "ended_without_agreement": results.ended,
        "projects": [_plain(row) for row in rows],
    }


def _plain(row: FundedProject) -> dict[str, object]:
    parts = {"partners": [asdict(one) for one in row.partners], "results": [asdict(one) for one in row.results]}
    return {name: getattr(row, name) for name in row.__slots__} | parts
