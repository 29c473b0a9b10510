"""A forgotten password: ask for a link, set a new one by it."""

from fastapi import APIRouter
from starlette.responses import Response

from app.accounts.schemas import RequestPasswordReset, ResetPassword
from app.accounts.use_cases.reset_password import person_to_reset, request_password_reset, reset_password
from app.core.errors import NotFoundError
from app.delivery.guards import public
from app.delivery.incoming import Incoming
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.infra.passwords import hash_password
from app.web.forms import FormView, attempt, command_from, form_page
from app.web.pages import page, redirect
from app.web.requests import Request_
from app.web.sign_ins import brake

router = APIRouter()


@router.get("/password")
def show(incoming: Request_) -> Response:
    """The form that asks for a link."""
    return run(incoming, READ, public, lambda work: _page(work, FormView()))


@router.post("/password")
def ask(incoming: Request_) -> Response:
    """Have a link sent; the answer does not tell whether the address is known."""

    def do() -> Response:
        command = command_from(incoming.form, RequestPasswordReset)
        brake(incoming, "password", address=command.email)

        def write(work: Work) -> Response:
            request_password_reset(work.session, command, now=work.now)
            return redirect("/password/sent")

        return run(incoming, WRITE, public, write)

    return attempt(incoming, public, do, _page)


@router.get("/password/sent")
def sent(incoming: Request_) -> Response:
    """What happens next."""
    return run(incoming, READ, public, lambda work: page(work, "account/password_sent.html"))


@router.get("/password/{token}")
def show_new(token: str, incoming: Request_) -> Response:
    """The form that sets a new password."""
    return run(incoming, READ, public, lambda work: _new_page(work, token, FormView()))


@router.post("/password/{token}")
def set_new(token: str, incoming: Request_) -> Response:
    """Set the password; every sign-in of the person ends."""
    return attempt(incoming, public, lambda: _set_new(incoming, token), lambda work, form: _new_page(work, token, form))


def _set_new(incoming: Incoming, token: str) -> Response:
    command = command_from(incoming.form, ResetPassword)
    signer = incoming.runtime.signer
    brake(incoming, "reset")
    found = run(incoming, READ, public, lambda work: person_to_reset(work.session, signer, token, now=work.now))
    hashed = hash_password(command.password.get_secret_value())

    def write(work: Work) -> Response:
        reset_password(work.session, found, command, new_hash=hashed, now=work.now)
        return redirect("/sign-in", notice="saved")

    return run(incoming, WRITE, public, write)


def _page(work: Work, form: FormView) -> Response:
    return form_page(work, "account/password.html", form)


def _new_page(work: Work, token: str, form: FormView) -> Response:
    try:
        found = person_to_reset(work.session, work.incoming.runtime.signer, token, now=work.now)
    except NotFoundError:
        return page(work, "account/link_over.html", status=404, again="/password")
    return form_page(work, "account/new_password.html", form, token=token, email=found.email)
