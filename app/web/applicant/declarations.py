"""Declarations of honour: who of the beneficiaries has declared, and the form for those who may."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.accounts.queries import names_under_acts
from app.applications.policies import may_read_draft
from app.applications.queries.evidence import declarations, partners_spoken_for
from app.applications.queries.screened import rules_of_submissions, screened
from app.applications.rules.check_lifecycle import CheckStep
from app.applications.rules.exclusion import STATEMENT, declaring_violations, who_declares
from app.applications.rules.screening import state_of_step
from app.applications.rules.submitted import submitted_partners
from app.applications.schemas import DeclareHonour
from app.applications.use_cases.declare_honour import declare_honour
from app.core.errors import NotFoundError
from app.delivery.guards import sees_declarations
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.web.forms import FormView, attempt, command_from, form_page, part_of, within
from app.web.pages import redirect
from app.web.requests import Request_

router = APIRouter(prefix="/applications/{application_id}/declarations")


@router.get("")
def show(incoming: Request_, application_id: UUID) -> Response:
    """Each beneficiary with its declaration. The consortium, and who speaks for an organisation of it."""
    return run(incoming, READ, sees_declarations(application_id), lambda work: _page(work, application_id, FormView()))


@router.post("/{partner_id}")
def declare(incoming: Request_, application_id: UUID, partner_id: UUID) -> Response:
    """Declare for a partner. Who speaks for it."""
    guard = sees_declarations(application_id)
    part = f"declare-{partner_id}"

    def write(work: Work) -> Response:
        with within(part):
            command_from(part_of(incoming.form, part), DeclareHonour)
            declare_honour(work.session, work.actor, application_id, partner_id, now=work.now)
        return redirect(f"/applications/{application_id}/declarations", notice="declared")

    return attempt(
        incoming,
        guard,
        lambda: run(incoming, WRITE, guard, write),
        lambda work, form: _page(work, application_id, form),
    )


def _page(work: Work, application_id: UUID, form: FormView) -> Response:
    judged = screened(work.session, application_id)
    if judged is None:
        raise NotFoundError("declaration")
    rules = rules_of_submissions(work.session, [judged])[judged.call_version_id]
    strand, partners = str(judged.about["strand"]), submitted_partners(judged.members)
    made = declarations(work.session, application_id)
    mine = partners_spoken_for(work.session, work.actor, application_id)
    possible = {
        one.partner_id
        for one in partners
        if one.partner_id in mine
        and not declaring_violations(
            rules,
            strand,
            partners,
            partner_id=one.partner_id,
            declared=frozenset(made),
            state=judged.state,
            exclusion=state_of_step(judged.states, CheckStep.EXCLUSION),
        )
    }
    return form_page(
        work,
        "applicant/declarations.html",
        form,
        judged=judged,
        asked=who_declares(rules, strand, partners),
        made=made,
        possible=possible,
        statement=STATEMENT,
        names=names_under_acts(work.session, [one.declared_by for one in made.values()]),
        reads=may_read_draft(work.actor, application_id),
        zone=work.known.zone,
    )
