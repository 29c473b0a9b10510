"""How a figure came about: its lines with their events in the chain and what stands behind them. The lines add up to it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from app.api.paging import ItemsPage, Paging, items_page
from app.api.requests import Identifier, Request_
from app.applications.queries.office_calls import call_scope
from app.core.commands import Euro
from app.core.errors import NotFoundError
from app.delivery.grant_guards import follows_grant
from app.delivery.guards import sees_money
from app.delivery.payment_guards import sees_payment
from app.delivery.trail_guards import follows_cost
from app.delivery.unit_of_work import READ, Work, run
from app.reporting.queries.trail_evidence import Trail, TrailLine
from app.reporting.queries.trail_of_one import trail_of_cost, trail_of_payment
from app.reporting.queries.trails import trail_of_call, trail_of_grant
from app.reporting.rules.trails import OF_CALLS, OF_GRANTS, TrailFigure

router = APIRouter(tags=["trails"])


class _Shape(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class EvidenceItem(_Shape):
    """Something that can be looked at."""

    kind: str
    label: str
    href: str = Field(description="Address of its page, empty where it has none")


class LinkItem(_Shape):
    """An event with its place in the chain of its subject."""

    id: UUID
    kind: str
    subject_kind: str
    subject_id: UUID
    position: int
    hash: str


class TrailLineItem(_Shape):
    """One line of a trail."""

    what: str = Field(description="Kind of the entry of the ledger, or of the event")
    reference: str
    occurred_at: datetime
    actor_id: UUID | None = Field(description="Null where the platform did it")
    amount: Euro | None = Field(description="Null where nothing moved")
    reason: str
    event: LinkItem | None
    evidence: list[EvidenceItem]


class TrailItem(BaseModel):
    """A figure and a stretch of the lines that make it."""

    amount: Euro
    lines: ItemsPage[TrailLineItem]


@router.get("/calls/{identifier}/trails/{figure}")
def of_call(incoming: Request_, identifier: Identifier, figure: TrailFigure, paging: Paging) -> TrailItem:
    """A figure of the envelopes of a call. Its office and who follows its money."""

    def answer(work: Work) -> TrailItem:
        scope = call_scope(work.session, identifier)
        if scope is None or figure not in OF_CALLS:
            raise NotFoundError("figure")
        return _item(trail_of_call(work.session, scope[0], figure, paging))

    return run(incoming, READ, sees_money(identifier), answer)


@router.get("/grants/{grant_id}/trails/{figure}")
def of_grant(incoming: Request_, grant_id: UUID, figure: TrailFigure, paging: Paging) -> TrailItem:
    """A figure of one grant. The office of its call and who follows its money."""

    def answer(work: Work) -> TrailItem:
        if figure not in OF_GRANTS:
            raise NotFoundError("figure")
        return _item(trail_of_grant(work.session, grant_id, figure, paging))

    return run(incoming, READ, follows_grant(grant_id), answer)


@router.get("/payments/{payment_id}/trail")
def of_payment(incoming: Request_, payment_id: UUID) -> TrailItem:
    """The acts of a payment, and what of it is paid now."""
    return run(incoming, READ, sees_payment(payment_id), lambda work: _item(trail_of_payment(work.session, payment_id)))


@router.get("/costs/{cost_id}/trail")
def of_cost(incoming: Request_, cost_id: UUID) -> TrailItem:
    """A claimed cost that was judged, from the claim to what was accepted of it."""
    return run(incoming, READ, follows_cost(cost_id), lambda work: _item(trail_of_cost(work.session, cost_id)))


def _item(found: Trail) -> TrailItem:
    return TrailItem(amount=found.amount, lines=items_page(found.page, _line))


def _line(line: TrailLine) -> TrailLineItem:
    event = line.event
    link = None
    if event is not None:
        link = LinkItem(
            id=event.id,
            kind=event.kind,
            subject_kind=event.subject_kind,
            subject_id=event.subject_id,
            position=line.position,
            hash=event.hash,
        )
    return TrailLineItem(
        what=line.what,
        reference=line.reference,
        occurred_at=line.occurred_at,
        actor_id=line.actor_id,
        amount=line.amount,
        reason=line.reason,
        event=link,
        evidence=_evidence(line.evidence),
    )


def _evidence(found: Sequence[object]) -> list[EvidenceItem]:
    return [EvidenceItem.model_validate(one) for one in found]
