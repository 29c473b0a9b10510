"""Programmes: under which calls are published."""

from fastapi import APIRouter
from starlette.responses import Response

from app.applications.policies import OFFICE
from app.calls import queries
from app.calls.policies import may_create_programme
from app.calls.schemas import NewProgramme
from app.calls.use_cases.create_programme import create_programme
from app.delivery.guards import administrator, has_role
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.web.forms import FormView, attempt, command_from, form_page
from app.web.pages import redirect
from app.web.requests import Request_

router = APIRouter(prefix="/officer/programmes")
office = has_role(*OFFICE)


@router.get("")
def show(incoming: Request_) -> Response:
    """Every programme, and for administrators the form that makes one. Officers, administrators, auditors."""
    return run(incoming, READ, office, lambda work: _page(work, FormView()))


@router.post("")
def make(incoming: Request_) -> Response:
    """Make a programme. Administrators."""

    def write(work: Work) -> Response:
        create_programme(work.session, work.actor, command_from(incoming.form, NewProgramme), now=work.now)
        return redirect("/officer/programmes", notice="saved")

    return attempt(incoming, administrator, lambda: run(incoming, WRITE, administrator, write), _page)


def _page(work: Work, form: FormView) -> Response:
    return form_page(
        work,
        "officer/programmes.html",
        form,
        programmes=queries.programmes(work.session),
        may_create=may_create_programme(work.actor),
    )
