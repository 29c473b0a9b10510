"""Give and take seats in the evaluation committee, until its ranking is adopted."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import NotFoundError, RulesViolatedError
from app.core.violations import Violation
from app.evaluation.events import SeatGiven
from app.evaluation.models import CommitteeSeat, EvaluationRound
from app.evaluation.policies import require_running
from app.evaluation.queries.panel import account_of, seat_for_change
from app.evaluation.queries.rounds import round_for_change, round_row, round_rules
from app.evaluation.rules.lifecycle import RoundState
from app.evaluation.schemas import SeatPerson

_OPEN = (RoundState.EXPERTS_AT_WORK, RoundState.PANEL)


def seat_person(session: Session, actor: Actor, round_id: UUID, wanted: SeatPerson, *, now: datetime) -> UUID:
    """Give a seat to the holder of an account, or another seat to who has one; return the person's id.

    Raise RulesViolated for an address without a confirmed account, and after the adoption.
    """
    known = round_rules(session, round_row(session, round_id))
    require_running(actor, known.row.call_id, known.programme_id)
    found = _round_with_open_seats(session, round_id)
    account = account_of(session, wanted.email)
    if account is None:
        words = "Nobody has a confirmed account with this address. Ask the person to create one first."
        raise RulesViolatedError([Violation("committee.no_account", words, "email")])
    person_id, _ = account
    held = seat_for_change(session, round_id, person_id)
    if held is None:
        held = CommitteeSeat(round_id=round_id, person_id=person_id)
        session.add(held)
    held.seat, held.seated_at, held.seated_by = wanted.seat, now, actor.person_id
    session.flush()
    facts = {"person": str(person_id), "seat": wanted.seat, "how": "given"}
    record_event(session, actor, SeatGiven(subject_id=round_id, facts=facts, call_id=found.call_id), now=now)
    return person_id


def unseat_person(session: Session, actor: Actor, round_id: UUID, person_id: UUID, *, now: datetime) -> None:
    """Take a seat away; a vote that was cast from it counts no more. Raise NotFound where the person has none."""
    known = round_rules(session, round_row(session, round_id))
    require_running(actor, known.row.call_id, known.programme_id)
    found = _round_with_open_seats(session, round_id)
    held = seat_for_change(session, round_id, person_id)
    if held is None:
        raise NotFoundError("seat")
    facts = {"person": str(person_id), "seat": held.seat, "how": "taken"}
    session.delete(held)
    session.flush()
    record_event(session, actor, SeatGiven(subject_id=round_id, facts=facts, call_id=found.call_id), now=now)


def _round_with_open_seats(session: Session, round_id: UUID) -> EvaluationRound:
    found = round_for_change(session, round_id)
    if found.state not in _OPEN:
        words = "The ranking was adopted. The committee that adopted it stays as it was."
        raise RulesViolatedError([Violation("committee.adopted", words)])
    return found
