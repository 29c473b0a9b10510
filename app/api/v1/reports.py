"""Individual reports of experts, and what the office decides about them."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.api.evaluation_shapes import ReportItem, report_item
from app.api.requests import Name, Request_
from app.applications.queries.reading import snapshot
from app.core.errors import NotFoundError
from app.delivery.evaluation_guards import expert_of_assignment, runs_evaluation_of_assignment
from app.delivery.files import PDF, file_answer
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.evaluation.queries.desk import desk
from app.evaluation.schemas import OfVersion, SaveSheet, WithReason
from app.evaluation.use_cases.return_report import return_report
from app.evaluation.use_cases.save_report import save_report
from app.evaluation.use_cases.submit_report import submit_report
from app.evaluation.use_cases.void_report import void_report

router = APIRouter(prefix="/assignments/{assignment_id}", tags=["evaluation"])
_FILE = {200: {"content": {PDF: {"schema": {"type": "string", "format": "binary"}}}, "description": "The stored PDF"}}


@router.get("/report")
def read(incoming: Request_, assignment_id: UUID) -> ReportItem:
    """Your own report, with its total and what still stops its submission. Version 0 before the first save."""
    return run(
        incoming,
        READ,
        expert_of_assignment(assignment_id),
        lambda work: report_item(desk(work.session, work.actor, assignment_id)),
    )


@router.put("/report")
def put(incoming: Request_, assignment_id: UUID, command: SaveSheet) -> ReportItem:
    """Save your report. 409 tells what was stored since the version that you read."""

    def write(work: Work) -> ReportItem:
        save_report(work.session, work.actor, assignment_id, command, now=work.now)
        return report_item(desk(work.session, work.actor, assignment_id))

    return run(incoming, WRITE, expert_of_assignment(assignment_id), write)


@router.post("/report/submission")
def submit(incoming: Request_, assignment_id: UUID, command: OfVersion) -> ReportItem:
    """Submit the version that you read; from then on it cannot change. A late report is kept and marked late."""

    def write(work: Work) -> ReportItem:
        submit_report(work.session, work.actor, assignment_id, command, now=work.now)
        return report_item(desk(work.session, work.actor, assignment_id))

    return run(incoming, WRITE, expert_of_assignment(assignment_id), write)


@router.get("/attachments/{field}", response_class=Response, responses=_FILE)  # type: ignore[arg-type]  # FastAPI's type is narrower than OpenAPI
def attachment(incoming: Request_, assignment_id: UUID, field: Name) -> Response:
    """A document of the submission that you judge."""

    def find(work: Work) -> tuple[str, str]:
        content = snapshot(work.session, desk(work.session, work.actor, assignment_id).judged.submission_id)
        for each in content["attachments"]:
            if each["field"] == field:
                return each["sha256"], each["filename"]
        raise NotFoundError("document")

    sha256, filename = run(incoming, READ, expert_of_assignment(assignment_id), find)
    try:
        return file_answer(incoming.runtime.files.get(sha256), filename)
    except FileNotFoundError:
        raise NotFoundError("document") from None


@router.post("/report/return", status_code=204)
def give_back(incoming: Request_, assignment_id: UUID, command: WithReason) -> None:
    """Return a submitted report to its expert, before the consensus opens. Who conducts the evaluation."""
    run(
        incoming,
        WRITE,
        runs_evaluation_of_assignment(assignment_id),
        lambda work: return_report(work.session, work.actor, assignment_id, command, now=work.now),
    )


@router.post("/report/void", status_code=204)
def void(incoming: Request_, assignment_id: UUID, command: WithReason) -> None:
    """Void a report, before the consensus opens; the assignment ends. Who conducts the evaluation."""
    run(
        incoming,
        WRITE,
        runs_evaluation_of_assignment(assignment_id),
        lambda work: void_report(work.session, work.actor, assignment_id, command, now=work.now),
    )
