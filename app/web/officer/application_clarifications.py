"""Questions of the office to a consortium: ask, settle, take back, read what was sent with an answer."""

from uuid import UUID

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.responses import Response

from app.applications.queries.clarifications import clarification
from app.applications.queries.in_call import application_in_call
from app.applications.schemas import AskClarification, SettleClarification
from app.applications.use_cases.ask_clarification import ask_clarification, withdraw_clarification
from app.applications.use_cases.settle_clarification import settle_clarification
from app.calls.rules.values import LocalTime
from app.core.errors import NotFoundError, RulesViolatedError
from app.core.violations import Violation
from app.delivery.files import file_answer
from app.delivery.guards import checks_application, follows_application
from app.delivery.idempotency import once
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.web.forms import attempt, body_of, command_from, part_of, within
from app.web.officer.application_checks import checks_page, send
from app.web.pages import redirect
from app.web.requests import Request_

router = APIRouter(prefix="/officer/applications/{application_id:uuid}/clarifications")
_PARTS = ("year", "month", "day", "time")


@router.post("")
def ask(incoming: Request_, application_id: UUID) -> Response:
    """Ask the consortium. Who manages the call."""
    guard = checks_application(application_id)

    def create(work: Work) -> Response:
        call = application_in_call(work.session, application_id).call
        with within("ask"):
            sent = _with_instant(part_of(incoming.form, "ask"), "due_at", call.rules.timetable.deadline.zone)
            ask_clarification(
                work.session, work.actor, application_id, command_from(sent, AskClarification), now=work.now
            )
        return redirect(f"/officer/applications/{application_id}/checks#clarifications", notice="asked")

    return attempt(
        incoming,
        guard,
        lambda: run(incoming, WRITE, guard, lambda work: once(work, body_of(incoming.form), create)),
        lambda work, form: checks_page(work, application_id, form),
    )


@router.post("/{clarification_id}/settle")
def settle(incoming: Request_, application_id: UUID, clarification_id: UUID) -> Response:
    """Accept or refuse an answer. Who manages the call."""
    part = f"settle-{clarification_id}"

    def write(work: Work) -> None:
        wanted = command_from(part_of(incoming.form, part), SettleClarification)
        settle_clarification(work.session, work.actor, application_id, clarification_id, wanted, now=work.now)

    return send(incoming, application_id, part, write)


@router.post("/{clarification_id}/withdraw")
def withdraw(incoming: Request_, application_id: UUID, clarification_id: UUID) -> Response:
    """Take a question back that nobody has answered. Who manages the call."""

    def write(work: Work) -> None:
        withdraw_clarification(work.session, work.actor, application_id, clarification_id, now=work.now)

    return send(incoming, application_id, f"withdraw-{clarification_id}", write)


@router.get("/{clarification_id}/file")
def fetch(incoming: Request_, application_id: UUID, clarification_id: UUID) -> Response:
    """The PDF of an answer, as it came. The call's office."""

    def answer(work: Work) -> Response:
        found = clarification(work.session, application_id, clarification_id, now=work.now)
        if found.sha256 is None or found.filename is None:
            raise NotFoundError("document")
        return file_answer(incoming.runtime.files.get(found.sha256), found.filename)

    return run(incoming, READ, follows_application(application_id), answer)


def _with_instant(form: FormData, name: str, zone: str) -> FormData:
    """Day, month, year and time of an instant as one ISO text; raise RulesViolated for what is none."""
    items = [(key, value) for key, value in form.multi_items() if not key.startswith(f"{name}-")]
    year, month, day, time = (str(form.get(f"{name}-{part}", "")).strip() for part in _PARTS)
    if not any((year, month, day, time)):
        return FormData([*items, (name, "")])
    try:
        instant = LocalTime.parse(f"{year:0>4}-{month:0>2}-{day:0>2} {time} {zone}").instant
    except (ValueError, OverflowError):
        words = "Give a day, and a time such as 17:00."
        raise RulesViolatedError([Violation("clarifications.due_unreadable", words, name)]) from None
    return FormData([*items, (name, instant.isoformat())])
