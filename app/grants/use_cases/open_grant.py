"""Open the preparation of a grant: what the information letter promises begins, in the transaction that sends it."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.applications.queries.reading import snapshot, submission
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.grants.events import GrantOpened
from app.grants.models import Grant, GrantPartner
from app.grants.rules.grant_lifecycle import GRANT, PartyRole
from app.grants.rules.letter_facts import Dates
from app.grants.rules.periods import end_of
from app.grants.schemas import AwardRow
from app.infra.ids import new_id
from app.partnerships.rules.facts import PartnerRole


def open_grant(session: Session, actor: Actor, award: AwardRow, dates: Dates, *, now: datetime) -> UUID | None:
    """Open the grant of an award whose letter leaves now, with the dates of that letter; return its id.

    None for an award without money: nothing is agreed on. Start and duration are those of the application until the
    coordinator proposes others.
    """
    if not award.amount:
        return None
    submitted = snapshot(session, award.submission_id)
    head = submitted["application"]
    start_on = date.fromisoformat(head["start_date"]) if head["start_date"] else None
    months = head["duration_months"]
    grant = Grant(
        id=new_id(),
        award_id=award.id,
        application_id=award.application_id,
        submission_id=award.submission_id,
        call_id=award.call_id,
        call_version_id=submission(session, award.submission_id).call_version_id,
        reference=f"{award.reference}/GA",
        acronym=str(head["acronym"] or ""),
        title=str(head["title"] or ""),
        state=GRANT.initial,
        commitment_id=award.commitment_id,
        maximum_grant=award.amount,
        start_on=start_on,
        duration_months=months,
        end_on=end_of(start_on, months) if start_on is not None and months is not None else None,
        opened_at=now,
        data_due_on=dates.data_by,
        declarations_due_on=dates.declarations_by,
        signature_due_on=dates.signature_by,
    )
    session.add(grant)
    session.flush()
    members = [member for member in submitted["partners"] if PartnerRole(member["role"]).is_beneficiary]
    session.add_all(
        GrantPartner(
            grant_id=grant.id,
            partner_id=UUID(member["id"]),
            organisation_id=UUID(member["organisation_id"]),
            position=position,
            role=PartyRole.COORDINATOR if member["role"] == PartnerRole.COORDINATOR else PartyRole.BENEFICIARY,
        )
        for position, member in enumerate(members, start=1)
    )
    session.flush()
    facts = {
        "award": award.id,
        "amount": award.amount,
        "data_due_on": grant.data_due_on,
        "signature_due_on": grant.signature_due_on,
    }
    event = GrantOpened(subject_id=grant.id, facts=facts, call_id=grant.call_id, application_id=grant.application_id)
    record_event(session, actor, event, now=now)
    return grant.id
