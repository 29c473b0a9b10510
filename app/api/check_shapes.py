"""Checks, questions and declarations as JSON, made from the same readings as the pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.api.paging import ItemsPage
from app.api.problems import Finding, finding_of
from app.applications.queries.check_board import BoardRow, Proposal
from app.applications.queries.evidence import DeclarationRow, RecordedRow
from app.applications.queries.screened import Findings, ScreenedApplication
from app.applications.rules.check_lifecycle import (
    STEPS,
    CheckOutcome,
    CheckResult,
    CheckState,
    CheckStep,
    ClarificationKind,
    ClarificationState,
)
from app.applications.rules.screening import Next, NextActor, Screening, outcome_of, state_of_step
from app.core.commands import Euro
from app.partnerships.rules.facts import PartnerFacts


class _Shape(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class NextItem(_Shape):
    """Who acts next, about which step, and by when where something binds."""

    actor: NextActor
    step: CheckStep | None = None
    by: datetime | None = None


class BoardItem(_Shape):
    """An application on the board of checks."""

    id: UUID
    reference: str
    acronym: str
    title: str
    coordinator: str
    countries: list[str]
    requested: Euro
    received_at: datetime
    standing: str = Field(description="open, proposed, admitted, refused or withdrawn")
    states: dict[CheckStep, CheckState]
    findings: int = Field(description="About the step that is next")
    due_at: datetime | None = None
    next: NextItem


class Counts(_Shape):
    """Applications of the call by where they stand."""

    open: int
    proposed: int
    admitted: int
    refused: int
    withdrawn: int


class BoardPage(ItemsPage[BoardItem]):
    """One stretch of the board, with the counts of the whole call."""

    counts: Counts
    open_questions: int


class CheckItem(BaseModel):
    """One step: send its ``version`` back with the next proposal or decision."""

    step: CheckStep
    state: CheckState
    version: int
    findings: list[Finding]
    outcome: CheckOutcome | None = None
    reason: str = ""
    proposed_by: UUID | None = None
    proposed_at: datetime | None = None
    decided_by: UUID | None = None
    decided_at: datetime | None = None
    decision_reason: str = ""


class DeclarationItem(BaseModel):
    """A beneficiary of whom a declaration is asked, and the declaration where it was made."""

    partner_id: UUID
    name: str
    declared: bool
    declared_by: UUID | None = None
    declared_at: datetime | None = None
    statement: str = ""


class RecordedItem(_Shape):
    """A result that was recorded for a partner; of several the latest counts."""

    id: UUID
    partner_id: UUID
    check: str
    outcome: CheckResult
    words: str
    recorded_by: UUID | None
    recorded_at: datetime


class ChecksDocument(BaseModel):
    """The checks of one application with everything behind them."""

    application_id: UUID
    reference: str
    outcome: Screening
    next: NextItem
    checks: list[CheckItem]
    declarations: list[DeclarationItem]
    recorded: list[RecordedItem]


class ClarificationItem(_Shape):
    """A question to the consortium with its answer."""

    id: UUID
    number: int
    kind: ClarificationKind
    question: str
    field: str | None = None
    due_at: datetime
    state: ClarificationState
    asked_at: datetime
    answer: str = ""
    answered_at: datetime | None = None
    decision_words: str = ""
    decided_at: datetime | None = None
    filename: str | None = None


class ProposalItem(BaseModel):
    """A proposal that waits for a second person."""

    application_id: UUID
    reference: str
    acronym: str
    step: CheckStep
    version: int
    outcome: CheckOutcome | None
    reason: str
    proposed_by: UUID | None
    proposed_at: datetime | None
    findings: int


class VersionStored(BaseModel):
    """The row version that is stored now."""

    version: int


class Proposed(_Shape):
    """What proposing in bulk did."""

    proposed: int
    left: int = Field(description="Open steps left to a person: something was found or asked")


class Confirmed(BaseModel):
    """How many proposals were confirmed."""

    confirmed: int


def board_item(row: BoardRow) -> BoardItem:
    """A row of the board."""
    return BoardItem.model_validate(row)


def check_items(judged: ScreenedApplication, findings: Findings) -> list[CheckItem]:
    """The three steps in their order."""
    items = []
    for step in STEPS:
        row = judged.checks.get(step)
        given = {} if row is None else {name: getattr(row, name) for name in _OF_ROW}
        items.append(
            CheckItem(
                step=step,
                state=state_of_step(judged.states, step),
                version=row.version if row else 0,
                findings=[finding_of(one) for one in findings[step]],
                **given,
            )
        )
    return items


_OF_ROW = ("outcome", "reason", "proposed_by", "proposed_at", "decided_by", "decided_at", "decision_reason")


def declaration_items(asked: Sequence[PartnerFacts], made: Mapping[UUID, DeclarationRow]) -> list[DeclarationItem]:
    """Each beneficiary that is asked."""
    return [
        DeclarationItem(
            partner_id=one.partner_id,
            name=one.name,
            declared=one.partner_id in made,
            **(
                {
                    "declared_by": made[one.partner_id].declared_by,
                    "declared_at": made[one.partner_id].declared_at,
                    "statement": made[one.partner_id].statement,
                }
                if one.partner_id in made
                else {}
            ),
        )
        for one in asked
    ]


def checks_document(
    judged: ScreenedApplication,
    findings: Findings,
    coming: Next,
    declared: list[DeclarationItem],
    recorded: Sequence[RecordedRow],
) -> ChecksDocument:
    """The whole of it."""
    return ChecksDocument(
        application_id=judged.id,
        reference=judged.reference,
        outcome=outcome_of(judged.state, judged.states)[0],
        next=NextItem.model_validate(coming),
        checks=check_items(judged, findings),
        declarations=declared,
        recorded=[RecordedItem.model_validate(one) for one in recorded],
    )


def proposal_item(one: Proposal) -> ProposalItem:
    """A proposal of the list to confirm."""
    return ProposalItem(
        application_id=one.application_id,
        reference=one.reference,
        acronym=one.acronym,
        step=one.check.step,
        version=one.check.version,
        outcome=one.check.outcome,
        reason=one.check.reason,
        proposed_by=one.check.proposed_by,
        proposed_at=one.check.proposed_at,
        findings=one.findings,
    )
