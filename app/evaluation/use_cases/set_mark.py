"""The panel's own score over that of the experts, with its reason."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.policies import require_own_act
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import NotFoundError, NotPermittedError, RulesViolatedError
from app.core.violations import Violation
from app.evaluation.events import MarkSet
from app.evaluation.models import PanelMark
from app.evaluation.queries.candidates import withdrawn_in_round
from app.evaluation.queries.committee import panel_access
from app.evaluation.queries.rounds import (
    RoundRules,
    judged_for_change,
    judged_row,
    round_for_change,
    round_row,
    round_rules,
)
from app.evaluation.rules.committee import reason_findings
from app.evaluation.rules.lifecycle import RoundState
from app.evaluation.rules.scores import score_findings
from app.evaluation.schemas import SetMark, WithReason


def set_mark(session: Session, actor: Actor, application_id: UUID, wanted: SetMark, *, now: datetime) -> None:
    """Set or change the panel's score for one criterion.

    Raise RulesViolated for a score off the scale, a missing reason, outside the panel, for a withdrawn application.
    """
    known = for_panel(session, actor, application_id)
    criterion = next((one for one in known.stage.criteria if one.id == wanted.criterion), None)
    found: list[Violation] = []
    if criterion is None:
        words = "The call has no criterion '{criterion}'."
        found.append(Violation("panel.unknown_criterion", words, "criterion", {"criterion": wanted.criterion}))
    elif wanted.score is None:
        found.append(Violation("panel.score_missing", "Give the score that the panel sets.", "score"))
    else:
        found += score_findings(criterion, wanted.score, "score")
    found += reason_findings(wanted.reason)
    if found or wanted.score is None:
        raise RulesViolatedError(found)
    key = (application_id, wanted.criterion)
    mark = session.get(PanelMark, key, with_for_update=True, populate_existing=True)
    if mark is None:
        mark = PanelMark(application_id=application_id, criterion=wanted.criterion)
        session.add(mark)
    mark.score, mark.reason, mark.set_at, mark.set_by = wanted.score, wanted.reason, now, actor.person_id
    session.flush()
    event = _event(known, application_id, wanted.criterion, "score set", wanted.reason)
    record_event(session, actor, event, now=now)


def withdraw_mark(
    session: Session, actor: Actor, application_id: UUID, criterion: str, wanted: WithReason, *, now: datetime
) -> None:
    """Let the experts' score count again, with the reason; raise NotFound where the panel set none."""
    known = for_panel(session, actor, application_id)
    if found := reason_findings(wanted.reason):
        raise RulesViolatedError(found)
    gone = session.execute(
        sa.delete(PanelMark)
        .where(PanelMark.application_id == application_id, PanelMark.criterion == criterion)
        .returning(PanelMark.criterion)
    ).first()
    if gone is None:
        raise NotFoundError("score of the panel")
    event = _event(known, application_id, criterion, "score withdrawn", wanted.reason)
    record_event(session, actor, event, now=now)


def for_panel(session: Session, actor: Actor, application_id: UUID) -> RoundRules:
    """Lock round and application for an act of the panel.

    Raise NotFound for strangers and for who has a conflict, NotPermitted for who may only look, RulesViolated outside
    the panel and for an application that was withdrawn.
    """
    require_own_act(actor)
    judged = judged_row(session, application_id)
    known = round_rules(session, round_row(session, judged.round_id))
    access = panel_access(session, actor, known)
    if application_id in access.hidden:
        raise NotFoundError("application")
    if not access.moderates:
        raise NotPermittedError
    if round_for_change(session, judged.round_id, share=True).state != RoundState.PANEL:
        words = "The panel is not sitting: nothing of its decisions can change now."
        raise RulesViolatedError([Violation("panel.not_sitting", words)])
    judged_for_change(session, application_id)
    if application_id in withdrawn_in_round(session, judged.round_id):
        words = "{reference} was withdrawn and takes no further part."
        raise RulesViolatedError([Violation("panel.withdrawn", words, figures={"reference": judged.reference})])
    return known


def _event(known: RoundRules, application_id: UUID, criterion: str, what: str, reason: str) -> MarkSet:
    return MarkSet(
        subject_id=application_id,
        facts={"criterion": criterion, "what": what},
        personal={"reason": reason},
        call_id=known.row.call_id,
        application_id=application_id,
    )
