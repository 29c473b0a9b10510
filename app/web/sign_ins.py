"""Signing in at the browser door: the slow comparison before the transaction, the cookie after it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from app.accounts.queries import credentials_of_email
from app.accounts.rules.links import SECOND_STEP
from app.accounts.rules.sign_in import REFUSED
from app.accounts.schemas import Checked, Credentials, SecondStepWanted, SignIn
from app.accounts.use_cases.sign_in import sign_in
from app.accounts.use_cases.sign_in_with_code import second_step_token
from app.core.errors import RulesViolatedError, TooManyAttemptsError
from app.delivery.guards import public
from app.delivery.unit_of_work import READ, WRITE, run
from app.infra.passwords import hash_password, password_matches
from app.web.pages import redirect
from app.web.security import set_half_sign_in, set_session_cookie

if TYPE_CHECKING:
    from pydantic import SecretStr
    from starlette.responses import Response

    from app.delivery.incoming import Incoming
    from app.delivery.unit_of_work import Work

SIGN_IN_CODE = "/sign-in/code"
START = "/tasks"
"""Where a person lands who did not ask for another page."""
_WINDOW_SECONDS = 900
_PER_CLIENT = 60
_PER_ADDRESS = 5


def brake(incoming: Incoming, action: str, *, address: str = "") -> None:
    """Count one use of ``action``; raise TooManyAttempts where this client, or anybody for this address, did too many."""
    limiter = incoming.runtime.limiter
    wait = limiter.wait_seconds(f"{action}:{incoming.client}", limit=_PER_CLIENT, seconds=_WINDOW_SECONDS)
    if not wait and address:
        wait = limiter.wait_seconds(f"{action}:{address}", limit=_PER_ADDRESS, seconds=_WINDOW_SECONDS)
    if wait:
        raise TooManyAttemptsError(wait)


def sign_in_with(incoming: Incoming, command: SignIn, to: str) -> Response:
    """Compare, then open a session; raise RulesViolated with one wording for every reason to refuse."""
    brake(incoming, "sign-in")
    found = run(incoming, READ, public, lambda work: credentials_of_email(work.session, command.email))
    checked = compare(found, command.password)
    answer = run(incoming, WRITE, public, lambda work: answer_signed_in(work, checked, to))
    if answer is None:
        raise RulesViolatedError([REFUSED])
    return answer


def compare(found: Credentials | None, password: SecretStr, *, new: SecretStr | None = None) -> Checked | None:
    """Compare a typed password with the stored hash, and hash the ``new`` one. Slow, and as slow for an unknown person."""
    matches = password_matches(password.get_secret_value(), found.password_hash if found else None)
    new_hash = hash_password(new.get_secret_value()) if new else ""
    return Checked(found, matches, new_hash) if found else None


def answer_signed_in(work: Work, checked: Checked | None, to: str) -> Response | None:
    """The way on with the cookie of a new session, first to the code for who has a second step; None where refused."""
    settings = work.incoming.runtime.settings
    lasts = timedelta(hours=settings.session_hours)
    secret = sign_in(work.session, checked, replaces=work.incoming.session_secret, lasts=lasts, now=work.now)
    if secret is None:
        return None
    if isinstance(secret, SecondStepWanted):
        return _ask_for_code(work, secret.credentials, to)
    answer = redirect(to)
    set_session_cookie(answer, secret, seconds=int(lasts.total_seconds()), secure=settings.secure)
    return answer


def _ask_for_code(work: Work, credentials: Credentials, to: str) -> Response:
    """To the second half of the sign-in; the browser keeps a signed token, and is not signed in."""
    answer = redirect(f"{SIGN_IN_CODE}?{urlencode({'next': to})}")
    token = second_step_token(work.incoming.runtime.signer, credentials, now=work.now)
    seconds = int(SECOND_STEP.lasts.total_seconds())
    set_half_sign_in(answer, token, seconds=seconds, secure=work.incoming.runtime.settings.secure)
    return answer


def local_path(text: str) -> str:
    """``text`` where it is a path of this site, else the start page: a link must not send people elsewhere."""
    local = text.startswith("/") and not text.startswith(("//", "/\\")) and text.isprintable() and "\\" not in text
    return text if local else START
