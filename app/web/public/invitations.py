"""Accept an invitation by the link in the mail."""

from fastapi import APIRouter
from starlette.responses import Response

from app.accounts.queries import credentials_of, credentials_of_email
from app.accounts.rules.invitations import InvitationState
from app.accounts.schemas import Checked, RegisterInvited
from app.accounts.use_cases.accept_invitation import accept_by_registering, accept_invitation, invitation_of_link
from app.core.errors import NotFoundError
from app.delivery.guards import public, signed_in
from app.delivery.incoming import Incoming
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.infra.passwords import hash_password
from app.web.forms import FormView, attempt, command_from, form_page
from app.web.pages import page, redirect
from app.web.requests import Request_
from app.web.scopes import shown_scopes
from app.web.sign_ins import START, answer_signed_in, brake
from app.web.words import role_words

router = APIRouter()


@router.get("/invitations/{token}")
def show(token: str, incoming: Request_) -> Response:
    """What is offered, and the way to accept it."""
    return run(incoming, READ, public, lambda work: _page(work, token, FormView()))


@router.post("/invitations/{token}/accept")
def accept(token: str, incoming: Request_) -> Response:
    """Accept as the person who is signed in."""

    def write(work: Work) -> Response:
        offer = invitation_of_link(work.session, incoming.runtime.signer, token, now=work.now)
        accept_invitation(work.session, work.actor, offer.id, now=work.now)
        return redirect(shown_scopes(work.session, [offer])[offer.id].href or START, notice="done")

    return attempt(
        incoming,
        public,
        lambda: run(incoming, WRITE, signed_in, write),
        lambda work, form: _page(work, token, form),
    )


@router.post("/invitations/{token}/register")
def register(token: str, incoming: Request_) -> Response:
    """Open an account, accept and sign in."""
    return attempt(incoming, public, lambda: _register(incoming, token), lambda work, form: _page(work, token, form))


def _register(incoming: Incoming, token: str) -> Response:
    command = command_from(incoming.form, RegisterInvited)
    brake(incoming, "invitation")
    hashed = hash_password(command.password.get_secret_value())

    def write(work: Work) -> Response:
        offer = invitation_of_link(work.session, incoming.runtime.signer, token, now=work.now)
        person_id = accept_by_registering(
            work.session, offer.id, command, password_hash=hashed, now=work.now, language=work.known.language
        )
        known = credentials_of(work.session, person_id)
        checked = Checked(known, matches=True) if known else None
        to = shown_scopes(work.session, [offer])[offer.id].href or START
        return answer_signed_in(work, checked, to) or redirect("/sign-in")

    return run(incoming, WRITE, public, write)


def _page(work: Work, token: str, form: FormView) -> Response:
    try:
        offer = invitation_of_link(work.session, work.incoming.runtime.signer, token, now=work.now)
    except NotFoundError:
        return page(work, "account/link_over.html", status=404, again="")
    known = credentials_of_email(work.session, offer.email)
    return form_page(
        work,
        "account/invitation.html",
        form,
        token=token,
        offer=offer,
        scope=shown_scopes(work.session, [offer])[offer.id],
        is_open=offer.state is InvitationState.OPEN,
        role_words=role_words,
        has_account=known is not None and known.confirmed,
    )
