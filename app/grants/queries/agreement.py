"""The agreement: as it was frozen for signature, or as it would be frozen now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from app.accounts.queries import names_of, names_under_acts
from app.applications.queries.applied_call import rules_of
from app.applications.queries.reading import snapshot, submission
from app.core.errors import NotFoundError
from app.grants.models import Award, Grant, GrantPartner, GrantSignature, GrantVersion
from app.grants.queries.accounts import account_of
from app.grants.queries.facts import day_of
from app.grants.rules.agreement import Agreement, AgreementFacts, PartyFacts
from app.grants.rules.agreement_record import AgreementRecord, SignatureFacts
from app.grants.rules.drafting import ToDraft, draft_agreement
from app.grants.rules.grant_lifecycle import Authentication, GrantState
from app.infra.db.statements import ONE
from app.organisations.models import Organisation
from app.partnerships.rules.facts import PartnerRole
from app.reference.queries import country


@dataclass(frozen=True, slots=True)
class SignatureRow:
    """A signature with the name of who gave it; ``partner_id`` is None for the authority."""

    order: int
    partner_id: UUID | None
    person_id: UUID
    name: str
    capacity: str
    authentication: Authentication
    signed_at: datetime
    sha256: str


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A frozen version without its content."""

    number: int
    sha256: str
    created_at: datetime
    created_by: UUID | None
    document_id: UUID | None


MOST_PARSED = 256
_PARSED: dict[UUID, dict[str, AgreementFacts]] = {}
"""What was frozen never changes: each version of a grant is read and parsed once by a process, found by its hash."""
_KNOWN: sa.BindParameter[Any] = sa.bindparam("known", type_=ARRAY(sa.Text()))
_AGREED = (
    sa.select(
        Grant.application_id,
        Grant.state,
        Grant.entered_into_force_at,
        GrantVersion.number,
        GrantVersion.sha256,
        sa.case((GrantVersion.sha256 != sa.all_(_KNOWN), GrantVersion.snapshot)),
    )
    .join(
        GrantVersion,
        sa.and_(
            GrantVersion.grant_id == Grant.id,
            GrantVersion.number == sa.func.coalesce(sa.bindparam("version", type_=sa.Integer()), Grant.agreed_version),
        ),
    )
    .where(Grant.id == ONE)
)


def agreement_of(session: Session, grant_id: UUID, version: int | None = None) -> Agreement:
    """A version of the agreement, by default the one in signature or in force; raise NotFound before there is one."""
    known = _PARSED.get(grant_id, {})
    row = session.execute(_AGREED, {"one": grant_id, "version": version, "known": list(known)}).first()
    if row is None:
        raise NotFoundError("agreement")
    application_id, state, in_force, found, sha256, stored = row
    if (facts := known.get(sha256)) is None:
        facts = AgreementFacts.read(stored)
        if len(_PARSED) > MOST_PARSED:
            _PARSED.clear()
        _PARSED[grant_id] = {**known, sha256: facts}
    return Agreement(
        grant_id=grant_id,
        application_id=application_id,
        state=GrantState(state),
        entered_into_force_at=in_force,
        version=found,
        sha256=sha256,
        facts=facts,
    )


def versions_of(session: Session, grant_id: UUID) -> Sequence[VersionRow]:
    """Every version that was frozen, latest first."""
    columns = (
        GrantVersion.number,
        GrantVersion.sha256,
        GrantVersion.created_at,
        GrantVersion.created_by,
        GrantVersion.document_id,
    )
    statement = sa.select(*columns).where(GrantVersion.grant_id == grant_id).order_by(GrantVersion.number.desc())
    return [VersionRow(*row) for row in session.execute(statement)]


def signatures_of(session: Session, grant_id: UUID, version: int) -> Sequence[SignatureRow]:
    """Who signed a version, in order; of one that an amendment made, who signed the agreement that it amends.

    Two queries.
    """
    row = GrantSignature
    before = sa.or_(Grant.entered_into_force_at.is_(None), GrantVersion.created_at <= Grant.entered_into_force_at)
    text = (
        sa.select(sa.func.max(GrantVersion.number))
        .join(Grant, Grant.id == GrantVersion.grant_id)
        .where(Grant.id == grant_id, GrantVersion.number <= version, before)
        .scalar_subquery()
    )
    statement = (
        sa.select(row.order, row.partner_id, row.person_id, row.capacity, row.authentication, row.signed_at, row.sha256)
        .where(row.grant_id == grant_id, row.version == text)
        .order_by(row.order)
    )
    found = session.execute(statement).all()
    names = names_under_acts(session, [one.person_id for one in found])
    return [
        SignatureRow(
            order=one.order,
            partner_id=one.partner_id,
            person_id=one.person_id,
            name=names.get(one.person_id, ""),
            capacity=one.capacity,
            authentication=Authentication(one.authentication),
            signed_at=one.signed_at,
            sha256=one.sha256,
        )
        for one in found
    ]


