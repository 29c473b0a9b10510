"""Guards of reports: the consortium writes, its office judges, who follows the money reads what was submitted."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from sqlalchemy.orm import Session

from app.applications.policies import may_read_draft
from app.core.actor import Actor
from app.core.errors import NotFoundError, NotPermittedError
from app.delivery.guards import Guard, signed_in
from app.grants.policies import GrantScope, follows_grant, prepares_grant, require_grant, works_for_grant
from app.grants.queries.grants import grant_scope, parties_of
from app.partnerships.policies import organisations_spoken_for
from app.reporting.policies import records_recoveries, requests_payments, waives_recoveries
from app.reporting.queries.reports import report_row
from app.reporting.rules.lifecycle import SEEN_BY_OFFICE
from app.reporting.use_cases.acting import own_parties

Permits = Callable[[Actor, GrantScope], bool]


def consortium_of_grant(grant_id: UUID) -> Guard:
    """The consortium of a grant, and who speaks for an organisation of it; strangers are not told that it exists."""

    def guard(session: Session, actor: Actor) -> None:
        _scope(session, actor, grant_id, in_consortium)

    return guard


def reports_for_grant(grant_id: UUID) -> Guard:
    """The contact of the coordinator."""
    return _may(grant_id, in_consortium, works_for_grant)


def speaks_for_statement(grant_id: UUID, partner_id: UUID) -> Guard:
    """Who speaks for a partner of the grant: its own people; for the coordinator its contact."""

    def guard(session: Session, actor: Actor) -> None:
        scope = _scope(session, actor, grant_id, in_consortium)
        if all(party.partner_id != partner_id for party in parties_of(session, grant_id)):
            raise NotFoundError("partner")
        if partner_id not in own_parties(session, actor, scope):
            raise NotPermittedError("Only somebody who speaks for this partner can do this.")

    return guard


def follows_reports(grant_id: UUID) -> Guard:
    """The office of the call and who follows its money."""

    def guard(session: Session, actor: Actor) -> None:
        _scope(session, actor, grant_id, follows_grant)

    return guard


def follows_report(grant_id: UUID, number: int) -> Guard:
    """The same, once the report was submitted: a draft does not exist for them."""

    def guard(session: Session, actor: Actor) -> None:
        _scope(session, actor, grant_id, follows_grant)
        if report_row(session, grant_id, number).state not in SEEN_BY_OFFICE:
            raise NotFoundError("report")

    return guard


def sees_report(grant_id: UUID, number: int) -> Guard:
    """The consortium, and who follows the grant once the report was submitted."""

    def guard(session: Session, actor: Actor) -> None:
        signed_in(session, actor)
        if not in_consortium(actor, grant_scope(session, grant_id)):
            follows_report(grant_id, number)(session, actor)

    return guard


def sees_reports(grant_id: UUID) -> Guard:
    """The consortium of a grant, and who follows it."""

    def guard(session: Session, actor: Actor) -> None:
        _scope(session, actor, grant_id, lambda who, scope: in_consortium(who, scope) or follows_grant(who, scope))

    return guard


def assesses_reports(grant_id: UUID) -> Guard:
    """Who manages the call: judges costs, decides on reports, closes the grant."""
    return _may(grant_id, follows_grant, prepares_grant)


def requests_payment(grant_id: UUID) -> Guard:
    """A programme or finance officer in scope."""
    return _may(grant_id, follows_grant, requests_payments)


def records_recovery(grant_id: UUID) -> Guard:
    """An accounting officer where the grant is."""
    return _may(grant_id, follows_grant, records_recoveries)


def waives_recovery(grant_id: UUID) -> Guard:
    """An authorising officer where the grant is."""
    return _may(grant_id, follows_grant, waives_recoveries)


def in_consortium(actor: Actor, scope: GrantScope) -> bool:
    """Whether the actor belongs to the consortium or speaks for one of its organisations."""
    return may_read_draft(actor, scope.application_id) or bool(organisations_spoken_for(actor) & scope.organisations)


def _may(grant_id: UUID, reads: Permits, permits: Permits) -> Guard:
    def guard(session: Session, actor: Actor) -> None:
        if not permits(actor, _scope(session, actor, grant_id, reads)):
            raise NotPermittedError

    return guard


def _scope(session: Session, actor: Actor, grant_id: UUID, reads: Permits) -> GrantScope:
    signed_in(session, actor)
    scope = grant_scope(session, grant_id)
    require_grant(actor, scope, permitted=reads(actor, scope))
    return scope
