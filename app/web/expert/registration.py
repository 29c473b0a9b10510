"""Register as an expert for a call, change what was said, or leave."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.applications.queries.office_calls import office_call
from app.core.errors import SignInRequiredError
from app.delivery.evaluation_guards import expert_of_call
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.evaluation.queries.experts import experts_of_call, own_applications, profile
from app.evaluation.schemas import ExpertDetails
from app.evaluation.use_cases.leave_call import leave_call
from app.evaluation.use_cases.register_expert import register_expert
from app.reference.queries import all_countries
from app.web.evaluation_view.work import language_options
from app.web.forms import FormView, attempt, command_from, form_page
from app.web.pages import redirect
from app.web.requests import Request_

router = APIRouter(prefix="/evaluation/calls/{call_id:uuid}")
LABELS = {
    "expertise": "Expertise",
    "languages": "Languages",
    "employer": "Employer",
    "country": "Country",
    "max_load": "Most applications",
}


@router.get("/register")
def show(incoming: Request_, call_id: UUID) -> Response:
    """The form. Who was taken on as an expert for the call."""
    return run(incoming, READ, expert_of_call(call_id), lambda work: _page(work, call_id, None))


@router.post("/register")
def register(incoming: Request_, call_id: UUID) -> Response:
    """Store it."""

    def write(work: Work) -> Response:
        wanted = command_from(incoming.form, ExpertDetails, lists=("languages",))
        register_expert(work.session, work.actor, call_id, wanted, now=work.now)
        return redirect("/evaluation", notice="saved")

    guard = expert_of_call(call_id)
    return attempt(
        incoming, guard, lambda: run(incoming, WRITE, guard, write), lambda work, form: _page(work, call_id, form)
    )


@router.post("/leave")
def leave(incoming: Request_, call_id: UUID) -> Response:
    """No longer be available for the call."""

    def write(work: Work) -> Response:
        leave_call(work.session, work.actor, call_id, now=work.now)
        return redirect("/evaluation", notice="done")

    guard = expert_of_call(call_id)
    return attempt(
        incoming, guard, lambda: run(incoming, WRITE, guard, write), lambda work, form: _page(work, call_id, form)
    )


def _page(work: Work, call_id: UUID, form: FormView | None) -> Response:
    person_id, language = work.actor.person_id, work.known.language
    if person_id is None:
        raise SignInRequiredError
    known = profile(work.session, person_id)
    part = next(iter(experts_of_call(work.session, call_id, [person_id])), None)
    stored = FormView.of(
        {
            "expertise": known.expertise if known else "",
            "languages": known.languages if known else (),
            "employer": known.employer if known else "",
            "country": known.country if known else "",
            "max_load": part.max_load if part else None,
        }
    )
    return form_page(
        work,
        "expert/register.html",
        form if form is not None and (form.typed or form.violations) else stored,
        labels=LABELS,
        call=office_call(work.session, call_id, now=work.now),
        version=form.version if form is not None and form.version else str(known.version if known else 0),
        registered=part is not None,
        applications=own_applications(work.session, call_id, person_id),
        languages=language_options(language),
        countries=[(each.code, each.name(language)) for each in all_countries()],
    )
