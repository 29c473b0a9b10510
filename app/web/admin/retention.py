"""How long what is kept, how much of it is due, and letting it go."""

from fastapi import APIRouter
from starlette.responses import Response

from app.core.errors import NotFoundError
from app.core.paging import Page, PageRequest
from app.data_protection.queries.due import due_records, retention_rows
from app.data_protection.rules.retention import RETENTION, By, Confidence, RecordKind
from app.data_protection.schemas import Applied, DueRecord
from app.data_protection.use_cases.apply_retention import apply_retention
from app.delivery.guards import administrator, stepped_up
from app.delivery.let_go import remove_contents
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.web.lists import Column, Listing, ListSpec, answer_list
from app.web.pages import page, redirect
from app.web.requests import Request_

router = APIRouter()
APPLIES = stepped_up(administrator)
"""What is let go does not come back: it takes the second step."""
DUE: ListSpec[DueRecord] = ListSpec(
    columns=(
        Column("words", "Record", lambda row: row.words),
        Column("counted_from", "Counted from", lambda row: row.counted_from),
        Column("due_at", "Due since", lambda row: row.due_at),
        Column("id", "Number", lambda row: row.id, only_export=True),
    ),
    filters=(),
    sort="due_at",
)


@router.get("/admin/retention")
def table(incoming: Request_) -> Response:
    """The whole table with how many records are due."""

    def answer(work: Work) -> Response:
        rows = retention_rows(work.session, now=work.now)
        return page(work, "data_protection/retention.html", rows=rows, by=By, assumed=Confidence.ASSUMED)

    return run(incoming, READ, administrator, answer)


@router.get("/admin/retention/{record_kind}")
def dry_run(record_kind: str, incoming: Request_) -> Response:
    """What would go now of one kind. Nothing is changed."""

    def answer(work: Work) -> Response:
        kind = _kind(record_kind)
        found = due_records(work.session, kind, now=work.now)
        return answer_list(
            work,
            "data_protection/retention_kind.html",
            Listing.read(incoming, DUE),
            lambda request: _stretch(found, request),
            name=f"due-{kind.value}",
            line=RETENTION[kind],
            by=By,
            assumed=Confidence.ASSUMED,
        )

    return run(incoming, READ, administrator, answer)


@router.post("/admin/retention/{record_kind}")
def apply(record_kind: str, incoming: Request_) -> Response:
    """Let go what is due."""

    def write(work: Work) -> Applied:
        return apply_retention(work.session, work.actor, _kind(record_kind), now=work.now)

    remove_contents(incoming.runtime, run(incoming, WRITE, APPLIES, write))
    return redirect(f"/admin/retention/{record_kind}", notice="let-go")


def _kind(name: str) -> RecordKind:
    try:
        return RecordKind(name)
    except ValueError:
        raise NotFoundError("kind of record") from None


def _stretch(found: tuple[DueRecord, ...], request: PageRequest) -> Page[DueRecord]:
    rows = found[request.offset : request.offset + request.size]
    return Page(rows, len(found), request.number, request.size)
