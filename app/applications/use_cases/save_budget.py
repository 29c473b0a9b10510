"""Save a partner's budget sheet: all its amounts at once, in cents."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.applications.events import BudgetSaved
from app.applications.models import BudgetSheet, CostLine
from app.applications.policies import require_edit
from app.applications.queries import CurrentBudget, current_budget, editable_application, open_call, sheet_for_change
from app.applications.rules.budget_input import read_sheet
from app.applications.schemas import SaveBudget
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import RulesViolatedError, StaleVersionError
from app.core.money import Money


def save_budget(session: Session, actor: Actor, application_id: UUID, sent: SaveBudget, *, now: datetime) -> int:
    """Store the sheet; return its new version. Ceilings inform here and stop only a submission.

    Raise RulesViolated for anything that is no amount, an unknown category or a partner who
    may have no costs; StaleVersion with the stored amounts where somebody else saved first.
    """
    require_edit(actor, application_id)
    application = editable_application(session, application_id, now=now)
    rules = open_call(session, application.call_id).rules
    facts = current_budget(session, application, rules)
    partner = next((one for one in facts.partners if one.partner_id == sent.partner_id), None)
    read = read_sheet(rules, partner, sent.lines, sent.own_funding)
    if read.violations:
        raise RulesViolatedError(read.violations)
    sheet = sheet_for_change(session, application_id, sent.partner_id)
    current = sheet.version if sheet is not None else 0
    if sent.version != current:
        raise StaleVersionError(sent=sent.version, current=current, theirs=_stored(facts, sent.partner_id))
    if sheet is None:
        sheet = BudgetSheet(application_id=application_id, partner_id=sent.partner_id)
        session.add(sheet)
    sheet.own_funding, sheet.version = read.own_funding, current + 1
    sheet.saved_at, sheet.saved_by = now, actor.person_id
    session.flush()
    session.execute(
        sa.delete(CostLine).where(CostLine.application_id == application_id, CostLine.partner_id == sent.partner_id)
    )
    session.add_all(
        CostLine(
            application_id=application_id,
            partner_id=sent.partner_id,
            category=line.category_id,
            amount=line.amount,
            units=line.units,
        )
        for line in read.lines
        if line.amount or line.units
    )
    session.flush()
    application.changed_at, application.changed_by = now, actor.person_id
    application.requested = current_budget(session, application, rules).table.requested
    record_event(
        session,
        actor,
        BudgetSaved(
            subject_id=application_id,
            facts={
                "partner": str(sent.partner_id),
                "categories": sorted(line.category_id for line in read.lines if line.amount or line.units),
                "version": sheet.version,
            },
            call_id=application.call_id,
            application_id=application_id,
        ),
        now=now,
    )
    return sheet.version


def _stored(budget: CurrentBudget, partner_id: UUID) -> dict[str, str]:
    """The sheet as it is stored, by category: units where they are counted, else the amount."""
    mine = [line for line in budget.lines if line.partner_id == partner_id]
    stored = {line.category_id: line.amount.amount if line.units is None else str(line.units) for line in mine}
    own = next((one.amount for one in budget.own_funding if one.partner_id == partner_id), Money.zero())
    return {**stored, "own_funding": own.amount}
