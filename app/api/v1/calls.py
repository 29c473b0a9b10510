"""Calls: find and read them, publish and correct them; what the office sees of each."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import AfterValidator, BaseModel, ConfigDict
from starlette.responses import JSONResponse, Response

from app.api.call_shapes import (
    CallDocument,
    CallItem,
    ChangeItem,
    DraftSaved,
    Figures,
    Publication,
    SubmittedItem,
    VersionDocument,
    draft_saved,
    figures_shape,
    item_of,
    submitted_item,
    version_item,
)
from app.api.paging import ItemsPage, Paging, items_page
from app.api.requests import Identifier, Request_, Searched, printable
from app.applications.queries.office import OfficeFilter, call_figures, office_list
from app.applications.queries.office_calls import call_scope, office_call
from app.applications.rules.lifecycle import ApplicationState
from app.calls import queries
from app.calls.rules.funding_kinds import FundingKind
from app.calls.rules.phases import Phase
from app.calls.schemas import CallFilter, DraftToSave, WithdrawCall
from app.calls.use_cases.correct_call import correct_call
from app.calls.use_cases.import_call import import_call
from app.calls.use_cases.publish_call import publish_call
from app.calls.use_cases.save_draft import save_draft
from app.calls.use_cases.withdraw_call import withdraw_call
from app.core.errors import NotFoundError
from app.core.periods import BRUSSELS
from app.delivery.guards import follows_call, manages_call, programme_officer, public
from app.delivery.idempotency import once
from app.delivery.unit_of_work import READ, WRITE, Work, run

router = APIRouter(prefix="/calls", tags=["calls"])


async def _body(request: Request) -> bytes:
    return await request.body()


Label = Annotated[str, Path(max_length=10, description="Such as 1.1"), AfterValidator(printable)]
Content = Annotated[bytes, Depends(_body)]
_DOCUMENT = {
    "requestBody": {
        "required": True,
        "content": {
            "application/yaml": {"schema": {"type": "string"}},
            "application/json": {"schema": {"type": "object"}},
        },
    }
}


class Confirmation(BaseModel):
    """Whoever publishes stands behind the figures that nobody read in an official text."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    confirm_assumed: bool = False


@router.get("")
def find(  # the filters are the parameters
    incoming: Request_,
    paging: Paging,
    q: Searched = "",
    programme: Searched = "",
    phase: Phase | None = None,
    funding_kind: FundingKind | None = None,
) -> ItemsPage[CallItem]:
    """Published calls: open ones by deadline, then forthcoming ones, then closed ones."""
    wanted = CallFilter(text=q.strip(), programme=programme, phase=phase, funding_kind=funding_kind)

    def answer(work: Work) -> ItemsPage[CallItem]:
        return items_page(queries.public_calls(work.session, wanted, paging, now=work.now).page, item_of)

    return run(incoming, READ, public, answer)


@router.post("", status_code=201, response_model=DraftSaved, openapi_extra=_DOCUMENT)
def import_document(incoming: Request_, content: Content) -> Response:
    """Store a call document (YAML or JSON) as a draft; nothing becomes public.

    The answer holds every contradiction found in it. 422 names every mistake of a document that cannot be read, with
    its line.
    """

    def create(work: Work) -> Response:
        saved = import_call(work.session, work.actor, content, now=work.now)
        call = office_call(work.session, saved.call_id, now=work.now)
        shape = draft_saved(saved, call.identifier, queries.versions(work.session, saved.call_id))
        location = {"location": f"{incoming.path}/{call.identifier}"}
        return JSONResponse(shape.model_dump(mode="json"), 201, headers=location)

    return run(incoming, WRITE, programme_officer, lambda work: once(work, content, create))


@router.get("/{identifier}")
def read(incoming: Request_, identifier: Identifier) -> CallDocument:
    """A published call with the rules in force and its history."""

    def answer(work: Work) -> CallDocument:
        found = queries.call_page(work.session, identifier, now=work.now)
        return CallDocument(
            **dict(item_of(found.row)),
            withdrawal_reason=found.withdrawal_reason,
            sha256=found.version.sha256,
            versions=[version_item(version) for version in found.published[::-1]],
            rules=found.rules.plain(),
        )

    return run(incoming, READ, public, answer)


