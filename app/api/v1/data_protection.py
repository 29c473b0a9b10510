"""Data of people: what is held of you, requests to be erased, retention."""

from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse, Response

from app.api.paging import ItemsPage, Paging, items_page
from app.api.requests import SECOND_STEP, Request_
from app.core.canonical import canonical_json
from app.core.errors import NotFoundError
from app.core.paging import Page
from app.data_protection.policies import require_person
from app.data_protection.queries.due import due_records, retention_rows
from app.data_protection.queries.person import erasure_plan
from app.data_protection.queries.requests import ErasureFilter, erasure, erasures_of, erasures_page
from app.data_protection.rules.erasure import obstacles
from app.data_protection.rules.lifecycle import ErasureState
from app.data_protection.rules.retention import By, Confidence, Fate, RecordKind
from app.data_protection.schemas import Applied, AskErasure, DueRecord, ErasurePlan, ErasureRow, RefuseErasure
from app.data_protection.use_cases.apply_retention import apply_retention
from app.data_protection.use_cases.ask_erasure import ask_erasure, withdraw_erasure
from app.data_protection.use_cases.erase_person import erase_person
from app.data_protection.use_cases.export_person import export_person
from app.data_protection.use_cases.refuse_erasure import refuse_erasure
from app.delivery.guards import administrator, signed_in, stepped_up
from app.delivery.idempotency import once
from app.delivery.let_go import remove_contents
from app.delivery.unit_of_work import READ, WRITE, Work, run

router = APIRouter(tags=["data protection"])
_DECIDES = stepped_up(administrator)
_JSON = "application/json"


class ErasureItem(BaseModel):
    """A request to be erased."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    person_id: UUID
    name: str
    words: str
    state: ErasureState
    asked_at: datetime
    answer_by: datetime = Field(description="By when the person must have an answer")
    decided_at: datetime | None
    reason: str = Field(description="Why it was refused")


class PlannedKind(BaseModel):
    """One kind of record of the person."""

    key: str
    title: str
    records: int
    goes: bool
    why: str = Field(description="What exactly goes, or why it stays")


class KeepingAct(BaseModel):
    """A signed act beside which the name stays."""

    words: str
    reference: str
    done_at: datetime
    kept_until: datetime | None = Field(description="Null while the end of the period is not known")


class ErasureDryRun(BaseModel):
    """A request with what granting it would do."""

    request: ErasureItem
    in_the_way: list[str] = Field(description="What must be handed over first")
    kinds: list[PlannedKind]
    name_kept_by: list[KeepingAct]


class RetentionItem(BaseModel):
    """How long a kind of record is kept."""

    kind: RecordKind
    title: str
    months: int
    days: int
    since: str
    fate: Fate
    what: str
    why: str
    confidence: Confidence
    by: By
    due: int = Field(description="Records that may go now")


class DueItem(BaseModel):
    """A record whose time is over."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    words: str
    counted_from: datetime
    due_at: datetime


class LetGo(BaseModel):
    """What a run let go."""

    records: int


@router.get("/me/data", response_model=dict[str, Any])
def my_data(incoming: Request_) -> Response:
    """Everything that is held of you, kind by kind."""

    def answer(work: Work) -> Response:
        return Response(canonical_json(export_person(work.session, work.actor, now=work.now)), media_type=_JSON)

    return run(incoming, READ, signed_in, answer)


@router.get("/me/erasures")
def my_requests(incoming: Request_) -> list[ErasureItem]:
    """Your requests to be erased, the latest first."""

    def answer(work: Work) -> list[ErasureItem]:
        found = erasures_of(work.session, require_person(work.actor))
        return [ErasureItem.model_validate(row) for row in found]

    return run(incoming, READ, signed_in, answer)


@router.post("/me/erasures", status_code=201, response_model=ErasureItem)
def ask(incoming: Request_, command: AskErasure) -> Response:
    """Ask to be erased. Send an Idempotency-Key."""

    def create(work: Work) -> Response:
        made = ask_erasure(work.session, work.actor, command, now=work.now)
        return JSONResponse(_item(work, made).model_dump(mode="json"), 201)

    return run(incoming, WRITE, signed_in, lambda work: once(work, command.model_dump_json().encode(), create))


