"""Remind experts whose reports are late, by hand and at most once a day each."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.applications.queries.office_calls import call_scope
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import NotFoundError, RulesViolatedError
from app.core.violations import Violation
from app.evaluation.events import ExpertReminded
from app.evaluation.models import Assignment
from app.evaluation.policies import require_running
from app.evaluation.queries.assignments import late_for_change
from app.evaluation.queries.rounds import round_for_change, round_of_call
from app.evaluation.rules.staffing import may_remind


def remind_late_experts(session: Session, actor: Actor, call_id: UUID, *, now: datetime) -> int:
    """Have a mail sent to every expert with a late report; return to how many.

    Raise RulesViolated where nobody is late, or all of them were reminded within a day.
    """
    scope, current = call_scope(session, call_id), round_of_call(session, call_id)
    if scope is None:
        raise NotFoundError("call")
    require_running(actor, *scope)
    if current is None:
        raise NotFoundError("evaluation")
    round_for_change(session, current.id, share=True)
    late: dict[UUID, list[Assignment]] = defaultdict(list)
    for one in late_for_change(session, current.id, now=now):
        late[one.person_id].append(one)
    due = {
        person_id: mine
        for person_id, mine in late.items()
        if may_remind(max((one.reminded_at for one in mine if one.reminded_at), default=None), now)
    }
    if not due:
        words = "Nobody is late." if not late else "Everybody who is late was reminded within the last day."
        raise RulesViolatedError([Violation("expert.nobody_to_remind", words)])
    for person_id, mine in sorted(due.items()):
        for one in mine:
            one.reminded_at = now
        session.flush()
        facts = {"reports": len(mine), "due_at": min(one.due_at for one in mine)}
        record_event(session, actor, ExpertReminded(subject_id=person_id, facts=facts, call_id=call_id), now=now)
    return len(due)
