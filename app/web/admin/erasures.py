"""Requests to be erased: who asked, what would go and what would stay, and the answer."""

from collections.abc import Callable
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.core.errors import NotFoundError
from app.data_protection.queries.person import erasure_plan
from app.data_protection.queries.requests import ErasureFilter, erasure, erasures_page
from app.data_protection.rules.erasure import obstacles
from app.data_protection.rules.lifecycle import ErasureState
from app.data_protection.schemas import ErasureRow, RefuseErasure
from app.data_protection.use_cases.erase_person import erase_person
from app.data_protection.use_cases.refuse_erasure import refuse_erasure
from app.delivery.guards import administrator, stepped_up
from app.delivery.incoming import Incoming
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.web.account.data import kept_until
from app.web.forms import FormView, attempt, command_from, form_page
from app.web.lists import Column, Filter, Listing, ListSpec, answer_list
from app.web.pages import redirect
from app.web.requests import Request_

router = APIRouter()
DECIDES = stepped_up(administrator)
"""What is erased does not come back: it takes the second step."""
STATES = {
    ErasureState.ASKED: "waits",
    ErasureState.WITHDRAWN: "withdrawn",
    ErasureState.REFUSED: "refused",
    ErasureState.ERASED: "erased",
}
ERASURES: ListSpec[ErasureRow] = ListSpec(
    columns=(
        Column("name", "Name", lambda row: row.name, sortable=True),
        Column("email", "E-mail address", lambda row: row.email),
        Column("state", "State", lambda row: STATES[row.state]),
        Column("asked_at", "Asked", lambda row: row.asked_at, sortable=True),
        Column("answer_by", "Answer by", lambda row: row.answer_by if row.state is ErasureState.ASKED else None),
        Column("decided_at", "Answered", lambda row: row.decided_at, only_export=True),
        Column("decided_by", "Answered by", lambda row: row.decided_by, only_export=True),
    ),
    filters=(Filter("state", "State", [(state.value, words) for state, words in STATES.items()]),),
    sort="asked_at",
)


@router.get("/admin/erasures")
def erasures(incoming: Request_) -> Response:
    """Every request, the one that waits longest first."""

    def answer(work: Work) -> Response:
        listing = Listing.read(incoming, ERASURES)
        wanted = ErasureFilter(
            q=listing.q,
            state=ErasureState(listing.value("state")) if listing.value("state") else None,
            sort=listing.sort,
            descending=listing.descending,
        )
        return answer_list(
            work,
            "data_protection/erasures.html",
            listing,
            lambda request: erasures_page(work.session, wanted, request),
            name="erasures",
            states=STATES,
        )

    return run(incoming, READ, administrator, answer)


@router.get("/admin/erasures/{erasure_id}")
def show(erasure_id: UUID, incoming: Request_) -> Response:
    """The dry run: what goes, what stays and why."""
    return run(incoming, READ, administrator, lambda work: _page(work, erasure_id, FormView()))


@router.post("/admin/erasures/{erasure_id}/erase")
def erase(erasure_id: UUID, incoming: Request_) -> Response:
    """Grant the request."""
    return _act(incoming, erasure_id, lambda work: erase_person(work.session, work.actor, erasure_id, now=work.now))


@router.post("/admin/erasures/{erasure_id}/refuse")
def refuse(erasure_id: UUID, incoming: Request_) -> Response:
    """Refuse it."""

    def write(work: Work) -> None:
        wanted = command_from(incoming.form, RefuseErasure)
        refuse_erasure(work.session, work.actor, erasure_id, wanted, now=work.now)

    return _act(incoming, erasure_id, write)


def _act(incoming: Incoming, erasure_id: UUID, change: Callable[[Work], None]) -> Response:
    def write(work: Work) -> Response:
        change(work)
        return redirect(f"/admin/erasures/{erasure_id}", notice="done")

    return attempt(
        incoming,
        DECIDES,
        lambda: run(incoming, WRITE, DECIDES, write),
        lambda work, form: _page(work, erasure_id, form),
    )


def _page(work: Work, erasure_id: UUID, form: FormView) -> Response:
    found = erasure(work.session, erasure_id)
    if found is None:
        raise NotFoundError("request")
    plan = erasure_plan(work.session, found.person_id, now=work.now) if found.state is ErasureState.ASKED else None
    return form_page(
        work,
        "data_protection/erasure.html",
        form,
        labels={"reason": "Reason"},
        asked=found,
        plan=plan,
        kept_until=kept_until(plan) if plan else None,
        against=obstacles(plan.duties) if plan else (),
        own=found.person_id == work.actor.person_id,
        states=STATES,
    )
