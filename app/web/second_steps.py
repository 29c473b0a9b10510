"""The second step at the browser door: the page that asks for the code and keeps the form that was sent."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.responses import RedirectResponse, Response

from app.accounts.queries import code_of_demo, has_second_factor
from app.core.violations import Violation
from app.delivery.guards import public
from app.delivery.status_codes import status_of
from app.delivery.unit_of_work import READ, run
from app.settings import Mode
from app.web.forms import FormView
from app.web.pages import page
from app.web.sign_ins import local_path

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from app.accounts.rules.second_factor import NextCode
    from app.core.errors import SecondStepRequiredError
    from app.delivery.incoming import Incoming
    from app.delivery.unit_of_work import Work

CONFIRM = "/account/confirm"
CODE, RECOVERY = "_second_step", "_recovery_code"
NO_CODE = Violation("second_step.no_code", "Enter the code that your device shows.", "code")


def ask_for_code(incoming: Incoming, error: SecondStepRequiredError) -> Response:
    """Where a page needs the second step: to the page that asks for it, and back. A sent form is kept on that page."""
    if incoming.method != "POST":
        wanted = f"{incoming.path}?{incoming.query_string}".rstrip("?")
        return _away(incoming, f"{CONFIRM}?next={quote(wanted, safe='/')}")
    if incoming.fragment:  # htmx would put the page into the fragment's place
        return _away(incoming, CONFIRM)
    found = error.violations if error.wrong else (NO_CODE,) if _left_empty(incoming) else ()
    form = FormView(violations=found, status=status_of(error))
    action = f"{incoming.path}?{incoming.query_string}".rstrip("?")
    return run(incoming, READ, public, lambda work: confirm_page(work, form, action=action, kept=kept_fields(incoming)))


def confirm_page(work: Work, form: FormView, *, action: str, kept: Sequence[tuple[str, str]]) -> Response:
    """The page that asks for the code; ``kept`` goes along to ``action`` as it was typed."""
    person_id = work.actor.person_id
    return page(
        work,
        "account/confirm.html",
        status=form.status,
        errors=form.violations,
        form=form,
        action=action,
        kept=kept,
        to=local_path(dict(kept).get("next", "")),
        enrolled=person_id is not None and has_second_factor(work.session, person_id),
        demo_code=demo_code(work, person_id),
    )


def kept_fields(incoming: Incoming) -> list[tuple[str, str]]:
    """The texts of the form that was sent, in its order; not the code itself, nor a password, nor the browser's token."""
    return [
        (name, value)
        for name, value in (incoming.form.multi_items() if incoming.form is not None else ())
        if isinstance(value, str) and name not in {CODE, RECOVERY, "_csrf"} and "password" not in name
    ]


def demo_code(work: Work, person_id: UUID | None) -> NextCode | None:
    """The code that would count now: nobody who tries the demonstration has the device. None in any other mode."""
    runtime = work.incoming.runtime
    if runtime.settings.mode is not Mode.DEMO or person_id is None:
        return None
    return code_of_demo(work.session, runtime.vault, person_id, now=work.now)


def typed_code(incoming: Incoming) -> str:
    """The code that came with the form, or an empty text."""
    return incoming.second_step.text if incoming.second_step is not None else ""


def refused_code(violation: Violation) -> FormView:
    """The form again, with what is wrong with its code."""
    return FormView(violations=(replace(violation, place="code"),), status=422)


def _left_empty(incoming: Incoming) -> bool:
    return incoming.form is not None and CODE in incoming.form and incoming.second_step is None


def _away(incoming: Incoming, target: str) -> Response:
    if incoming.fragment:
        return Response(status_code=403, headers={"hx-redirect": target})
    return RedirectResponse(target, status_code=303)
