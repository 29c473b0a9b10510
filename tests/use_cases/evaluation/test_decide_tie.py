"""Ties that the call leaves to the panel."""

import pytest
from sqlalchemy.orm import Session

from app.core.errors import RulesViolatedError
from app.evaluation.queries.rankings import prepared_ranking
from app.evaluation.schemas import DecideTie
from app.evaluation.use_cases.decide_tie import decide_tie
from tests.builders.calls import a_programme_officer
from tests.builders.panel import GOOD, REASON, SITTING, a_panel, known_rules
from tests.use_cases.evaluation.test_start_evaluation import rules_of


def test_the_panel_s_order_decides_and_can_be_turned_round(session: Session) -> None:
    round_id, _, made = a_panel(session, GOOD, (30, 28, 18, 18), GOOD)
    first, _, third = (one.application_id for one in made)
    known, officer = known_rules(session, round_id), a_programme_officer(session)
    assert prepared_ranking(session, known).ranked.ties == ((first, third),)
    for order in ([third, first], [first, third]):
        decide_tie(session, officer, round_id, DecideTie(application_ids=order, reason=REASON), now=SITTING)
        ranked = prepared_ranking(session, known).ranked
        assert ranked.ties == ()
        assert [entry.candidate.application_id for entry in ranked.entries][1:] == order
        assert ranked.entries[2].decided_by == "panel_decision"


def test_only_a_whole_tie_is_decided(session: Session) -> None:
    round_id, _, made = a_panel(session, GOOD, (30, 28, 18, 18), GOOD)
    first, second, third = (one.application_id for one in made)
    officer = a_programme_officer(session)
    for order in ([first, second], [first, first], [first, second, third], [first, third, third]):
        with pytest.raises(RulesViolatedError) as error:
            decide_tie(session, officer, round_id, DecideTie(application_ids=order, reason=REASON), now=SITTING)
        assert rules_of(error) == {"panel.no_tie"}
    with pytest.raises(RulesViolatedError) as error:
        decide_tie(session, officer, round_id, DecideTie(application_ids=[third, first], reason="taste"), now=SITTING)
    assert rules_of(error) == {"panel.reason"}
