"""What the ranking is made from, through the query: order of rows, snapshots, number of queries."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.money import Money
from app.evaluation.models import ConsensusScore
from app.evaluation.queries.candidates import candidates, submitted_of
from app.evaluation.queries.rankings import prepared_ranking
from app.notifications.queries import panel_work
from tests.builders.calls import a_programme_officer
from tests.builders.panel import GOOD, a_member, a_panel, a_proposal, known_rules, many


def euro(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "EUR"}


def a_partner(number: int, role: str, country: str, *, sme: bool | None) -> dict[str, Any]:
    return {
        "id": f"00000000-0000-0000-0000-00000000000{number}",
        "name": f"Partner {number}",
        "role": role,
        "country": country,
        "organisation_type": "sme",
        "sme": sme,
    }


def a_row(number: int, eligible: str) -> dict[str, Any]:
    return {
        "partner": f"00000000-0000-0000-0000-00000000000{number}",
        "requested": euro("10.00"),
        "eligible": euro(eligible),
    }


@pytest.mark.parametrize(("sme", "share"), [(True, 2500), (False, 0), (None, None)])
def test_a_snapshot_says_countries_requests_and_the_share_of_smes(*, sme: bool | None, share: int | None) -> None:
    found = submitted_of(
        [
            a_partner(1, "coordinator", "BE", sme=False),
            a_partner(2, "partner", "FR", sme=sme),
            a_partner(3, "associated", "DE", sme=True),
        ],
        [a_row(1, "75.00"), a_row(2, "25.00")],
    )
    assert (found.countries, found.sme_share) == (2, share)
    assert [(one.coordinator, one.requested) for one in found.partners] == [(True, Money(1000)), (False, Money(1000))]


def test_the_order_in_which_rows_were_written_changes_nothing(session: Session) -> None:
    round_id, _, made = a_panel(session, GOOD, (26, 24, 16, 15), (20, 20, 15, 15))
    known = known_rules(session, round_id)
    before = prepared_ranking(session, known)
    kept = session.scalars(sa.select(ConsensusScore)).all()
    rows = [(one.application_id, one.criterion, one.score) for one in kept]
    session.execute(sa.delete(ConsensusScore))
    session.expunge_all()
    for application_id, criterion, score in reversed(rows):
        session.execute(
            sa.insert(ConsensusScore).values(application_id=application_id, criterion=criterion, score=score)
        )
    after = prepared_ranking(session, known)
    assert (after.sha256, after.record) == (before.sha256, before.record)
    assert made


def test_queries_do_not_depend_on_how_many_there_are(session: Session, engine: sa.Engine) -> None:
    round_id, _, [made] = a_panel(session)
    known = known_rules(session, round_id)

    def count() -> int:
        asked: list[str] = []

        def note(*given: object) -> None:
            asked.append(str(given[2]))

        sa.event.listen(engine, "before_cursor_execute", note)
        prepared_ranking(session, known)
        sa.event.remove(engine, "before_cursor_execute", note)
        return len(asked)

    before = count()
    many(session, made, [GOOD] * 60)
    assert len(candidates(session, known)) == 61
    assert count() == before


def test_the_start_page_knows_panels_of_office_and_members(session: Session) -> None:
    round_id, _, _, [member, *_] = a_proposal(session)
    [mine] = panel_work(session, member)
    assert (mine.votes, mine.voted, mine.runs, mine.proposed, mine.needed) == (True, False, False, 1, 2)
    [office] = panel_work(session, a_programme_officer(session))
    assert (office.runs, office.votes, office.judged, office.concluded) == (True, False, 1, 1)
    stranger = a_member(session, round_id)[1]
    assert panel_work(session, stranger)[0].needed == 3
