"""What is held of the person who is signed in: to read, to take along, and to have erased."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING

from fastapi import APIRouter
from starlette.responses import Response

from app.core.canonical import canonical_json
from app.data_protection.policies import require_person
from app.data_protection.queries.person import erasure_plan, held_of
from app.data_protection.queries.requests import erasures_of
from app.data_protection.rules.erasure import obstacles
from app.data_protection.rules.lifecycle import ErasureState
from app.data_protection.schemas import AskErasure
from app.data_protection.use_cases.ask_erasure import ask_erasure, withdraw_erasure
from app.data_protection.use_cases.export_person import export_person
from app.delivery.files import file_answer
from app.delivery.guards import signed_in
from app.delivery.idempotency import once
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.infra.ids import new_id
from app.web.forms import FormView, attempt, body_of, command_from, form_page
from app.web.held_words import shown_records
from app.web.pages import page, redirect
from app.web.requests import Request_

if TYPE_CHECKING:
    from app.data_protection.schemas import ErasurePlan

router = APIRouter()


@router.get("/account/data")
def show(incoming: Request_) -> Response:
    """Everything that is held of the person, kind by kind."""

    def answer(work: Work) -> Response:
        held = held_of(work.session, require_person(work.actor))
        return page(
            work,
            "data_protection/own_data.html",
            held=shown_records(work, (one for one in held if one.rows)),
            nothing=[one.title for one in held if not one.rows],
        )

    return run(incoming, READ, signed_in, answer)


@router.get("/account/data/file")
def download(incoming: Request_) -> Response:
    """The same as a JSON file."""

    def answer(work: Work) -> Response:
        document = export_person(work.session, work.actor, now=work.now)
        text = json.dumps(json.loads(canonical_json(document)), indent=2, ensure_ascii=False)
        return file_answer(text.encode(), f"my-data-{work.now:%Y-%m-%d}.json", media_type="application/json")

    return run(incoming, READ, signed_in, answer)


@router.get("/account/erasure")
def show_erasure(incoming: Request_) -> Response:
    """What would go and what would stay, and the form that asks for it."""
    return run(incoming, READ, signed_in, lambda work: _erasure_page(work, FormView()))


@router.post("/account/erasure")
def ask(incoming: Request_) -> Response:
    """Ask to be erased."""

    def create(work: Work) -> Response:
        ask_erasure(work.session, work.actor, command_from(incoming.form, AskErasure), now=work.now)
        return redirect("/account/erasure", notice="erasure-asked")

    return attempt(
        incoming,
        signed_in,
        lambda: run(incoming, WRITE, signed_in, lambda work: once(work, body_of(incoming.form), create)),
        _erasure_page,
    )


@router.post("/account/erasure/withdraw")
def withdraw(incoming: Request_) -> Response:
    """Take the request back."""

    def write(work: Work) -> Response:
        withdraw_erasure(work.session, work.actor, now=work.now)
        return redirect("/account/erasure", notice="done")

    return run(incoming, WRITE, signed_in, write)


def _erasure_page(work: Work, form: FormView) -> Response:
    person_id = require_person(work.actor)
    plan, asked = erasure_plan(work.session, person_id, now=work.now), erasures_of(work.session, person_id)
    return form_page(
        work,
        "data_protection/own_erasure.html",
        form,
        key=str(new_id()),
        waiting=next((one for one in asked if one.state is ErasureState.ASKED), None),
        refused=next((one for one in asked if one.state is ErasureState.REFUSED), None),
        plan=plan,
        kept_until=kept_until(plan),
        against=obstacles(plan.duties),
        contact=work.incoming.runtime.settings.contact_email,
    )


def kept_until(plan: ErasurePlan) -> datetime | None:
    """When the last signed act lets the name go; None where none keeps it, or where that is not known yet."""
    return plan.binding[-1].kept_until if plan.binding else None
