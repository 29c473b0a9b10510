"""The evaluation of one application for its experts and the committee: what the call shows them in this phase."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.delivery.evaluation_guards import sees_evaluation
from app.delivery.unit_of_work import READ, run
from app.web.evaluation_view.office import evaluation_of
from app.web.forms import FormView, form_page
from app.web.requests import Request_

router = APIRouter(prefix="/evaluation/applications/{application_id:uuid}")


@router.get("")
def show(incoming: Request_, application_id: UUID) -> Response:
    """Reports, names and the consensus as far as the call shows them. Experts, the committee, the call's office."""
    return run(
        incoming,
        READ,
        sees_evaluation(application_id),
        lambda work: form_page(
            work, "officer/application_evaluation.html", FormView(), **evaluation_of(work, application_id)
        ),
    )
