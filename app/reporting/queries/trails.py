"""The trail of a figure: every line that makes it, each with its event in the chain and what stands behind it.

The lines add up to the figure. Acts that move nothing (a signature, a verification) are lines without an amount.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.queries import EventRow, linked_events
from app.cascade.models import ThirdPartyPayment
from app.core.errors import NotFoundError
from app.core.money import Money
from app.core.paging import Page, PageRequest
from app.grants.models import Grant
from app.ledger.queries import entries_page, entries_sum
from app.ledger.rules.accounts import EntryKind
from app.ledger.schemas import EntryFilter, EntryRow
from app.payments.models import Payment
from app.payments.rules.lifecycle import PaymentKind, PaymentState
from app.reporting.models import PaymentCalculation, PeriodicReport, ReportingPeriod
from app.reporting.queries.trail_evidence import Evidence, Trail, TrailLine, evidence_of
from app.reporting.rules.trails import ACCOUNTS, TrailFigure, origin_of, payment_of, signed


def trail_of_call(session: Session, call_id: UUID, figure: TrailFigure, page: PageRequest) -> Trail:
    """How a figure of the envelopes of a call came about, oldest line first. A constant number of queries."""
    if figure is TrailFigure.ACCEPTED:
        return _accepted(session, Grant.call_id == call_id, page)
    if figure is TrailFigure.PREFINANCED:
        wanted = EntryFilter(keys=_prefinancing(session, Payment.call_id == call_id))
    elif figure is TrailFigure.RECOVERED:
        wanted = EntryFilter(kind=EntryKind.RECOVER)
    elif figure in ACCOUNTS:
        wanted = EntryFilter(account=ACCOUNTS[figure])
    else:
        raise NotFoundError("figure")
    return _of_entries(session, call_id, figure, wanted, page)


def trail_of_grant(session: Session, grant_id: UUID, figure: TrailFigure, page: PageRequest) -> Trail:
    """How a figure of one grant came about, oldest line first; raise NotFound for a figure that it does not have."""
    row = session.execute(sa.select(Grant.call_id, Grant.commitment_id).where(Grant.id == grant_id)).first()
    if row is None:
        raise NotFoundError("grant")
    bound = [row.commitment_id] if row.commitment_id is not None else []
    if figure is TrailFigure.ACCEPTED:
        return _accepted(session, Grant.id == grant_id, page)
    if figure is TrailFigure.THIRD_PARTIES:
        return _third_parties(session, grant_id, page)
    if figure is TrailFigure.PREFINANCED:
        of_grant = sa.and_(Payment.subject_kind == "grant", Payment.subject_id == grant_id)
        wanted = EntryFilter(keys=_prefinancing(session, of_grant))
    elif figure is TrailFigure.RECOVERED:
        wanted = EntryFilter(kind=EntryKind.RECOVER, commitments=bound)
    elif figure in {TrailFigure.COMMITTED, TrailFigure.PAID}:
        wanted = EntryFilter(account=ACCOUNTS[figure], commitments=bound)
    else:
        raise NotFoundError("figure")
    return _of_entries(session, row.call_id, figure, wanted, page)


def _of_entries(session: Session, call_id: UUID, figure: TrailFigure, wanted: EntryFilter, page: PageRequest) -> Trail:
    found = entries_page(session, call_id, wanted, page, descending=False)
    rows = found.rows
    origins = [origin_of(row.key, row.envelope_id, row.commitment_id) for row in rows]
    events = linked_events(
        session,
        {one.kind for one in origins if one is not None},
        {one.subject_id for one in origins if one is not None},
        instants={row.occurred_at for row in rows},
    )
    payments = [payment_id for row in rows if (payment_id := payment_of(row.key)) is not None]
    bound = [row.commitment_id for row in rows if row.commitment_id is not None and row.kind is EntryKind.COMMIT]
    evidence = evidence_of(session, payments=payments, commitments=bound)
    lines = []
    for row, origin in zip(rows, origins, strict=True):
        event, position = _matching(events, origin, row) if origin is not None else (None, 0)
        behind = payment_of(row.key) or row.commitment_id
        lines.append(
            TrailLine(
                what=row.kind.value,
                reference=row.reference,
                occurred_at=row.occurred_at,
                actor_id=row.actor_id,
                amount=signed(figure, row.kind, row.amount),
                reason=row.reason,
                event=event,
                position=position,
                evidence=evidence.get(behind, ()) if behind is not None else (),
            )
        )
    return Trail(entries_sum(session, call_id, wanted), Page(lines, found.total, found.number, found.size))


def _matching(
    events: Sequence[tuple[EventRow, int]],
    origin: Any,  # noqa: ANN401  # an Origin
    row: EntryRow,
) -> tuple[EventRow | None, int]:
    for event, position in events:
        same = (event.kind, event.subject_id, event.occurred_at) == (origin.kind, origin.subject_id, row.occurred_at)
        if same and all(event.facts.get(name) == value for name, value in origin.facts.items()):
            return event, position
    return None, 0


def _prefinancing(session: Session, which: sa.ColumnElement[bool]) -> Sequence[str]:
    """Keys of the entries that booked pre-financing which did not come back."""
    paid = Payment.kind == PaymentKind.PREFINANCING, Payment.state == PaymentState.PAID
    return [f"payment:{payment_id}" for payment_id in session.scalars(sa.select(Payment.id).where(*paid, which))]


def _accepted(session: Session, which: sa.ColumnElement[bool], page: PageRequest) -> Trail:
    """Decided reports with the contribution to what was accepted of them."""
    calculation = PaymentCalculation
    statement = (
        sa.select(
            ReportingPeriod.id,
            ReportingPeriod.grant_id,
            ReportingPeriod.number,
            Grant.reference,
            calculation.contribution,
            calculation.computed_at,
            calculation.computed_by,
            PeriodicReport.reason,
        )
        .join(ReportingPeriod, ReportingPeriod.id == calculation.period_id)
        .join(PeriodicReport, PeriodicReport.period_id == calculation.period_id)
        .join(Grant, Grant.id == ReportingPeriod.grant_id)
        .where(which)
    )
    cents = sa.func.coalesce(sa.func.sum(sa.type_coerce(calculation.contribution, sa.BigInteger)), 0)
    count, total = session.execute(
        statement.with_only_columns(sa.func.count(), cents, maintain_column_froms=True)
    ).one()
    ordered = statement.order_by(calculation.computed_at, ReportingPeriod.id).limit(page.size).offset(page.offset)
    rows = session.execute(ordered).all()
    found = linked_events(
        session, ("reporting.decided",), {row.grant_id for row in rows}, instants={row.computed_at for row in rows}
    )
    events = {(event.subject_id, event.facts.get("period")): (event, position) for event, position in found}
    evidence = evidence_of(session, periods=[row.id for row in rows])
    lines = []
    for row in rows:
        event, position = events.get((row.grant_id, row.number), (None, 0))
        lines.append(
            TrailLine(
                what="accepted",
                reference=f"{row.reference}/P{row.number}",
                occurred_at=row.computed_at,
                actor_id=row.computed_by,
                amount=row.contribution,
                reason=row.reason,
                event=event,
                position=position,
                evidence=evidence.get(row.id, ()),
            )
        )
    return Trail(Money(int(total)), Page(lines, count, page.number, page.size))


def _third_parties(session: Session, grant_id: UUID, page: PageRequest) -> Trail:
    """What third parties were paid and what did not count any more, as one line each."""
    paid = ThirdPartyPayment
    rows = session.execute(
        sa.select(paid.id, paid.number, paid.recipient, paid.amount, paid.recorded_at, paid.recorded_by)
        .where(paid.grant_id == grant_id, paid.reversed_at.is_(None))
        .order_by(paid.number)
    ).all()
    shown = rows[page.offset : page.offset + page.size]
    found = linked_events(session, ("support.recorded",), [row.id for row in shown])
    events = {event.subject_id: (event, position) for event, position in found}
    lines = []
    for row in shown:
        event, position = events.get(row.id, (None, 0))
        evidence = (Evidence("support", row.recipient, f"/grants/{grant_id}/third-parties/{row.id}"),)
        lines.append(
            TrailLine(
                "support", str(row.number), row.recorded_at, row.recorded_by, row.amount, "", event, position, evidence
            )
        )
    return Trail(Money.total(row.amount for row in rows), Page(lines, len(rows), page.number, page.size))
