"""Ask for the report of the portfolio as it is now: its rows and figures are frozen, sealed and kept."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import RulesViolatedError
from app.core.violations import Violation
from app.documents.schemas import DocumentRequest
from app.documents.use_cases.request_document import request_document
from app.grants.queries.facts import day_of
from app.infra.ids import new_id
from app.reporting.policies import require_following
from app.reporting.queries.documents import ABOUT_PORTFOLIO, PORTFOLIO_REPORT
from app.reporting.queries.portfolio import calls_followed, portfolio
from app.reporting.rules.portfolio import figures_of, narrowed, ordered, portfolio_record
from app.reporting.schemas import AskPortfolioReport

MOST_GRANTS = 2000
"""More rows than this make no document that anybody reads."""


def request_portfolio_report(session: Session, actor: Actor, command: AskPortfolioReport, *, now: datetime) -> UUID:
    """Freeze what the actor sees through the filter and ask for its document; return the document's id.

    Raise RulesViolated where no grant fits or too many do,
    NotPermitted for who follows no money.
    """
    require_following(actor)
    calls = {identifier: call_id for call_id, identifier in calls_followed(session, actor)}
    call, wanted = command.call, command.wanted()
    if call and call not in calls:
        words = "No grant of this call is among those that you follow."
        raise RulesViolatedError([Violation("portfolio.unknown_call", words, "call")])
    today = day_of(now)
    rows = ordered(narrowed(portfolio(session, actor, today=today, call_id=calls.get(call)), wanted), "acronym")
    if not rows:
        raise RulesViolatedError([Violation("portfolio.nothing_to_report", "No grant fits this choice.")])
    if len(rows) > MOST_GRANTS:
        words = "{count} grants fit; a report has {most} at most. Narrow the choice, or take the spreadsheet."
        raise RulesViolatedError(
            [Violation("portfolio.too_many", words, figures={"count": len(rows), "most": MOST_GRANTS})]
        )
    subject_id = new_id()
    report = DocumentRequest(
        kind=PORTFOLIO_REPORT,
        subject_kind=ABOUT_PORTFOLIO,
        subject_id=subject_id,
        reference=f"PORTFOLIO/{today.isoformat()}/{subject_id.hex[-6:].upper()}",
        title="Portfolio report",
        data={
            "format": "grappe-portfolio-1",
            "asked_by": actor.person_id,
            "as_of": now,
            "call": call,
            "chosen": wanted.chosen(),
            "figures": figures_of(rows).plain(),
            "grants": [portfolio_record(row) for row in rows],
        },
    )
    return request_document(session, actor, report, now=now)
