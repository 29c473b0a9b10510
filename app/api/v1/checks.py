"""Checks between the deadline and the evaluation: board, proposals, decisions, evidence. The same use cases as the pages."""

from typing import Literal
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from app.api.application_shapes import Made
from app.api.check_shapes import (
    BoardPage,
    ChecksDocument,
    Confirmed,
    Counts,
    DeclarationItem,
    ProposalItem,
    Proposed,
    VersionStored,
    board_item,
    checks_document,
    declaration_items,
    proposal_item,
)
from app.api.paging import Paging, items_page
from app.api.requests import Name, Request_, Searched
from app.applications.queries.check_board import BoardFilter, check_board, waiting_proposals
from app.applications.queries.evidence import declarations, recorded_results
from app.applications.queries.office_calls import call_scope
from app.applications.queries.screened import ScreenedApplication, findings_of, rules_of_submissions, screened
from app.applications.rules.check_lifecycle import CheckStep
from app.applications.rules.exclusion import who_declares
from app.applications.rules.screening import who_is_next
from app.applications.rules.submitted import submitted_partners
from app.applications.schemas import ConfirmChecks, DecideCheck, DeclareHonour, ProposeCheck, RecordCheck, ReopenCheck
from app.applications.use_cases.confirm_checks import confirm_checks
from app.applications.use_cases.decide_check import decide_check
from app.applications.use_cases.declare_honour import declare_honour
from app.applications.use_cases.propose_check import propose_check
from app.applications.use_cases.propose_clean_checks import propose_clean_checks
from app.applications.use_cases.record_check import record_check
from app.applications.use_cases.reopen_check import reopen_check
from app.core.errors import NotFoundError
from app.delivery.guards import (
    checks_application,
    follows_application,
    follows_call,
    manages_call,
    sees_declarations,
    sees_declarations_or_follows,
)
from app.delivery.idempotency import once
from app.delivery.unit_of_work import READ, WRITE, Work, run

router = APIRouter(tags=["checks"])
Standing = Literal["", "open", "proposed", "admitted", "refused", "withdrawn"]
Step = Literal["", "admissibility", "eligibility", "exclusion"]
Found = Literal["", "with", "without"]


@router.get("/calls/{identifier}/checks")
def board(  # noqa: PLR0913  # the filters are the parameters
    incoming: Request_,
    identifier: Name,
    paging: Paging,
    *,
    q: Searched = "",
    standing: Standing = "",
    step: Step = "",
    findings: Found = "",
) -> BoardPage:
    """Submitted applications of a call with the state of their three checks, in order of reference."""

    def answer(work: Work) -> BoardPage:
        wanted = BoardFilter(q.strip(), standing, step, findings)
        found = check_board(work.session, _call(work, identifier), wanted, paging, now=work.now)
        page = items_page(found.page, board_item)
        counts = Counts.model_validate(found.counts)
        return BoardPage(**dict(page), counts=counts, open_questions=found.questions)

    return run(incoming, READ, follows_call(identifier), answer)


@router.get("/calls/{identifier}/checks/proposals")
def proposals(incoming: Request_, identifier: Name) -> list[ProposalItem]:
    """Proposals that wait for a second person."""
    return run(
        incoming,
        READ,
        follows_call(identifier),
        lambda work: [proposal_item(one) for one in waiting_proposals(work.session, _call(work, identifier))],
    )


@router.post("/calls/{identifier}/checks/proposals")
def propose_clean(incoming: Request_, identifier: Name) -> Proposed:
    """Propose to pass every next step about which nothing was found; no body. Sending it again proposes only what is new."""

    def write(work: Work) -> Proposed:
        done = propose_clean_checks(work.session, work.actor, _call(work, identifier), now=work.now)
        return Proposed.model_validate(done)

    return run(incoming, WRITE, manages_call(identifier), write)


@router.post("/calls/{identifier}/checks/confirmations")
def confirm(incoming: Request_, identifier: Name, command: ConfirmChecks) -> Confirmed:
    """Confirm the chosen proposals: all of them, or none. Who proposed does not confirm."""

    def write(work: Work) -> Confirmed:
        return Confirmed(
            confirmed=confirm_checks(work.session, work.actor, _call(work, identifier), command, now=work.now)
        )

    return run(incoming, WRITE, manages_call(identifier), write)


