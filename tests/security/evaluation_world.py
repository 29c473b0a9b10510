"""A call of each side whose evaluation is under way: an expert with an open assignment, an invitation that waits."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from app.applications.use_cases.miss_deadline import miss_deadline
from app.calls import queries as calls
from app.calls.use_cases.close_call import close_call
from app.calls.use_cases.import_call import import_call
from app.calls.use_cases.publish_call import publish_call
from app.core.actor import SYSTEM, Role
from app.evaluation.schemas import AssignExpert, DeclareConflict, ExpertDetails, InviteExperts, StartEvaluation
from app.evaluation.use_cases.assign_expert import assign_expert
from app.evaluation.use_cases.declare_conflict import declare_conflict
from app.evaluation.use_cases.invite_experts import invite_experts
from app.evaluation.use_cases.register_expert import register_expert
from app.evaluation.use_cases.start_evaluation import start_evaluation
from tests.builders.applications import a_submitted_application
from tests.builders.evaluation import CLOSED, DUE, EVALUATING, admit, an_expert
from tests.builders.people import a_role, actor_for
from tests.conftest import NOW

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.delivery.runtime import Runtime
    from tests.security.world import World


def evaluate(session: Session, runtime: Runtime, world: World, document: bytes, identifier: str) -> None:
    """Close a call with one application and give it to the side's evaluator, who declared no conflict."""
    officer = actor_for(session, world.people["programme_officer"])
    call_id = import_call(session, officer, document, now=NOW).call_id
    publish_call(session, officer, call_id, confirmed=True, now=NOW)
    call = calls.call_by_identifier(session, identifier)
    assert call is not None
    made = a_submitted_application(session, call, acronym=f"JUDGED{world.name}", files=runtime.files)
    close_call(session, SYSTEM, call_id, now=CLOSED)
    miss_deadline(session, SYSTEM, call_id, now=CLOSED)
    admit(session, call, [made])
    start_evaluation(session, officer, call_id, StartEvaluation(reports_due_at=DUE), now=EVALUATING)
    evaluator = world.people["evaluator"]
    a_role(session, evaluator, Role.EVALUATOR, call_id)
    details = ExpertDetails(expertise=f"SECRET expertise {world.name}", languages=["en"])
    register_expert(session, actor_for(session, evaluator), call_id, details, now=EVALUATING)
    wanted = AssignExpert(person_id=evaluator.id, rapporteur=True)
    judging = assign_expert(session, officer, made.application_id, wanted, now=EVALUATING)
    answer = DeclareConflict(answer="none")
    declare_conflict(session, actor_for(session, evaluator), judging, answer, now=EVALUATING)
    address = f"invited-expert-{world.name.lower()}@example.org"
    [invitation] = invite_experts(session, officer, call_id, InviteExperts(emails=[address]), now=NOW)
    world.ids |= {
        "evaluated_call_id": str(call_id),
        "evaluated_identifier": identifier,
        "judged_id": str(made.application_id),
        "judging_id": str(judging),
        "expert_invitation_id": str(invitation),
        "free_expert_id": str(UUID(str(an_expert(session, call).id))),
    }
