"""Experts of a call: invite, withdraw an invitation, see who registered and how much each has."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.responses import Response

from app.accounts.queries import invitations_of_scope
from app.applications.queries.office_calls import office_call
from app.core.actor import Role, ScopeKind
from app.core.errors import RulesViolatedError
from app.core.paging import Page, PageRequest
from app.delivery.evaluation_guards import runs_evaluation
from app.delivery.guards import follows_call
from app.delivery.idempotency import once
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.delivery.validation import violations_of
from app.evaluation import policies
from app.evaluation.queries.experts import ExpertRow, experts_of_call, unregistered_experts
from app.evaluation.schemas import InviteExperts
from app.evaluation.use_cases.invite_experts import invite_experts, withdraw_expert_invitation
from app.infra.ids import new_id
from app.web.evaluation_view.work import language_names
from app.web.forms import FormView, attempt, body_of, form_page, typed_in
from app.web.lists import Column, Listing, ListSpec, answer_list
from app.web.pages import redirect
from app.web.requests import Request_
from app.web.words import country_name

router = APIRouter(prefix="/officer/calls/{call_id:uuid}/experts")
_BETWEEN = re.compile(r"[\s,;]+")
"""Between addresses: spaces, new lines, commas and semicolons, as people paste them."""
LABELS = {"emails": "E-mail addresses"}
EXPERTS: ListSpec[ExpertRow] = ListSpec(
    columns=(
        Column("name", "Expert", lambda row: row.name, sortable=True),
        Column("email", "E-mail address", lambda row: row.email, only_export=True),
        Column("expertise", "Expertise", lambda row: row.expertise),
        Column("languages", "Languages", lambda row: " ".join(row.languages)),
        Column("employer", "Employer", lambda row: row.employer),
        Column("country", "Country", lambda row: row.country, only_export=True),
        Column("load", "Applications", lambda row: row.load, align="right", sortable=True),
        Column("max_load", "At most", lambda row: row.max_load, align="right", only_export=True),
    ),
    sort="name",
)


@router.get("")
def show(incoming: Request_, call_id: UUID) -> Response:
    """Registered experts, open invitations, who has not registered. The call's office."""
    return run(incoming, READ, follows_call(call_id), lambda work: _page(work, call_id, FormView()))


@router.post("")
def invite(incoming: Request_, call_id: UUID) -> Response:
    """Invite several people at once."""

    def create(work: Work) -> Response:
        wanted = _wanted(" ".join(typed_in(incoming.form).get("emails", ())))
        invite_experts(work.session, work.actor, call_id, wanted, now=work.now)
        return redirect(f"/officer/calls/{call_id}/experts", notice="sent")

    guard = runs_evaluation(call_id)
    return attempt(
        incoming,
        guard,
        lambda: run(incoming, WRITE, guard, lambda work: once(work, body_of(incoming.form), create)),
        lambda work, form: _page(work, call_id, form),
    )


@router.post("/invitations/{invitation_id:uuid}/withdraw")
def withdraw(incoming: Request_, call_id: UUID, invitation_id: UUID) -> Response:
    """Take an invitation back."""

    def write(work: Work) -> Response:
        withdraw_expert_invitation(work.session, work.actor, call_id, invitation_id, now=work.now)
        return redirect(f"/officer/calls/{call_id}/experts", notice="done")

    return run(incoming, WRITE, runs_evaluation(call_id), write)


def _wanted(typed: str) -> InviteExperts:
    """The addresses as a command; an entry that is no address is named in its finding."""
    entries = [entry for entry in _BETWEEN.split(typed) if entry]
    try:
        return InviteExperts(emails=entries)
    except ValidationError as error:
        found = []
        for one in violations_of(error):
            field, _, at = one.place.partition(".")
            entry = {"entry": entries[int(at)]} if at.isdigit() else {}
            words = "{entry}: " + one.message if entry else one.message
            found.append(replace(one, message=words, place=field, figures={**one.figures, **entry}))
        raise RulesViolatedError(found) from error


def _page(work: Work, call_id: UUID, form: FormView) -> Response:
    call, language = office_call(work.session, call_id, now=work.now), work.known.language
    listing: Listing[ExpertRow] = Listing.read(work.incoming, EXPERTS)
    everybody = experts_of_call(work.session, call_id)

    def fetch(wanted: PageRequest) -> Page[ExpertRow]:
        found = [row for row in everybody if listing.q.casefold() in _told(row)]
        found.sort(key=_ORDERS[listing.sort], reverse=listing.descending)
        return Page(found[wanted.offset : wanted.offset + wanted.size], len(found), wanted.number, wanted.size)

    context = {
        "key": str(new_id()),
        "part": "experts",
        "call": call,
        "runs": policies.runs_evaluation(work.actor, call_id, call.programme_id),
        "invitations": [
            row
            for row in invitations_of_scope(work.session, ScopeKind.CALL, call_id, now=work.now)
            if row.role is Role.EVALUATOR
        ],
        "unregistered": unregistered_experts(work.session, call_id),
        "language_names": lambda codes: language_names(codes, language),
        "country_name": lambda code: country_name(code, language),
    }
    if form.violations:
        shown = replace(listing, result=fetch(listing.request), language=language)
        return form_page(work, "officer/experts.html", form, labels=LABELS, listing=shown, **context)
    name = f"{call.identifier.lower()}-experts"
    return answer_list(work, "officer/experts.html", listing, fetch, name=name, form=form, **context)


_ORDERS: Mapping[str, Callable[[ExpertRow], Any]] = {
    "name": lambda row: row.name.casefold(),
    "load": lambda row: row.load,
}


def _told(row: ExpertRow) -> str:
    return f"{row.name} {row.email} {row.expertise} {row.employer}".casefold()
