"""What is due after a report, computed from what is stored: for the preview on the page and for the decision alike."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.core.money import Money
from app.grants.queries.agreement import agreement_of
from app.grants.rules.agreement import Agreement
from app.reporting.queries.paid import paid_so_far
from app.reporting.queries.reading import ReportReading
from app.reporting.queries.reports import calculations_of
from app.reporting.rules.calculation import Calculated, Decided, calculate
from app.reporting.rules.final_grant import Accepted


def accepted_of(reading: ReportReading, *, nothing: bool = False) -> Accepted:
    """What the report counts with as its costs are assessed now; ``nothing`` for one that is rejected."""
    summary, number = reading.summary, reading.row.number
    if nothing:
        return Accepted(number, Money.zero(), Money.zero(), reading.receipts)
    return Accepted(number, summary.total.accepted, summary.accepted_contribution, reading.receipts)


def decided_before(session: Session, reading: ReportReading) -> Sequence[Decided]:
    """The earlier periods as they were decided, in order. One query."""
    return [
        Decided(Accepted(one.number, one.eligible, one.contribution, one.receipts), one.payment, one.due)
        for one in calculations_of(session, reading.agreement.grant_id)
        if one.number < reading.row.number
    ]


def calculated(
    session: Session,
    reading: ReportReading,
    *,
    in_force: Agreement | None = None,
    reduction: Money | None = None,
    nothing: bool = False,
) -> Calculated:
    """What follows from accepting the report as it is assessed now.

    Its costs count by the agreement that it was submitted under; what may be paid, by the one ``in_force``, whose
    maximum grant an amendment may have lowered since. Three queries.
    """
    in_force = in_force or agreement_of(session, reading.agreement.grant_id)
    return calculate(
        in_force.terms,
        in_force.maximum_grant,
        Decided(accepted_of(reading, nothing=nothing), reading.row.payment),
        decided_before(session, reading),
        paid_so_far(session, in_force),
        reduction=reduction or Money.zero(),
    )
