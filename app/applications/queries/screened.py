"""Submitted applications with their checks: what the office judges, as it was submitted. Constant query counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.applications.models import Application, ApplicationCheck, ClarificationRequest, Submission
from app.applications.queries.evidence import declared_partners, latest_results
from app.applications.rules.admissibility import admissibility_findings
from app.applications.rules.check_decisions import AskedQuestion, CheckFacts
from app.applications.rules.check_lifecycle import (
    CheckOutcome,
    CheckState,
    CheckStep,
    ClarificationKind,
    ClarificationState,
)
from app.applications.rules.eligibility import eligibility_findings
from app.applications.rules.exclusion import exclusion_findings
from app.applications.rules.lifecycle import ApplicationState
from app.applications.rules.submitted import submitted_facts, submitted_findings
from app.calls.models import CallVersion
from app.calls.queries import rules_by_hash
from app.calls.rules.call_rules import CallRules
from app.calls.rules.lifecycle import CallState
from app.core.money import Money
from app.core.violations import Violation
from app.infra.db.statements import ONE, among
from app.partnerships.rules.country_lists import lists_asked
from app.partnerships.rules.facts import PartnerRole
from app.reference.queries import countries_in

Findings = Mapping[CheckStep, tuple[Violation, ...]]
_JUDGED = (ApplicationState.SUBMITTED, ApplicationState.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One step as it is stored."""

    step: CheckStep
    state: CheckState
    version: int
    outcome: CheckOutcome | None
    reason: str
    proposed_by: UUID | None
    proposed_at: datetime | None
    decided_by: UUID | None
    decided_at: datetime | None
    decision_reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenedApplication:
    """An application that was submitted, with what was said of it since; words and partners are those submitted."""

    id: UUID
    call_id: UUID
    reference: str
    state: ApplicationState
    award_decided_at: datetime | None
    submission_id: UUID
    call_version_id: UUID
    received_at: datetime
    requested: Money
    partners: int
    about: Mapping[str, Any]
    members: Sequence[Mapping[str, Any]]
    checks: Mapping[CheckStep, CheckRow] = field(default_factory=dict)
    questions: tuple[AskedQuestion, ...] = ()

    @property
    def states(self) -> dict[CheckStep, CheckState]:
        """State by step."""
        return {step: row.state for step, row in self.checks.items()}

    @property
    def coordinator(self) -> str:
        """Name of the coordinator."""
        return next((str(one["name"]) for one in self.members if one["role"] == PartnerRole.COORDINATOR), "")

    @property
    def countries(self) -> tuple[str, ...]:
        """Countries of the partners, each once."""
        return tuple(sorted({str(one["country"]) for one in self.members}))


def screened_of_call(session: Session, call_id: UUID) -> Sequence[ScreenedApplication]:
    """Every application of a call that was submitted, withdrawn ones too, in order of reference. Three queries."""
    return _screened(session, "call", {"one": call_id})


def screened(session: Session, application_id: UUID) -> ScreenedApplication | None:
    """One of them; None for a draft. Three queries."""
    return next(iter(_screened(session, "one", {"one": application_id})), None)


def screened_among(session: Session, application_ids: Sequence[UUID]) -> Sequence[ScreenedApplication]:
    """Several of them, in order of reference. Three queries."""
    return _screened(session, "many", {"many": list(application_ids)})


_HEADS = (
    sa.select(
        Application.id,
        Application.call_id,
        Application.reference,
        Application.state,
        Application.decided_at,
        Submission.id.label("submission_id"),
        Submission.call_version_id,
        Submission.received_at,
        Submission.requested,
        Submission.partners,
        Submission.snapshot["application"].label("about"),
        Submission.snapshot["partners"].label("members"),
    )
    .join(Submission, Submission.id == Application.last_submission_id)
    .where(Application.state.in_(_JUDGED))
    .order_by(Application.call_id, Application.number)
)
_CHECKS = sa.select(
    ApplicationCheck.application_id,
    ApplicationCheck.step,
    ApplicationCheck.state,
    ApplicationCheck.version,
    ApplicationCheck.proposed_outcome,
    ApplicationCheck.reason,
    ApplicationCheck.proposed_by,
    ApplicationCheck.proposed_at,
    ApplicationCheck.decided_by,
    ApplicationCheck.decided_at,
    ApplicationCheck.decision_reason,
).join(Application, Application.id == ApplicationCheck.application_id)
_QUESTIONS = (
    sa.select(
        ClarificationRequest.application_id,
        ClarificationRequest.kind,
        ClarificationRequest.state,
        ClarificationRequest.due_at,
    )
    .join(Application, Application.id == ClarificationRequest.application_id)
    .order_by(ClarificationRequest.application_id, ClarificationRequest.number)
)
_WANTED: Mapping[str, sa.ColumnElement[bool]] = {
    "call": Application.call_id == ONE,
    "one": Application.id == ONE,
    "many": among(Application.id),
}
_STATEMENTS = {
    which: (_HEADS.where(wanted), _CHECKS.where(wanted), _QUESTIONS.where(wanted)) for which, wanted in _WANTED.items()
}
"""Every check of every application asks these: they are built once."""


