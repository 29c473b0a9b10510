"""Checks of capacity: what the call asks, by the office, with words where means are lacking."""

import pytest
from sqlalchemy.orm import Session

from app.core.errors import NotPermittedError, RulesViolatedError
from app.evaluation.queries.candidates import panel_facts
from app.evaluation.queries.rankings import prepared_ranking
from app.evaluation.rules.committee import Seat
from app.evaluation.rules.ranking import Standing
from app.evaluation.rules.selection import CapacityKind, CapacityOutcome
from app.evaluation.schemas import RecordCapacity
from app.evaluation.use_cases.record_capacity import record_capacity
from tests.builders.calls import a_programme_officer
from tests.builders.panel import REASON, SITTING, a_member, a_panel, known_rules
from tests.use_cases.evaluation.test_start_evaluation import rules_of


def test_the_latest_finding_counts_and_insufficient_means_are_not_selected(session: Session) -> None:
    round_id, _, [made] = a_panel(session)
    known, officer = known_rules(session, round_id), a_programme_officer(session)
    facts = panel_facts(session, known)
    check = facts.due(known, facts.concluded[0])[0]
    for outcome, standing in (
        (CapacityOutcome.INSUFFICIENT, Standing.NOT_SELECTED),
        (CapacityOutcome.WEAK, Standing.MAIN),
    ):
        wanted = RecordCapacity(kind=check.kind, outcome=outcome, partner_id=check.partner_id, words=REASON)
        record_capacity(session, officer, made.application_id, wanted, now=SITTING)
        assert prepared_ranking(session, known).ranked.standing_of(made.application_id) is standing


def test_what_the_call_does_not_ask_or_nobody_explains_is_refused(session: Session) -> None:
    _, _, [made] = a_panel(session)
    wanted = RecordCapacity(kind=CapacityKind.OPERATIONAL, outcome=CapacityOutcome.WEAK, words="weak")
    with pytest.raises(RulesViolatedError) as error:
        record_capacity(session, a_programme_officer(session), made.application_id, wanted, now=SITTING)
    assert rules_of(error) == {"capacity.not_asked", "panel.reason"}


def test_a_moderator_does_not_check_accounts(session: Session) -> None:
    round_id, _, [made] = a_panel(session)
    _, moderator = a_member(session, round_id, seat=Seat.MODERATOR)
    wanted = RecordCapacity(kind=CapacityKind.OPERATIONAL, outcome=CapacityOutcome.SUFFICIENT)
    with pytest.raises(NotPermittedError):
        record_capacity(session, moderator, made.application_id, wanted, now=SITTING)
