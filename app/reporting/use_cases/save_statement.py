"""Save a partner's financial statement, and sign it for the partner."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.applications.queries.applied_call import rules_of
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import NotFoundError, RulesViolatedError, StaleVersionError
from app.core.money import Money
from app.core.violations import blocking
from app.grants.queries.agreement import agreement_of
from app.infra.ids import new_id
from app.reporting.events import StatementSaved, StatementSigned
from app.reporting.models import ClaimedCost, FinancialStatement
from app.reporting.queries.reading import partners_of, report_reading
from app.reporting.queries.reports import statement_for_change
from app.reporting.queries.signed import content_of, signed_hash, stored_content
from app.reporting.rules.costs import Cost, read_costs
from app.reporting.rules.statements import statement_findings
from app.reporting.schemas import SaveStatement, StatementAt
from app.reporting.use_cases.acting import Act, require_open, touch, writing_for


def save_statement(session: Session, actor: Actor, at: StatementAt, wanted: SaveStatement, *, now: datetime) -> int:
    """Store the whole statement of one partner; return its new version. What is saved anew is no longer signed or judged.

    Raise RulesViolated with every line that cannot be read and where the report was given back without this statement,
    StaleVersion where a colleague saved first, NotPermitted where somebody else speaks for the partner, NotFound for a
    partner without a budget. Saving what is stored already
    changes nothing, so that it stays signed.
    """
    partner_id = at.partner_id
    act = writing_for(session, actor, at.grant_id, at.number, at.partner_id)
    agreement = agreement_of(session, at.grant_id)
    if all(partner.partner_id != partner_id for partner in partners_of(agreement)):
        raise NotFoundError("financial statement")
    stored = statement_for_change(session, act.report.period_id, partner_id)
    current = stored.version if stored is not None else 0
    if wanted.version != current:
        raise StaleVersionError(sent=wanted.version, current=current)
    rules = rules_of(session, agreement.call_version_id)
    read = read_costs(rules, agreement.facts.strand, partner_id, wanted.costs, wanted.receipts)
    if read.violations:
        raise RulesViolatedError(read.violations)
    content = content_of(read.costs, read.receipts, wanted.explanation, wanted.certificate)
    if stored is not None and stored_content(session, stored) == content:
        return stored.version
    require_open(act, stored)
    if stored is None:
        stored = FinancialStatement(id=new_id(), period_id=act.report.period_id, partner_id=partner_id)
        session.add(stored)
    stored.version, stored.receipts = current + 1, read.receipts
    stored.explanation, stored.certificate = wanted.explanation, wanted.certificate
    stored.saved_at, stored.saved_by = now, actor.person_id
    stored.signed_at = stored.signed_by = stored.sha256 = None
    touch(act.report, actor, now=now)
    session.flush()
    _replace_costs(session, stored.id, read.costs)
    facts = {"partner": partner_id, "lines": len(read.costs), "claimed": Money.total(one.amount for one in read.costs)}
    record_event(session, actor, StatementSaved(**act.event(**facts, version=stored.version)), now=now)
    return stored.version


def sign_statement(session: Session, actor: Actor, at: StatementAt, *, now: datetime) -> str:
    """Sign the statement as it is stored; return the hash that was signed. A partner without costs signs an empty one.

    Raise RulesViolated with every blocking finding, NotPermitted where somebody else speaks for the partner.
    """
    partner_id = at.partner_id
    act = writing_for(session, actor, at.grant_id, at.number, at.partner_id)
    stored = statement_for_change(session, act.report.period_id, partner_id) or empty_statement(
        session, act, partner_id, now
    )
    reading = report_reading(session, at.grant_id, at.number)
    partner = next((one for one in reading.partners if one.partner_id == partner_id), None)
    if partner is None:
        raise NotFoundError("financial statement")
    found = statement_findings(
        reading.rules, reading.strand, reading.row.period, reading.facts.project, reading.statement_facts(partner)
    )
    if refused := blocking(found):
        raise RulesViolatedError(refused)
    if stored.sha256 is not None:
        return stored.sha256
    stored.sha256 = signed_hash(session, stored, at.grant_id, at.number)
    stored.signed_at, stored.signed_by = now, actor.person_id
    touch(act.report, actor, now=now)
    session.flush()
    facts = {"partner": partner_id, "sha256": stored.sha256, "claimed": _claimed(session, stored.id)}
    record_event(session, actor, StatementSigned(**act.event(**facts)), now=now)
    return stored.sha256


def empty_statement(session: Session, act: Act, partner_id: UUID, now: datetime) -> FinancialStatement:
    """A stored statement without costs."""
    stored = FinancialStatement(
        id=new_id(),
        period_id=act.report.period_id,
        partner_id=partner_id,
        version=1,
        receipts=Money.zero(),
        explanation="",
        certificate="",
        saved_at=now,
    )
    session.add(stored)
    session.flush()
    return stored


def _replace_costs(session: Session, statement_id: UUID, costs: Sequence[Cost]) -> None:
    session.execute(sa.delete(ClaimedCost).where(ClaimedCost.statement_id == statement_id))
    rows = [
        {
            "id": new_id(),
            "statement_id": statement_id,
            "number": cost.number,
            "category": cost.category,
            "words": cost.words,
            "first_day": cost.first_day,
            "last_day": cost.last_day,
            "amount": cost.amount,
            "units": cost.units,
            "reason": "",
        }
        for cost in costs
    ]
    if rows:
        session.execute(sa.insert(ClaimedCost).values(rows))


def _claimed(session: Session, statement_id: UUID) -> Money:
    amounts = session.scalars(sa.select(ClaimedCost.amount).where(ClaimedCost.statement_id == statement_id))
    return Money.total(amounts)