def _screened(session: Session, which: str, values: Mapping[str, object]) -> Sequence[ScreenedApplication]:
    of_heads, of_checks, of_questions = _STATEMENTS[which]
    heads = session.execute(of_heads, values).all()
    checks = _checks(session.execute(of_checks, values))
    questions = _questions(session.execute(of_questions, values))
    return [
        ScreenedApplication(
            id=row.id,
            call_id=row.call_id,
            reference=row.reference,
            state=ApplicationState(row.state),
            award_decided_at=row.decided_at,
            submission_id=row.submission_id,
            call_version_id=row.call_version_id,
            received_at=row.received_at,
            requested=row.requested,
            partners=row.partners,
            about=row.about,
            members=row.members,
            checks=checks.get(row.id, {}),
            questions=questions.get(row.id, ()),
        )
        for row in heads
    ]


def _checks(rows: Iterable[Any]) -> dict[UUID, dict[CheckStep, CheckRow]]:
    found: dict[UUID, dict[CheckStep, CheckRow]] = {}
    for application_id, step, state, version, outcome, *rest in rows:
        proposed = CheckOutcome(outcome) if outcome else None
        row = CheckRow(CheckStep(step), CheckState(state), version, proposed, *rest)
        found.setdefault(application_id, {})[row.step] = row
    return found


def _questions(rows: Iterable[Any]) -> dict[UUID, tuple[AskedQuestion, ...]]:
    found: dict[UUID, tuple[AskedQuestion, ...]] = {}
    for application_id, kind, state, due_at in rows:
        one = AskedQuestion(kind=ClarificationKind(kind), state=ClarificationState(state), due_at=due_at)
        found[application_id] = (*found.get(application_id, ()), one)
    return found


def findings_of(session: Session, applications: Sequence[ScreenedApplication]) -> Mapping[UUID, Findings]:
    """What the rules say of each step of these applications, judged by the version of the call they were sent under.

    Five queries whatever the number of applications.
    """
    if not applications:
        return {}
    contents: dict[UUID, Mapping[str, Any]] = dict(
        session.execute(
            sa.select(Submission.id, Submission.snapshot).where(
                Submission.id.in_([one.submission_id for one in applications])
            )
        ).all()
    )
    rules = rules_of_submissions(session, applications)
    identities = [one.id for one in applications]
    declared, results = declared_partners(session, identities), latest_results(session, identities)
    found: dict[UUID, Findings] = {}
    for one in applications:
        judged_by, content = rules[one.call_version_id], contents[one.submission_id]
        in_lists = {(name, on): countries_in(name, on) for name, on in lists_asked(judged_by)}
        facts = submitted_facts(judged_by, content, in_lists)
        submitted = submitted_findings(judged_by, content, in_lists)
        found[one.id] = {
            CheckStep.ADMISSIBILITY: admissibility_findings(judged_by, content, submitted, received_at=one.received_at),
            CheckStep.ELIGIBILITY: eligibility_findings(submitted),
            CheckStep.EXCLUSION: exclusion_findings(
                judged_by,
                facts.strand,
                facts.partners,
                declared=declared.get(one.id, frozenset()),
                recorded=results.get(one.id, {}),
            ),
        }
    return found


def rules_of_submissions(session: Session, applications: Sequence[ScreenedApplication]) -> Mapping[UUID, CallRules]:
    """The documents that the submissions are judged by, by id of the version. Two queries at most."""
    wanted = {one.call_version_id for one in applications}
    statement = sa.select(CallVersion.id, CallVersion.sha256).where(CallVersion.id.in_(wanted))
    hashes: dict[UUID, str] = dict(session.execute(statement).all())
    documents = rules_by_hash(session, list(hashes.values()))
    return {identity: documents[sha256] for identity, sha256 in hashes.items()}


def check_facts(
    one: ScreenedApplication, step: CheckStep, call_state: CallState, findings: Findings | None = None
) -> CheckFacts:
    """One step as the rules about decisions see it; ``findings`` only where they matter, for a proposal."""
    row = one.checks.get(step)
    return CheckFacts(
        step=step,
        call_state=call_state,
        application_state=one.state,
        award_decided_at=one.award_decided_at,
        states=one.states,
        findings=findings[step] if findings is not None else (),
        questions=one.questions,
        proposed_by=row.proposed_by if row else None,
    )
