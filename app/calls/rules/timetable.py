"""When a call is published, opens, closes, informs and signs."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from app.calls.rules.values import LocalTime, Part, Slug, WallTime, Words


class Stage(Part):
    """One round of applications with its own deadline."""

    id: Slug
    title: Words
    deadline: WallTime
    cut_offs: tuple[WallTime, ...] = Field(
        default=(), description="Dates before the deadline at which what has arrived is looked at (continuous calls)."
    )


class InfoDay(Part):
    """A webinar or information day about the call."""

    title: Words
    day: date
    place: Words | None = None


class Timetable(Part):
    """Dates and instants; only the instants of opening and deadlines have legal effect."""

    publication: date
    opening: WallTime
    questions_until: WallTime | None = None
    stages: tuple[Stage, ...] = Field(min_length=1, max_length=2)
    planned_information: date | None = None
    planned_signature: date | None = None
    info_days: tuple[InfoDay, ...] = ()

    @property
    def opens_at(self) -> datetime:
        """The instant in UTC from which applications can be started and submitted."""
        return self.opening.instant

    @property
    def deadline(self) -> LocalTime:
        """The first deadline: the one that every application must meet."""
        return self.stages[0].deadline

    @property
    def closes_at(self) -> datetime:
        """The first deadline as an instant in UTC."""
        return self.deadline.instant

    @property
    def ends_at(self) -> datetime:
        """The last deadline of any stage as an instant in UTC: from then on nothing can be submitted."""
        return max(stage.deadline.instant for stage in self.stages)

    def stage(self, stage_id: str) -> Stage:
        """The stage of that id; raise KeyError where there is none."""
        for stage in self.stages:
            if stage.id == stage_id:
                return stage
        raise KeyError(stage_id)
