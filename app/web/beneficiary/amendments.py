"""The amendments of a grant for its consortium, and the button that begins one."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.amendments.queries.amendments import open_number, readable_amendments
from app.amendments.use_cases.start_amendment import start_amendment
from app.delivery.grant_guards import takes_part, works_for_grant
from app.delivery.idempotency import once
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.grants import policies
from app.grants.queries.facts import day_of
from app.grants.queries.grants import grant_scope
from app.grants.queries.listing import grant_row
from app.infra.ids import new_id
from app.web.amendment_view.words import KINDS, next_of, state_of
from app.web.forms import FormView, attempt, body_of, form_page
from app.web.pages import redirect
from app.web.requests import Request_

router = APIRouter(prefix="/grants/{grant_id:uuid}/amendments")


@router.get("")
def show(incoming: Request_, grant_id: UUID) -> Response:
    """Every amendment, latest first, with who acts next. The consortium and who speaks for a party."""
    return run(incoming, READ, takes_part(grant_id), lambda work: _page(work, grant_id, FormView()))


@router.post("")
def begin(incoming: Request_, grant_id: UUID) -> Response:
    """Begin an amendment. The contact of the coordinator."""

    def write(work: Work) -> Response:
        number = start_amendment(work.session, work.actor, grant_id, now=work.now)
        return redirect(f"/grants/{grant_id}/amendments/{number}")

    guard = works_for_grant(grant_id)
    return attempt(
        incoming,
        guard,
        lambda: run(incoming, WRITE, guard, lambda work: once(work, body_of(incoming.form), write)),
        lambda work, form: _page(work, grant_id, form),
    )


def _page(work: Work, grant_id: UUID, form: FormView) -> Response:
    row, scope = grant_row(work.session, grant_id, today=day_of(work.now)), grant_scope(work.session, grant_id)
    coordinates = policies.works_for_grant(work.actor, scope)
    return form_page(
        work,
        "beneficiary/amendments.html",
        form,
        row=row,
        base=f"/grants/{grant_id}",
        rows=readable_amendments(work.session, work.actor, scope),
        states=state_of,
        kinds=KINDS,
        next=next_of,
        key=str(new_id()),
        begins=coordinates and row.state == "running" and open_number(work.session, grant_id) is None,
    )
