"""Declarations of honour that a person can still make, for their start page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.applications.models import Application, HonourDeclaration
from app.applications.queries.screened import rules_of_submissions, screened_among
from app.applications.rules.check_lifecycle import CheckStep
from app.applications.rules.exclusion import declaring_violations
from app.applications.rules.lifecycle import ApplicationState
from app.applications.rules.screening import state_of_step
from app.applications.rules.submitted import submitted_partners
from app.calls.models import Call
from app.calls.rules.lifecycle import CallState
from app.core.actor import Actor
from app.infra.db.statements import ONE, among
from app.partnerships.models import Partner
from app.partnerships.policies import organisations_spoken_for
from app.partnerships.rules.lifecycle import PartnerState


@dataclass(frozen=True, slots=True)
class MissingDeclarations:
    """An application with the number of its partners for which the person can still declare."""

    application_id: UUID
    acronym: str
    call: str
    partners: int


_UNDECLARED = (
    sa.select(Application.id, Application.acronym, Call.identifier, Partner.id)
    .join(Application, Application.id == Partner.partnership_id)
    .join(Call, Call.id == Application.call_id)
    .outerjoin(
        HonourDeclaration,
        sa.and_(HonourDeclaration.partner_id == Partner.id, HonourDeclaration.application_id == Application.id),
    )
    .where(
        Application.state == ApplicationState.SUBMITTED,
        Application.decided_at.is_(None),
        Call.state == CallState.CLOSED,
        Partner.state == PartnerState.ACCEPTED,
        HonourDeclaration.partner_id.is_(None),
        sa.or_(
            among(Partner.organisation_id, "organisations"),
            sa.and_(Partner.answered_by == ONE, among(Partner.partnership_id)),
        ),
    )
    .order_by(Application.id, Partner.position)
)
"""Partners without a declaration for which somebody speaks; what the call asks is for the rules to say."""


def declarations_to_make(
    session: Session, actor: Actor, application_ids: Sequence[UUID]
) -> Sequence[MissingDeclarations]:
    """What the actor can still declare after the deadline, as contact of these applications or for an organisation.

    One query where there is nothing, seven at most; none for who neither applies nor speaks for anybody.
    """
    organisations, found = organisations_spoken_for(actor), dict[UUID, tuple[str, str, list[UUID]]]()
    if not organisations and not application_ids:
        return ()
    asked = {"many": list(application_ids), "organisations": list(organisations), "one": actor.person_id}
    for application_id, acronym, call, partner_id in session.execute(_UNDECLARED, asked):
        found.setdefault(application_id, (acronym, call, []))[2].append(partner_id)
    applications = screened_among(session, list(found)) if found else ()
    rules = rules_of_submissions(session, applications) if applications else {}
    missing = []
    for one in applications:
        acronym, call, partners = found[one.id]
        possible = [
            partner_id
            for partner_id in partners
            if not declaring_violations(
                rules[one.call_version_id],
                str(one.about["strand"]),
                submitted_partners(one.members),
                partner_id=partner_id,
                declared=frozenset(),
                state=one.state,
                exclusion=state_of_step(one.states, CheckStep.EXCLUSION),
            )
        ]
        if possible:
            missing.append(MissingDeclarations(one.id, acronym, call, len(possible)))
    return missing