def record_of(session: Session, grant_id: UUID, version: int) -> AgreementRecord:
    """A version with the signatures that it has so far; raise NotFound."""
    agreement = agreement_of(session, grant_id, version)
    names = {party.partner_id: party.name for party in agreement.facts.parties}
    body = agreement.facts.call.managing_body
    return AgreementRecord(
        agreement=agreement.facts,
        sha256=agreement.sha256,
        signatures=tuple(
            SignatureFacts(
                order=row.order,
                partner_id=row.partner_id,
                party=names[row.partner_id] if row.partner_id is not None else body,
                name=row.name,
                capacity=row.capacity,
                authentication=row.authentication,
                signed_at=row.signed_at,
                sha256=row.sha256,
            )
            for row in signatures_of(session, grant_id, version)
        ),
    )


def draft_record(session: Session, grant_id: UUID) -> AgreementRecord | None:
    """The agreement as it would be frozen now, signed by nobody; None before start and duration are proposed."""
    try:
        draft = draft_of(session, grant_id)
    except KeyError:
        return None
    return AgreementRecord(agreement=draft, sha256=draft.sha256, signatures=())


def version_for_change(session: Session, grant_id: UUID, number: int) -> GrantVersion:
    """A version, locked (its grant is locked already)."""
    return session.get_one(GrantVersion, (grant_id, number), with_for_update=True, populate_existing=True)


def next_version(session: Session, grant_id: UUID) -> int:
    """The number of the next version."""
    last = session.execute(
        sa.select(sa.func.max(GrantVersion.number)).where(GrantVersion.grant_id == grant_id)
    ).scalar()
    return (last or 0) + 1


def draft_of(session: Session, grant_id: UUID) -> AgreementFacts:
    """The agreement as it would be frozen now; raise NotFound for an unknown grant.

    KeyError without start or duration.
    """
    grant = session.execute(
        sa.select(
            Grant.id,
            Grant.award_id,
            Grant.submission_id,
            Grant.call_id,
            Grant.call_version_id,
            Grant.reference,
            Grant.commitment_id,
            Grant.maximum_grant,
            Grant.start_on,
            Grant.duration_months,
        ).where(Grant.id == grant_id)
    ).first()
    if grant is None:
        raise NotFoundError("grant")
    if grant.start_on is None or grant.duration_months is None:
        raise KeyError("start_on")
    submitted = snapshot(session, grant.submission_id)
    parties = tuple(_parties(session, grant_id, submitted["partners"]))
    coordinator = next(party for party in parties if party.role is PartnerRole.COORDINATOR)
    signed_at = session.execute(sa.select(Award.signed_at).where(Award.id == grant.award_id)).scalar_one()
    assert signed_at is not None  # noqa: S101  # only a signed award opens a grant
    settled = ToDraft(
        number=next_version(session, grant_id),
        grant_id=grant.id,
        reference=grant.reference,
        call_id=grant.call_id,
        call_version_id=grant.call_version_id,
        commitment_id=grant.commitment_id,
        awarded_on=day_of(signed_at),
        maximum_grant=grant.maximum_grant,
        start_on=grant.start_on,
        duration_months=grant.duration_months,
        parties=parties,
        account=account_of(session, coordinator.organisation_id),
        submission_sha256=submission(session, grant.submission_id).sha256,
    )
    return draft_agreement(rules_of(session, grant.call_version_id), submitted, settled)


def _parties(session: Session, grant_id: UUID, members: Sequence[Mapping[str, Any]]) -> Sequence[PartyFacts]:
    """The members of the submission with the legal data that their organisations have now. Three queries."""
    wanted = [UUID(member["organisation_id"]) for member in members]
    found = session.execute(sa.select(Organisation.id, *_LEGAL).where(Organisation.id.in_(wanted)))
    legal: dict[UUID, Any] = {row.id: row for row in found}
    named = dict(
        session.execute(
            sa.select(GrantPartner.partner_id, GrantPartner.signatory_id).where(GrantPartner.grant_id == grant_id)
        ).all()
    )
    names = names_of(session, named.values())
    parties = []
    for position, member in enumerate(members, start=1):
        partner_id, organisation_id = UUID(member["id"]), UUID(member["organisation_id"])
        row, signatory = legal[organisation_id], named.get(partner_id)
        known = country(row.country)
        parties.append(
            PartyFacts(
                partner_id=partner_id,
                organisation_id=organisation_id,
                position=position,
                name=row.legal_name,
                role=PartnerRole(member["role"]),
                country=row.country,
                country_name=known.name() if known is not None else row.country,
                region=row.region,
                street=row.street,
                postcode=row.postcode,
                city=row.city,
                legal_form=row.legal_form,
                organisation_type=row.organisation_type,
                sme=row.sme,
                pic=row.pic or "",
                vat=row.vat,
                registration_number=row.registration_number,
                signatory_id=signatory,
                signatory=names.get(signatory, "") if signatory is not None else "",
            )
        )
    return parties


_LEGAL: tuple[Any, ...] = (
    Organisation.legal_name,
    Organisation.country,
    Organisation.region,
    Organisation.street,
    Organisation.postcode,
    Organisation.city,
    Organisation.legal_form,
    Organisation.organisation_type,
    Organisation.sme,
    Organisation.pic,
    Organisation.vat,
    Organisation.registration_number,
)
