"""Open the panel when the experts have concluded, or return the round to them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import RulesViolatedError
from app.evaluation.events import RoundMoved
from app.evaluation.policies import require_running
from app.evaluation.queries.candidates import withdrawn_in_round
from app.evaluation.queries.panel import proposal_for_change
from app.evaluation.queries.rounds import judged_rows, round_for_change, round_row, round_rules
from app.evaluation.rules.committee import panel_findings, reason_findings
from app.evaluation.rules.lifecycle import RANKING, ROUND, JudgementState, RankingEvent, RoundEvent
from app.evaluation.schemas import WithReason


def open_panel(session: Session, actor: Actor, round_id: UUID, *, now: datetime) -> None:
    """Begin the panel; raise RulesViolated while the experts have not concluded on every application."""
    known = round_rules(session, round_row(session, round_id))
    require_running(actor, known.row.call_id, known.programme_id)
    found = round_for_change(session, round_id)
    state = ROUND.after(found.state, RoundEvent.OPEN_PANEL)
    out = withdrawn_in_round(session, round_id)
    judged = [one for one in judged_rows(session, round_id) if one.application_id not in out]
    unconcluded = sum(one.state is not JudgementState.CONCLUDED for one in judged)
    if against := panel_findings(unconcluded=unconcluded, applications=len(judged)):
        raise RulesViolatedError(against)
    found.state, found.panel_opened_at = state, now
    facts = {"state": state, "applications": len(judged)}
    record_event(session, actor, RoundMoved(subject_id=round_id, facts=facts, call_id=found.call_id), now=now)


def return_to_experts(session: Session, actor: Actor, round_id: UUID, wanted: WithReason, *, now: datetime) -> None:
    """Give the round back to the experts, with the reason; a proposed ranking no longer stands."""
    known = round_rules(session, round_row(session, round_id))
    require_running(actor, known.row.call_id, known.programme_id)
    found = round_for_change(session, round_id)
    state = ROUND.after(found.state, RoundEvent.RETURN_TO_EXPERTS)
    if against := reason_findings(wanted.reason):
        raise RulesViolatedError(against)
    proposal = proposal_for_change(session, round_id)
    if proposal is not None:
        proposal.state = RANKING.after(proposal.state, RankingEvent.SUPERSEDE)
    found.state = state
    record_event(
        session,
        actor,
        RoundMoved(
            subject_id=round_id,
            facts={"state": state, "superseded": proposal.number if proposal is not None else None},
            personal={"reason": wanted.reason},
            call_id=found.call_id,
        ),
        now=now,
    )
