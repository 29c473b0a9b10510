"""The preparation of a grant as its rules judge it, and the row that is about to change."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import RoleAssignment
from app.applications.queries.applied_call import rules_of
from app.applications.queries.reading import snapshot
from app.calls.rules.funding_kinds import DurationLimits
from app.core.actor import Role, ScopeKind
from app.core.errors import RulesViolatedError, TransitionNotAllowedError
from app.core.violations import Violation
from app.grants.models import Grant, GrantPartner, GrantSignature
from app.grants.queries.accounts import account_of
from app.grants.queries.facts import day_of
from app.grants.queries.grants import PartyRow, grant_for_change, grant_head, parties_of
from app.grants.rules.grant_lifecycle import GRANT, GrantState
from app.grants.rules.preparation import Preparation, PreparedParty
from app.grants.rules.signing_order import SigningParty


def preparation_of(session: Session, grant_id: UUID) -> Preparation:
    """Dates, account and parties as they are now. A constant number of queries."""
    head = grant_head(session, grant_id)
    parties = parties_of(session, grant_id)
    rules = rules_of(session, head.call_version_id)
    strand = snapshot(session, head.submission_id)["application"]["strand"]
    limits = rules.rule_of(DurationLimits, strand)
    coordinator = next(party for party in parties if party.coordinates)
    return Preparation(
        parties=[prepared(party) for party in parties],
        opened_on=day_of(head.opened_at),
        start_on=head.start_on,
        duration_months=head.duration_months,
        months=(limits.min_months, limits.max_months) if limits is not None else None,
        account=account_of(session, coordinator.organisation_id) is not None,
        data_due_on=head.data_due_on,
        declarations_due_on=head.declarations_due_on,
        signature_due_on=head.signature_due_on,
    )


def prepared(party: PartyRow) -> PreparedParty:
    """A party as the rules of preparation see it."""
    return PreparedParty(
        partner_id=party.partner_id,
        name=party.name,
        confirmed=party.confirmed,
        changed=party.confirmed_version is not None and not party.confirmed,
        declared=party.declared_at is not None,
        signatory=party.signatory,
        signatory_holds=party.signatory_holds,
    )


def signing_parties(parties: Sequence[PartyRow]) -> tuple[SigningParty, ...]:
    """The parties as the order of signatures sees them."""
    return tuple(
        SigningParty(
            partner_id=party.partner_id,
            name=party.name,
            coordinates=party.coordinates,
            signatory_id=party.signatory_id,
            signatory=party.signatory,
            holds=party.signatory_holds,
        )
        for party in parties
    )


def signed_of(session: Session, grant_id: UUID, version: int) -> frozenset[UUID | None]:
    """Parties that have signed a version; None among them stands for the authority."""
    statement = sa.select(GrantSignature.partner_id).where(
        GrantSignature.grant_id == grant_id, GrantSignature.version == version
    )
    return frozenset(session.scalars(statement))


def signers_of(session: Session, grant_id: UUID, version: int) -> frozenset[UUID]:
    """Who signed a version for a party."""
    wanted = GrantSignature.grant_id == grant_id, GrantSignature.version == version
    statement = sa.select(GrantSignature.person_id).where(*wanted, GrantSignature.partner_id.is_not(None))
    return frozenset(session.scalars(statement))


def grant_in_preparation(session: Session, grant_id: UUID) -> Grant:
    """A grant that its consortium prepares, locked.

    Raise TransitionNotAllowed in another state, RulesViolated while the preparation lies with the office.
    """
    grant = grant_for_change(session, grant_id)
    if GrantState(grant.state) is not GrantState.PREPARATION:
        raise TransitionNotAllowedError(GRANT.name, grant.state, "prepared")
    if grant.sent_at is not None:
        words = "The preparation lies with the managing body. It can be changed again when it is given back."
        raise RulesViolatedError([Violation("grant.with_office", words)])
    return grant


def lock_mandate(session: Session, grant_id: UUID, partner_id: UUID) -> None:
    """Hold the role of the signatory who is named, so that it cannot end while the agreement is signed."""
    statement = (
        sa.select(RoleAssignment.id)
        .join(GrantPartner, GrantPartner.signatory_id == RoleAssignment.person_id)
        .where(
            GrantPartner.grant_id == grant_id,
            GrantPartner.partner_id == partner_id,
            RoleAssignment.role == Role.SIGNATORY,
            RoleAssignment.scope == ScopeKind.ORGANISATION,
            RoleAssignment.scope_id == GrantPartner.organisation_id,
        )
        .with_for_update(read=True, of=RoleAssignment)
    )
    session.execute(statement).all()
