"""Confirm many proposals of a call at once: all of those chosen, or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.queries import counted_on
from app.accounts.rules.interests import interest_findings
from app.applications.events import CheckDecided
from app.applications.models import ApplicationCheck
from app.applications.policies import require_checks
from app.applications.queries.applied_call import applied_call
from app.applications.queries.checks import applications_for_change, check_for_change
from app.applications.queries.screened import ScreenedApplication, screened_among
from app.applications.rules.check_lifecycle import CHECK, CheckOutcome, CheckState
from app.applications.schemas import ChosenProposal, ConfirmChecks
from app.applications.use_cases.decide_check import EVENTS, decision_stops, store_decision
from app.applications.use_cases.propose_check import require_version
from app.core.actor import Actor
from app.core.errors import NotFoundError, RulesViolatedError, TransitionNotAllowedError
from app.core.violations import Violation
from app.partnerships.queries import own_applications


def confirm_checks(session: Session, actor: Actor, call_id: UUID, wanted: ConfirmChecks, *, now: datetime) -> int:
    """Confirm the chosen proposals; return how many. Nothing changes where one of them cannot be confirmed.

    Raise NotFound for an application of another call, StaleVersion where somebody was first, RulesViolated with
    every reason at once: each names its application.
    """
    call = applied_call(session, call_id)
    require_checks(actor, call.id, call.programme_id)
    chosen = _once(wanted.chosen)
    identities = [one.application_id for one in chosen]
    applications_for_change(session, identities)
    judged = {one.id: one for one in screened_among(session, identities) if one.call_id == call_id}
    persons = counted_on(session, actor, CheckDecided, *identities)
    own = own_applications(session, actor, identities)
    refused: list[Violation] = []
    rows: list[tuple[ApplicationCheck, CheckOutcome]] = []
    for one in chosen:
        if one.application_id not in judged:
            raise NotFoundError("application")
        row = check_for_change(session, one.application_id, one.step)
        require_version(row, one.version)
        if row is None or row.proposed_outcome is None or CheckState(row.state) is not CheckState.PROPOSED:
            raise TransitionNotAllowedError(CHECK.name, CheckState.OPEN, "decided")
        application = judged[one.application_id]
        refused += interest_findings(of_a_party=application.id in own, reference=application.reference)
        refused += _named(application, decision_stops(application, row, call.state, by=persons, now=now))
        rows.append((row, CheckOutcome(row.proposed_outcome)))
    if refused:
        raise RulesViolatedError(refused)
    for row, outcome in rows:
        after = CHECK.after(CheckState(row.state), EVENTS[outcome])
        store_decision(session, actor, row, after, reason="", call_id=call.id, now=now)
    return len(rows)


def _once(chosen: Sequence[ChosenProposal]) -> list[ChosenProposal]:
    """Each proposal once, in the order in which rows are locked."""
    known = {(one.application_id, one.step): one for one in chosen}
    return [known[key] for key in sorted(known)]


def _named(one: ScreenedApplication, found: tuple[Violation, ...]) -> list[Violation]:
    """The findings with the reference of the application before their words."""
    return [
        replace(each, message="{reference}: " + each.message, figures={**each.figures, "reference": one.reference})
        for each in found
    ]
