"""Evidence for the exclusion check: declarations of honour, and what officers recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from app.applications.models import Application, HonourDeclaration, RecordedResult, Submission
from app.applications.policies import may_read_draft, speaks_for_partner
from app.applications.rules.check_lifecycle import CheckResult
from app.applications.rules.submitted import submitted_partners
from app.core.actor import Actor
from app.partnerships.models import Partner
from app.partnerships.rules.facts import PartnerFacts
from app.partnerships.rules.lifecycle import PartnerState


@dataclass(frozen=True, slots=True)
class DeclarationRow:
    """A declaration of honour as it was made."""

    partner_id: UUID
    statement: str
    declared_by: UUID | None
    declared_at: datetime


@dataclass(frozen=True, slots=True)
class RecordedRow:
    """A result that was recorded for a partner."""

    id: UUID
    partner_id: UUID
    check: str
    outcome: CheckResult
    words: str
    recorded_by: UUID | None
    recorded_at: datetime


def declarations(session: Session, application_id: UUID) -> Mapping[UUID, DeclarationRow]:
    """Declarations of an application by partner."""
    row = HonourDeclaration
    statement = sa.select(row.partner_id, row.statement, row.declared_by, row.declared_at).where(
        row.application_id == application_id
    )
    return {found.partner_id: DeclarationRow(*found) for found in session.execute(statement)}


def declared_partners(session: Session, application_ids: Sequence[UUID]) -> Mapping[UUID, frozenset[UUID]]:
    """Partners that have declared, by application. One query."""
    statement = sa.select(HonourDeclaration.application_id, sa.func.array_agg(HonourDeclaration.partner_id)).where(
        HonourDeclaration.application_id.in_(application_ids)
    )
    rows = session.execute(statement.group_by(HonourDeclaration.application_id))
    return {application_id: frozenset(partners) for application_id, partners in rows}


def recorded_results(session: Session, application_id: UUID) -> Sequence[RecordedRow]:
    """Everything that was recorded about the partners of an application, latest first."""
    row = RecordedResult
    statement = (
        sa.select(row.id, row.partner_id, row.check, row.outcome, row.words, row.recorded_by, row.recorded_at)
        .where(row.application_id == application_id)
        .order_by(row.id.desc())
    )
    return [
        RecordedRow(identity, partner_id, check, CheckResult(outcome), words, by, at)
        for identity, partner_id, check, outcome, words, by, at in session.execute(statement)
    ]


def latest_results(
    session: Session, application_ids: Sequence[UUID]
) -> Mapping[UUID, Mapping[tuple[UUID, str], CheckResult]]:
    """The result that counts, by application, then by partner and check. One query."""
    row = RecordedResult
    statement = (
        sa.select(row.application_id, row.partner_id, row.check, row.outcome)
        .where(row.application_id.in_(application_ids))
        .ext(distinct_on(row.application_id, row.partner_id, row.check))
        .order_by(row.application_id, row.partner_id, row.check, row.id.desc())
    )
    found: dict[UUID, dict[tuple[UUID, str], CheckResult]] = {}
    for application_id, partner_id, check, outcome in session.execute(statement):
        found.setdefault(application_id, {})[partner_id, check] = CheckResult(outcome)
    return found


def members_submitted(session: Session, application_id: UUID) -> tuple[PartnerFacts, ...]:
    """The partners of the submission that counts; none for a draft."""
    statement = (
        sa.select(Submission.snapshot["partners"])
        .join(Application, Application.last_submission_id == Submission.id)
        .where(Application.id == application_id)
    )
    stored = session.execute(statement).scalar()
    return submitted_partners(stored) if stored else ()


def partners_spoken_for(session: Session, actor: Actor, application_id: UUID) -> frozenset[UUID]:
    """Partners of an application for which the actor may declare."""
    statement = sa.select(Partner.id, Partner.organisation_id, Partner.answered_by).where(
        Partner.partnership_id == application_id, Partner.state == PartnerState.ACCEPTED
    )
    return frozenset(
        partner_id
        for partner_id, organisation_id, accepted_by in session.execute(statement)
        if organisation_id is not None and speaks_for_partner(actor, application_id, organisation_id, accepted_by)
    )


def may_see_declarations(session: Session, actor: Actor, application_id: UUID) -> bool:
    """Whether the actor belongs to the consortium, or speaks for an organisation of it."""
    return may_read_draft(actor, application_id) or bool(partners_spoken_for(session, actor, application_id))
