"""Delegations: hand tasks to a colleague, act for one, end it."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse, Response

from app.accounts.queries import DelegationFilter, delegation, delegations_of, delegations_page
from app.accounts.rules.delegation import DelegationState
from app.accounts.schemas import DelegateFor, DelegateTasks
from app.accounts.use_cases.act_for import act_for
from app.accounts.use_cases.delegate_tasks import delegate_tasks, end_delegation
from app.api.paging import ItemsPage, Paging, items_page
from app.api.requests import SECOND_STEP, Request_
from app.core.errors import NotFoundError, SignInRequiredError
from app.delivery.guards import administrator, office, signed_in, stepped_up
from app.delivery.idempotency import once
from app.delivery.unit_of_work import READ, WRITE, Work, run

router = APIRouter(tags=["delegations"])
_HANDS_OVER = stepped_up(administrator)
_HANDS_ON = stepped_up(office)


class DelegationItem(BaseModel):
    """Somebody's tasks in the hands of a colleague."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    person_id: UUID
    person: str
    delegate_id: UUID
    delegate: str
    starts_at: datetime
    ends_at: datetime = Field(description="The first instant at which it is over")
    reason: str
    taken_up_at: datetime | None = Field(description="When the delegate first acted by it")
    ended_at: datetime | None
    state: DelegationState


@router.get("/me/delegations")
def mine(incoming: Request_) -> list[DelegationItem]:
    """What you handed over and took on, the latest first."""

    def answer(work: Work) -> list[DelegationItem]:
        found = delegations_of(work.session, _own_id(work), now=work.now)
        return [DelegationItem.model_validate(row) for row in found]

    return run(incoming, READ, office, answer)


@router.post("/me/delegations", status_code=201, response_model=DelegationItem, dependencies=[SECOND_STEP])
def make(incoming: Request_, command: DelegateTasks) -> Response:
    """Hand your tasks to a colleague, with a fresh second step. Send an Idempotency-Key."""

    def create(work: Work) -> Response:
        made = delegate_tasks(work.session, work.actor, _own_id(work), command, now=work.now)
        return _made(work, made)

    return run(incoming, WRITE, _HANDS_ON, lambda work: once(work, command.model_dump_json().encode(), create))


@router.post("/me/delegations/{delegation_id}/taking-up", status_code=204)
def take_up(incoming: Request_, delegation_id: UUID) -> None:
    """Begin to act for the colleague: from now on name the delegation in the header Acting-For of each request."""
    run(
        incoming,
        WRITE,
        office,
        lambda work: act_for(work.session, work.actor, delegation_id, secret="", now=work.now),
    )


@router.post("/delegations/{delegation_id}/end", status_code=204)
def end(incoming: Request_, delegation_id: UUID) -> None:
    """End a delegation that you made or took on; an administrator ends any."""
    run(
        incoming,
        WRITE,
        signed_in,
        lambda work: end_delegation(work.session, work.actor, delegation_id, now=work.now),
    )


@router.get("/delegations")
def everybodys(incoming: Request_, paging: Paging) -> ItemsPage[DelegationItem]:
    """Every delegation, the latest first."""

    def answer(work: Work) -> ItemsPage[DelegationItem]:
        wanted = DelegationFilter(descending=True)
        found = delegations_page(work.session, wanted, paging, now=work.now)
        return items_page(found, DelegationItem.model_validate)

    return run(incoming, READ, administrator, answer)


@router.post("/delegations", status_code=201, response_model=DelegationItem, dependencies=[SECOND_STEP])
def make_for(incoming: Request_, command: DelegateFor) -> Response:
    """Hand tasks over for somebody who cannot do it. Send an Idempotency-Key."""

    def create(work: Work) -> Response:
        return _made(work, delegate_tasks(work.session, work.actor, command.person_id, command, now=work.now))

    return run(incoming, WRITE, _HANDS_OVER, lambda work: once(work, command.model_dump_json().encode(), create))


def _made(work: Work, delegation_id: UUID) -> Response:
    found = delegation(work.session, delegation_id, now=work.now)
    if found is None:
        raise NotFoundError("delegation")
    return JSONResponse(DelegationItem.model_validate(found).model_dump(mode="json"), 201)


def _own_id(work: Work) -> UUID:
    if work.actor.person_id is None:
        raise SignInRequiredError
    return work.actor.person_id
