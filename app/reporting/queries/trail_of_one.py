"""The trail of one payment, act by act, and of one claimed cost, from the claim to the decision."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.queries import linked_events
from app.core.errors import NotFoundError
from app.core.money import Money
from app.core.paging import Page, PageRequest
from app.ledger.queries import entries_page
from app.ledger.rules.accounts import EntryKind
from app.ledger.schemas import EntryFilter, EntryRow
from app.payments.models import Payment
from app.reporting.models import ClaimedCost, FinancialStatement, ReportingPeriod
from app.reporting.queries.trail_evidence import Trail, TrailLine, evidence_of
from app.reporting.rules.trails import TrailFigure, signed

_EVERY = PageRequest(size=100_000)
_CIRCUIT = (
    "payment.initiated", "payment.verified", "payment.authorised", "payment.returned", "payment.cancelled",
    "payment.suspended", "payment.resumed", "payment.released", "payment.missing", "payment.found",
    "payment.status_told", "payment.paid", "payment.failed", "payment.surfaced",
)  # fmt: skip
_OF_COSTS = ("reporting.submitted", "reporting.costs_assessed", "reporting.decided")


def trail_of_payment(session: Session, payment_id: UUID) -> Trail:
    """Every act of the circuit, and what the bank booked: the sum is what is paid of it now."""
    columns = (Payment.call_id, Payment.reference)
    row = session.execute(sa.select(*columns).where(Payment.id == payment_id)).first()
    if row is None:
        raise NotFoundError("payment")
    keys = [f"payment:{payment_id}", f"payment:{payment_id}/back"]
    booked = entries_page(session, row.call_id, EntryFilter(keys=keys), _EVERY, descending=False).rows
    moved = {_event_kind(entry): signed(TrailFigure.PAID, entry.kind, entry.amount) for entry in booked}
    lines = [
        TrailLine(
            what=event.kind,
            reference=row.reference,
            occurred_at=event.occurred_at,
            actor_id=event.actor_id,
            amount=moved.get(event.kind),
            event=event,
            position=position,
        )
        for event, position in linked_events(session, _CIRCUIT, [payment_id])
    ]
    found = evidence_of(session, payments=[payment_id])
    lines = [replace(line, evidence=found.get(payment_id, ())) if line.amount is not None else line for line in lines]
    return Trail(Money.total(moved.values()), Page(lines, len(lines), 1, max(len(lines), 1)))


def trail_of_cost(session: Session, cost_id: UUID) -> Trail:
    """From what a partner claimed to what of it was accepted; raise NotFound."""
    row = session.execute(_COST.where(ClaimedCost.id == cost_id)).first()
    if row is None or row.verdict is None or row.accepted is None:
        raise NotFoundError("cost")
    kinds = ("reporting.statement_signed", *_OF_COSTS)
    about = [
        (event, position)
        for event, position in linked_events(session, kinds, [row.grant_id])
        if event.facts.get("period") == row.period and event.facts.get("partner") in {None, str(row.partner_id)}
    ]
    last = {event.kind: (event, position) for event, position in about}
    judged = [
        one for one in about if one[0].kind == "reporting.costs_assessed" and one[0].occurred_at == row.assessed_at
    ]
    refused = row.accepted - row.amount
    amounts = {"reporting.statement_signed": row.amount, "reporting.costs_assessed": refused}
    evidence = evidence_of(session, periods=[row.period_id]).get(row.period_id, ())
    lines = []
    for kind in kinds:
        event, position = judged[0] if kind == "reporting.costs_assessed" and judged else last.get(kind, (None, 0))
        if event is None:
            continue
        lines.append(
            TrailLine(
                what=kind,
                reference=row.words,
                occurred_at=event.occurred_at,
                actor_id=event.actor_id,
                amount=amounts.get(kind),
                reason=row.reason if kind == "reporting.costs_assessed" else "",
                event=event,
                position=position,
                evidence=evidence if kind == "reporting.decided" else (),
            )
        )
    return Trail(row.accepted, Page(lines, len(lines), 1, max(len(lines), 1)))


def cost_place(session: Session, cost_id: UUID) -> tuple[UUID, int, str]:
    """Grant, period and words of a claimed cost that was judged; raise NotFound."""
    row = session.execute(_COST.where(ClaimedCost.id == cost_id)).first()
    if row is None or row.verdict is None:
        raise NotFoundError("cost")
    return row.grant_id, row.period, row.words


_COST = (
    sa.select(
        ClaimedCost.amount,
        ClaimedCost.accepted,
        ClaimedCost.verdict,
        ClaimedCost.reason,
        ClaimedCost.words,
        ClaimedCost.assessed_at,
        FinancialStatement.partner_id,
        ReportingPeriod.id.label("period_id"),
        ReportingPeriod.grant_id,
        ReportingPeriod.number.label("period"),
    )
    .join(FinancialStatement, FinancialStatement.id == ClaimedCost.statement_id)
    .join(ReportingPeriod, ReportingPeriod.id == FinancialStatement.period_id)
)


def _event_kind(entry: EntryRow) -> str:
    return "payment.paid" if entry.kind is EntryKind.PAY else "payment.failed"
