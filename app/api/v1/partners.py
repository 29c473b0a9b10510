"""Partners of an application: invite, answer, leave or remove."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from app.api.application_shapes import Made, PartnerItem, partner_items
from app.api.requests import Request_
from app.applications.queries import application_facts, application_in_call
from app.applications.use_cases.change_partnership import (
    answer_partner_invitation,
    invite_to_application,
    remove_partner,
)
from app.delivery.guards import coordinates_application, edits_application, reads_application, signed_in
from app.delivery.idempotency import once
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.partnerships.queries import partner_rows
from app.partnerships.schemas import AnswerInvitation, InvitePartner

router = APIRouter(prefix="/applications/{application_id}/partners", tags=["partners"])


@router.get("")
def partners(incoming: Request_, application_id: UUID) -> list[PartnerItem]:
    """Everybody who was ever asked, in the order of the partnership."""

    def answer(work: Work) -> list[PartnerItem]:
        found = application_in_call(work.session, application_id)
        facts = application_facts(work.session, found.head, found.call.rules)
        return partner_items(partner_rows(work.session, application_id), facts)

    return run(incoming, READ, reads_application(application_id), answer)


@router.post("", status_code=201, response_model=Made)
def invite(incoming: Request_, application_id: UUID, command: InvitePartner) -> Response:
    """Ask a registered organisation, or a person by e-mail, to take part. Send an Idempotency-Key."""

    def create(work: Work) -> Response:
        made = invite_to_application(work.session, work.actor, application_id, command, now=work.now)
        return JSONResponse({"id": str(made)}, 201)

    guard = coordinates_application(application_id)
    return run(incoming, WRITE, guard, lambda work: once(work, command.model_dump_json().encode(), create))


@router.post("/{partner_id}/answer", status_code=204)
def answer(incoming: Request_, application_id: UUID, partner_id: UUID, command: AnswerInvitation) -> None:
    """Accept an invitation for an organisation that you represent, or decline it."""
    run(
        incoming,
        WRITE,
        signed_in,
        lambda work: answer_partner_invitation(
            work.session, work.actor, application_id, partner_id, command, now=work.now
        ),
    )


@router.delete("/{partner_id}", status_code=204)
def remove(incoming: Request_, application_id: UUID, partner_id: UUID) -> None:
    """Take a partner out, or leave; its costs go with it."""
    run(
        incoming,
        WRITE,
        edits_application(application_id),
        lambda work: remove_partner(work.session, work.actor, application_id, partner_id, now=work.now),
    )
