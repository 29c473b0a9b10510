"""The second half of a sign-in: the code of the device, for who has set up a second step."""

from datetime import timedelta
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.responses import Response

from app.accounts.rules.second_factor import WRONG_CODE, StepOutcome
from app.accounts.rules.sign_in import PAUSE
from app.accounts.schemas import Credentials, HalfSignedIn
from app.accounts.use_cases.sign_in_with_code import person_to_step_up, sign_in_with_code
from app.core.errors import NotFoundError, TooManyAttemptsError
from app.delivery.guards import public
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.web.forms import FormView, typed_in
from app.web.pages import page, redirect
from app.web.requests import Request_
from app.web.second_steps import NO_CODE, demo_code, refused_code, typed_code
from app.web.security import drop_half_sign_in, set_session_cookie
from app.web.sign_ins import SIGN_IN_CODE, brake, local_path

router = APIRouter()


@router.get(SIGN_IN_CODE)
def ask(incoming: Request_) -> Response:
    """The form; who has not typed the password, or too long ago, begins at the password."""
    to = local_path(incoming.query.get("next", ""))

    def answer(work: Work) -> Response:
        person = _half(work)
        return _page(work, FormView(), person, to) if person is not None else _begin_again(to)

    return run(incoming, READ, public, answer)


@router.post(SIGN_IN_CODE)
def enter(incoming: Request_) -> Response:
    """Open the session, or show the form again."""
    to = local_path((typed_in(incoming.form).get("next") or [""])[-1])
    typed = typed_code(incoming)
    brake(incoming, "sign-in-code")

    def answer(work: Work) -> Response:
        person, settings = _half(work), incoming.runtime.settings
        if person is None:
            return _begin_again(to)
        if not typed:
            return _page(work, refused_code(NO_CODE), person, to)
        lasts = timedelta(hours=settings.session_hours)
        entered = sign_in_with_code(
            work.session,
            incoming.runtime.vault,
            HalfSignedIn(person, typed),
            replaces=incoming.session_secret,
            lasts=lasts,
            now=work.now,
        )
        if entered.outcome is StepOutcome.MISSING:
            return _begin_again(to)
        if entered.outcome is not StepOutcome.ACCEPTED:
            return _refused(work, entered.outcome, person, to)
        inside = redirect(to)
        set_session_cookie(inside, entered.secret, seconds=int(lasts.total_seconds()), secure=settings.secure)
        drop_half_sign_in(inside, secure=settings.secure)
        return inside

    return run(incoming, WRITE, public, answer)


def _refused(work: Work, outcome: StepOutcome, person: Credentials, to: str) -> Response:
    """The form again; while codes are paused the same wording with the status that says so."""
    if outcome is StepOutcome.PAUSED:
        wait = int(PAUSE.total_seconds())
        raise TooManyAttemptsError(wait)
    return _page(work, refused_code(WRONG_CODE), person, to)


def _half(work: Work) -> Credentials | None:
    """Who typed the password in this browser a short while ago."""
    token = work.incoming.half_sign_in
    try:
        return person_to_step_up(work.session, work.incoming.runtime.signer, token, now=work.now)
    except NotFoundError:
        return None


def _begin_again(to: str) -> Response:
    return redirect(f"/sign-in?{urlencode({'next': to})}")


def _page(work: Work, form: FormView, person: Credentials, to: str) -> Response:
    return page(
        work,
        "account/sign_in_code.html",
        status=form.status,
        errors=form.violations,
        form=form,
        to=to,
        demo_code=demo_code(work, person.person_id),
    )