@router.delete("/me/erasures/open", status_code=204)
def withdraw(incoming: Request_) -> None:
    """Take the request that waits back."""
    run(incoming, WRITE, signed_in, lambda work: withdraw_erasure(work.session, work.actor, now=work.now))


@router.get("/erasures")
def requests(incoming: Request_, paging: Paging) -> ItemsPage[ErasureItem]:
    """Every request, the one that waits longest first."""

    def answer(work: Work) -> ItemsPage[ErasureItem]:
        return items_page(erasures_page(work.session, ErasureFilter(), paging), ErasureItem.model_validate)

    return run(incoming, READ, administrator, answer)


@router.get("/erasures/{erasure_id}")
def dry_run(incoming: Request_, erasure_id: UUID) -> ErasureDryRun:
    """A request with what would go and what would stay. Nothing is changed."""

    def answer(work: Work) -> ErasureDryRun:
        found = _found(work, erasure_id)
        plan = erasure_plan(work.session, found.person_id, now=work.now)
        return _planned(found, plan)

    return run(incoming, READ, administrator, answer)


@router.post("/erasures/{erasure_id}/erasure", status_code=204, dependencies=[SECOND_STEP])
def erase(incoming: Request_, erasure_id: UUID) -> None:
    """Grant a request. There is no way back."""
    run(
        incoming,
        WRITE,
        _DECIDES,
        lambda work: erase_person(work.session, work.actor, erasure_id, now=work.now),
    )


@router.post("/erasures/{erasure_id}/refusal", status_code=204, dependencies=[SECOND_STEP])
def refuse(incoming: Request_, erasure_id: UUID, command: RefuseErasure) -> None:
    """Refuse a request; the person is told why."""
    run(
        incoming,
        WRITE,
        _DECIDES,
        lambda work: refuse_erasure(work.session, work.actor, erasure_id, command, now=work.now),
    )


@router.get("/retention")
def retention(incoming: Request_) -> list[RetentionItem]:
    """How long each kind of record is kept, and how many are due."""

    def answer(work: Work) -> list[RetentionItem]:
        return [
            RetentionItem(
                **{name: getattr(row.line, name) for name in RetentionItem.model_fields if name != "due"}, due=row.due
            )
            for row in retention_rows(work.session, now=work.now)
        ]

    return run(incoming, READ, administrator, answer)


@router.get("/retention/{record_kind}")
def due(incoming: Request_, record_kind: RecordKind, paging: Paging) -> ItemsPage[DueItem]:
    """What would go now of one kind. Nothing is changed."""

    def answer(work: Work) -> ItemsPage[DueItem]:
        rows = due_records(work.session, record_kind, now=work.now)
        some: tuple[DueRecord, ...] = rows[paging.offset : paging.offset + paging.size]
        return items_page(Page(some, len(rows), paging.number, paging.size), DueItem.model_validate)

    return run(incoming, READ, administrator, answer)


@router.post("/retention/{record_kind}/application", dependencies=[SECOND_STEP])
def apply(incoming: Request_, record_kind: RecordKind) -> LetGo:
    """Let go what is due of one kind. There is no way back; once more changes nothing."""

    def write(work: Work) -> Applied:
        return apply_retention(work.session, work.actor, record_kind, now=work.now)

    applied = run(incoming, WRITE, _DECIDES, write)
    remove_contents(incoming.runtime, applied)
    return LetGo(records=applied.records)


def _found(work: Work, erasure_id: UUID) -> ErasureRow:
    found = erasure(work.session, erasure_id)
    if found is None:
        raise NotFoundError("request")
    return found


def _item(work: Work, erasure_id: UUID) -> ErasureItem:
    return ErasureItem.model_validate(_found(work, erasure_id))


def _planned(found: ErasureRow, plan: ErasurePlan) -> ErasureDryRun:
    return ErasureDryRun(
        request=ErasureItem.model_validate(found),
        in_the_way=[f"{one.text} {one.cure}" for one in obstacles(plan.duties)],
        kinds=[
            PlannedKind(key=one.key, title=one.title, records=len(one.rows), goes=one.goes, why=one.why)
            for one in plan.held
        ],
        name_kept_by=[
            KeepingAct(words=act.words, reference=act.reference, done_at=act.done_at, kept_until=act.kept_until)
            for act in plan.binding
        ],
    )
