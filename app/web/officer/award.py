"""One decision: what it says, what it binds, who did what, and the acts that are open."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.accounts.queries import names_under_acts
from app.applications.policies import follows_call
from app.applications.queries.office_calls import office_call
from app.audit.queries import latest_about
from app.delivery.award_guards import prepares_award, reads_award, signs_award
from app.delivery.guards import stepped_up
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.documents.queries import documents_of
from app.grants import policies
from app.grants.queries.awards import award_row, awards_of_application
from app.grants.queries.documents import SUBJECT
from app.grants.queries.letters import letter_row
from app.grants.rules.lifecycle import AWARD, AwardEvent
from app.grants.rules.outcomes import Outcome
from app.grants.rules.signatures import ToSign, fits, signature_findings
from app.grants.schemas import DropAward
from app.grants.use_cases.drop_award import drop_award
from app.grants.use_cases.sign_award import sign_award
from app.infra.templates import translator
from app.ledger.queries import commitment_of
from app.web.event_words import shown_events
from app.web.findings import shown
from app.web.forms import FormView, attempt, command_from, form_page
from app.web.officer.awards import crumbs
from app.web.pages import redirect
from app.web.requests import Request_

router = APIRouter(prefix="/officer/awards/{award_id:uuid}")
MOST_EVENTS = 200


@router.get("")
def show(incoming: Request_, award_id: UUID) -> Response:
    """The decision with its history. The call's office and who follows its money."""
    return run(incoming, READ, reads_award(award_id), lambda work: _page(work, award_id, FormView()))


@router.post("/sign")
def sign(incoming: Request_, award_id: UUID) -> Response:
    """Sign this decision. An authorising officer of the call."""

    def write(work: Work) -> Response:
        sign_award(work.session, work.actor, award_id, now=work.now)
        return redirect(f"/officer/awards/{award_id}", notice="signed")

    guard = stepped_up(signs_award(award_id))
    return attempt(
        incoming, guard, lambda: run(incoming, WRITE, guard, write), lambda work, form: _page(work, award_id, form)
    )


@router.post("/drop")
def drop(incoming: Request_, award_id: UUID) -> Response:
    """Take the preparation back. Who manages the call."""

    def write(work: Work) -> Response:
        command = command_from(incoming.form, DropAward)
        drop_award(work.session, work.actor, award_id, command, now=work.now)
        return redirect(f"/officer/awards/{award_id}", notice="done")

    guard = prepares_award(award_id)
    return attempt(
        incoming, guard, lambda: run(incoming, WRITE, guard, write), lambda work, form: _page(work, award_id, form)
    )


def _page(work: Work, award_id: UUID, form: FormView) -> Response:
    award = award_row(work.session, award_id)
    call = office_call(work.session, award.call_id, now=work.now)
    say, language = translator(work.known.language), work.known.language
    found = latest_about(work.session, award_id, MOST_EVENTS)
    needs = award.amount if award.outcome is Outcome.MAIN else None
    facts = ToSign(award.reference, award.prepared_by, award.withdrawn, needs, award.left)
    letter = letter_row(work.session, award.letter_id) if award.letter_id is not None else None
    scope = (work.actor, call.id, call.programme_id)
    return form_page(
        work,
        "officer/award.html",
        form,
        award=award,
        call=call,
        trail=crumbs(work, call, (say("Awards"), f"/officer/calls/{call.id}/awards"), (award.reference, "")),
        names=names_under_acts(work.session, [award.prepared_by, award.signed_by]),
        office=follows_call(*scope),
        can_sign=AWARD.allows(award.state, AwardEvent.SIGN) and policies.signs_awards(*scope),
        can_drop=AWARD.allows(award.state, AwardEvent.DROP) and policies.prepares_awards(*scope),
        against=[shown(one, language=language).text for one in signature_findings(facts, work.actor.persons)],
        fits=fits(facts),
        commitment=commitment_of(work.session, "award", award_id),
        letter=letter,
        documents=documents_of(work.session, SUBJECT, [letter.id]) if letter is not None else (),
        others=[one for one in awards_of_application(work.session, award.application_id) if one.id != award_id],
        events=shown_events(work, found),
    )
