"""Readings of applications take a constant number of queries, and give only what was asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.applications.queries import application_facts
from app.applications.queries.applied_call import applied_call
from app.applications.queries.mine import OwnFilter, own_applications
from app.applications.queries.reading import altered_submissions, application_head
from app.core.paging import PageRequest
from app.partnerships.queries import (
    applicant_facts,
    invitation_to,
    open_invitations_for,
    partner_facts,
    partner_rows,
)
from tests.builders.applications import (
    Made,
    a_call,
    a_cluster,
    a_complete_application,
    a_draft,
    a_partner,
    a_submitted_application,
    costs,
)
from tests.builders.people import a_person, actor_for
from tests.conftest import NOW

ALL = PageRequest(1, 100)


@contextmanager
def counted(session: Session) -> Iterator[list[str]]:
    """The statements that run inside the block."""
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        said.append(statement)

    engine = session.get_bind()
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


def _facts_queries(session: Session, made: Made) -> int:
    head = application_head(session, made.application_id)
    rules = applied_call(session, made.call.id).rules
    with counted(session) as said:
        facts = application_facts(session, head, rules)
    assert len(facts.partners) >= 1
    return len(said)


def test_the_facts_of_an_application_cost_the_same_with_one_partner_and_with_thirty(session: Session) -> None:
    made = a_draft(session)
    alone = _facts_queries(session, made)
    for at in range(29):
        member = a_partner(session, made, at)
        costs(session, made, member.partner_id, {"personnel": "1.00"})
    assert len(partner_rows(session, made.application_id)) == 30
    assert _facts_queries(session, made) == alone


def test_ones_own_applications_take_one_query_for_one_and_for_thirty(session: Session) -> None:
    call = a_call(session)
    ids = [a_draft(session, call, acronym=f"A{at}").application_id for at in range(30)]
    for some in (ids[:1], ids):
        with counted(session) as said:
            page = own_applications(session, some, OwnFilter(), ALL)
        assert (len(said), page.total, len(page.rows)) == (1, len(some), len(some))


def test_lists_search_narrow_sort_and_page(session: Session) -> None:
    call = a_call(session)
    made = [a_draft(session, call, acronym=name) for name in ("BETA", "alpha", "GAMMA")]
    submitted = a_submitted_application(session, call, acronym="DELTA")
    ids = [one.application_id for one in (*made, submitted)]
    by_name = own_applications(session, ids, OwnFilter(), ALL, sort="acronym", descending=False)
    assert [row.acronym for row in by_name.rows] == ["alpha", "BETA", "DELTA", "GAMMA"]
    found = own_applications(session, ids, OwnFilter(text="alph"), ALL)
    assert [row.acronym for row in found.rows] == ["alpha"]
    assert own_applications(session, ids, OwnFilter(text="%"), ALL).total == 0
    assert [row.acronym for row in own_applications(session, ids, OwnFilter(state="submitted"), ALL).rows] == ["DELTA"]
    second = own_applications(session, ids, OwnFilter(), PageRequest(2, 3), sort="acronym", descending=False)
    assert ([row.acronym for row in second.rows], second.total) == (["GAMMA"], 4)


def test_somebody_elses_application_is_in_nobodys_list(session: Session) -> None:
    call = a_call(session)
    a_draft(session, call, acronym="PLANTED-SECRET")
    mine = a_draft(session, call, acronym="MINE")
    page = own_applications(session, [mine.application_id], OwnFilter(), ALL)
    assert [row.acronym for row in page.rows] == ["MINE"]
    assert own_applications(session, [], OwnFilter(), ALL).total == 0


def test_invitations_are_for_the_organisation_or_the_address_that_they_name(session: Session) -> None:
    made = a_draft(session)
    asked = a_partner(session, made, 1, accept=False)
    stranger = a_person(session)
    own = a_cluster(session, stranger, 2)
    assert [row.id for row in open_invitations_for(session, [asked.organisation.id], "")] == [asked.partner_id]
    assert not open_invitations_for(session, [own.id], stranger.email)
    actor = actor_for(session, asked.person)
    found = invitation_to(session, actor, made.application_id, asked.partner_id)
    assert found is not None
    assert found.organisation == asked.organisation.legal_name
    assert invitation_to(session, actor_for(session, stranger), made.application_id, asked.partner_id) is None
    other = a_draft(session, made.call, acronym="OTHER")
    assert invitation_to(session, actor, other.application_id, asked.partner_id) is None


def test_region_categories_are_those_of_the_day(session: Session) -> None:
    made = a_complete_application(session)
    facts = partner_facts(session, made.application_id, on=NOW.date())
    assert [one.region_category for one in facts] == ["less_developed", "more_developed", "less_developed"]
    later = partner_facts(session, made.application_id, on=NOW.date().replace(year=2030))
    assert [one.region_category for one in later] == [None, None, None]


def test_an_applicant_is_looked_at_before_there_is_an_application(session: Session) -> None:
    person = a_person(session)
    rows = [a_cluster(session, person, at) for at in (0, 1)]
    with counted(session) as said:
        facts = applicant_facts(session, [row.id for row in rows], on=NOW.date())
    assert len(said) == 1
    assert {one.country for one in facts} == {"PT", "IT"}
    assert all(one.counts for one in facts)


def test_an_altered_submission_is_found(session: Session) -> None:
    made = a_submitted_application(session)
    assert list(altered_submissions(session)) == []
    session.execute(sa.text("alter table submission disable trigger all"))
    session.execute(
        sa.text("update submission set snapshot = jsonb_set(snapshot, '{totals,requested,amount}', '\"1.00\"')")
    )
    session.expire_all()
    assert list(altered_submissions(session)) == [made.submission_id]


@pytest.mark.parametrize("kind", ["draft", "submitted"])
def test_heads_know_their_state(session: Session, kind: str) -> None:
    made = a_draft(session) if kind == "draft" else a_submitted_application(session)
    assert application_head(session, made.application_id).state.value == kind
