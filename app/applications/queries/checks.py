"""Outcomes of the checks for other areas, counts for lists and tasks, and rows that are about to change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.applications.models import Application, ApplicationCheck, ClarificationRequest
from app.applications.policies import require_checks
from app.applications.queries.applied_call import AppliedCall, applied_call
from app.applications.queries.locking import application_for_change, call_of
from app.applications.queries.screened import ScreenedApplication, screened, screened_of_call
from app.applications.rules.check_lifecycle import STEPS, CheckState, CheckStep, ClarificationState
from app.applications.rules.lifecycle import ApplicationState
from app.applications.rules.screening import Screening, next_step, outcome_of, state_of_step
from app.applications.schemas import AdmittedApplication, RefusedApplication, ScreeningCounts
from app.core.actor import Actor
from app.core.errors import NotFoundError
from app.infra.db.statements import among


@dataclass(frozen=True, slots=True)
class CheckWork:
    """What waits for one officer in one call: applications to propose, proposals of others, answers to settle.

    ``unfinished`` are applications that are still being checked, whoever is next.
    """

    propose: int = 0
    confirm: int = 0
    settle: int = 0
    unfinished: int = 0


def admitted_applications(session: Session, call_id: UUID) -> Sequence[AdmittedApplication]:
    """Submitted applications whose three checks passed, in order of reference. Three queries."""
    return [
        AdmittedApplication(**_head(one))
        for one in screened_of_call(session, call_id)
        if outcome_of(one.state, one.states)[0] is Screening.ADMITTED
    ]


def refused_applications(session: Session, call_id: UUID) -> Sequence[RefusedApplication]:
    """Submitted applications that a check refused, in order of reference. Three queries."""
    found = []
    for one in screened_of_call(session, call_id):
        outcome, step = outcome_of(one.state, one.states)
        if outcome is Screening.REFUSED and step is not None:
            found.append(RefusedApplication(**_head(one), step=step, reason=one.checks[step].reason))
    return found


def screening_counts(session: Session, call_id: UUID) -> ScreeningCounts:
    """Applications of a call by where they stand. Three queries."""
    return counts_of(screened_of_call(session, call_id))


def counts_of(applications: Sequence[ScreenedApplication]) -> ScreeningCounts:
    """The same of applications that were read already."""
    found = Counter(standing(one) for one in applications)
    return ScreeningCounts(
        open=found["open"],
        proposed=found["proposed"],
        admitted=found[Screening.ADMITTED],
        refused=found[Screening.REFUSED],
        withdrawn=found[Screening.WITHDRAWN],
    )


def standing(one: ScreenedApplication) -> str:
    """``open`` (somebody proposes next), ``proposed`` (a second person decides next), else the outcome."""
    outcome, _ = outcome_of(one.state, one.states)
    if outcome is not Screening.IN_PROGRESS:
        return outcome.value
    step = next_step(one.states)
    return "proposed" if step and state_of_step(one.states, step) is CheckState.PROPOSED else "open"


def _head(one: ScreenedApplication) -> dict[str, Any]:
    return {
        "application_id": one.id,
        "submission_id": one.submission_id,
        "reference": one.reference,
        "acronym": one.about["acronym"] or "",
        "title": one.about["title"] or "",
        "strand": one.about["strand"],
        "stage": one.about["stage"],
        "requested": one.requested,
        "coordinator": one.coordinator,
        "countries": one.countries,
        "partners": one.partners,
    }


def _with_state(state: CheckState, *more: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.count(ApplicationCheck.step).filter(ApplicationCheck.state == state, *more)


_UNDECIDED = (
    sa.select(
        Application.id,
        Application.call_id,
        _with_state(CheckState.PASSED).label("passed"),
        _with_state(CheckState.FAILED).label("failed"),
        _with_state(CheckState.PROPOSED).label("proposed"),
        _with_state(CheckState.PROPOSED, sa.not_(among(ApplicationCheck.proposed_by, "persons"))).label("of_others"),
    )
    .outerjoin(ApplicationCheck, ApplicationCheck.application_id == Application.id)
    .where(
        among(Application.call_id),
        Application.state == ApplicationState.SUBMITTED,
        Application.decided_at.is_(None),
    )
    .group_by(Application.id, Application.call_id)
    .subquery()
    .c
)
_UNFINISHED = sa.and_(_UNDECIDED.passed < len(STEPS), _UNDECIDED.failed == 0)
_WAITING = sa.select(
    _UNDECIDED.call_id,
    sa.func.count().filter(_UNFINISHED, _UNDECIDED.proposed == 0),
    sa.cast(sa.func.coalesce(sa.func.sum(_UNDECIDED.of_others), 0), sa.Integer),
    sa.func.count().filter(_UNFINISHED),
).group_by(_UNDECIDED.call_id)
_ANSWERED = (
    sa.select(Application.call_id, sa.func.count())
    .join(ClarificationRequest, ClarificationRequest.application_id == Application.id)
    .where(
        among(Application.call_id),
        Application.state == ApplicationState.SUBMITTED,
        ClarificationRequest.state == ClarificationState.ANSWERED,
    )
    .group_by(Application.call_id)
)


def check_work(session: Session, call_ids: Sequence[UUID], persons: Collection[UUID]) -> Mapping[UUID, CheckWork]:
    """What waits for an officer in each of these calls; own proposals wait for somebody else. Two queries."""
    asked = {"many": list(call_ids), "persons": list(persons)}
    to_settle = dict(session.execute(_ANSWERED, asked).all())
    found = {
        call_id: CheckWork(propose, confirm, to_settle.get(call_id, 0), unfinished)
        for call_id, propose, confirm, unfinished in session.execute(_WAITING, asked)
    }
    return {call_id: CheckWork(settle=settle) for call_id, settle in to_settle.items()} | found


def judged_for_change(session: Session, actor: Actor, application_id: UUID) -> tuple[AppliedCall, ScreenedApplication]:
    """An application that the actor may check, locked, with its call; raise NotFound for drafts and strangers."""
    call = applied_call(session, call_of(session, application_id))
    require_checks(actor, call.id, call.programme_id)
    application_for_change(session, application_id)
    found = screened(session, application_id)
    if found is None:
        raise NotFoundError("application")
    return call, found


def check_for_change(session: Session, application_id: UUID, step: CheckStep) -> ApplicationCheck | None:
    """One step, locked (its application is locked already)."""
    return session.get(ApplicationCheck, (application_id, step), with_for_update=True, populate_existing=True)


def applications_for_change(session: Session, application_ids: Sequence[UUID]) -> Sequence[Application]:
    """Several applications, locked in the order of their ids."""
    return session.scalars(
        sa.select(Application)
        .where(Application.id.in_(application_ids))
        .order_by(Application.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()


def submitted_of_call(session: Session, call_id: UUID) -> Sequence[UUID]:
    """Ids of the submitted applications of a call, in their order."""
    statement = sa.select(Application.id).where(
        Application.call_id == call_id, Application.state == ApplicationState.SUBMITTED
    )
    return session.scalars(statement.order_by(Application.id)).all()
