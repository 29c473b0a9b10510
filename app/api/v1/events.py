"""Events: the log of what was done, for auditors."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, Field

from app.api.paging import ItemsPage, Paging, items_page
from app.api.requests import Request_
from app.audit import queries
from app.audit.queries import EventFilter, EventRow
from app.audit.use_cases.verify_chains import verify_chains
from app.core.errors import NotFoundError
from app.delivery.guards import auditor
from app.delivery.unit_of_work import READ, Work, run

router = APIRouter(prefix="/events", tags=["events"])
Kind = Annotated[str, Query(max_length=100, pattern=r"^[a-z_.]*$", description="A kind, or the beginning of one")]


class EventItem(BaseModel):
    """One recorded fact. People appear only as ids."""

    id: UUID
    seq: int = Field(description="Number in the order of recording")
    kind: str
    subject_kind: str
    subject_id: UUID
    occurred_at: datetime
    actor_id: UUID | None
    call_id: UUID | None
    application_id: UUID | None
    facts: dict[str, Any]
    hash: str = Field(description="SHA-256 over this event and the one before it about the same subject")


class Verification(BaseModel):
    """What recomputing every hash of the log found."""

    whole: bool
    chains: int
    events: int
    broken: list[str] = Field(description="Each faulty chain and where it breaks")


@router.get("")
def find(  # noqa: PLR0913  # the filters are the parameters
    incoming: Request_,
    paging: Paging,
    *,
    kind: Kind = "",
    subject_id: UUID | None = None,
    call_id: UUID | None = None,
    application_id: UUID | None = None,
    actor_id: UUID | None = None,
    since: AwareDatetime | None = None,
    until: AwareDatetime | None = None,
) -> ItemsPage[EventItem]:
    """Matching events, newest first. Auditors and administrators."""
    wanted = EventFilter(kind, subject_id, call_id, application_id, actor_id, since, until)

    def answer(work: Work) -> ItemsPage[EventItem]:
        return items_page(queries.events_page(work.session, wanted, paging), _item)

    return run(incoming, READ, auditor, answer)


@router.get("/verification")
def verify(incoming: Request_) -> Verification:
    """Recompute every hash of the log. Auditors and administrators; reads only."""

    def answer(work: Work) -> Verification:
        report = verify_chains(work.session)
        return Verification(whole=report.whole, chains=report.chains, events=report.events, broken=list(report.broken))

    return run(incoming, READ, auditor, answer)


@router.get("/{event_id}")
def read(incoming: Request_, event_id: UUID) -> EventItem:
    """One event. Auditors and administrators."""

    def answer(work: Work) -> EventItem:
        found = queries.event(work.session, event_id)
        if found is None:
            raise NotFoundError("event")
        return _item(found)

    return run(incoming, READ, auditor, answer)


def _item(row: EventRow) -> EventItem:
    return EventItem(
        id=row.id,
        seq=row.seq,
        kind=row.kind,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        occurred_at=row.occurred_at,
        actor_id=row.actor_id,
        call_id=row.call_id,
        application_id=row.application_id,
        facts=row.facts,
        hash=row.hash,
    )
