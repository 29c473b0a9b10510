"""Ask for an account, and confirm its address."""

from fastapi import APIRouter
from starlette.responses import Response

from app.accounts.schemas import ConfirmEmail, RegisterPerson
from app.accounts.use_cases.confirm_email import confirm_email, person_to_confirm
from app.accounts.use_cases.register_person import register_person
from app.core.errors import NotFoundError
from app.delivery.guards import public
from app.delivery.incoming import Incoming
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.infra.passwords import hash_password
from app.web.forms import FormView, attempt, command_from, form_page
from app.web.pages import page, redirect
from app.web.requests import Request_
from app.web.sign_ins import START, answer_signed_in, brake, compare

router = APIRouter()


@router.get("/register")
def show(incoming: Request_) -> Response:
    """The form."""
    return run(incoming, READ, public, lambda work: _page(work, FormView()))


@router.post("/register")
def register(incoming: Request_) -> Response:
    """Keep the request; the answer does not tell whether the address is known."""

    def do() -> Response:
        command = command_from(incoming.form, RegisterPerson)
        brake(incoming, "register", address=command.email)
        hashed = hash_password(command.password.get_secret_value())

        def write(work: Work) -> Response:
            register_person(work.session, command, password_hash=hashed, now=work.now, language=work.known.language)
            return redirect("/register/sent")

        return run(incoming, WRITE, public, write)

    return attempt(incoming, public, do, _page)


@router.get("/register/sent")
def sent(incoming: Request_) -> Response:
    """What happens next."""
    return run(incoming, READ, public, lambda work: page(work, "account/register_sent.html"))


@router.get("/confirm-email/{token}")
def show_confirm(token: str, incoming: Request_) -> Response:
    """Ask for the password of the registration: the link alone opens nothing."""

    def answer(work: Work) -> Response:
        return _confirm_page(work, token, FormView())

    return run(incoming, READ, public, answer)


@router.post("/confirm-email/{token}")
def confirm(token: str, incoming: Request_) -> Response:
    """Confirm the address and sign in."""
    return attempt(
        incoming, public, lambda: _confirm(incoming, token), lambda work, form: _confirm_page(work, token, form)
    )


def _confirm(incoming: Incoming, token: str) -> Response:
    command = command_from(incoming.form, ConfirmEmail)
    signer = incoming.runtime.signer
    brake(incoming, "confirm")
    found = run(incoming, READ, public, lambda work: person_to_confirm(work.session, signer, token, now=work.now))
    brake(incoming, "confirm", address=found.email)
    checked = compare(found, command.password)

    def write(work: Work) -> Response:
        if checked is not None:
            confirm_email(work.session, checked, now=work.now)
        return answer_signed_in(work, checked, START) or redirect("/sign-in")

    return run(incoming, WRITE, public, write)


def _page(work: Work, form: FormView) -> Response:
    return form_page(work, "account/register.html", form)


def _confirm_page(work: Work, token: str, form: FormView) -> Response:
    try:
        found = person_to_confirm(work.session, work.incoming.runtime.signer, token, now=work.now)
    except NotFoundError:
        return page(work, "account/link_over.html", status=404, again="/register")
    return form_page(work, "account/confirm_email.html", form, token=token, email=found.email)
