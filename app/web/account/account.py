"""A person's own account: details, password, roles, API tokens."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.accounts.queries import credentials_of, has_second_factor, live_tokens, person_details, roles_of
from app.accounts.rules.delegation import DELEGABLE
from app.accounts.rules.tokens import DAYS
from app.accounts.rules.zones import zones
from app.accounts.schemas import ChangePassword, CreateApiToken, Credentials, UpdatePerson
from app.accounts.use_cases.change_password import change_password
from app.accounts.use_cases.create_api_token import create_api_token, revoke_api_token
from app.accounts.use_cases.update_person import update_person
from app.core.errors import SignInRequiredError
from app.delivery.guards import signed_in
from app.delivery.incoming import Incoming
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.infra.templates import translator
from app.web.forms import FormView, attempt, command_from, form_page
from app.web.pages import page, redirect
from app.web.requests import Request_
from app.web.scopes import shown_scopes
from app.web.sign_ins import brake, compare
from app.web.words import role_words

router = APIRouter()


@router.get("/account")
def show(incoming: Request_) -> Response:
    """Everything about the person who is signed in."""
    return run(incoming, READ, signed_in, _home)


@router.get("/account/details")
def show_details(incoming: Request_) -> Response:
    """The form for name, language and zone."""

    def answer(work: Work) -> Response:
        person = person_details(work.session, _own_id(work))
        given = {"name": person.name, "language": person.language, "zone": person.zone} if person else {}
        return _details_page(work, FormView.of(given))

    return run(incoming, READ, signed_in, answer)


@router.post("/account/details")
def save_details(incoming: Request_) -> Response:
    """Store name, language and zone."""

    def write(work: Work) -> Response:
        update_person(work.session, work.actor, command_from(incoming.form, UpdatePerson), now=work.now)
        return redirect("/account", notice="saved")

    return attempt(incoming, signed_in, lambda: run(incoming, WRITE, signed_in, write), _details_page)


@router.get("/account/password")
def show_password(incoming: Request_) -> Response:
    """The form for a new password."""
    return run(incoming, READ, signed_in, lambda work: _password_page(work, FormView()))


@router.post("/account/password")
def save_password(incoming: Request_) -> Response:
    """Set a new password; sign-ins elsewhere end."""
    return attempt(incoming, signed_in, lambda: _change(incoming), _password_page)


def _change(incoming: Incoming) -> Response:
    command = command_from(incoming.form, ChangePassword)
    known = run(incoming, READ, signed_in, _own_credentials)
    brake(incoming, "change", address=known.email)
    checked = compare(known, command.current_password, new=command.password)

    def write(work: Work) -> Response:
        if checked is not None:
            change_password(
                work.session, work.actor, command, checked=checked, keep=incoming.session_secret, now=work.now
            )
        return redirect("/account", notice="saved")

    return run(incoming, WRITE, signed_in, write)


@router.get("/account/tokens")
def show_tokens(incoming: Request_) -> Response:
    """Living tokens and the form for a new one."""
    return run(
        incoming, READ, signed_in, lambda work: _tokens_page(work, FormView.of({"scopes": ["read"], "days": 90}))
    )


@router.post("/account/tokens")
def make_token(incoming: Request_) -> Response:
    """Make a token. Its secret is on this one answer and nowhere else, so there is no redirect."""

    def write(work: Work) -> Response:
        command = command_from(incoming.form, CreateApiToken, lists=("scopes",))
        secret = create_api_token(work.session, work.actor, command, now=work.now)
        return page(work, "account/token_made.html", status=201, secret=secret, name=command.name)

    return attempt(incoming, signed_in, lambda: run(incoming, WRITE, signed_in, write), _tokens_page)


@router.post("/account/tokens/{token_id}/end")
def end_token(token_id: UUID, incoming: Request_) -> Response:
    """End one of the own tokens."""

    def write(work: Work) -> Response:
        revoke_api_token(work.session, work.actor, token_id, now=work.now)
        return redirect("/account/tokens", notice="done")

    return run(incoming, WRITE, signed_in, write)


def _home(work: Work) -> Response:
    roles = roles_of(work.session, _own_id(work))
    return page(
        work,
        "account/home.html",
        person=person_details(work.session, _own_id(work)),
        roles=roles,
        scopes=shown_scopes(work.session, roles),
        tokens=live_tokens(work.session, _own_id(work), now=work.now),
        second_step=has_second_factor(work.session, _own_id(work)),
        office=any(work.actor.has(role) for role in DELEGABLE),
        role_words=role_words,
    )


def _details_page(work: Work, form: FormView) -> Response:
    return form_page(
        work, "account/details.html", form, zone_options=[(name, name.replace("_", " ")) for name in zones()]
    )


def _password_page(work: Work, form: FormView) -> Response:
    return form_page(work, "account/change_password.html", form)


def _tokens_page(work: Work, form: FormView) -> Response:
    tokens, say = live_tokens(work.session, _own_id(work), now=work.now), translator(work.known.language)
    lasting = [(days, say("%(days)s days") % {"days": days}) for days in DAYS]
    return form_page(work, "account/tokens.html", form, tokens=tokens, day_options=lasting)


def _own_id(work: Work) -> UUID:
    if work.actor.person_id is None:
        raise SignInRequiredError
    return work.actor.person_id


def _own_credentials(work: Work) -> Credentials:
    found = credentials_of(work.session, _own_id(work))
    if found is None:
        raise SignInRequiredError
    return found
