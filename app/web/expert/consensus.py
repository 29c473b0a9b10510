"""The room in which a group of experts, and its moderator, come to one report on an application."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.core.errors import DomainError, RulesViolatedError, StaleVersionError
from app.delivery.evaluation_guards import in_consensus
from app.delivery.idempotency import once
from app.delivery.incoming import Incoming
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.evaluation.queries.room import Room, room
from app.evaluation.schemas import ConcludeConsensus, GiveView, OfVersion, WriteMessage
from app.evaluation.use_cases.conclude_consensus import conclude_consensus
from app.evaluation.use_cases.give_view import give_view
from app.evaluation.use_cases.propose_consensus import propose_consensus, revise_consensus
from app.evaluation.use_cases.save_consensus import save_consensus
from app.evaluation.use_cases.write_message import write_message
from app.infra.ids import new_id
from app.web.application_view.shell import saved_at
from app.web.evaluation_view.room import compare_all, names_in
from app.web.evaluation_view.sheets import command_of, criteria_of, differing, form_parts, labels, marks, shown_total
from app.web.findings import shown
from app.web.forms import FormView, attempt, body_of, command_from, form_page, typed_in
from app.web.pages import page, redirect
from app.web.requests import Request_

router = APIRouter(prefix="/evaluation/applications/{application_id:uuid}/consensus")


@router.get("")
def show(incoming: Request_, application_id: UUID) -> Response:
    """Everybody's scores and comments beside the report of the group. Its experts and the moderator."""
    return run(incoming, READ, in_consensus(application_id), lambda work: _page(work, application_id))


@router.post("")
def save(incoming: Request_, application_id: UUID) -> Response:
    """Save the report, or save it and propose it. An htmx request saves in passing."""
    guard = in_consensus(application_id)
    propose = typed_in(incoming.form).get("go", [""])[-1] == "propose"

    def write(work: Work) -> Response:
        sent = command_of(incoming.form, room(work.session, work.actor, application_id).texts)
        save_consensus(work.session, work.actor, application_id, sent, now=work.now)
        return redirect(f"{_base(application_id)}#propose" if propose else _base(application_id), notice="saved")

    if incoming.fragment:
        return _in_passing(incoming, application_id)
    try:
        return run(incoming, WRITE, guard, write)
    except (RulesViolatedError, StaleVersionError) as error:
        refused = error
    return run(incoming, READ, guard, lambda work: _again(work, application_id, refused))


@router.post("/proposal")
def propose(incoming: Request_, application_id: UUID) -> Response:
    """Put the stored version before the group."""

    def write(work: Work) -> str:
        propose_consensus(
            work.session, work.actor, application_id, command_from(incoming.form, OfVersion), now=work.now
        )
        return "consensus-proposed"

    return _act(incoming, application_id, write)


@router.post("/revision")
def revise(incoming: Request_, application_id: UUID) -> Response:
    """Take the proposed report back to change it."""

    def write(work: Work) -> str:
        revise_consensus(work.session, work.actor, application_id, now=work.now)
        return "done"

    return _act(incoming, application_id, write)


@router.post("/views")
def view(incoming: Request_, application_id: UUID) -> Response:
    """Agree with the proposed report, or dissent with reasons."""

    def write(work: Work) -> str:
        give_view(work.session, work.actor, application_id, command_from(incoming.form, GiveView), now=work.now)
        return "saved"

    return _act(incoming, application_id, write)


@router.post("/conclusion")
def conclude(incoming: Request_, application_id: UUID) -> Response:
    """Close the report with what the views come to, or leave the scores to the panel."""

    def write(work: Work) -> str:
        sent = command_from(incoming.form, ConcludeConsensus)
        conclude_consensus(work.session, work.actor, application_id, sent, now=work.now)
        return "done"

    return _act(incoming, application_id, write)


