"""One grant for its office: where it stands, what was found, and the acts that are open."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.accounts.queries import counted_on
from app.amendments.queries.amendments import open_number, readable_amendments
from app.amendments.use_cases.start_amendment import start_amendment
from app.applications.queries.office_calls import office_call
from app.audit.queries import latest_about
from app.delivery.grant_guards import follows_grant, prepares_grant, signs_grant
from app.delivery.guards import stepped_up
from app.delivery.idempotency import once
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.grants import policies
from app.grants.events import GrantSigned
from app.grants.queries.agreement import versions_of
from app.grants.queries.grants import grant_scope
from app.grants.queries.interests import is_of_a_party
from app.grants.queries.preparation import preparation_of, signed_of, signing_parties
from app.grants.rules.preparation import late_findings, preparation_findings
from app.grants.rules.signing_order import authority_findings, next_to_sign
from app.grants.schemas import GiveReason, SignAgreement
from app.grants.use_cases.abandon_grant import abandon_grant
from app.grants.use_cases.open_for_signature import open_for_signature
from app.grants.use_cases.send_preparation import return_grant
from app.grants.use_cases.sign_agreement import sign_for_authority
from app.infra.ids import new_id
from app.infra.templates import translator
from app.payments.rules.lifecycle import ENDED, PaymentKind
from app.reporting.queries.paid import prefinancing_findings
from app.reporting.use_cases.ask_prefinancing import ask_prefinancing
from app.web.amendment_view.words import KINDS
from app.web.amendment_view.words import state_of as amendment_state
from app.web.event_words import shown_events
from app.web.findings import shown
from app.web.forms import FormView, attempt, body_of, command_from, form_page, part_of, within
from app.web.grant_view.life import life_of
from app.web.grant_view.words import NEXT, STATES
from app.web.officer.awards import crumbs
from app.web.pages import redirect
from app.web.requests import Request_
from app.web.trail_words import GRANT_TRAILS

router = APIRouter(prefix="/officer/grants/{grant_id:uuid}")
MOST_EVENTS = 200


@router.get("")
def show(incoming: Request_, grant_id: UUID) -> Response:
    """The grant with its history. The call's office and who follows its money."""
    return run(incoming, READ, follows_grant(grant_id), lambda work: _page(work, grant_id, FormView()))


@router.post("/return")
def give_back(incoming: Request_, grant_id: UUID) -> Response:
    """Give the preparation, or the agreement in signature, back to its consortium. Who manages the call."""

    def write(work: Work) -> Response:
        return_grant(work.session, work.actor, grant_id, command_from(incoming.form, GiveReason), now=work.now)
        return redirect(f"/officer/grants/{grant_id}", notice="given-back")

    guard = prepares_grant(grant_id)
    return attempt(
        incoming, guard, lambda: run(incoming, WRITE, guard, write), lambda work, form: _page(work, grant_id, form)
    )


@router.post("/open")
def open_it(incoming: Request_, grant_id: UUID) -> Response:
    """Freeze the agreement and open it for signature. Who manages the call."""

    def write(work: Work) -> Response:
        open_for_signature(work.session, work.actor, grant_id, now=work.now)
        return redirect(f"/officer/grants/{grant_id}", notice="opened-for-signature")

    guard = prepares_grant(grant_id)
    return attempt(
        incoming, guard, lambda: run(incoming, WRITE, guard, write), lambda work, form: _page(work, grant_id, form)
    )


@router.post("/abandon")
def abandon(incoming: Request_, grant_id: UUID) -> Response:
    """End the preparation without an agreement. Who manages the call."""

    def write(work: Work) -> Response:
        with within("end"):
            wanted = command_from(part_of(incoming.form, "end"), GiveReason)
            abandon_grant(work.session, work.actor, grant_id, wanted, now=work.now)
        return redirect(f"/officer/grants/{grant_id}", notice="grant-ended")

    guard = prepares_grant(grant_id)
    return attempt(
        incoming, guard, lambda: run(incoming, WRITE, guard, write), lambda work, form: _page(work, grant_id, form)
    )


@router.post("/prefinancing")
def prefinance(incoming: Request_, grant_id: UUID) -> Response:
    """Ask for the payment at the start. Who manages the call."""

    def write(work: Work) -> Response:
        ask_prefinancing(work.session, work.actor, grant_id, now=work.now)
        return redirect(f"/officer/grants/{grant_id}", notice="payment-asked")

    guard = prepares_grant(grant_id)
    return attempt(
        incoming, guard, lambda: run(incoming, WRITE, guard, write), lambda work, form: _page(work, grant_id, form)
    )


@router.get("/sign")
def ask_signature(incoming: Request_, grant_id: UUID) -> Response:
    """The last signature with what stands in its way. An authorising officer, after the second step."""
    guard = stepped_up(signs_grant(grant_id))
    return run(incoming, READ, guard, lambda work: _sign_page(work, grant_id, FormView()))