@router.get("/applications/{application_id}/checks")
def read(incoming: Request_, application_id: UUID) -> ChecksDocument:
    """The three checks of one application with findings, declarations and recorded results."""

    def answer(work: Work) -> ChecksDocument:
        judged = _judged(work, application_id)
        questions = [(one.state, one.due_at) for one in judged.questions]
        return checks_document(
            judged,
            findings_of(work.session, [judged])[application_id],
            who_is_next(judged.state, judged.states, questions, work.now),
            _declarations(work, judged),
            recorded_results(work.session, application_id),
        )

    return run(incoming, READ, follows_application(application_id), answer)


@router.post("/applications/{application_id}/checks/{step}/proposal")
def propose(incoming: Request_, application_id: UUID, step: CheckStep, command: ProposeCheck) -> VersionStored:
    """Propose the outcome of a step. 409 where somebody was first."""

    def write(work: Work) -> VersionStored:
        version = propose_check(work.session, work.actor, application_id, step, command, now=work.now)
        return VersionStored(version=version)

    return run(incoming, WRITE, checks_application(application_id), write)


@router.post("/applications/{application_id}/checks/{step}/decision")
def decide(incoming: Request_, application_id: UUID, step: CheckStep, command: DecideCheck) -> VersionStored:
    """Confirm a proposal of somebody else, or return it. 409 where somebody was first."""

    def write(work: Work) -> VersionStored:
        version = decide_check(work.session, work.actor, application_id, step, command, now=work.now)
        return VersionStored(version=version)

    return run(incoming, WRITE, checks_application(application_id), write)


@router.post("/applications/{application_id}/checks/{step}/reopening")
def reopen(incoming: Request_, application_id: UUID, step: CheckStep, command: ReopenCheck) -> VersionStored:
    """Take a decision back, with a reason, until the award is decided."""

    def write(work: Work) -> VersionStored:
        version = reopen_check(work.session, work.actor, application_id, step, command, now=work.now)
        return VersionStored(version=version)

    return run(incoming, WRITE, checks_application(application_id), write)


@router.post("/applications/{application_id}/recorded-checks", status_code=201, response_model=Made)
def record(incoming: Request_, application_id: UUID, command: RecordCheck) -> Response:
    """Record what was found about a partner elsewhere. Send an Idempotency-Key."""

    def create(work: Work) -> Response:
        made = record_check(work.session, work.actor, application_id, command, now=work.now)
        return JSONResponse(
            {"id": str(made)}, 201, headers={"location": f"/api/v1/applications/{application_id}/checks"}
        )

    guard = checks_application(application_id)
    return run(incoming, WRITE, guard, lambda work: once(work, command.model_dump_json().encode(), create))


@router.get("/applications/{application_id}/declarations")
def declared(incoming: Request_, application_id: UUID) -> list[DeclarationItem]:
    """Beneficiaries of whom a declaration of honour is asked, and which of them have made it."""
    return run(
        incoming,
        READ,
        sees_declarations_or_follows(application_id),
        lambda work: _declarations(work, _judged(work, application_id)),
    )


@router.post("/applications/{application_id}/declarations/{partner_id}", status_code=204)
def declare(incoming: Request_, application_id: UUID, partner_id: UUID, command: DeclareHonour) -> None:  # noqa: ARG001  # that it is confirmed was checked
    """Declare for a partner that you speak for; the answer of GET holds the words."""
    run(
        incoming,
        WRITE,
        sees_declarations(application_id),
        lambda work: declare_honour(work.session, work.actor, application_id, partner_id, now=work.now),
    )


def _call(work: Work, identifier: str) -> UUID:
    scope = call_scope(work.session, identifier)
    if scope is None:
        raise NotFoundError("call")
    return scope[0]


def _judged(work: Work, application_id: UUID) -> ScreenedApplication:
    found = screened(work.session, application_id)
    if found is None:
        raise NotFoundError("submitted application")
    return found


def _declarations(work: Work, judged: ScreenedApplication) -> list[DeclarationItem]:
    rules = rules_of_submissions(work.session, [judged])[judged.call_version_id]
    asked = who_declares(rules, str(judged.about["strand"]), submitted_partners(judged.members))
    return declaration_items(asked, declarations(work.session, judged.id))
