"""Sign in and sign out."""

from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.responses import Response

from app.accounts.schemas import SignIn
from app.accounts.use_cases.sign_out import sign_out
from app.delivery.guards import public
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.web.demo_people import demo_sign_ins
from app.web.forms import FormView, attempt, command_from, form_page, typed_in
from app.web.pages import redirect
from app.web.requests import Request_
from app.web.security import drop_session_cookie
from app.web.sign_ins import local_path, sign_in_with

router = APIRouter()


@router.get("/sign-in")
def show(incoming: Request_) -> Response:
    """The form; who is signed in already goes on."""

    def answer(work: Work) -> Response:
        if work.actor.signed_in:
            return redirect(local_path(incoming.query.get("next", "")))
        return _page(work, FormView.of({"next": incoming.query.get("next", "")}))

    return run(incoming, READ, public, answer)


@router.post("/sign-in")
def enter(incoming: Request_) -> Response:
    """Open a session, or show the form again in one wording for every reason."""
    to = local_path((typed_in(incoming.form).get("next") or [""])[-1])
    return attempt(
        incoming,
        public,
        lambda: sign_in_with(incoming, command_from(incoming.form, SignIn, leave=("next",)), to),
        _page,
    )


@router.post("/sign-out")
def leave(incoming: Request_) -> Response:
    """End the session here and on the server."""

    def answer(work: Work) -> Response:
        sign_out(work.session, work.actor, incoming.session_secret, now=work.now)
        gone = redirect("/sign-in", notice="signed-out")
        drop_session_cookie(gone, secure=incoming.runtime.settings.secure)
        return gone

    return run(incoming, WRITE, public, answer)


def _page(work: Work, form: FormView) -> Response:
    people = demo_sign_ins(work.incoming.runtime)
    to = urlencode({"next": form.value("next")}) if form.value("next") else ""
    return form_page(work, "account/sign_in.html", form, demo_people=people, to=to)
