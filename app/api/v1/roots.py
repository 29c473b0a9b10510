"""Sealed roots of the event log, for auditors who keep them elsewhere."""

import base64
from datetime import date, datetime

from fastapi import APIRouter
from pydantic import BaseModel, Field

from app.api.paging import ItemsPage, Paging, items_page
from app.api.requests import Request_
from app.audit.queries import RootRow, roots_page, sealed_root
from app.core.errors import NotFoundError
from app.delivery.guards import auditor
from app.delivery.unit_of_work import READ, Work, run

router = APIRouter(prefix="/roots", tags=["events"])


class RootItem(BaseModel):
    """The root of one day."""

    day: date = Field(description="The day in UTC that had ended")
    sealed_at: datetime
    root: str = Field(
        description="SHA-256 over a line for each chain of the log: kind, id, length, hash of its last event"
    )
    chains: int
    events: int


class SealedRootItem(RootItem):
    """The root with what was sealed and the seal."""

    document: str = Field(description="Canonical JSON, to the byte what the seal is over")
    seal: str = Field(description="CMS signature beside the document, DER in base64")


@router.get("")
def find(incoming: Request_, paging: Paging) -> ItemsPage[RootItem]:
    """Every root, latest first. Auditors and administrators."""

    def answer(work: Work) -> ItemsPage[RootItem]:
        return items_page(roots_page(work.session, paging), _item)

    return run(incoming, READ, auditor, answer)


@router.get("/{day}")
def read(incoming: Request_, day: date) -> SealedRootItem:
    """One root, with everything that is needed to check it elsewhere. Auditors and administrators."""

    def answer(work: Work) -> SealedRootItem:
        found = sealed_root(work.session, day)
        if found is None:
            raise NotFoundError("root")
        return SealedRootItem(
            day=found.day,
            sealed_at=found.sealed_at,
            root=found.root,
            chains=found.chains,
            events=found.events,
            document=found.content,
            seal=base64.b64encode(found.seal).decode(),
        )

    return run(incoming, READ, auditor, answer)


def _item(row: RootRow) -> RootItem:
    return RootItem(day=row.day, sealed_at=row.sealed_at, root=row.root, chains=row.chains, events=row.events)
