"""The question before any content opens: is there a conflict of interest? And its answers, then and later."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.core.errors import NotFoundError
from app.delivery.evaluation_guards import expert_of_assignment
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.evaluation.queries.declaration import declaration
from app.evaluation.schemas import DeclareConflict, WithReason
from app.evaluation.use_cases.declare_conflict import declare_conflict, report_later_conflict
from app.evaluation.use_cases.decline_assignment import decline_assignment
from app.web.deadlines import shown_deadline
from app.web.forms import FormView, attempt, command_from, form_page
from app.web.pages import redirect
from app.web.requests import Request_
from app.web.words import country_name

router = APIRouter(prefix="/evaluation/{assignment_id:uuid}")
LABELS = {"answer": "Your answer", "words": "What it is", "reason": "Why"}


@router.get("/conflict")
def show(incoming: Request_, assignment_id: UUID) -> Response:
    """Reference, title and partners, nothing else, and three answers. The expert, while it is theirs."""
    return run(incoming, READ, expert_of_assignment(assignment_id), lambda work: _page(work, assignment_id, FormView()))


@router.post("/conflict")
def declare(incoming: Request_, assignment_id: UUID) -> Response:
    """Answer."""

    def write(work: Work) -> Response:
        wanted = command_from(incoming.form, DeclareConflict)
        declare_conflict(work.session, work.actor, assignment_id, wanted, now=work.now)
        return redirect("/evaluation", notice="saved")

    guard = expert_of_assignment(assignment_id)
    return attempt(
        incoming, guard, lambda: run(incoming, WRITE, guard, write), lambda work, form: _page(work, assignment_id, form)
    )


@router.post("/later-conflict")
def later(incoming: Request_, assignment_id: UUID) -> Response:
    """A conflict turned up: close the content at once."""

    def write(work: Work) -> Response:
        wanted = command_from(incoming.form, WithReason)
        report_later_conflict(work.session, work.actor, assignment_id, wanted, now=work.now)
        return redirect("/evaluation", notice="saved")

    guard = expert_of_assignment(assignment_id)
    return attempt(
        incoming, guard, lambda: run(incoming, WRITE, guard, write), lambda work, form: _page(work, assignment_id, form)
    )


@router.get("/decline")
def ask_decline(incoming: Request_, assignment_id: UUID) -> Response:
    """The question why."""
    return run(
        incoming,
        READ,
        expert_of_assignment(assignment_id),
        lambda work: _page(work, assignment_id, FormView(), template="expert/decline.html"),
    )


@router.post("/decline")
def decline(incoming: Request_, assignment_id: UUID) -> Response:
    """Give the application back."""

    def write(work: Work) -> Response:
        wanted = command_from(incoming.form, WithReason)
        decline_assignment(work.session, work.actor, assignment_id, wanted, now=work.now)
        return redirect("/evaluation", notice="done")

    guard = expert_of_assignment(assignment_id)
    return attempt(
        incoming,
        guard,
        lambda: run(incoming, WRITE, guard, write),
        lambda work, form: _page(work, assignment_id, form, template="expert/decline.html"),
    )


def _page(work: Work, assignment_id: UUID, form: FormView, *, template: str = "expert/conflict.html") -> Response:
    shown = declaration(work.session, assignment_id)
    if not shown.acronym and template != "expert/conflict.html":
        raise NotFoundError("assignment")
    language = work.known.language
    return form_page(
        work,
        template,
        form,
        labels=LABELS,
        it=shown,
        partners=[(one.name, country_name(one.country, language), one.role) for one in shown.partners],
        due=shown_deadline(work, shown.row.due_at, shown.zone),
        base=f"/evaluation/{assignment_id}",
    )
