"""The own second step: set up a device, see how many recovery codes are left, make new ones, remove it."""

from collections.abc import Sequence
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter
from markupsafe import Markup
from starlette.responses import Response

from app.accounts.queries import credentials_of, second_factor_of, secret_to_show
from app.accounts.rules.second_factor import RECOVERY_CODES, device_address, in_groups
from app.accounts.schemas import Credentials, EnrolSecondFactor
from app.accounts.use_cases.enrol_second_factor import confirm_second_factor, enrol_second_factor
from app.accounts.use_cases.new_recovery_codes import new_recovery_codes
from app.accounts.use_cases.remove_second_factor import remove_second_factor
from app.core.errors import SignInRequiredError
from app.delivery.guards import signed_in, stepped_up
from app.delivery.incoming import Incoming
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.infra.qr_code import qr_svg
from app.infra.templates import translator
from app.web.forms import FormView, attempt, command_from, form_page, typed_in
from app.web.pages import page, redirect
from app.web.requests import Request_
from app.web.second_steps import demo_code, typed_code
from app.web.sign_ins import brake, compare, local_path

router = APIRouter(prefix="/account/second-step")
OWN = stepped_up(signed_in)
"""What may be done to the own second step only by who just confirmed it."""


@router.get("")
def show(incoming: Request_) -> Response:
    """Whether there is one, and what can be done."""
    return run(incoming, READ, signed_in, lambda work: _page(work, FormView.of({"next": incoming.query.get("next")})))


@router.post("")
def begin(incoming: Request_) -> Response:
    """Make a secret for a device, knowing the present password."""
    return attempt(incoming, signed_in, lambda: _begin(incoming), _page)


def _begin(incoming: Incoming) -> Response:
    command = command_from(incoming.form, EnrolSecondFactor, leave=("next",))
    known = run(incoming, READ, signed_in, _own_credentials)
    brake(incoming, "enrol", address=known.email)
    checked = compare(known, command.current_password)

    def write(work: Work) -> Response:
        if checked is not None:
            enrol_second_factor(work.session, work.actor, incoming.runtime.vault, checked=checked, now=work.now)
        return redirect(f"/account/second-step/setup{_onwards(incoming)}")

    return run(incoming, WRITE, signed_in, write)


@router.get("/setup")
def show_secret(incoming: Request_) -> Response:
    """The secret as a QR code and in letters, until the first code of the device."""
    form = FormView.of({"next": incoming.query.get("next")})
    return run(incoming, READ, signed_in, lambda work: _setup_page(work, form))


@router.post("/setup")
def confirm(incoming: Request_) -> Response:
    """Put it in force by the first code. The recovery codes are on this one answer, so there is no redirect."""

    def write(work: Work) -> Response:
        codes = confirm_second_factor(
            work.session,
            work.actor,
            incoming.runtime.vault,
            typed_code(incoming),
            keep=incoming.session_secret,
            now=work.now,
        )
        return _codes_page(work, codes)

    return attempt(incoming, signed_in, lambda: run(incoming, WRITE, signed_in, write), _setup_page)


@router.post("/recovery-codes")
def make_codes(incoming: Request_) -> Response:
    """Make new recovery codes; they are on this one answer."""

    def write(work: Work) -> Response:
        return _codes_page(work, new_recovery_codes(work.session, work.actor, now=work.now))

    return run(incoming, WRITE, OWN, write)


@router.get("/remove")
def ask_removal(incoming: Request_) -> Response:
    """What removing it means."""
    return run(incoming, READ, OWN, lambda work: page(work, "account/second_step_remove.html"))


@router.post("/remove")
def remove(incoming: Request_) -> Response:
    """Remove it."""

    def write(work: Work) -> Response:
        remove_second_factor(work.session, work.actor, now=work.now)
        return redirect("/account/second-step", notice="done")

    return run(incoming, WRITE, OWN, write)


def _page(work: Work, form: FormView) -> Response:
    factor = second_factor_of(work.session, _own_id(work))
    return form_page(work, "account/second_step.html", form, factor=factor, most=RECOVERY_CODES)


def _setup_page(work: Work, form: FormView) -> Response:
    secret = secret_to_show(work.session, work.incoming.runtime.vault, _own_id(work))
    if secret is None:
        return redirect("/account/second-step")
    say = translator(work.known.language)
    drawn = qr_svg(device_address(secret, work.actor.email), title=say("QR code for your authenticator app"))
    return form_page(
        work,
        "account/second_step_setup.html",
        form,
        labels={},
        secret=" ".join(in_groups(secret)),
        qr_code=Markup(drawn),  # noqa: S704  # drawn here; holds no text but our own
        demo_code=demo_code(work, work.actor.person_id),
    )


def _codes_page(work: Work, codes: Sequence[str]) -> Response:
    wanted = (typed_in(work.incoming.form).get("next") or [""])[-1]
    to = local_path(wanted) if wanted else "/account/second-step"
    return page(work, "account/recovery_codes.html", status=201, codes=codes, to=to, email=work.actor.email)


def _onwards(incoming: Incoming) -> str:
    wanted = (typed_in(incoming.form).get("next") or [""])[-1]
    return f"?{urlencode({'next': local_path(wanted)})}" if wanted else ""


def _own_id(work: Work) -> UUID:
    if work.actor.person_id is None:
        raise SignInRequiredError
    return work.actor.person_id


def _own_credentials(work: Work) -> Credentials:
    found = credentials_of(work.session, _own_id(work))
    if found is None:
        raise SignInRequiredError
    return found
