"""The panel as JSON: the committee, the ranking, votes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.commands import Euro
from app.evaluation.queries.committee import PanelAccess
from app.evaluation.queries.panel import SeatRow, VoteRow
from app.evaluation.rules.assignments import HitKind
from app.evaluation.rules.committee import Seat, Tally
from app.evaluation.rules.ranking_rows import RankingLine, money_of
from app.evaluation.rules.scores import score_text
from app.evaluation.schemas import RankingRow


class _Shape(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class SeatItem(_Shape):
    """Somebody in the evaluation committee."""

    person_id: UUID
    name: str
    email: str
    seat: Seat
    seated_at: datetime


class ConflictItem(_Shape):
    """What connects a seat holder with an application."""

    person_id: UUID
    name: str
    reference: str
    hits: list[HitKind]
    declared: bool
    bars: bool = Field(description="Whether the application is closed to the person")


class CommitteeItem(BaseModel):
    """The committee with its conflicts."""

    seats: list[SeatItem]
    conflicts: list[ConflictItem]


class LineItem(BaseModel):
    """The funding line of one envelope."""

    code: str
    title: str
    available: Euro
    funded: Euro
    left: Euro
    next_needs: Euro | None = Field(description="What the first application of the reserve list asks for")


class RankingItem(BaseModel):
    """One application in its place; of one with which you have a conflict only the reference is given."""

    application_id: UUID | None
    reference: str
    standing: str = Field(description="main, reserve, below_threshold, not_selected or conflict")
    envelope: str
    acronym: str = ""
    title: str = ""
    coordinator: str = ""
    countries: list[str] = Field(default_factory=list)
    position: int | None = None
    reserve: int | None = None
    scores: dict[str, str] = Field(default_factory=dict)
    total: str | None = None
    requested: Euro | None = None
    running: Euro | None = None
    decided_by: str = Field("", description="What put it behind the one above: total, or the comparison that decided")


class RankingPage(BaseModel):
    """A stretch of the ranking of one envelope, with every funding line."""

    state: str = Field(description="State of the round")
    sha256: str = Field(description="Of the content as it would be frozen now, or as it was adopted")
    lines: list[LineItem]
    items: list[RankingItem]
    total: int
    page: int
    pages: int


class MovesItem(BaseModel):
    """What another envelope or line would change; it is never adopted."""

    enter: list[str] = Field(description="References that would come onto the main list")
    leave: list[str] = Field(description="References that would fall out of it")
    lines: list[LineItem]


class VoteItem(_Shape):
    """What a member says of the proposed ranking."""

    person_id: UUID
    name: str
    approves: bool
    words: str
    voted_at: datetime


class ProposalItem(BaseModel):
    """The proposed or adopted ranking with its votes."""

    id: UUID
    number: int
    state: str
    sha256: str
    proposed_at: datetime
    adopted_at: datetime | None
    members: int
    needed: int
    approvals: int
    against: int
    votes: list[VoteItem]
    record: dict[str, Any] | None = Field(
        description="The frozen content; left out where you have a conflict with an application in it"
    )


def committee_item(seats: Sequence[SeatRow], conflicts: Sequence[object]) -> CommitteeItem:
    """Seats and conflicts."""
    return CommitteeItem(
        seats=[SeatItem.model_validate(row) for row in seats],
        conflicts=[ConflictItem.model_validate(row) for row in conflicts],
    )


def line_items(record: Mapping[str, Any]) -> list[LineItem]:
    """Every funding line of a record."""
    return [
        LineItem(
            code=one["code"],
            title=one["title"],
            available=money_of(one["available"]),
            funded=money_of(one["funded"]),
            left=money_of(one["left"]),
            next_needs=money_of(one["next_needs"]) if one["next_needs"] is not None else None,
        )
        for one in record["envelopes"]
    ]


def ranking_item(row: RankingLine) -> RankingItem:
    """One row."""
    return RankingItem(
        application_id=row.application_id,
        reference=row.reference,
        standing=row.standing,
        envelope=row.envelope,
        acronym=row.acronym,
        title=row.title,
        coordinator=row.coordinator,
        countries=list(row.countries),
        position=row.position,
        reserve=row.reserve,
        scores={name: score_text(points) for name, points in (row.scores or {}).items()},
        total=score_text(row.total) if row.total is not None else None,
        requested=row.requested,
        running=row.running,
        decided_by=row.decided_by,
    )


def proposal_item(ranking: RankingRow, votes: Sequence[VoteRow], tally: Tally, access: PanelAccess) -> ProposalItem:
    """A frozen ranking with its votes, for a reader."""
    return ProposalItem(
        id=ranking.id,
        number=ranking.number,
        state=ranking.state,
        sha256=ranking.sha256,
        proposed_at=ranking.proposed_at,
        adopted_at=ranking.adopted_at,
        members=tally.members,
        needed=tally.needed,
        approvals=tally.approvals,
        against=tally.against,
        votes=[VoteItem.model_validate(row) for row in access.shown_votes(votes)],
        record=None if access.hidden else dict(ranking.snapshot),
    )