@router.get("/{identifier}/versions/{label}")
def read_version(incoming: Request_, identifier: Identifier, label: Label) -> VersionDocument:
    """One published version with its rules and what it changed in the one before."""

    def answer(work: Work) -> VersionDocument:
        found = queries.call_page(work.session, identifier, now=work.now)
        for version in found.published:
            if version.label == label:
                changed = next((each.changes for each in found.corrigenda if each.version.id == version.id), ())
                return VersionDocument(
                    **dict(version_item(version)),
                    identifier=found.row.identifier,
                    changes=[ChangeItem.model_validate(change) for change in changed],
                    rules=queries.rules_of_version(work.session, version.id).plain(),
                )
        raise NotFoundError("version of the call")

    return run(incoming, READ, public, answer)


@router.put("/{identifier}/draft")
def save(incoming: Request_, identifier: Identifier, command: DraftToSave) -> DraftSaved:
    """Store the document of the next version as a draft; ``revision`` is the one that you read, 0 for a new draft."""

    def write(work: Work) -> DraftSaved:
        call_id = _call_id(work, identifier)
        saved = save_draft(work.session, work.actor, call_id, command, now=work.now)
        call = office_call(work.session, call_id, now=work.now)
        return draft_saved(saved, call.identifier, queries.versions(work.session, call_id))

    return run(incoming, WRITE, manages_call(identifier), write)


@router.post("/{identifier}/publication")
def publish(incoming: Request_, identifier: Identifier, command: Confirmation) -> Publication:
    """Publish the draft; it is frozen and public from now on."""

    def write(work: Work) -> Publication:
        call_id, confirmed = _call_id(work, identifier), command.confirm_assumed
        publish_call(work.session, work.actor, call_id, confirmed=confirmed, now=work.now)
        return _publication(work, call_id)

    return run(incoming, WRITE, manages_call(identifier), write)


@router.post("/{identifier}/corrigendum")
def correct(incoming: Request_, identifier: Identifier, command: Confirmation) -> Publication:
    """Publish the waiting draft as the next version; contacts of draft applications are told by mail."""

    def write(work: Work) -> Publication:
        call_id, confirmed = _call_id(work, identifier), command.confirm_assumed
        correct_call(work.session, work.actor, call_id, confirmed=confirmed, now=work.now)
        return _publication(work, call_id)

    return run(incoming, WRITE, manages_call(identifier), write)


@router.post("/{identifier}/withdrawal")
def withdraw(incoming: Request_, identifier: Identifier, command: WithdrawCall) -> Publication:
    """Take the call back; it stays visible with the reason, and nothing can be submitted any more."""

    def write(work: Work) -> Publication:
        call_id = _call_id(work, identifier)
        withdraw_call(work.session, work.actor, call_id, command, now=work.now)
        return _publication(work, call_id)

    return run(incoming, WRITE, manages_call(identifier), write)


@router.get("/{identifier}/figures")
def figures(incoming: Request_, identifier: Identifier) -> Figures:
    """Counts and sums of the call's applications, for its office."""

    def answer(work: Work) -> Figures:
        return figures_shape(call_figures(work.session, _call_id(work, identifier), zone=BRUSSELS))

    return run(incoming, READ, follows_call(identifier), answer)


@router.get("/{identifier}/applications")
def applications(
    incoming: Request_,
    identifier: Identifier,
    paging: Paging,
    q: Searched = "",
    country: Annotated[Searched, Query(max_length=2)] = "",
    state: ApplicationState | None = None,
) -> ItemsPage[SubmittedItem]:
    """Submitted and withdrawn applications, latest first, for the call's office; drafts are never among them."""
    wanted = OfficeFilter(text=q.strip(), country=country.upper(), state=state.value if state else "")

    def answer(work: Work) -> ItemsPage[SubmittedItem]:
        return items_page(office_list(work.session, _call_id(work, identifier), wanted, paging), submitted_item)

    return run(incoming, READ, follows_call(identifier), answer)


def _call_id(work: Work, identifier: str) -> UUID:
    """The id of a call that the guard has seen."""
    scope = call_scope(work.session, identifier)
    if scope is None:
        raise NotFoundError("call")
    return scope[0]


def _publication(work: Work, call_id: UUID) -> Publication:
    call = office_call(work.session, call_id, now=work.now)
    published = [each for each in queries.versions(work.session, call_id) if each.published_at is not None]
    return Publication(
        identifier=call.identifier, version=published[-1].label, sha256=published[-1].sha256, state=call.state
    )
