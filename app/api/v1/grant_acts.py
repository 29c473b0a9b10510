"""Acts of the office on a grant, and the signatures of both sides."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from app.api.application_shapes import Made
from app.api.grant_shapes import Opened
from app.api.requests import SECOND_STEP, Request_
from app.delivery.grant_guards import binds_party, prepares_grant, signs_grant
from app.delivery.guards import stepped_up
from app.delivery.idempotency import once
from app.delivery.unit_of_work import WRITE, Work, run
from app.grants.schemas import GiveReason, SignAgreement
from app.grants.use_cases.abandon_grant import abandon_grant
from app.grants.use_cases.open_for_signature import open_for_signature
from app.grants.use_cases.send_preparation import return_grant
from app.grants.use_cases.sign_agreement import sign_for_authority, sign_for_party
from app.reporting.use_cases.ask_prefinancing import ask_prefinancing

router = APIRouter(prefix="/grants/{grant_id}", tags=["grants"])


@router.post("/return", status_code=204)
def give_back(incoming: Request_, grant_id: UUID, command: GiveReason) -> None:
    """Give the preparation, or the agreement in signature, back to its consortium. Who manages the call."""
    run(
        incoming,
        WRITE,
        prepares_grant(grant_id),
        lambda work: return_grant(work.session, work.actor, grant_id, command, now=work.now),
    )


@router.post("/opening")
def open_it(incoming: Request_, grant_id: UUID) -> Opened:
    """Freeze the agreement and open it for signature. Who manages the call."""
    return run(
        incoming,
        WRITE,
        prepares_grant(grant_id),
        lambda work: Opened(version=open_for_signature(work.session, work.actor, grant_id, now=work.now)),
    )


@router.post("/abandonment", status_code=204)
def abandon(incoming: Request_, grant_id: UUID, command: GiveReason) -> None:
    """End the preparation without an agreement; its commitment is released. Who manages the call."""
    run(
        incoming,
        WRITE,
        prepares_grant(grant_id),
        lambda work: abandon_grant(work.session, work.actor, grant_id, command, now=work.now),
    )


@router.post("/prefinancing", status_code=201, response_model=Made)
def prefinance(incoming: Request_, grant_id: UUID) -> Response:
    """Ask for the payment at the start; no body. Send an Idempotency-Key."""

    def create(work: Work) -> Response:
        made = ask_prefinancing(work.session, work.actor, grant_id, now=work.now)
        return JSONResponse({"id": str(made)}, 201, headers={"location": f"/api/v1/payments/{made}"})

    return run(incoming, WRITE, prepares_grant(grant_id), lambda work: once(work, b"", create))


@router.post("/parties/{grant_partner_id}/signature", status_code=204, dependencies=[SECOND_STEP])
def sign(incoming: Request_, grant_id: UUID, grant_partner_id: UUID, command: SignAgreement) -> None:
    """Sign the agreement for a party, with the hash of the text that was read. Its mandated signatory."""
    run(
        incoming,
        WRITE,
        stepped_up(binds_party(grant_id, grant_partner_id)),
        lambda work: sign_for_party(work.session, work.actor, grant_id, grant_partner_id, command, now=work.now),
    )


@router.post("/signature", status_code=204, dependencies=[SECOND_STEP])
def sign_last(incoming: Request_, grant_id: UUID, command: SignAgreement) -> None:
    """Sign for the managing body: the agreement enters into force. An authorising officer."""
    run(
        incoming,
        WRITE,
        stepped_up(signs_grant(grant_id)),
        lambda work: sign_for_authority(work.session, work.actor, grant_id, command, now=work.now),
    )
