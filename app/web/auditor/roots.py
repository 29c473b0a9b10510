"""The sealed roots of the event log: one for each day, to look at and to keep elsewhere."""

from datetime import date

from fastapi import APIRouter
from starlette.responses import Response

from app.audit.queries import RootFile, RootRow, roots_page, sealed_root
from app.core.errors import NotFoundError
from app.delivery.files import file_answer
from app.delivery.guards import auditor
from app.delivery.unit_of_work import READ, Work, run
from app.web.lists import Column, Listing, ListSpec, answer_list
from app.web.requests import Request_

router = APIRouter(prefix="/audit/roots")

ROOTS: ListSpec[RootRow] = ListSpec(
    columns=(
        Column("day", "Day", lambda row: row.day),
        Column("root", "Root", lambda row: row.root),
        Column("chains", "Chains", lambda row: row.chains, align="right"),
        Column("events", "Events", lambda row: row.events, align="right"),
        Column("sealed", "Sealed", lambda row: row.sealed_at),
    )
)


@router.get("")
def show(incoming: Request_) -> Response:
    """Every root, latest first. Auditors and administrators."""

    def answer(work: Work) -> Response:
        listing = Listing.read(incoming, ROOTS)
        return answer_list(
            work, "auditor/roots.html", listing, lambda request: roots_page(work.session, request), name="roots"
        )

    return run(incoming, READ, auditor, answer)


@router.get("/{day}/document")
def fetch_document(day: date, incoming: Request_) -> Response:
    """What is sealed, to the byte. Auditors and administrators."""

    def answer(work: Work) -> Response:
        found = _root(work, day)
        return file_answer(found.content.encode(), f"root-{day}.json", media_type="application/json")

    return run(incoming, READ, auditor, answer)


@router.get("/{day}/seal")
def fetch_seal(day: date, incoming: Request_) -> Response:
    """The signature that stands beside the document. Auditors and administrators."""

    def answer(work: Work) -> Response:
        return file_answer(_root(work, day).seal, f"root-{day}.json.p7s", media_type="application/pkcs7-signature")

    return run(incoming, READ, auditor, answer)


def _root(work: Work, day: date) -> RootFile:
    found = sealed_root(work.session, day)
    if found is None:
        raise NotFoundError("root")
    return found
