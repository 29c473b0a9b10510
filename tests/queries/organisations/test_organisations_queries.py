from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.queries import InvitationFilter, PeopleFilter, invitations_page, members_of, people_page, roles_of
from app.core.actor import Role, ScopeKind
from app.core.paging import PageRequest
from app.organisations.models import Organisation
from app.organisations.queries import (
    OrganisationFilter,
    names_of_organisations,
    organisation,
    organisations_of,
    region_facts,
    search,
)
from app.organisations.rules.types import OrganisationType, SmeStatus
from tests.builders.organisations import an_organisation
from tests.builders.people import a_person, an_invitation

FIRST = PageRequest(1)


@contextmanager
def counted(session: Session) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(connection: Any, cursor: Any, statement: Any, parameters: Any, context: Any, executemany: Any) -> None:
        seen.append(statement)

    engine = session.get_bind().engine
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


def found(session: Session, **wanted: Any) -> list[str]:
    return [row.legal_name for row in search(session, OrganisationFilter(**wanted), FIRST).rows]


@pytest.fixture
def some(session: Session) -> Any:
    norte = an_organisation(
        session, legal_name="Norte Têxtil", country="PT", region="PT11", city="Porto", pic="111222333"
    )
    an_organisation(
        session,
        legal_name="Textile Vallée",
        short_name="TexVal",
        country="FR",
        region="FR10",
        city="Paris",
        pic="111999000",
    )
    an_organisation(
        session,
        legal_name="100% Wood",
        country="SE",
        region="",
        city="Umeå",
        organisation_type=OrganisationType.SME,
        sme="yes",
        pic=None,
    )
    return norte


def test_search_finds_parts_of_names_cities_and_names_spelt_alike(session: Session, some: Organisation) -> None:
    assert found(session, q="norte") == ["Norte Têxtil"]
    assert found(session, q="TEXVAL") == ["Textile Vallée"]
    assert found(session, q="porto") == ["Norte Têxtil"]
    assert found(session, q="textille valle") == ["Textile Vallée"]
    assert found(session, q="umeå") == ["100% Wood"]
    assert found(session, q="no such thing") == []


def test_search_finds_the_beginning_of_a_pic(session: Session, some: Organisation) -> None:
    assert found(session, q="111 222") == ["Norte Têxtil"]
    assert set(found(session, q="111")) == {"Norte Têxtil", "Textile Vallée"}


@pytest.mark.parametrize("text", ["%", "_", "\\", "'; drop table organisation; --", "100%"])
def test_signs_of_the_query_language_are_letters(session: Session, some: Organisation, text: str) -> None:
    assert found(session, q=text) == (["100% Wood"] if "%" in text else [])


def test_filters_narrow(session: Session, some: Organisation) -> None:
    assert found(session, country="PT") == ["Norte Têxtil"]
    assert found(session, region="FR10") == ["Textile Vallée"]
    assert found(session, organisation_type=OrganisationType.SME) == ["100% Wood"]
    assert found(session, sme=SmeStatus.YES) == ["100% Wood"]
    assert found(session, sort="country", descending=True) == ["100% Wood", "Norte Têxtil", "Textile Vallée"]


def test_merged_organisations_are_in_no_list_but_found_by_id(session: Session, some: Organisation) -> None:
    merged = an_organisation(session, legal_name="Norte Textil SA", canonical_id=some.id)
    assert found(session, q="norte") == ["Norte Têxtil"]
    assert organisation(session, merged.id).canonical_id == some.id


def test_a_persons_organisations_with_their_roles(session: Session, some: Organisation) -> None:
    person = a_person(session, roles=((Role.MEMBER, some.id), (Role.REPRESENTATIVE, some.id)))
    a_person(session, roles=((Role.MEMBER, an_organisation(session).id),))
    (row,) = organisations_of(session, person.id)
    assert (row.id, row.roles) == (some.id, (Role.REPRESENTATIVE, Role.MEMBER))


def test_region_facts_say_what_is_known_and_what_is_not(now: datetime) -> None:
    facts = region_facts("AT11", on=now.date())
    assert (facts.category, facts.confidence, facts.current) == ("transition", "assumed", True)
    later = region_facts("AT11", on=date(2026, 11, 25))
    assert (later.category, later.valid_from, later.valid_to) == ("transition", date(2014, 1, 1), date(2020, 12, 31))
    assert not later.current
    assert region_facts("AL01", on=now.date()).category == ""
    assert region_facts("XX99", on=now.date()) is None
    assert region_facts("", on=now.date()) is None


def test_lists_take_as_many_queries_for_one_row_as_for_thirty(session: Session, now: datetime) -> None:
    def counts() -> list[int]:
        result = []
        for read in (
            lambda: search(session, OrganisationFilter(), FIRST),
            lambda: search(session, OrganisationFilter(q="cluster"), FIRST),
            lambda: organisations_of(session, person.id),
            lambda: organisation(session, first.id),
            lambda: names_of_organisations(session, [first.id]),
            lambda: people_page(session, PeopleFilter(), FIRST),
            lambda: members_of(session, ScopeKind.ORGANISATION, first.id),
            lambda: roles_of(session, person.id),
            lambda: invitations_page(session, InvitationFilter(), FIRST, now=now),
        ):
            with counted(session) as seen:
                read()
            result.append(len(seen))
        return result

    person = a_person(session)
    first = an_organisation(session, representative=person)
    an_invitation(session)
    for_one = counts()
    for _ in range(30):
        an_organisation(session, representative=person)
        a_person(session, roles=((Role.MEMBER, first.id),))
        an_invitation(session)
    assert counts() == for_one
    assert max(for_one) == 2


def test_the_trigram_index_serves_the_search(session: Session) -> None:
    session.execute(sa.text("set local enable_seqscan = off"))
    plan = "\n".join(
        session.scalars(
            sa.text("explain select id from organisation where search_text %> 'norte' or search_text like '%norte%'")
        )
    )
    assert "ix_organisation_search_text" in plan


def test_people_are_found_by_name_address_role_and_state(session: Session) -> None:
    ana = a_person(session, name="Ana Costa", email="ana@norte.example", roles=(Role.AUDITOR,))
    a_person(session, name="Bo Ek", email="bo@wood.example", active=False)

    def names(**wanted: Any) -> list[str]:
        return [row.name for row in people_page(session, PeopleFilter(**wanted), FIRST).rows]

    assert names(q="COSTA") == names(q="norte.ex") == names(role=Role.AUDITOR) == names(active=True) == [ana.name]
    assert names(active=False) == ["Bo Ek"]
    assert names(descending=True) == ["Bo Ek", "Ana Costa"]
    assert names(q="%") == []
