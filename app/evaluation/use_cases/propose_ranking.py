"""Freeze the ranking as it stands, for the committee to vote on."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import RulesViolatedError
from app.core.violations import Violation
from app.evaluation.events import RankingProposed
from app.evaluation.models import Ranking
from app.evaluation.policies import require_running
from app.evaluation.queries.panel import last_ranking_number, proposal_for_change
from app.evaluation.queries.rankings import prepared_ranking
from app.evaluation.queries.rounds import round_for_change, round_row, round_rules
from app.evaluation.rules.lifecycle import RANKING, RankingEvent, RoundState
from app.infra.ids import new_id


def propose_ranking(session: Session, actor: Actor, round_id: UUID, *, now: datetime) -> UUID:
    """Freeze record and hash; return the id of the ranking.

    An earlier proposal with another content is superseded with its votes; the same content is proposed once. Raise
    RulesViolated outside the panel and while scores, ties or checks of the main list are open.
    """
    known = round_rules(session, round_row(session, round_id))
    require_running(actor, known.row.call_id, known.programme_id)
    found = round_for_change(session, round_id)
    if found.state != RoundState.PANEL:
        words = "A ranking is proposed while the panel sits."
        raise RulesViolatedError([Violation("panel.no_proposal_now", words)])
    earlier = proposal_for_change(session, round_id)
    ranking = prepared_ranking(session, known)
    if ranking.findings:
        raise RulesViolatedError(ranking.findings)
    if earlier is not None:
        if earlier.sha256 == ranking.sha256:
            return earlier.id
        earlier.state = RANKING.after(earlier.state, RankingEvent.SUPERSEDE)
        session.flush()
    made = Ranking(
        id=new_id(),
        round_id=round_id,
        number=last_ranking_number(session, round_id) + 1,
        state=RANKING.initial,
        snapshot=dict(ranking.record),
        sha256=ranking.sha256,
        proposed_at=now,
        proposed_by=actor.person_id,
    )
    session.add(made)
    session.flush()
    facts = {"ranking": made.id, "number": made.number, "sha256": made.sha256}
    record_event(session, actor, RankingProposed(subject_id=round_id, facts=facts, call_id=found.call_id), now=now)
    return made.id
