"""The preparation of a grant as a task list: dates, account, and each party's data, declaration and signatory."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.delivery.grant_guards import takes_part, works_for_grant
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.grants import policies
from app.grants.queries.accounts import account_of
from app.grants.queries.facts import day_of
from app.grants.queries.grants import grant_scope, parties_of
from app.grants.queries.listing import grant_row
from app.grants.queries.preparation import preparation_of, prepared
from app.grants.rules.preparation import late_findings, party_findings, preparation_findings
from app.grants.schemas import ProposeDates
from app.grants.use_cases.propose_dates import propose_dates
from app.grants.use_cases.send_preparation import send_preparation
from app.payments.policies import may_propose_account
from app.payments.queries import accounts_of
from app.web.findings import shown
from app.web.forms import FormView, attempt, command_from, form_page
from app.web.grant_view.words import NEXT, STATES
from app.web.pages import redirect
from app.web.requests import Request_

router = APIRouter(prefix="/grants/{grant_id:uuid}/preparation")


@router.get("")
def show(incoming: Request_, grant_id: UUID) -> Response:
    """What is done and what is left, by whom and by when. The consortium and who speaks for a party."""
    return run(incoming, READ, takes_part(grant_id), lambda work: _page(work, grant_id, FormView()))


@router.post("/dates")
def dates(incoming: Request_, grant_id: UUID) -> Response:
    """Propose start and duration. The contact of the coordinator."""

    def write(work: Work) -> Response:
        propose_dates(work.session, work.actor, grant_id, command_from(incoming.form, ProposeDates), now=work.now)
        return redirect(f"/grants/{grant_id}/preparation", notice="saved")

    guard = works_for_grant(grant_id)
    return attempt(
        incoming, guard, lambda: run(incoming, WRITE, guard, write), lambda work, form: _page(work, grant_id, form)
    )


@router.post("/send")
def send(incoming: Request_, grant_id: UUID) -> Response:
    """Send the preparation to the managing body. The contact of the coordinator."""

    def write(work: Work) -> Response:
        send_preparation(work.session, work.actor, grant_id, now=work.now)
        return redirect(f"/grants/{grant_id}", notice="preparation-sent")

    guard = works_for_grant(grant_id)
    return attempt(
        incoming, guard, lambda: run(incoming, WRITE, guard, write), lambda work, form: _page(work, grant_id, form)
    )


def _page(work: Work, grant_id: UUID, form: FormView) -> Response:
    row = grant_row(work.session, grant_id, today=day_of(work.now))
    scope = grant_scope(work.session, grant_id)
    judged, parties = preparation_of(work.session, grant_id), parties_of(work.session, grant_id)
    coordinator = next(party for party in parties if party.coordinates)
    language = work.known.language
    given = {"start_on": row.start_on, "duration_months": str(row.duration_months or "")}
    known = account_of(work.session, coordinator.organisation_id)
    waiting = [one for one in accounts_of(work.session, coordinator.organisation_id) if one.state == "proposed"]
    return form_page(
        work,
        "beneficiary/preparation.html",
        form if form.typed else FormView.of(given) if not form.violations else form,
        row=row,
        base=f"/grants/{grant_id}",
        states=STATES,
        sentence=NEXT[row.acts],
        parties=[
            (party, [shown(one, language=language).text for one in party_findings(prepared(party))])
            for party in parties
        ],
        mine={
            party.partner_id
            for party in parties
            if policies.partner_of_grant(work.actor, scope, party.organisation_id, accepted_by=party.accepted_by)
        },
        coordinator=coordinator,
        coordinates=policies.works_for_grant(work.actor, scope),
        editable=row.acts == "consortium",
        limits=judged.months,
        account=known,
        waiting=waiting[0] if waiting else None,
        may_give_account=may_propose_account(work.actor, coordinator.organisation_id),
        left=len(preparation_findings(judged)),
        late=[shown(one, language=language).text for one in late_findings(judged, day_of(work.now))],
    )
