"""Asking for the report of a portfolio: what is seen is frozen, and only who follows money asks."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from app.audit.queries import EventFilter, events_page
from app.core.actor import PUBLIC, Role, ScopeKind
from app.core.errors import NotPermittedError, RulesViolatedError, SignInRequiredError
from app.core.paging import PageRequest
from app.documents.queries import document, documents_asked_by
from app.reporting.schemas import AskPortfolioReport
from app.reporting.use_cases.request_portfolio_report import request_portfolio_report
from tests.builders.awards import SENT
from tests.builders.grants import MadeGrant, an_opened_grant
from tests.builders.people import a_person, a_role, actor_for


@pytest.fixture
def made(session: Session) -> MadeGrant:
    return an_opened_grant(session)


def test_it_freezes_the_rows_and_says_who_asked(session: Session, made: MadeGrant) -> None:
    command = AskPortfolioReport(call=made.ranked.call.identifier, state="preparation")
    document_id = request_portfolio_report(session, made.officer, command, now=SENT)
    row = document(session, document_id)
    assert row is not None
    assert row.data["chosen"] == {"state": "preparation"}
    assert row.data["asked_by"] == str(made.officer.person_id)
    [frozen] = row.data["grants"]  # type: ignore[misc]  # a list of one
    assert (frozen["grant"], frozen["step"], frozen["days_late"]) == (str(made.grant_id), "prepare", 0)
    assert made.officer.person_id is not None
    assert documents_asked_by(session, "portfolio", made.officer.person_id, PageRequest()).total == 1
    [event] = events_page(session, EventFilter(subject_id=document_id), PageRequest()).rows
    assert (event.kind, event.facts["document"]) == ("document.requested", "portfolio_report")


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        ({"state": "closed"}, "portfolio.nothing_to_report"),
        ({"q": "nobody is called so"}, "portfolio.nothing_to_report"),
        ({"call": "COS-NO-SUCH-1"}, "portfolio.unknown_call"),
    ],
)
def test_nothing_is_made_of_nothing(session: Session, made: MadeGrant, given: dict[str, str], rule: str) -> None:
    with pytest.raises(RulesViolatedError) as refused:
        request_portfolio_report(session, made.officer, AskPortfolioReport(**given), now=SENT)  # type: ignore[arg-type]
    assert [one.rule for one in refused.value.violations] == [rule]


def test_only_who_follows_money_has_a_portfolio(session: Session, made: MadeGrant) -> None:
    with pytest.raises(NotPermittedError):
        request_portfolio_report(session, made.actor(session), AskPortfolioReport(), now=SENT)
    with pytest.raises(SignInRequiredError):
        request_portfolio_report(session, PUBLIC, AskPortfolioReport(), now=SENT)
    elsewhere = a_person(session)
    a_role(session, elsewhere, Role.FINANCE_OFFICER, made.grant_id, scope=ScopeKind.CALL)
    with pytest.raises(RulesViolatedError):
        request_portfolio_report(session, actor_for(session, elsewhere), AskPortfolioReport(), now=SENT)