@router.post("/messages")
def say(incoming: Request_, application_id: UUID) -> Response:
    """Write in the discussion; a form that is sent twice writes once."""
    guard = in_consensus(application_id)

    def create(work: Work) -> Response:
        sent = command_from(incoming.form, WriteMessage)
        write_message(work.session, work.actor, application_id, sent, now=work.now)
        return redirect(f"{_base(application_id)}#discussion")

    def write(work: Work) -> Response:
        return once(work, body_of(incoming.form), create)

    return attempt(
        incoming,
        guard,
        lambda: run(incoming, WRITE, guard, write),
        lambda work, form: _page(work, application_id, form),
    )


def _act(incoming: Incoming, application_id: UUID, write: Callable[[Work], str]) -> Response:
    guard = in_consensus(application_id)

    def do(work: Work) -> Response:
        notice = write(work)
        return redirect(_base(application_id), notice=notice)

    return attempt(
        incoming,
        guard,
        lambda: run(incoming, WRITE, guard, do),
        lambda work, form: _page(work, application_id, form),
    )


def _in_passing(incoming: Incoming, application_id: UUID) -> Response:
    guard = in_consensus(application_id)

    def write(work: Work) -> Response:
        sent = command_of(incoming.form, {})
        version = save_consensus(work.session, work.actor, application_id, sent, now=work.now)
        return page(
            work,
            "expert/saved.html",
            version=version,
            words=saved_at(work, work.now),
            draft_key=_draft_key(application_id),
            refused="",
            **_sheet_context(room(work.session, work.actor, application_id), work.known.language),
        )

    try:
        return run(incoming, WRITE, guard, write)
    except (RulesViolatedError, StaleVersionError) as error:
        words = error.message
    return run(incoming, READ, guard, lambda work: page(work, "expert/saved.html", refused=words))


def _again(work: Work, application_id: UUID, error: DomainError) -> Response:
    """What was typed and why it was not saved; or both texts of what two windows changed."""
    found, sent = room(work.session, work.actor, application_id), typed_in(work.incoming.form)
    base = _base(application_id)
    if isinstance(error, StaleVersionError):
        return page(
            work,
            "expert/stale.html",
            status=409,
            action=base,
            back=base,
            name=found.judged.acronym,
            colleague="",
            differing=differing(found.rules.stage, sent, found.texts, work.known.language),
            typed={name: texts for name, texts in sent.items() if not name.startswith("_") and name != "go"},
            version=found.report.version,
            when=saved_at(work, found.report.saved_at),
        )
    return _page(work, application_id, FormView.refused(work.incoming.form, error))


def _page(work: Work, application_id: UUID, form: FormView | None = None) -> Response:
    found, language = room(work.session, work.actor, application_id), work.known.language
    names = names_in(found.everybody, work.actor, language)
    stored = {name: [text] for name, text in found.texts.items()}
    view = form or FormView()
    sheet = view if any(name in view.typed for name in stored) else FormView(stored)
    return form_page(
        work,
        "expert/consensus.html",
        view,
        labels=labels(found.rules.stage, view, language),
        sheet_form=sheet,
        room=found,
        base=_base(application_id),
        names=names,
        silent=[names[one] for one in found.silent],
        compared=compare_all(found.rules, found.reports, names),
        closed=[shown(one, language=language) for one in found.closed],
        saved=saved_at(work, found.report.saved_at) if found.report.saved_by else "",
        draft_key=_draft_key(application_id),
        key=str(new_id()),
        **_sheet_context(found, language),
    )


def _sheet_context(found: Room, language: str) -> Mapping[str, Any]:
    return {
        "criteria": criteria_of(found.rules.stage, found.report.sheet, language),
        "total": shown_total(found.rules.stage, found.report.sheet, language),
        "marks": marks(found.texts),
        **form_parts(found.rules),
    }


def _base(application_id: UUID) -> str:
    return f"/evaluation/applications/{application_id}/consensus"


def _draft_key(application_id: UUID) -> str:
    return f"consensus/{application_id}"
