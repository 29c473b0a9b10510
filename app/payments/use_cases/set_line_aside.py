"""Set a line of the statement aside that is no payment, confirm that as another person, or take it up again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.policies import require_own_act
from app.accounts.queries import counted_on
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import NotPermittedError, RulesViolatedError, SignInRequiredError
from app.payments.events import LineConfirmed, LineSetAside, LineTakenUp
from app.payments.models import StatementLine
from app.payments.policies import records_statements
from app.payments.queries.lines import concerned_as, concerned_for_change, line_of_confirmer
from app.payments.queries.statements import line_for_change
from app.payments.rules.circuit import reason_findings
from app.payments.rules.lines import LINE, AsideKind, LineEvent, aside_confirming_findings, aside_findings
from app.payments.schemas import GiveReason, SetAside


def set_line_aside(session: Session, actor: Actor, line_id: UUID, command: SetAside, *, now: datetime) -> None:
    """Say why the line is no payment. One that concerns a payment waits for another person, and still counts until then.

    Raise RulesViolated without words where they are needed, or where the line may be the booking of a payment;
    TransitionNotAllowed unless it is open; NotPermitted unless the actor is an accounting officer, NotFound for a line
    that the actor may not read.
    """
    _require_recording(actor)
    payment = concerned_for_change(session, line_id)
    line = line_for_change(session, actor, line_id)
    concerned = concerned_as(line, payment)
    event = LineEvent.SET_ASIDE if concerned is None else LineEvent.PROPOSE
    state = LINE.after(line.state, event)
    if findings := aside_findings(command.kind, command.words, concerned):
        raise RulesViolatedError(findings)
    line.state, line.aside_kind, line.aside_words = state, command.kind, command.words.strip()
    line.aside_at, line.aside_by, line.concerns_id = now, actor.person_id, payment.id if payment is not None else None
    session.flush()
    facts = _facts(line) | {"kind": command.kind, "state": state}
    personal = {"reason": line.aside_words} if line.aside_words else {}
    record_event(session, actor, LineSetAside(subject_id=line.id, facts=facts, personal=personal), now=now)


def confirm_line(session: Session, actor: Actor, line_id: UUID, *, now: datetime) -> None:
    """Confirm that a line that concerns a payment is not its booking: it is set aside.

    Raise RulesViolated for who proposed it, or where it may be the booking of the payment by now; TransitionNotAllowed
    unless it is proposed; NotPermitted for who acts for somebody else or confirms no lines; NotFound for a line of
    another scope.
    """
    require_own_act(actor)
    payment = concerned_for_change(session, line_id)
    line = line_of_confirmer(session, actor, line_id)
    state = LINE.after(line.state, LineEvent.CONFIRM)
    findings = (
        *aside_confirming_findings(line.aside_by, counted_on(session, actor, LineSetAside, line.id)),
        *aside_findings(AsideKind(line.aside_kind), line.aside_words, concerned_as(line, payment)),
    )
    if findings:
        raise RulesViolatedError(findings)
    line.state, line.aside_confirmed_at, line.aside_confirmed_by = state, now, actor.person_id
    session.flush()
    facts = _facts(line) | {"kind": line.aside_kind}
    record_event(session, actor, LineConfirmed(subject_id=line.id, facts=facts), now=now)


def take_up_line(session: Session, actor: Actor, line_id: UUID, command: GiveReason, *, now: datetime) -> None:
    """Open the line again, with the reason: an accounting officer who may read it, or who may confirm it.

    Raise RulesViolated without a reason; TransitionNotAllowed unless it is set aside or proposed; NotPermitted and
    NotFound as for the two acts before.
    """
    if records_statements(actor):
        line = line_for_change(session, actor, line_id)
    else:
        line = line_of_confirmer(session, actor, line_id)
    state = LINE.after(line.state, LineEvent.TAKE_UP)
    if findings := reason_findings(command.reason):
        raise RulesViolatedError(findings)
    facts = _facts(line) | {"kind": line.aside_kind, "from": line.state}
    line.state, line.aside_kind, line.aside_words = state, "", ""
    line.aside_at = line.aside_by = line.aside_confirmed_at = line.aside_confirmed_by = line.concerns_id = None
    session.flush()
    event = LineTakenUp(subject_id=line.id, facts=facts, personal={"reason": command.reason})
    record_event(session, actor, event, now=now)


def _require_recording(actor: Actor) -> None:
    if not records_statements(actor):
        raise NotPermittedError if actor.signed_in else SignInRequiredError


def _facts(line: StatementLine) -> dict[str, object]:
    return {"booked_on": line.booked_on, "amount": line.amount}
