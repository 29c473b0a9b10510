"""Register as an expert for a call: what the person says of themself for all calls, and the load for this one."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.queries import person_for_update
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import NotFoundError, RulesViolatedError, SignInRequiredError, StaleVersionError
from app.core.violations import Violation
from app.evaluation.events import ExpertRegistered
from app.evaluation.models import CallExpert, ExpertProfile
from app.evaluation.policies import is_expert_of
from app.evaluation.queries.experts import call_expert_for_change, own_applications, profile_for_change
from app.evaluation.rules.staffing import applicant_findings
from app.evaluation.schemas import ExpertDetails
from app.reference.queries import country


def register_expert(session: Session, actor: Actor, call_id: UUID, wanted: ExpertDetails, *, now: datetime) -> int:
    """Store the details, and take part in the call (again); return the version that is stored now.

    Raise NotFound for who was not taken on, RulesViolated for who takes part in an application to the call,
    StaleVersion where the details were changed since they were read.
    """
    if actor.person_id is None:
        raise SignInRequiredError
    if not is_expert_of(actor, call_id):
        raise NotFoundError("call")
    person_for_update(session, actor.person_id)  # two first registrations at once wait for each other
    found = [*applicant_findings(own_applications(session, call_id, actor.person_id))]
    if wanted.country and country(wanted.country) is None:
        found.append(Violation("expert.country_unknown", "Choose a country from the list.", "country"))
    if found:
        raise RulesViolatedError(found)
    profile = profile_for_change(session, actor.person_id)
    if profile is None:
        profile = ExpertProfile(person_id=actor.person_id, version=0, registered_at=now)
        session.add(profile)
    if profile.version != wanted.version:
        raise StaleVersionError(
            sent=wanted.version,
            current=profile.version,
            theirs={"expertise": profile.expertise, "employer": profile.employer},
        )
    profile.expertise, profile.languages = wanted.expertise, list(wanted.languages)
    profile.employer, profile.country = wanted.employer, wanted.country
    profile.version, profile.changed_at = profile.version + 1, now
    session.flush()
    _take_part(session, call_id, actor.person_id, wanted.max_load, now)
    facts = {"version": profile.version, "max_load": wanted.max_load, "languages": len(wanted.languages)}
    record_event(session, actor, ExpertRegistered(subject_id=actor.person_id, facts=facts, call_id=call_id), now=now)
    return profile.version


def _take_part(session: Session, call_id: UUID, person_id: UUID, max_load: int | None, now: datetime) -> None:
    part = call_expert_for_change(session, call_id, person_id)
    if part is None:
        part = CallExpert(call_id=call_id, person_id=person_id, joined_at=now)
        session.add(part)
    part.max_load, part.left_at = max_load, None
    session.flush()
