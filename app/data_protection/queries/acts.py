"""What a person answers for, and what they have not finished."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.accounts.models import KeptName, Person, RoleAssignment
from app.amendments.models import Amendment, AmendmentSignature
from app.applications.models import Application, HonourDeclaration
from app.applications.rules.lifecycle import ApplicationState
from app.calls.models import Call
from app.core.actor import Role, ScopeKind
from app.data_protection.rules.erasure import Duties, SignedAct
from app.data_protection.rules.retention import RecordKind
from app.evaluation.models import Assignment, EvaluationRound, Ranking, Vote
from app.evaluation.rules.lifecycle import AssignmentState
from app.grants.models import Award, Grant, GrantSignature, Letter
from app.grants.rules.lifecycle import AwardState
from app.grants.rules.outcomes import Outcome

_UNFINISHED = (AssignmentState.ASSIGNED, AssignmentState.OPEN, AssignmentState.TO_DECIDE)


def funded() -> sa.ColumnElement[bool]:
    """Condition on an application: a grant was decided for it."""
    won = sa.exists().where(
        Award.application_id == Application.id, Award.outcome == Outcome.MAIN, Award.state != AwardState.DROPPED
    )
    return won.correlate(Application)


def informed_at() -> sa.ScalarSelect[Any]:
    """When the applicants of an application were told the last decision on it; null before."""
    last = sa.select(sa.func.max(Award.informed_at)).where(Award.application_id == Application.id)
    return last.correlate(Application).scalar_subquery()


def living() -> sa.ColumnElement[bool]:
    """Condition on an application: somebody must still answer for it."""
    under_way = Application.state.in_((ApplicationState.DRAFT, ApplicationState.SUBMITTED))
    return under_way & (funded() | informed_at().is_(None))


def signed_acts(session: Session, person_ids: Collection[UUID]) -> dict[UUID, tuple[SignedAct, ...]]:
    """Awards, letters, declarations, agreements, amendments and votes of some people. Six queries, however many people.

    Acts about a funded application are kept with its grant, whose balance has not been paid while no payment of a
    balance is recorded; acts about others from the day on which their applicants were informed.
    """
    found: dict[UUID, list[SignedAct]] = {person_id: [] for person_id in person_ids}
    for words, who, done_at, source in (
        ("Award decision", Award.signed_by, Award.signed_at, Award),
        ("Letter", Letter.sent_by, Letter.sent_at, Letter),
        ("Declaration on honour", HonourDeclaration.declared_by, HonourDeclaration.declared_at, HonourDeclaration),
    ):
        columns: tuple[Any, ...] = (who, Application.reference, done_at, funded(), informed_at())
        about = sa.select(*columns).join_from(source, Application, Application.id == source.application_id)
        for person_id, reference, when, won, told in session.execute(about.where(who.in_(found))):
            kind = RecordKind.FUNDED if won else RecordKind.NOT_FUNDED
            found[person_id].append(SignedAct(words, reference, when, kind, None if won else told))
    agreements = (
        sa.select(GrantSignature.person_id, Grant.reference, GrantSignature.signed_at)
        .join(Grant, Grant.id == GrantSignature.grant_id)
        .where(GrantSignature.person_id.in_(found))
    )
    for person_id, reference, when in session.execute(agreements):
        found[person_id].append(SignedAct("Grant agreement", reference, when, RecordKind.FUNDED, None))
    amendments = (
        sa.select(AmendmentSignature.person_id, Grant.reference, AmendmentSignature.signed_at)
        .join(Amendment, Amendment.id == AmendmentSignature.amendment_id)
        .join(Grant, Grant.id == Amendment.grant_id)
        .where(AmendmentSignature.person_id.in_(found))
    )
    for person_id, reference, when in session.execute(amendments):
        found[person_id].append(SignedAct("Amendment of a grant agreement", reference, when, RecordKind.FUNDED, None))
    granted = sa.exists().where(
        Award.call_id == Call.id, Award.outcome == Outcome.MAIN, Award.state != AwardState.DROPPED
    )
    votes = (
        sa.select(Vote.person_id, Call.identifier, Vote.voted_at, granted, EvaluationRound.informed_at)
        .join(Ranking, Ranking.id == Vote.ranking_id)
        .join(EvaluationRound, EvaluationRound.id == Ranking.round_id)
        .join(Call, Call.id == EvaluationRound.call_id)
        .where(Vote.person_id.in_(found))
    )
    for person_id, identifier, when, won, told in session.execute(votes):
        kind = RecordKind.FUNDED if won else RecordKind.NOT_FUNDED
        found[person_id].append(SignedAct("Vote on a ranking", identifier, when, kind, None if won else told))
    return {person_id: tuple(acts) for person_id, acts in found.items()}


def duties_of(session: Session, person_id: UUID) -> Duties:
    """What the person has not finished or handed over. Three queries."""
    other = aliased(RoleAssignment)
    somebody_else = (
        sa.exists()
        .where(
            other.role == Role.COORDINATOR_CONTACT,
            other.scope_id == Application.id,
            other.person_id != person_id,
            other.person_id == Person.id,
            Person.active,
        )
        .correlate(Application)
    )
    alone = (
        sa.select(Application.reference)
        .join(RoleAssignment, RoleAssignment.scope_id == Application.id)
        .where(
            RoleAssignment.person_id == person_id,
            RoleAssignment.role == Role.COORDINATOR_CONTACT,
            RoleAssignment.scope == ScopeKind.APPLICATION,
            living(),
            ~somebody_else,
        )
        .order_by(Application.reference)
    )
    work = sa.select(sa.func.count()).where(
        Assignment.person_id == person_id,
        Assignment.state.in_(_UNFINISHED),
        Assignment.round_id == EvaluationRound.id,
        EvaluationRound.adopted_at.is_(None),
    )
    administrators = (
        sa.select(RoleAssignment.person_id)
        .join(Person, Person.id == RoleAssignment.person_id)
        .where(RoleAssignment.role == Role.ADMINISTRATOR, Person.active)
    )
    return Duties(
        last_administrator=set(session.scalars(administrators)) == {person_id},
        only_contact_of=tuple(session.scalars(alone)),
        open_assignments=session.scalar(work) or 0,
    )


def kept_names(session: Session) -> dict[UUID, KeptName]:
    """Every name that is kept under signed acts, by person."""
    return {row.person_id: row for row in session.scalars(sa.select(KeptName).order_by(KeptName.kept_at))}
