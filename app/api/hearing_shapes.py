"""The hearing before a recovery as JSON."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel, Field

from app.core.commands import Euro
from app.reporting.queries.recoveries import Recovery
from app.reporting.rules.hearing import HearingState


class HearingItem(BaseModel):
    """The hearing before it is asked back."""

    state: HearingState
    announced: Euro
    answer_by: date = Field(description="Until the end of this day in the zone of the call")
    decide_by: date
    answered_at: datetime | None
    answer: str = Field(description="Empty with a time in answered_at: no observations")
    has_document: bool
    decided_at: datetime | None
    reason: str


def hearing_item(found: Recovery) -> HearingItem | None:
    """The hearing as JSON; None where there is none."""
    if (heard := found.hearing) is None:
        return None
    return HearingItem(
        state=heard.stands.state,
        announced=found.announced,
        answer_by=heard.stands.answer_by,
        decide_by=heard.stands.decide_by,
        answered_at=heard.answered_at,
        answer=heard.answer,
        has_document=heard.file_id is not None,
        decided_at=heard.decided_at,
        reason=heard.reason,
    )
