"""The question to somebody who is invited: take part, or not."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.accounts.queries import names_of
from app.applications.queries import application_in_call
from app.applications.use_cases.change_partnership import answer_partner_invitation
from app.core.errors import NotFoundError, SignInRequiredError
from app.delivery.guards import signed_in
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.organisations.queries import organisations_of
from app.partnerships.policies import organisations_spoken_for
from app.partnerships.queries import invitation_to, partner_rows
from app.partnerships.rules.facts import PartnerRole
from app.partnerships.rules.lifecycle import PartnerState
from app.partnerships.schemas import AnswerInvitation
from app.web.application_view.partners import ROLES, country_name, organisation_line
from app.web.deadlines import shown_deadline
from app.web.forms import FormView, attempt, command_from, form_page
from app.web.pages import redirect
from app.web.requests import Request_

router = APIRouter()
DECLINED = "declined"


@router.get("/applications/{application_id}/partners/{partner_id}/answer")
def show(incoming: Request_, application_id: UUID, partner_id: UUID) -> Response:
    """What one is asked to join, by whom, as what. Only for those whom the invitation names."""
    return run(incoming, READ, signed_in, lambda work: _page(work, application_id, partner_id, FormView()))


@router.post("/applications/{application_id}/partners/{partner_id}/answer")
def answer(incoming: Request_, application_id: UUID, partner_id: UUID) -> Response:
    """Accept for an organisation, or decline."""

    def write(work: Work) -> Response:
        given = command_from(incoming.form, AnswerInvitation)
        answer_partner_invitation(work.session, work.actor, application_id, partner_id, given, now=work.now)
        return redirect(f"/applications/{application_id}" if given.accept else "/applications", notice="done")

    return attempt(
        incoming,
        signed_in,
        lambda: run(incoming, WRITE, signed_in, write),
        lambda work, form: _page(work, application_id, partner_id, form),
    )


def _page(work: Work, application_id: UUID, partner_id: UUID, form: FormView) -> Response:
    asked = invitation_to(work.session, work.actor, application_id, partner_id)
    if asked is None:
        raise NotFoundError("invitation")
    if work.actor.person_id is None:
        raise SignInRequiredError
    found, language = application_in_call(work.session, application_id), work.known.language
    head, call = found.head, found.call
    deadline = call.rules.timetable.stage(head.stage).deadline
    members = [row for row in partner_rows(work.session, application_id) if row.state is PartnerState.ACCEPTED]
    spoken_for = organisations_spoken_for(work.actor)
    rows = [row for row in organisations_of(work.session, work.actor.person_id) if row.id in spoken_for]
    taken = {row.organisation_id for row in members}
    return form_page(
        work,
        "applicant/answer_invitation.html",
        form,
        head=head,
        call=call,
        title=call.rules.identity.titles.in_language(language),
        deadline=shown_deadline(work, deadline.instant, deadline.zone),
        asked=asked,
        open=asked.state is PartnerState.INVITED,
        role=ROLES[asked.role.value],
        coordinator=next((row for row in members if row.role is PartnerRole.COORDINATOR), None),
        members=[(row.name, country_name(row.country, language)) for row in members],
        by=names_of(work.session, [asked.invited_by]).get(asked.invited_by, "") if asked.invited_by else "",
        choices=[
            (str(row.id), row.legal_name, organisation_line(row, language)) for row in rows if row.id not in taken
        ],
    )
