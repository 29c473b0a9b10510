from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.calls import queries
from app.calls.rules.funding_kinds import FundingKind
from app.calls.rules.lifecycle import CallState
from app.calls.rules.phases import CLOSING_GRACE, Phase
from app.calls.schemas import CallFilter, NewProgramme, WithdrawCall
from app.calls.use_cases.close_call import close_call
from app.calls.use_cases.correct_call import correct_call
from app.calls.use_cases.create_programme import create_programme
from app.calls.use_cases.publish_call import publish_call
from app.calls.use_cases.withdraw_call import withdraw_call
from app.core.actor import SYSTEM, Actor, Role
from app.core.errors import NotFoundError
from app.core.paging import PageRequest
from tests.builders.calls import (
    a_draft_call,
    a_programme,
    a_programme_officer,
    a_published_call,
    another_call,
    escp_4x,
)
from tests.builders.people import a_person, actor_for, an_administrator
from tests.conftest import NOW

DEADLINE = escp_4x().timetable.closes_at
TICK = timedelta(microseconds=1)
FIRST = PageRequest()


@contextmanager
def statements(session: Session) -> Iterator[list[str]]:
    """Every statement sent while the block runs."""
    sent: list[str] = []

    def note(connection: object, cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    bind = session.get_bind()
    sa.event.listen(bind, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        sa.event.remove(bind, "before_cursor_execute", note)


@pytest.fixture
def officer(session: Session) -> Actor:
    return a_programme_officer(session)


def listed(session: Session, now: datetime = NOW, page: PageRequest = FIRST, **wanted: object) -> list[str]:
    found = queries.public_calls(session, CallFilter(**wanted), page, now=now)  # type: ignore[arg-type]
    return [row.identifier for row in found.page.rows]


def seven_calls(session: Session, officer: Actor) -> None:
    """One per phase and state, and a draft that nobody may see."""
    a_programme(session, "H2020", "Horizon 2020")
    early = datetime(2019, 1, 8, tzinfo=UTC)
    a_published_call(session, officer, now=early)
    a_published_call(
        session, officer, another_call("COS-SOONER-2019-1", **{"2019-04-04 17": "2019-03-15 17"}), now=early
    )
    later = {"opening: 2019-01-08": "opening: 2019-03-20"}
    a_published_call(session, officer, another_call("COS-LATER-2019-1", **later), now=early)
    over = {"2019-04-04 17": "2019-02-20 17", "programme: COSME": "programme: H2020"}
    closed = a_published_call(session, officer, another_call("H2020-CLOSED-2019-1", **over), now=early)
    close_call(session, SYSTEM, closed.id, now=NOW)
    unclosed = {"2019-04-04 17": "2019-02-25 17"}
    a_published_call(session, officer, another_call("COS-UNCLOSED-2019-1", **unclosed), now=early)
    gone = a_published_call(session, officer, another_call("COS-WITHDRAWN-2019-1"), now=early)
    withdraw_call(session, officer, gone.id, WithdrawCall(reason="No budget."), now=NOW)
    a_draft_call(session, officer, another_call("COS-SECRET-2019-1"))


def test_open_calls_come_first_by_deadline_and_drafts_never(session: Session, officer: Actor) -> None:
    seven_calls(session, officer)
    assert listed(session) == [
        "COS-SOONER-2019-1",
        "COS-CLUSTER-2018-03-02",
        "COS-LATER-2019-1",
        "COS-WITHDRAWN-2019-1",
        "COS-UNCLOSED-2019-1",
        "H2020-CLOSED-2019-1",
    ]


def test_each_filter_narrows(session: Session, officer: Actor) -> None:
    seven_calls(session, officer)
    assert listed(session, phase=Phase.FORTHCOMING) == ["COS-LATER-2019-1"]
    assert listed(session, phase=Phase.OPEN) == ["COS-SOONER-2019-1", "COS-CLUSTER-2018-03-02"]
    assert listed(session, programme="H2020") == ["H2020-CLOSED-2019-1"]
    assert listed(session, text="cos-cluster-2018-3-2") == ["COS-CLUSTER-2018-03-02"]
    assert len(listed(session, text="cluster excellence")) == 6
    assert listed(session, text="secret") == listed(session, text="100%_") == []
    assert listed(session, funding_kind=FundingKind.LABEL_ONLY) == []
    assert len(listed(session, text="---")) == 0


def test_facets_count_what_another_choice_would_show(session: Session, officer: Actor) -> None:
    seven_calls(session, officer)
    found = queries.public_calls(session, CallFilter(programme="COSME", phase=Phase.CLOSED), FIRST, now=NOW)
    assert found.page.total == 2
    assert found.facets == {
        "programme": {"COSME": 2, "H2020": 1},
        "phase": {"open": 2, "forthcoming": 1, "closed": 2},
        "funding_kind": {"grant": 2},
    }


def test_pages_do_not_overlap(session: Session, officer: Actor) -> None:
    seven_calls(session, officer)
    pages = [listed(session, page=PageRequest(number, 4)) for number in (1, 2, 3)]
    assert [len(page) for page in pages] == [4, 2, 0]
    assert [name for page in pages for name in page] == listed(session)


def test_the_phase_of_a_row_changes_at_the_instant(session: Session, officer: Actor) -> None:
    a_published_call(session, officer, now=datetime(2019, 1, 7, tzinfo=UTC))
    opens = escp_4x().timetable.opens_at
    for now, phase in (
        (opens - TICK, Phase.FORTHCOMING),
        (opens, Phase.OPEN),
        (DEADLINE, Phase.OPEN),
        (DEADLINE + TICK, Phase.CLOSED),
    ):
        (row,) = queries.public_calls(session, CallFilter(), FIRST, now=now).page.rows
        assert row.phase is phase
        assert row.funding_kind.pays
    assert (row.title("fr"), row.version, row.envelope) == (
        "European Cluster Excellence Programme",
        "1.0",
        escp_4x().envelope,
    )


def test_the_number_of_queries_does_not_grow_with_the_calls(session: Session, officer: Actor) -> None:
    readings: list[Callable[[], object]] = [
        lambda: queries.public_calls(session, CallFilter(), FIRST, now=NOW),
        lambda: queries.managed_calls(session, officer, 100, now=NOW),
    ]
    counts = []
    for step in range(2):
        for number in range(4):
            a_published_call(session, officer, another_call(f"COS-MANY-{step}-{number}"))
        with statements(session) as sent:
            for reading in readings:
                reading()
        counts.append(len(sent))
    assert counts[0] == counts[1] == 3


def test_the_page_of_a_call_tells_versions_and_what_changed(session: Session, officer: Actor) -> None:
    call = a_published_call(session, officer)
    before = queries.call_page(session, "cos-cluster-2018-3-02", now=NOW)
    assert (before.version.label, before.corrigenda, before.row.version) == ("1.0", [], "1.0")
    correct_call(session, officer, call.id, confirmed=True, now=NOW)
    page = queries.call_page(session, "cos-cluster-2018-3-02", now=NOW)
    assert (page.row.id, page.version.label, page.rules) == (call.id, "1.1", escp_4x("1.1"))
    (corrigendum,) = page.corrigenda
    assert corrigendum.version.label == "1.1"
    assert ("100", "50") in {(change.before, change.after) for change in corrigendum.changes}


def test_a_parsed_document_is_not_read_again(session: Session, officer: Actor) -> None:
    call = a_published_call(session, officer)
    version_id, rules = queries.published_rules(session, call.id)
    with statements(session) as sent:
        assert queries.rules_of_version(session, version_id) is rules
    assert len(sent) == 1
    assert "document" not in sent[0]


def test_a_draft_has_no_page(session: Session, officer: Actor) -> None:
    call = a_draft_call(session, officer)
    for identifier in (call.identifier, "COS-NOTHING-1"):
        with pytest.raises(NotFoundError):
            queries.call_page(session, identifier, now=NOW)
    with pytest.raises(NotFoundError):
        queries.published_rules(session, call.id)
    with pytest.raises(NotFoundError):
        queries.rules_of_version(session, call.id)


def test_a_withdrawn_call_keeps_its_page_with_the_reason(session: Session, officer: Actor) -> None:
    call = a_published_call(session, officer)
    withdraw_call(session, officer, call.id, WithdrawCall(reason="No budget."), now=NOW)
    page = queries.call_page(session, call.identifier, now=NOW)
    assert (page.withdrawal_reason, page.row.phase, page.row.state) == ("No budget.", Phase.CLOSED, CallState.WITHDRAWN)


def test_an_officer_sees_the_calls_of_their_programmes_only(session: Session, officer: Actor) -> None:
    seven_calls(session, officer)
    assert len(queries.managed_calls(session, officer, 100, now=NOW)) == 7
    assert len(queries.managed_calls(session, officer, 3, now=NOW)) == 3
    programme = queries.programme_by_code(session, "H2020")
    assert programme is not None
    for_h2020 = actor_for(session, a_person(session, roles=((Role.PROGRAMME_OFFICER, programme.id),)))
    assert [row.identifier for row in queries.managed_calls(session, for_h2020, 100, now=NOW)] == [
        "H2020-CLOSED-2019-1"
    ]
    nobody = actor_for(session, a_person(session, roles=((Role.EVALUATOR, programme.id),)))
    assert not queries.managed_calls(session, nobody, 100, now=NOW)


def test_programmes_are_listed_by_code(session: Session) -> None:
    administrator = actor_for(session, an_administrator(session))
    for code in ("SMP", "COSME"):
        create_programme(session, administrator, NewProgramme(code=code, title=f"Programme {code}"), now=NOW)
    assert [code for _, code, _ in queries.programmes(session)] == ["COSME", "SMP"]


def test_calls_to_close_come_in_the_order_of_their_deadlines(session: Session, officer: Actor) -> None:
    late = a_published_call(session, officer)
    soon = a_published_call(session, officer, another_call("COS-SOONER-2019-1", **{"2019-04-04 17": "2019-03-15 17"}))
    draft = a_draft_call(session, officer, another_call("COS-DRAFT-2019-1"))
    assert queries.calls_to_close(session, now=DEADLINE + CLOSING_GRACE + TICK) == [soon.id, late.id]
    publish_call(session, officer, draft.id, confirmed=True, now=NOW)
    assert len(queries.calls_to_close(session, now=DEADLINE + timedelta(days=1))) == 3