@router.post("/amendments")
def amend(incoming: Request_, grant_id: UUID) -> Response:
    """Begin an amendment that the managing body proposes. Who manages the call."""

    def write(work: Work) -> Response:
        number = start_amendment(work.session, work.actor, grant_id, now=work.now)
        return redirect(f"/officer/grants/{grant_id}/amendments/{number}")

    guard = prepares_grant(grant_id)
    return attempt(
        incoming,
        guard,
        lambda: run(incoming, WRITE, guard, lambda work: once(work, body_of(incoming.form), write)),
        lambda work, form: _page(work, grant_id, form),
    )


@router.post("/sign")
def sign(incoming: Request_, grant_id: UUID) -> Response:
    """Sign for the managing body: the agreement enters into force. An authorising officer, after the second step."""

    def write(work: Work) -> Response:
        command = command_from(incoming.form, SignAgreement)
        sign_for_authority(work.session, work.actor, grant_id, command, now=work.now)
        return redirect(f"/officer/grants/{grant_id}", notice="in-force")

    guard = stepped_up(signs_grant(grant_id))
    return attempt(
        incoming, guard, lambda: run(incoming, WRITE, guard, write), lambda work, form: _sign_page(work, grant_id, form)
    )


def _page(work: Work, grant_id: UUID, form: FormView) -> Response:
    life, scope = life_of(work, grant_id), grant_scope(work.session, grant_id)
    row, language = life.row, work.known.language
    call = office_call(work.session, row.call_id, now=work.now)
    say = translator(language)
    judged = preparation_of(work.session, grant_id)
    found = preparation_findings(judged) if row.acts == "office" else ()
    events = latest_about(work.session, grant_id, MOST_EVENTS)
    prepares = policies.prepares_grant(work.actor, scope)
    asked = any(one.kind is PaymentKind.PREFINANCING and one.state not in ENDED for one in life.payments)
    first = life.agreement.facts.prefinancing if life.agreement is not None else None
    return form_page(
        work,
        "officer/grant.html",
        form,
        life=life,
        call=call,
        base=f"/officer/grants/{grant_id}",
        trail=crumbs(work, call, (say("Grants"), f"/officer/calls/{call.id}/grants"), (row.acronym, "")),
        states=STATES,
        sentence=NEXT[row.acts],
        order=signing_parties(life.parties),
        given={one.partner_id: one for one in life.signatures},
        turn=next_to_sign(signing_parties(life.parties), {one.partner_id for one in life.signatures})
        if row.state == "signature"
        else (),
        findings=[shown(one, language=language).text for one in found],
        late=[shown(one, language=language).text for one in late_findings(judged, life.today)] if row.late else [],
        can_open=prepares and row.acts == "office" and not found,
        can_return=prepares and (row.acts == "office" or row.state == "signature"),
        can_abandon=prepares and row.state in {"preparation", "signature"},
        can_sign=row.acts == "authority" and policies.signs_grant(work.actor, scope),
        can_prefinance=prepares
        and row.state == "running"
        and first is not None
        and not asked
        and life.agreement is not None
        and not prefinancing_findings(work.session, life.agreement),
        first=first,
        events=shown_events(work, events),
        trails=GRANT_TRAILS,
        amendments=readable_amendments(work.session, work.actor, scope) if row.entered_into_force_at else (),
        amendment_state=amendment_state,
        amends=prepares and row.state == "running" and open_number(work.session, grant_id) is None,
        key=str(new_id()),
        amendment_kinds=KINDS,
    )


def _sign_page(work: Work, grant_id: UUID, form: FormView) -> Response:
    life = life_of(work, grant_id)
    row = life.row
    call = office_call(work.session, row.call_id, now=work.now)
    say = translator(work.known.language)
    version = next((one for one in versions_of(work.session, grant_id) if one.number == row.agreed_version), None)
    order = signing_parties(life.parties)
    signed = signed_of(work.session, grant_id, version.number) if version is not None else frozenset()
    persons = counted_on(work.session, work.actor, GrantSigned, grant_id)
    against = (
        authority_findings(
            order,
            signed,
            persons,
            version.created_by,
            signed_by={one.person_id for one in life.signatures if one.partner_id is not None},
            of_a_party=is_of_a_party(work.session, work.actor, grant_scope(work.session, grant_id)),
        )
        if version is not None
        else ()
    )
    here = f"/officer/grants/{grant_id}"
    return form_page(
        work,
        "officer/grant_sign.html",
        form,
        row=row,
        life=life,
        version=version,
        base=here,
        trail=crumbs(
            work, call, (say("Grants"), f"/officer/calls/{call.id}/grants"), (row.acronym, here), (say("Sign"), "")
        ),
        states=STATES,
        given={one.partner_id: one for one in life.signatures},
        turn=next_to_sign(order, signed) if row.state == "signature" else (),
        against=[shown(one, language=work.known.language).text for one in against],
    )
