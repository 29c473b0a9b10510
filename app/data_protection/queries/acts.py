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
from app.grants.models import Award, Grant, GrantPartner, GrantSignature, Letter
from app.grants.rules.lifecycle import AwardState
from app.grants.rules.outcomes import Outcome
from app.infra.db.base import UtcDateTime
from app.payments.models import Payment
from app.payments.rules.lifecycle import PaymentKind, PaymentState
from app.reporting.models import FinancialStatement, PeriodicReport, RecoveryHearing, ReportingPeriod

_SIGNED: Any = sa.alias(Grant.__table__, "signed_grant")
_REPORTED: Any = sa.join(FinancialStatement, ReportingPeriod, ReportingPeriod.id == FinancialStatement.period_id)
_DECIDED: Any = sa.join(PeriodicReport, ReportingPeriod, ReportingPeriod.id == PeriodicReport.period_id)
_AMENDED: Any = sa.join(AmendmentSignature, Amendment, Amendment.id == AmendmentSignature.amendment_id)
_HEARD: Any = sa.join(RecoveryHearing, ReportingPeriod, ReportingPeriod.id == RecoveryHearing.period_id)
_PAID: Any = sa.case((Payment.subject_kind == "grant", Payment.subject_id))
_OF_GRANTS: tuple[tuple[str, Any, Any, Any, Any], ...] = (
    (
        "Grant agreement",
        GrantSignature.person_id,
        GrantSignature.signed_at,
        GrantSignature.__table__,
        GrantSignature.grant_id,
    ),
    (
        "Declaration on honour",
        GrantPartner.declared_by,
        GrantPartner.declared_at,
        GrantPartner.__table__,
        GrantPartner.grant_id,
    ),
    (
        "Amendment of a grant agreement",
        AmendmentSignature.person_id,
        AmendmentSignature.signed_at,
        _AMENDED,
        Amendment.grant_id,
    ),
    (
        "Financial statement",
        FinancialStatement.signed_by,
        FinancialStatement.signed_at,
        _REPORTED,
        ReportingPeriod.grant_id,
    ),
    (
        "Answer to an announced recovery",
        RecoveryHearing.answered_by,
        RecoveryHearing.answered_at,
        _HEARD,
        ReportingPeriod.grant_id,
    ),
    (
        "Decision on a recovery",
        RecoveryHearing.decided_by,
        RecoveryHearing.decided_at,
        _HEARD,
        ReportingPeriod.grant_id,
    ),
    (
        "Decision on a report",
        PeriodicReport.decided_by,
        PeriodicReport.decided_at,
        _DECIDED,
        ReportingPeriod.grant_id,
    ),
    ("Payment, initiated", Payment.initiated_by, Payment.initiated_at, Payment.__table__, _PAID),
    ("Payment, verified", Payment.verified_by, Payment.verified_at, Payment.__table__, _PAID),
    ("Payment, authorised", Payment.authorised_by, Payment.authorised_at, Payment.__table__, _PAID),
    ("Payment, released", Payment.released_by, Payment.released_at, Payment.__table__, _PAID),
)
"""Acts about a grant whose name is kept: words, who, when, the tables, and the id of the grant."""
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


def settled_at() -> sa.ScalarSelect[Any]:
    """When the balance of the grants of an application was paid; null before.

    Where no balance is to be paid, the closure of the grant takes its place. One that came back is not paid.
    """
    of_grant = Payment.subject_kind == "grant", Payment.subject_id == Grant.id, Payment.kind == PaymentKind.BALANCE
    midnight = sa.cast(sa.func.max(Payment.paid_on), sa.DateTime(timezone=True))
    paid_at = (
        sa.select(midnight).where(*of_grant, Payment.state == PaymentState.PAID).correlate(Grant).scalar_subquery()
    )
    asked = sa.exists().where(*of_grant, Payment.state != PaymentState.CANCELLED).correlate(Grant)
    over = sa.case((asked, paid_at), else_=sa.type_coerce(Grant.closed_at, sa.DateTime(timezone=True)))
    last = sa.case((sa.func.bool_or(over.is_(None)), sa.null()), else_=sa.func.max(over))
    found = sa.select(sa.type_coerce(last, UtcDateTime())).where(Grant.application_id == Application.id)
    return found.correlate(Application).scalar_subquery()


def living() -> sa.ColumnElement[bool]:
    """Condition on an application: somebody must still answer for it."""
    under_way = Application.state.in_((ApplicationState.DRAFT, ApplicationState.SUBMITTED))
    return under_way & (funded() | informed_at().is_(None))


def signed_acts(session: Session, person_ids: Collection[UUID]) -> dict[UUID, tuple[SignedAct, ...]]:
    """Awards, letters, votes and what some people signed of grants. A constant number of queries, however many people.

    Of a grant: agreement, amendments, declarations, financial statements, decisions on reports and the steps of its
    payments. Acts about a funded application are kept with its grant, from the payment of its balance; acts about others from the
    day on which their applicants were informed. A vote is about every grant of its call.
    """
    found: dict[UUID, list[SignedAct]] = {person_id: [] for person_id in person_ids}
    for words, who, done_at, source in (
        ("Award decision", Award.signed_by, Award.signed_at, Award),
        ("Letter", Letter.sent_by, Letter.sent_at, Letter),
        ("Declaration on honour", HonourDeclaration.declared_by, HonourDeclaration.declared_at, HonourDeclaration),
    ):
        columns: tuple[Any, ...] = (who, Application.reference, done_at, funded(), informed_at(), settled_at())
        about = sa.select(*columns).join_from(source, Application, Application.id == source.application_id)
        for person_id, reference, when, won, told, settled in session.execute(about.where(who.in_(found))):
            kind = RecordKind.FUNDED if won else RecordKind.NOT_FUNDED
            found[person_id].append(SignedAct(words, reference, when, kind, settled if won else told))
    for words, who, done_at, source, grant_id in _OF_GRANTS:
        statement = (
            sa.select(who, _SIGNED.c.reference, done_at, settled_at())
            .select_from(source)
            .join(_SIGNED, _SIGNED.c.id == grant_id)
            .join(Application, Application.id == _SIGNED.c.application_id)
            .where(who.in_(found))
        )
        for person_id, reference, when, settled in session.execute(statement):
            found[person_id].append(SignedAct(words, reference, when, RecordKind.FUNDED, settled))
    granted = sa.exists().where(
        Award.call_id == Call.id, Award.outcome == Outcome.MAIN, Award.state != AwardState.DROPPED
    )
    each = settled_at()
    all_of_them = sa.case((sa.func.bool_or(each.is_(None)), sa.null()), else_=sa.func.max(each))
    of_call = sa.select(sa.type_coerce(all_of_them, UtcDateTime())).where(Application.call_id == Call.id, funded())
    last = of_call.correlate(Call).scalar_subquery()
    votes = (
        sa.select(Vote.person_id, Call.identifier, Vote.voted_at, granted, EvaluationRound.informed_at, last)
        .join(Ranking, Ranking.id == Vote.ranking_id)
        .join(EvaluationRound, EvaluationRound.id == Ranking.round_id)
        .join(Call, Call.id == EvaluationRound.call_id)
        .where(Vote.person_id.in_(found))
    )
    for person_id, identifier, when, won, told, settled in session.execute(votes):
        kind = RecordKind.FUNDED if won else RecordKind.NOT_FUNDED
        found[person_id].append(SignedAct("Vote on a ranking", identifier, when, kind, settled if won else told))
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
