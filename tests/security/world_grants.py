"""A grant of one world, whose preparation has just been opened."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from app.applications.models import Application
from app.grants.models import Award, Grant, GrantPartner
from app.grants.rules.grant_lifecycle import GRANT, PartyRole
from app.grants.rules.lifecycle import AwardState
from app.grants.rules.outcomes import Outcome
from app.infra.ids import new_id
from app.partnerships.models import Partner
from tests.conftest import NOW

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tests.security.world import World


def grant_bodies(world: World) -> dict[tuple[str, str], dict[str, Any]]:
    """(method, path) of a write about a grant to fields that would be accepted from somebody who may."""
    web, api = "/grants/{grant_id}", "/api/v1/grants/{grant_id}"
    party = {"web": web + "/preparation/parties/{grant_partner_id}", "api": api + "/parties/{grant_partner_id}"}
    hashed, reason = {"sha256": "0" * 64}, {"reason": "The start date has to follow the kick-off."}
    person = {"person_id": str(world.people["representative"].id)}
    day = {"start_on": "2019-12-01", "duration_months": 24, "version": 1}
    return {
        ("POST", web + "/preparation/dates"): day,
        ("PUT", api + "/dates"): day,
        ("POST", party["web"] + "/data"): {"version": 1},
        ("POST", party["api"] + "/data"): {"version": 1},
        ("POST", party["web"] + "/declaration"): hashed,
        ("POST", party["api"] + "/declaration"): hashed,
        ("POST", party["web"] + "/signatory"): person,
        ("PUT", party["api"] + "/signatory"): person,
        ("POST", web + "/sign/{grant_partner_id}"): hashed,
        ("POST", party["api"] + "/signature"): hashed,
        ("POST", "/officer/grants/{grant_id}/sign"): hashed,
        ("POST", api + "/signature"): hashed,
        ("POST", "/officer/grants/{grant_id}/return"): reason,
        ("POST", api + "/return"): reason,
        ("POST", "/officer/grants/{grant_id}/abandon"): reason,
        ("POST", api + "/abandonment"): reason,
    }


def add_grant(session: Session, world: World) -> None:
    """Ids ``grant_id`` and ``grant_partner_id``: a party whose contact and whose representative are known."""
    application = session.get_one(Application, UUID(world.ids["submitted_id"]))
    award = Award(
        id=new_id(),
        call_id=application.call_id,
        application_id=application.id,
        number=3,
        outcome=Outcome.MAIN,
        amount=application.requested,
        state=AwardState.INFORMED,
        prepared_at=NOW,
        prepared_by=world.people["programme_officer"].id,
        signed_at=NOW,
        signed_by=world.people["authorising_officer"].id,
        informed_at=NOW,
    )
    session.add(award)
    session.flush()
    submission_id = application.last_submission_id
    version = sa.text("select call_version_id from submission where id = :id")
    grant = Grant(
        id=new_id(),
        award_id=award.id,
        application_id=application.id,
        submission_id=submission_id,
        call_id=application.call_id,
        call_version_id=session.execute(version, {"id": submission_id}).scalar_one(),
        reference=f"{application.reference}/GA",
        acronym=application.acronym,
        title=f"SECRET grant {world.name}",
        state=GRANT.initial,
        maximum_grant=application.requested,
        start_on=date(2019, 11, 1),
        duration_months=24,
        end_on=date(2021, 10, 31),
        opened_at=NOW,
        data_due_on=date(2019, 9, 23),
        declarations_due_on=date(2019, 10, 14),
        signature_due_on=date(2019, 12, 2),
    )
    session.add(grant)
    session.flush()
    partners = session.scalars(
        sa.select(Partner).where(Partner.partnership_id == application.id).order_by(Partner.position)
    ).all()
    for position, partner in enumerate(partners, start=1):
        role = PartyRole.COORDINATOR if position == 1 else PartyRole.BENEFICIARY
        session.add(
            GrantPartner(
                grant_id=grant.id,
                partner_id=partner.id,
                organisation_id=partner.organisation_id,
                position=position,
                role=role,
            )
        )
    session.flush()
    world.ids |= {"grant_id": str(grant.id), "grant_partner_id": world.ids["submitted_partner_id"]}
