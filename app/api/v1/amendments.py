"""Amendments of grants: begun, saved, asked for, decided and signed."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from app.amendments.queries.amendments import amendment_row, readable_amendments, record_of_amendment
from app.amendments.queries.reading import amendment_reading
from app.amendments.schemas import DecideAmendment, DeclineAmendment, SaveAmendment, SignAmendment
from app.amendments.use_cases.decide_amendment import decide_amendment
from app.amendments.use_cases.propose_amendment import decline_amendment, propose_amendment
from app.amendments.use_cases.request_amendment import request_amendment
from app.amendments.use_cases.save_amendment import save_amendment
from app.amendments.use_cases.sign_amendment import sign_for_authority, sign_for_coordinator
from app.amendments.use_cases.start_amendment import start_amendment, withdraw_amendment
from app.api.amendment_shapes import (
    AmendmentDetails,
    AmendmentItem,
    Begun,
    SavedAmendment,
    amendment_details,
    amendment_item,
)
from app.api.requests import SECOND_STEP, Request_
from app.delivery.amendment_guards import amends_grant, reads_amendment, signs_for_coordinator
from app.delivery.grant_guards import prepares_grant, sees_grant, signs_grant, works_for_grant
from app.delivery.guards import stepped_up
from app.delivery.idempotency import once
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.grants.queries.facts import day_of
from app.grants.queries.grants import grant_scope

router = APIRouter(prefix="/grants/{grant_id}/amendments", tags=["amendments"])


@router.get("")
def find(incoming: Request_, grant_id: UUID) -> list[AmendmentItem]:
    """The amendments of a grant, latest first; for the office those that were asked for."""

    def answer(work: Work) -> list[AmendmentItem]:
        rows = readable_amendments(work.session, work.actor, grant_scope(work.session, grant_id))
        return [amendment_item(row) for row in rows]

    return run(incoming, READ, sees_grant(grant_id), answer)


@router.post("", status_code=201, response_model=Begun)
def begin(incoming: Request_, grant_id: UUID) -> Response:
    """Begin an amendment of one's side; no body. Send an Idempotency-Key. The coordinator's contact, or who manages the call."""

    def create(work: Work) -> Response:
        number = start_amendment(work.session, work.actor, grant_id, now=work.now)
        place = f"/api/v1/grants/{grant_id}/amendments/{number}"
        return JSONResponse({"number": number}, 201, headers={"location": place})

    return run(incoming, WRITE, amends_grant(grant_id), lambda work: once(work, b"", create))


@router.get("/{number}")
def read(incoming: Request_, grant_id: UUID, number: int) -> AmendmentDetails:
    """One amendment with what it changes and what stops it. The consortium; once it was asked for, the office."""

    def answer(work: Work) -> AmendmentDetails:
        row = amendment_row(work.session, grant_id, number)
        reading = amendment_reading(work.session, grant_id, number, today=day_of(work.now))
        return amendment_details(reading, record_of_amendment(work.session, row), reading.open_findings())

    return run(incoming, READ, reads_amendment(grant_id, number), answer)


@router.put("/{number}")
def save(incoming: Request_, grant_id: UUID, number: int, command: SaveAmendment) -> SavedAmendment:
    """Save an amendment as a whole; 409 where somebody saved since ``version``. The side that began it."""

    def write(work: Work) -> SavedAmendment:
        return SavedAmendment(version=save_amendment(work.session, work.actor, grant_id, number, command, now=work.now))

    return run(incoming, WRITE, amends_grant(grant_id), write)


@router.post("/{number}/request", status_code=204)
def ask(incoming: Request_, grant_id: UUID, number: int) -> None:
    """Ask for the amendment as it was saved; 422 with everything that stops it. The contact of the coordinator."""
    run(
        incoming,
        WRITE,
        works_for_grant(grant_id),
        lambda work: request_amendment(work.session, work.actor, grant_id, number, now=work.now),
    )


@router.post("/{number}/withdrawal", status_code=204)
def withdraw(incoming: Request_, grant_id: UUID, number: int) -> None:
    """Take an amendment back. The side that began it."""
    run(
        incoming,
        WRITE,
        amends_grant(grant_id),
        lambda work: withdraw_amendment(work.session, work.actor, grant_id, number, now=work.now),
    )


@router.post("/{number}/proposal", status_code=204)
def propose(incoming: Request_, grant_id: UUID, number: int) -> None:
    """Propose an amendment that the managing body began; 422 with everything that stops it. Who manages the call."""
    run(
        incoming,
        WRITE,
        prepares_grant(grant_id),
        lambda work: propose_amendment(work.session, work.actor, grant_id, number, now=work.now),
    )


@router.post("/{number}/refusal", status_code=204, dependencies=[SECOND_STEP])
def refuse(incoming: Request_, grant_id: UUID, number: int, command: DeclineAmendment) -> None:
    """Refuse what the managing body proposes, with a reason. A legal signatory of the coordinator."""
    run(
        incoming,
        WRITE,
        stepped_up(signs_for_coordinator(grant_id, number)),
        lambda work: decline_amendment(work.session, work.actor, grant_id, number, command, now=work.now),
    )


@router.post("/{number}/decision", status_code=204)
def decide(incoming: Request_, grant_id: UUID, number: int, command: DecideAmendment) -> None:
    """Accept an amendment, give it back or refuse it. Who manages the call."""
    run(
        incoming,
        WRITE,
        prepares_grant(grant_id),
        lambda work: decide_amendment(work.session, work.actor, grant_id, number, command, now=work.now),
    )


@router.post("/{number}/signature", status_code=204, dependencies=[SECOND_STEP])
def sign(incoming: Request_, grant_id: UUID, number: int, command: SignAmendment) -> None:
    """Sign for the consortium, with the hash of the text that was read. A legal signatory of the coordinator."""
    run(
        incoming,
        WRITE,
        stepped_up(signs_for_coordinator(grant_id, number)),
        lambda work: sign_for_coordinator(work.session, work.actor, grant_id, number, command, now=work.now),
    )


@router.post("/{number}/last-signature", status_code=204, dependencies=[SECOND_STEP])
def sign_last(incoming: Request_, grant_id: UUID, number: int, command: SignAmendment) -> None:
    """Sign for the managing body: the amendment enters into force. An authorising officer."""
    run(
        incoming,
        WRITE,
        stepped_up(signs_grant(grant_id)),
        lambda work: sign_for_authority(work.session, work.actor, grant_id, number, command, now=work.now),
    )
