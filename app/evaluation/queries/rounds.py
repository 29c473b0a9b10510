"""Rounds and the applications that they judge. Core rows, constant query counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.applications.models import Application, Submission
from app.applications.rules.lifecycle import ApplicationState
from app.calls.models import Call, CallVersion
from app.calls.queries import rules_by_hash
from app.calls.rules.call_rules import CallRules
from app.calls.rules.evaluation_kinds import Evaluation, EvaluationStage
from app.core.errors import NotFoundError, RulesViolatedError
from app.evaluation.models import CommitteeSeat, EvaluationRound, JudgedApplication
from app.evaluation.rules.assignments import withdrawn
from app.evaluation.rules.committee import Seat
from app.evaluation.rules.lifecycle import JudgementState, RoundState
from app.evaluation.schemas import JudgedRow, RoundRow
from app.infra.db.statements import ONE
from app.organisations.models import Organisation
from app.partnerships.models import Partner
from app.partnerships.rules.facts import PartnerRole
from app.partnerships.rules.lifecycle import PartnerState

_ROUND: tuple[Any, ...] = (
    EvaluationRound.id,
    EvaluationRound.call_id,
    EvaluationRound.stage,
    EvaluationRound.call_version_id,
    EvaluationRound.state,
    EvaluationRound.reports_due_at,
    EvaluationRound.started_at,
    EvaluationRound.panel_opened_at,
    EvaluationRound.adopted_at,
    EvaluationRound.informed_at,
)
_ONE_ROUND = sa.select(*_ROUND).where(EvaluationRound.id == ONE)
_LOCKED_ROUND = sa.select(EvaluationRound).where(EvaluationRound.id == ONE).with_for_update()
_SHARED_ROUND = sa.select(EvaluationRound).where(EvaluationRound.id == ONE).with_for_update(read=True)
_LOCKED_JUDGED = sa.select(JudgedApplication).where(JudgedApplication.application_id == ONE).with_for_update()
_TAKES_PART = sa.select(Application.state, Application.reference).where(Application.id == ONE)


_LATEST = sa.select(*_ROUND).where(EvaluationRound.call_id == ONE).order_by(EvaluationRound.started_at.desc()).limit(1)
_JUDGED_BY = (
    sa.select(Call.programme_id, CallVersion.sha256)
    .join(CallVersion, CallVersion.call_id == Call.id)
    .where(CallVersion.id == ONE)
)
_LATEST_JUDGED: sa.Select[Any] = (
    sa.select(*_ROUND, Call.programme_id, CallVersion.sha256)
    .join(CallVersion, CallVersion.id == EvaluationRound.call_version_id)
    .join(Call, Call.id == CallVersion.call_id)
    .where(EvaluationRound.call_id == ONE)
    .order_by(EvaluationRound.started_at.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class RoundRules:
    """A round with the rules by which it judges."""

    row: RoundRow
    programme_id: UUID
    rules: CallRules
    evaluation: Evaluation
    stage: EvaluationStage


def _round(values: Sequence[Any]) -> RoundRow:
    identity, call_id, stage, version_id, state, *instants = values
    return RoundRow(identity, call_id, stage, version_id, RoundState(state), *instants)


def round_of_call(session: Session, call_id: UUID) -> RoundRow | None:
    """The latest round of a call; None before its evaluation was started."""
    found = session.execute(_LATEST, {"one": call_id}).first()
    return _round(found) if found is not None else None


def round_row(session: Session, round_id: UUID) -> RoundRow:
    """One round; raise NotFound."""
    found = session.execute(_ONE_ROUND, {"one": round_id}).first()
    if found is None:
        raise NotFoundError("evaluation")
    return _round(found)


def round_rules(session: Session, row: RoundRow) -> RoundRules:
    """The round with the rules that it judges by; raise NotFound for a call without an evaluation."""
    programme_id, sha256 = session.execute(_JUDGED_BY, {"one": row.call_version_id}).one()
    return _with_rules(session, row, programme_id, sha256)


def latest_rules(session: Session, call_id: UUID) -> RoundRules | None:
    """The latest round of a call with the rules that it judges by; None before its evaluation was started. One query.

    Raise NotFound for a call without an evaluation.
    """
    found = session.execute(_LATEST_JUDGED, {"one": call_id}).first()
    if found is None:
        return None
    *values, programme_id, sha256 = found
    return _with_rules(session, _round(values), programme_id, sha256)


def _with_rules(session: Session, row: RoundRow, programme_id: UUID, sha256: str) -> RoundRules:
    rules = rules_by_hash(session, [sha256])[sha256]
    if rules.evaluation is None:
        raise NotFoundError("evaluation")
    return RoundRules(row, programme_id, rules, rules.evaluation, rules.evaluation.stage(row.stage))


def seats_of_person(session: Session, round_id: UUID, person_id: UUID) -> frozenset[Seat]:
    """The seats of a person in the committee of a round."""
    wanted = (CommitteeSeat.round_id == round_id, CommitteeSeat.person_id == person_id)
    return frozenset(Seat(seat) for seat in session.scalars(sa.select(CommitteeSeat.seat).where(*wanted)))


def withdrawn_applications(session: Session, round_id: UUID) -> frozenset[UUID]:
    """Applications of a round that their coordinators withdrew since: they take no further part. One query."""
    statement = (
        sa.select(JudgedApplication.application_id)
        .join(Application, Application.id == JudgedApplication.application_id)
        .where(JudgedApplication.round_id == round_id, Application.state != ApplicationState.SUBMITTED)
    )
    return frozenset(session.scalars(statement))


def require_taking_part(session: Session, application_id: UUID) -> None:
    """Raise RulesViolated for an application that was withdrawn: nothing is done with it any more."""
    state, reference = session.execute(_TAKES_PART, {"one": application_id}).one()
    if state != ApplicationState.SUBMITTED:
        raise RulesViolatedError([withdrawn(reference)])


def round_for_change(session: Session, round_id: UUID, *, share: bool = False) -> EvaluationRound:
    """One round, locked; raise NotFound. ``share`` keeps its phase as it is while others may take the same lock."""
    found = session.scalars(_SHARED_ROUND if share else _LOCKED_ROUND, {"one": round_id}).first()
    if found is None:
        raise NotFoundError("evaluation")
    return found


def judged_for_change(session: Session, application_id: UUID) -> JudgedApplication:
    """An application under evaluation, locked; raise NotFound for one that is not."""
    found = session.scalars(_LOCKED_JUDGED, {"one": application_id}).first()
    if found is None:
        raise NotFoundError("application")
    return found


def judged_rows(session: Session, round_id: UUID, application_ids: Sequence[UUID] | None = None) -> Sequence[JudgedRow]:
    """Applications of a round as they were submitted, in order of reference; all of them, or some. One query."""
    statement = _judged().where(JudgedApplication.round_id == round_id).order_by(Application.number)
    if application_ids is not None:
        statement = statement.where(JudgedApplication.application_id.in_(application_ids))
    return [_judged_row(row) for row in session.execute(statement)]


def judged_row(session: Session, application_id: UUID) -> JudgedRow:
    """One application under evaluation; raise NotFound."""
    found = session.execute(_ONE_JUDGED, {"one": application_id}).first()
    if found is None:
        raise NotFoundError("application")
    return _judged_row(found)


def _judged() -> sa.Select[Any]:
    countries = (
        sa.select(sa.func.coalesce(sa.func.array_agg(sa.distinct(Organisation.country)), sa.text("'{}'::text[]")))
        .select_from(Partner)
        .join(Organisation, Organisation.id == Partner.organisation_id)
        .where(Partner.partnership_id == Application.id, Partner.state == PartnerState.ACCEPTED)
        .scalar_subquery()
    )
    coordinates = sa.and_(
        Partner.partnership_id == Application.id,
        Partner.role == PartnerRole.COORDINATOR,
        Partner.state == PartnerState.ACCEPTED,
    )
    columns: tuple[Any, ...] = (
        JudgedApplication.application_id,
        JudgedApplication.round_id,
        JudgedApplication.submission_id,
        JudgedApplication.state,
        JudgedApplication.without_agreement,
        Application.reference,
        Application.acronym,
        Application.title,
        Application.strand,
        Submission.requested,
        Organisation.legal_name,
        countries,
        Submission.partners,
    )
    return (
        sa.select(*columns)
        .join(Application, Application.id == JudgedApplication.application_id)
        .join(Submission, Submission.id == JudgedApplication.submission_id)
        .join(Partner, coordinates)
        .join(Organisation, Organisation.id == Partner.organisation_id)
    )


_ONE_JUDGED = _judged().where(JudgedApplication.application_id == ONE)


def _judged_row(row: Any) -> JudgedRow:  # noqa: ANN401  # a row of _judged
    application_id, round_id, submission_id, state, without, *head = row
    reference, acronym, title, strand, requested, coordinator, countries, partners = head
    return JudgedRow(
        application_id=application_id,
        round_id=round_id,
        submission_id=submission_id,
        state=JudgementState(state),
        without_agreement=without,
        reference=reference,
        acronym=acronym,
        title=title,
        strand=strand,
        requested=requested,
        coordinator=coordinator,
        countries=tuple(sorted(countries)),
        partners=partners,
    )
