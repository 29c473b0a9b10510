"""What the panel decides about one application: its own scores, checks of capacity."""

from decimal import Decimal
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import AfterValidator
from starlette.responses import JSONResponse, Response

from app.api.application_shapes import Made
from app.api.requests import Request_, printable
from app.core.commands import Command
from app.delivery.guards import signed_in
from app.delivery.idempotency import once
from app.delivery.unit_of_work import WRITE, Work, run
from app.evaluation.schemas import PointsTyped, Reason, RecordCapacity, SetMark, WithReason
from app.evaluation.use_cases.record_capacity import record_capacity
from app.evaluation.use_cases.set_mark import set_mark, withdraw_mark

router = APIRouter(prefix="/evaluation/applications/{application_id}", tags=["panel"])
Criterion = Annotated[str, Path(max_length=100), AfterValidator(printable)]


class MarkToSet(Command):
    """Points as text with at most two decimals, and the panel's reason."""

    score: PointsTyped
    reason: Reason


@router.put("/marks/{criterion}", status_code=204)
def put_mark(incoming: Request_, application_id: UUID, criterion: Criterion, command: MarkToSet) -> None:
    """Set the panel's score for one criterion. The moderator or the office."""
    score: Decimal | None = command.score
    wanted = SetMark(criterion=criterion, score=score, reason=command.reason)
    run(
        incoming,
        WRITE,
        signed_in,
        lambda work: set_mark(work.session, work.actor, application_id, wanted, now=work.now),
    )


@router.post("/marks/{criterion}/withdrawal", status_code=204)
def end_mark(incoming: Request_, application_id: UUID, criterion: Criterion, command: WithReason) -> None:
    """Let the experts' score count again, with the reason. The moderator or the office."""
    run(
        incoming,
        WRITE,
        signed_in,
        lambda work: withdraw_mark(work.session, work.actor, application_id, criterion, command, now=work.now),
    )


@router.post("/capacity", status_code=201, response_model=Made)
def capacity(incoming: Request_, application_id: UUID, command: RecordCapacity) -> Response:
    """Record a check of financial or operational capacity. The office. Send an Idempotency-Key."""

    def create(work: Work) -> Response:
        made = record_capacity(work.session, work.actor, application_id, command, now=work.now)
        return JSONResponse({"id": str(made)}, 201)

    return run(incoming, WRITE, signed_in, lambda work: once(work, command.model_dump_json().encode(), create))
