"""Confirm the second step, then go on to the page that wanted it."""

from fastapi import APIRouter
from starlette.responses import Response

from app.delivery.guards import signed_in, stepped_up
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.web.forms import FormView, typed_in
from app.web.pages import redirect
from app.web.requests import Request_
from app.web.second_steps import CONFIRM, confirm_page
from app.web.sign_ins import local_path

router = APIRouter()


@router.get(CONFIRM)
def ask(incoming: Request_) -> Response:
    """The form; who confirmed a short while ago goes on."""

    def answer(work: Work) -> Response:
        to = local_path(incoming.query.get("next", ""))
        if work.actor.stepped_up:
            return redirect(to)
        return confirm_page(work, FormView(), action=CONFIRM, kept=[("next", to)])

    return run(incoming, READ, signed_in, answer)


@router.post(CONFIRM)
def confirm(incoming: Request_) -> Response:
    """Go on. The guard takes the code, and shows this form again where it does not fit."""
    to = local_path((typed_in(incoming.form).get("next") or [""])[-1])
    return run(incoming, WRITE, stepped_up(signed_in), lambda _work: redirect(to))
