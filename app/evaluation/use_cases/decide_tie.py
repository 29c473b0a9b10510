"""The panel's order among applications that tie, where the call leaves it to the panel."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.policies import require_own_act
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import RulesViolatedError
from app.core.violations import Violation
from app.evaluation.events import MarkSet
from app.evaluation.models import PanelOrder
from app.evaluation.queries.rankings import prepared_ranking
from app.evaluation.queries.rounds import round_row, round_rules
from app.evaluation.rules.committee import reason_findings
from app.evaluation.schemas import DecideTie
from app.evaluation.use_cases.set_mark import for_panel


def decide_tie(session: Session, actor: Actor, round_id: UUID, wanted: DecideTie, *, now: datetime) -> None:
    """Store the order, first one first, with the reason.

    Raise RulesViolated where the applications do not all tie with each other by every other comparison of the call,
    where one is named twice, or without a reason.
    """
    require_own_act(actor)
    known = round_rules(session, round_row(session, round_id))
    order = wanted.application_ids
    for application_id in sorted(set(order)):
        for_panel(session, actor, application_id)
    found = list(reason_findings(wanted.reason))
    if len(set(order)) != len(order) or not _tie(session, round_id, set(order)):
        words = "These applications are not one tie. Put all applications of one tie in order, each once."
        found.append(Violation("panel.no_tie", words, "application_ids"))
    if found:
        raise RulesViolatedError(found)
    session.execute(sa.delete(PanelOrder).where(PanelOrder.application_id.in_(order)))
    session.add_all(
        PanelOrder(
            application_id=application_id,
            place=place,
            reason=wanted.reason,
            decided_at=now,
            decided_by=actor.person_id,
        )
        for place, application_id in enumerate(order, start=1)
    )
    session.flush()
    for place, application_id in enumerate(order, start=1):
        event = MarkSet(
            subject_id=application_id,
            facts={"what": "tie decided", "place": place},
            personal={"reason": wanted.reason},
            call_id=known.row.call_id,
            application_id=application_id,
        )
        record_event(session, actor, event, now=now)


def _tie(session: Session, round_id: UUID, wanted: set[UUID]) -> bool:
    """Whether the applications are one tie: undecided, or decided by the panel before."""
    ranked = prepared_ranking(session, round_rules(session, round_row(session, round_id))).ranked
    return any(wanted == set(group) for group in ranked.tied)
