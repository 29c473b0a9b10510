"""Applications: begin, fill in, check, submit, withdraw. The same use cases as the pages."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import JSONResponse, Response

from app.api.application_reading import application_document, submissions_of
from app.api.application_shapes import (
    ApplicationDocument,
    ApplicationItem,
    Findings,
    Made,
    Stored,
    SubmissionItem,
    findings_shape,
    item_of,
)
from app.api.paging import ItemsPage, Paging, items_page
from app.api.problems import finding_of
from app.api.requests import Name, Request_, Searched
from app.applications.queries import application_facts, application_in_call
from app.applications.queries.mine import OwnFilter, own_applications
from app.applications.queries.reading import application_head
from app.applications.rules.budget import compute_budget
from app.applications.rules.budget_findings import budget_findings
from app.applications.rules.lifecycle import ApplicationState
from app.applications.rules.submission import check_application, check_section
from app.applications.schemas import BudgetAmount, SaveBudget, SaveSection, StartApplication, TypedAmount, Withdraw
from app.applications.use_cases.save_budget import save_budget
from app.applications.use_cases.save_section import save_section
from app.applications.use_cases.start_application import start_application
from app.applications.use_cases.submit_application import submit_application
from app.applications.use_cases.withdraw_application import withdraw_application
from app.calls.queries import call_by_identifier
from app.core.actor import ScopeKind
from app.core.commands import Command
from app.core.errors import NotFoundError
from app.delivery.guards import coordinates_application, edits_application, reads_application, signed_in
from app.delivery.idempotency import once
from app.delivery.unit_of_work import READ, WRITE, Work, run

router = APIRouter(tags=["applications"])


class SheetToSave(Command):
    """The whole budget sheet of one partner; ``version`` is the one that you read (0 for the first)."""

    lines: Annotated[list[BudgetAmount], Field(max_length=50)]
    own_funding: TypedAmount = "0.00"
    version: int = Field(ge=0, le=10**9)


@router.post("/calls/{identifier}/applications", status_code=201, response_model=Made)
def start(incoming: Request_, identifier: Name, command: StartApplication) -> Response:
    """Begin an application for an organisation that you represent. Send an Idempotency-Key."""

    def create(work: Work) -> Response:
        call = call_by_identifier(work.session, identifier)
        if call is None:
            raise NotFoundError("call")
        made = start_application(work.session, work.actor, call.id, command, now=work.now)
        return JSONResponse({"id": str(made)}, 201, headers={"location": f"/api/v1/applications/{made}"})

    return run(incoming, WRITE, signed_in, lambda work: once(work, command.model_dump_json().encode(), create))


@router.get("/applications")
def find(
    incoming: Request_, paging: Paging, q: Searched = "", state: ApplicationState | None = None
) -> ItemsPage[ApplicationItem]:
    """Applications in whose consortium you are, last changed first."""
    wanted = OwnFilter(text=q.strip(), state=state.value if state else "")

    def answer(work: Work) -> ItemsPage[ApplicationItem]:
        mine = work.actor.ids(ScopeKind.APPLICATION)
        return items_page(own_applications(work.session, mine, wanted, paging), item_of)

    return run(incoming, READ, signed_in, answer)


@router.get("/applications/{application_id}")
def read(incoming: Request_, application_id: UUID) -> ApplicationDocument:
    """The working copy: sections, partners, budget, documents, findings, submitted versions."""
    return run(
        incoming,
        READ,
        reads_application(application_id),
        lambda work: application_document(work, application_id),
    )


@router.put("/applications/{application_id}/sections/{section}")
def put_section(incoming: Request_, application_id: UUID, section: Name, command: SaveSection) -> Stored:
    """Save all answers of a section. 409 tells what a colleague stored since the version that you read."""

    def write(work: Work) -> Stored:
        version = save_section(work.session, work.actor, application_id, section, command, now=work.now)
        found = application_in_call(work.session, application_id)
        head, rules = found.head, found.call.rules
        wrong = check_section(rules, application_facts(work.session, head, rules), section)
        return Stored(version=version, findings=[finding_of(one) for one in wrong])

    return run(incoming, WRITE, edits_application(application_id), write)


@router.put("/applications/{application_id}/budget/{partner_id}")
def put_budget(incoming: Request_, application_id: UUID, partner_id: UUID, command: SheetToSave) -> Stored:
    """Save the costs of one partner. Ceilings inform here and stop only a submission."""
    sent = SaveBudget(
        partner_id=partner_id, lines=command.lines, own_funding=command.own_funding, version=command.version
    )

    def write(work: Work) -> Stored:
        version = save_budget(work.session, work.actor, application_id, sent, now=work.now)
        found = application_in_call(work.session, application_id)
        head, rules = found.head, found.call.rules
        facts = application_facts(work.session, head, rules)
        table = compute_budget(
            rules, facts.strand, partners=facts.partners, lines=facts.lines, own_funding=facts.own_funding
        )
        return Stored(version=version, findings=[finding_of(one) for one in budget_findings(rules, facts, table)])

    return run(incoming, WRITE, edits_application(application_id), write)


@router.get("/applications/{application_id}/findings")
def findings(incoming: Request_, application_id: UUID) -> Findings:
    """Everything that the rules say of the working copy, with what stops a submission."""

    def answer(work: Work) -> Findings:
        found = application_in_call(work.session, application_id)
        head, rules = found.head, found.call.rules
        return findings_shape(check_application(rules, application_facts(work.session, head, rules)))

    return run(incoming, READ, reads_application(application_id), answer)


@router.post("/applications/{application_id}/submissions", status_code=201, response_model=SubmissionItem)
def submit(incoming: Request_, application_id: UUID) -> Response:
    """Submit the working copy; no body. The instant at which the request arrived counts. Send an Idempotency-Key."""

    def create(work: Work) -> Response:
        made = submit_application(work.session, work.actor, application_id, now=work.now)
        items = submissions_of(work, application_head(work.session, application_id))
        item = next(one for one in items if one.id == made)
        location = f"/api/v1/applications/{application_id}/submissions"
        return JSONResponse(item.model_dump(mode="json"), 201, headers={"location": location})

    guard = coordinates_application(application_id)
    return run(incoming, WRITE, guard, lambda work: once(work, b"", create))


@router.get("/applications/{application_id}/submissions")
def submissions(incoming: Request_, application_id: UUID) -> list[SubmissionItem]:
    """Every submitted version, latest first, with its receipt."""

    def answer(work: Work) -> list[SubmissionItem]:
        return submissions_of(work, application_head(work.session, application_id))

    return run(incoming, READ, reads_application(application_id), answer)


@router.post("/applications/{application_id}/withdrawal", status_code=204)
def withdraw(incoming: Request_, application_id: UUID, command: Withdraw) -> None:
    """Take the application out of the call; until the deadline it can be submitted again."""
    run(
        incoming,
        WRITE,
        coordinates_application(application_id),
        lambda work: withdraw_application(work.session, work.actor, application_id, command, now=work.now),
    )
