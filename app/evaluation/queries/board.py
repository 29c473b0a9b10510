"""The work on a round: each application with its experts and what comes next, and who could still be assigned."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.violations import Severity, Violation
from app.evaluation.queries.assignments import assignments_of_round
from app.evaluation.queries.experts import ExpertRow, expert_facts, experts_of_call, proposal_facts
from app.evaluation.queries.rounds import RoundRules, judged_rows, withdrawn_applications
from app.evaluation.queries.sights import sights_in_round, standpoints_in_round
from app.evaluation.rules.assignments import assignment_findings
from app.evaluation.rules.staffing import Share, Staffing, staffing_of
from app.evaluation.rules.visibility import may_read_proposal
from app.evaluation.schemas import AssignmentRow, JudgedRow


@dataclass(frozen=True, slots=True)
class BoardRow:
    """An application with its experts, ended assignments too; ``names`` whether the reader may see who they are."""

    judged: JudgedRow
    assignments: tuple[AssignmentRow, ...]
    staffing: Staffing
    names: bool

    @property
    def active(self) -> tuple[AssignmentRow, ...]:
        """Assignments that count."""
        return tuple(row for row in self.assignments if row.state.is_active)

    def name_of(self, assignment: AssignmentRow) -> str:
        """The expert's name, or only a number where the phase hides who they are."""
        return assignment.name if self.names else f"Expert {self.assignments.index(assignment) + 1}"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An expert who could be assigned: ``against`` rules them out, ``doubts`` are for the officer to weigh."""

    expert: ExpertRow
    against: tuple[Violation, ...]
    doubts: tuple[Violation, ...]


def board(
    session: Session, actor: Actor, rules: RoundRules, *, now: datetime, application_ids: Sequence[UUID] | None = None
) -> Sequence[BoardRow]:
    """Applications of a round that the actor may read, in order of reference; all, or some. Seven queries."""
    standpoints = standpoints_in_round(session, actor, rules)
    sights = sights_in_round(session, actor, rules)
    withdrawn = withdrawn_applications(session, rules.row.id)
    by_application: dict[UUID, list[AssignmentRow]] = defaultdict(list)
    for row in assignments_of_round(session, rules.row.id):
        by_application[row.application_id].append(row)
    return [
        BoardRow(
            judged,
            tuple(by_application[judged.application_id]),
            staffing_of(
                rules.evaluation,
                judged.state,
                shares_of(by_application[judged.application_id]),
                withdrawn=judged.application_id in withdrawn,
                now=now,
            ),
            names="expert_names" in sights[judged.application_id],
        )
        for judged in judged_rows(session, rules.row.id, application_ids)
        if may_read_proposal(standpoints[judged.application_id])
    ]


def shares_of(rows: Iterable[AssignmentRow]) -> tuple[Share, ...]:
    """Assignments as the rules of staffing see them."""
    return tuple(Share(row.state, row.rapporteur, row.due_at, row.report) for row in rows)


def candidates_for(session: Session, rules: RoundRules, row: BoardRow) -> Sequence[Candidate]:
    """Every registered expert of the call with what speaks against them: the free ones first, by load. Seven queries."""
    experts = experts_of_call(session, rules.row.call_id)
    facts = expert_facts(session, rules.row.call_id, [expert.person_id for expert in experts])
    proposal = proposal_facts(session, [row.judged.application_id])[row.judged.application_id]
    had = {assignment.person_id for assignment in row.assignments}
    found = []
    for expert in experts:
        said = assignment_findings(facts[expert.person_id], proposal, already=expert.person_id in had)
        blocking = tuple(one for one in said if one.severity is Severity.BLOCKING)
        found.append(Candidate(expert, blocking, tuple(one for one in said if one not in blocking)))
    return sorted(found, key=lambda one: (bool(one.against), bool(one.doubts), one.expert.load))
