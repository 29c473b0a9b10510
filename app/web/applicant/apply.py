"""Apply: choose for which organisation, see whether it can, give the project a name."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.applications.queries import applied_call
from app.applications.queries.mine import OwnApplication, OwnFilter, own_applications
from app.applications.rules.submission import opening_violations
from app.applications.schemas import StartApplication
from app.applications.use_cases.start_application import start_application
from app.calls.queries import call_by_identifier
from app.calls.rules.call_rules import CallRules
from app.core.actor import ScopeKind
from app.core.errors import NotFoundError, SignInRequiredError
from app.core.paging import PageRequest
from app.delivery.guards import signed_in
from app.delivery.idempotency import once
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.infra.ids import new_id
from app.organisations.queries import organisations_of
from app.organisations.schemas import OrganisationRow
from app.partnerships.policies import organisations_spoken_for
from app.partnerships.queries import applicant_facts
from app.partnerships.rules.country_lists import lists_asked
from app.reference import queries as reference
from app.web.application_view.partners import organisation_line
from app.web.application_view.self_check import SelfCheck, self_check
from app.web.application_view.shell import STATES
from app.web.deadlines import shown_deadline
from app.web.findings import shown
from app.web.forms import FormView, attempt, body_of, command_from, form_page
from app.web.pages import redirect
from app.web.requests import Request_

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Candidate:
    """An organisation that the person may apply for, with what the call says of it."""

    row: OrganisationRow
    line: str
    check: SelfCheck


@router.get("/calls/{identifier}/apply")
def show(incoming: Request_, identifier: str) -> Response:
    """The form that begins an application."""
    return run(incoming, READ, signed_in, lambda work: _page(work, identifier, FormView()))


@router.post("/calls/{identifier}/apply")
def start(incoming: Request_, identifier: str) -> Response:
    """Begin it once, whatever is pressed twice."""

    def create(work: Work) -> Response:
        wanted = command_from(incoming.form, StartApplication)
        call = call_by_identifier(work.session, identifier)
        if call is None:
            raise NotFoundError("call")
        made = start_application(work.session, work.actor, call.id, wanted, now=work.now)
        return redirect(f"/applications/{made}", notice="saved")

    return attempt(
        incoming,
        signed_in,
        lambda: run(incoming, WRITE, signed_in, lambda work: once(work, body_of(incoming.form), create)),
        lambda work, form: _page(work, identifier, form),
    )


def _page(work: Work, identifier: str, form: FormView) -> Response:
    found = call_by_identifier(work.session, identifier)
    if found is None:
        raise NotFoundError("call")
    call = applied_call(work.session, found.id)
    rules, language = call.rules, work.known.language
    stage = rules.timetable.stages[0]
    closed = opening_violations(rules, stage.id, work.now)
    candidates = _candidates(work, call.rules.strands[0].id, call.rules)
    if not form.typed and len(candidates) == 1:
        form = FormView.of({"organisation_id": str(candidates[0].row.id)})
    return form_page(
        work,
        "applicant/apply.html",
        form,
        call=call,
        title=rules.identity.titles.in_language(language),
        deadline=shown_deadline(work, stage.deadline.instant, stage.deadline.zone),
        closed=[shown(one, language=language) for one in closed],
        candidates=candidates,
        strands=[(strand.id, strand.titles.in_language(language)) for strand in rules.strands],
        already=_already(work, found.id),
        states=STATES,
        key=form.value("_key") or new_id().hex,
    )


def _candidates(work: Work, strand: str, rules: CallRules) -> Sequence[Candidate]:
    """The organisations for which the person may speak, each with its self-check."""
    if work.actor.person_id is None:
        raise SignInRequiredError
    spoken_for = organisations_spoken_for(work.actor)
    rows = [row for row in organisations_of(work.session, work.actor.person_id) if row.id in spoken_for]
    language = work.known.language
    facts = applicant_facts(work.session, [row.id for row in rows], on=rules.timetable.deadline.day)
    in_lists = {asked: reference.countries_in(*asked) for asked in lists_asked(rules)}
    checks = {one.organisation_id: self_check(rules, strand, one, in_lists, language=language) for one in facts}
    return [Candidate(row, organisation_line(row, language), checks[row.id]) for row in rows]


def _already(work: Work, call_id: UUID) -> Sequence[OwnApplication]:
    """Applications to this call that the person has already."""
    mine = work.actor.ids(ScopeKind.APPLICATION)
    return own_applications(work.session, mine, OwnFilter(call_id=call_id), PageRequest(1, 10)).rows
