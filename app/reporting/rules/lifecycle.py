"""States of a periodic report: from the day its period is opened to the decision on it."""

from __future__ import annotations

from enum import StrEnum

from app.core.lifecycle import Lifecycle


class ReportState(StrEnum):
    """Where a periodic report stands."""

    DUE = "due"
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class ReportEvent(StrEnum):
    """What can happen to a periodic report."""

    BEGIN = "begun"
    SUBMIT = "submitted"
    RETURN = "returned"
    ACCEPT = "accepted"
    REJECT = "rejected"


REPORT = Lifecycle(
    name="periodic report",
    initial=ReportState.DUE,
    transitions={
        (ReportState.DUE, ReportEvent.BEGIN): ReportState.DRAFT,
        (ReportState.DRAFT, ReportEvent.SUBMIT): ReportState.SUBMITTED,
        (ReportState.SUBMITTED, ReportEvent.RETURN): ReportState.RETURNED,
        (ReportState.RETURNED, ReportEvent.SUBMIT): ReportState.SUBMITTED,
        (ReportState.SUBMITTED, ReportEvent.ACCEPT): ReportState.ACCEPTED,
        (ReportState.SUBMITTED, ReportEvent.REJECT): ReportState.REJECTED,
    },
)
"""A returned report is the consortium's again and is submitted anew; accepted and rejected are for good."""

WRITABLE = frozenset({ReportState.DUE, ReportState.DRAFT, ReportState.RETURNED})
"""States in which the consortium writes."""

DECIDED = frozenset({ReportState.ACCEPTED, ReportState.REJECTED})
"""States after which nothing of the report changes."""

SEEN_BY_OFFICE = frozenset({ReportState.SUBMITTED, ReportState.RETURNED, ReportState.ACCEPTED, ReportState.REJECTED})
"""States in which the office reads it; one that was given back may be read while it is corrected."""
