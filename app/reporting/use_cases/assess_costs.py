"""Assess claimed costs of a submitted report: accept, reduce or reject, line by line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.applications.queries.applied_call import rules_of
from app.applications.rules.budget import fixed_amount
from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import RulesViolatedError, TransitionNotAllowedError
from app.core.money import Money
from app.core.violations import Violation
from app.grants.queries.agreement import agreement_of
from app.reporting.events import CostsAssessed
from app.reporting.models import ClaimedCost
from app.reporting.queries.reports import costs_for_change
from app.reporting.rules.assessment import Judgement, Verdict, judgement_findings
from app.reporting.rules.lifecycle import ReportState
from app.reporting.schemas import AssessCost, AssessCosts
from app.reporting.use_cases.acting import assessing


def assess_costs(
    session: Session, actor: Actor, grant_id: UUID, number: int, wanted: AssessCosts, *, now: datetime
) -> None:
    """Note decisions on costs of one report, all or none; a decision can be made again until the report is decided.

    "All others" are those of the submission that was read and have no decision by now: what a colleague decided stays.
    Places are ``<cost>.amount`` and ``<cost>.reason``. Raise RulesViolated with every finding, and for who has a part in
    the report, TransitionNotAllowed unless it is submitted, StaleVersion where it was submitted again since it was read.
    """
    act = assessing(session, actor, grant_id, number, wanted.times)
    if act.report.state != ReportState.SUBMITTED:
        raise TransitionNotAllowedError("periodic report", act.report.state, "assessed")
    rules = rules_of(session, agreement_of(session, grant_id).call_version_id)
    rows = {row.id: row for row in costs_for_change(session, act.report.period_id)}
    found: list[Violation] = []
    lines = [*wanted.costs, *_others(wanted, rows.values())]
    if not lines:
        found.append(Violation("assessment.nothing", "No decision is new: choose one for at least one cost."))
    for line in wanted.costs:
        row, judgement = rows.get(line.cost_id), Judgement(line.verdict, line.amount, line.reason)
        if row is None:
            found.append(Violation("assessment.unknown_cost", "This report has no such cost.", f"{line.cost_id}"))
            continue
        price = fixed_amount(rules.funding.category(row.category))
        found += judgement_findings(judgement, row.amount, price=price, place=f"{line.cost_id}.")
    if found:
        raise RulesViolatedError(found)
    for line in lines:
        row, judgement = rows[line.cost_id], Judgement(line.verdict, line.amount, line.reason)
        row.verdict, row.accepted = line.verdict, judgement.accepts(row.amount)
        row.reason = "" if line.verdict is Verdict.ACCEPTED else line.reason.strip()
        row.assessed_at, row.assessed_by = now, actor.person_id
    session.flush()
    facts = {
        "lines": len(lines),
        "accepted": Money.total(rows[line.cost_id].accepted or Money.zero() for line in lines),
        "open": sum(1 for row in rows.values() if row.verdict is None),
    }
    record_event(session, actor, CostsAssessed(**act.event(**facts)), now=now)


def _others(wanted: AssessCosts, rows: Iterable[ClaimedCost]) -> Sequence[AssessCost]:
    """Every cost without a decision that is not named, accepted; nothing unless that is asked for."""
    if not wanted.others:
        return ()
    named = {line.cost_id for line in wanted.costs}
    return [
        AssessCost(cost_id=row.id, verdict=Verdict.ACCEPTED)
        for row in rows
        if row.verdict is None and row.id not in named
    ]
