from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Invitation, Person
from app.accounts.queries import members_of
from app.audit.models import Event
from app.core.actor import PUBLIC, SYSTEM, Actor, Role, ScopeKind
from app.core.errors import NotFoundError, NotPermittedError, RulesViolatedError, StaleVersionError
from app.infra.db.constraints import violation_of
from app.organisations.models import Organisation
from app.organisations.queries import organisation
from app.organisations.rules.types import PlatformState
from app.organisations.schemas import InviteMember, RecordPlatformRegistration, RegisterOrganisation, UpdateOrganisation
from app.organisations.use_cases.add_member import add_member, invite_member
from app.organisations.use_cases.name_signatory import name_signatory
from app.organisations.use_cases.record_platform_registration import record_platform_registration
from app.organisations.use_cases.register_organisation import findings_of, register_organisation
from app.organisations.use_cases.remove_member import remove_member
from app.organisations.use_cases.update_organisation import update_organisation
from tests.builders.organisations import an_organisation
from tests.builders.people import a_person, a_role, actor_for, an_administrator

GIVEN = {
    "legal_name": "Norte Têxtil",
    "pic": "999 888 777",
    "vat": "PT 501964843",
    "organisation_type": "cluster_organisation",
    "legal_form": "non_profit",
    "country": "pt",
    "region": "pt11",
    "website": "www.norte.example",
}


def register(session: Session, actor: Actor, now: datetime, **changes: Any) -> Any:
    return register_organisation(session, actor, RegisterOrganisation.model_validate(GIVEN | changes), now=now)


def update(session: Session, actor: Actor, row: Organisation, now: datetime, **changes: Any) -> int:
    given = {name: getattr(row, name) for name in RegisterOrganisation.model_fields} | {"version": row.version}
    return update_organisation(session, actor, row.id, UpdateOrganisation.model_validate(given | changes), now=now)


def roles(session: Session, row: Organisation, person: Person) -> set[Role]:
    return {
        role
        for each in members_of(session, ScopeKind.ORGANISATION, row.id)
        if each.person_id == person.id
        for role in each.roles
    }


def test_whoever_registers_an_organisation_represents_it(session: Session, now: datetime) -> None:
    person = a_person(session)
    made = register(session, actor_for(session, person), now)
    found = organisation(session, made)
    assert (found.pic, found.country, found.region, found.vat) == ("999888777", "PT", "PT11", "PT501964843")
    assert found.website == "https://www.norte.example"
    assert actor_for(session, person).has(Role.REPRESENTATIVE, scope=ScopeKind.ORGANISATION, scope_id=made)
    kinds = session.scalars(sa.select(Event.kind).order_by(Event.seq)).all()
    assert kinds == ["organisation.registered", "role.assigned"]


def test_the_public_registers_nothing(session: Session, now: datetime) -> None:
    with pytest.raises(NotPermittedError):
        register(session, PUBLIC, now)
    assert session.scalar(sa.select(sa.func.count()).select_from(Organisation)) == 0


def test_everything_that_does_not_fit_is_said_at_once(session: Session, now: datetime) -> None:
    actor = actor_for(session, a_person(session))
    with pytest.raises(RulesViolatedError) as refused:
        register(session, actor, now, country="ZZ", region="FR10", headcount=3)
    assert {found.place for found in refused.value.violations} == {"country", "region", "figures_on"}


def test_a_vat_number_of_another_country_warns_only(session: Session, now: datetime) -> None:
    made = register(session, actor_for(session, a_person(session)), now, country="NO", region="", vat="NO 1")
    (found,) = findings_of(organisation(session, made), on=now.date())
    assert found.rule == "organisation.vat_form"


def test_the_united_kingdom_is_judged_as_a_member_state_while_it_is_one(session: Session, now: datetime) -> None:
    actor = actor_for(session, a_person(session))
    with pytest.raises(RulesViolatedError, match="VAT"):
        register(session, actor, now, country="GB", region="", vat="GB 1")
    assert register(session, actor, now + timedelta(days=800), country="GB", region="", vat="GB 1")


def test_a_pic_belongs_to_one_organisation(session: Session, now: datetime) -> None:
    actor = actor_for(session, a_person(session))
    register(session, actor, now)
    with pytest.raises(sa.exc.IntegrityError) as refused:
        register(session, actor, now)
    (found,) = violation_of(refused.value).violations
    assert (found.rule, found.place) == ("organisation.pic_taken", "pic")


def test_organisations_without_pic_stand_beside_each_other(session: Session, now: datetime) -> None:
    actor = actor_for(session, a_person(session))
    assert register(session, actor, now, pic="") != register(session, actor, now, pic="")


def test_details_change_and_the_version_grows(session: Session, now: datetime) -> None:
    person = a_person(session)
    row = an_organisation(session, representative=person)
    actor = actor_for(session, person)
    assert update(session, actor, row, now, city="Ghent") == 2
    assert update(session, actor, row, now) == 2
    facts = session.scalars(sa.select(Event.facts)).all()
    assert facts == [{"fields": ["city"], "version": 2}]


def test_the_second_writer_gets_the_stored_text(session: Session, now: datetime) -> None:
    person = a_person(session)
    row = an_organisation(session, representative=person)
    actor = actor_for(session, person)
    update(session, actor, row, now, city="Ghent", street="Veldstraat 1")
    with pytest.raises(StaleVersionError) as stale:
        update(session, actor, row, now, city="Liège", version=1)
    assert (stale.value.current, stale.value.theirs) == (2, {"city": "Ghent"})
    assert organisation(session, row.id).city == "Ghent"


def test_others_change_nothing(session: Session, now: datetime) -> None:
    row = an_organisation(session, representative=a_person(session))
    member = a_person(session, roles=((Role.MEMBER, row.id),))
    elsewhere = a_person(session)
    an_organisation(session, representative=elsewhere)
    evidence = RecordPlatformRegistration(state=PlatformState.NONE)
    for person in (member, elsewhere, a_person(session, roles=(Role.AUDITOR,))):
        actor = actor_for(session, person)
        with pytest.raises(NotPermittedError):
            update(session, actor, row, now, city="Ghent")
        with pytest.raises(NotPermittedError):
            record_platform_registration(session, actor, row.id, evidence, now=now)
        with pytest.raises(NotPermittedError):
            invite_member(session, actor, row.id, InviteMember(email="a@example.org", role=Role.MEMBER), now=now)
        with pytest.raises(NotPermittedError):
            name_signatory(session, actor, row.id, member.id, now=now)
    assert organisation(session, row.id).city == "Brussels"
    assert session.scalar(sa.select(sa.func.count()).select_from(Invitation)) == 0


def test_unknown_organisations_are_not_found(session: Session, now: datetime) -> None:
    actor = actor_for(session, an_administrator(session))
    command = UpdateOrganisation.model_validate(GIVEN | {"version": 1})
    for act in (
        lambda: update_organisation(session, actor, uuid4(), command, now=now),
        lambda: record_platform_registration(
            session, actor, uuid4(), RecordPlatformRegistration(state="none"), now=now
        ),
        lambda: invite_member(session, actor, uuid4(), InviteMember(email="a@example.org", role="member"), now=now),
        lambda: add_member(session, actor, uuid4(), actor.person_id, now=now),
        lambda: remove_member(session, actor, uuid4(), actor.person_id, now=now),
    ):
        with pytest.raises(NotFoundError):
            act()


def test_the_platform_registration_is_a_fact_with_evidence(session: Session, now: datetime) -> None:
    person = a_person(session)
    row = an_organisation(session, representative=person)
    actor = actor_for(session, person)
    with pytest.raises(RulesViolatedError):
        record_platform_registration(session, actor, row.id, RecordPlatformRegistration(state="registered"), now=now)
    command = RecordPlatformRegistration(state="registered", reference="profile/12", happened_on=date(2019, 2, 1))
    record_platform_registration(session, actor, row.id, command, now=now)
    found = organisation(session, row.id)
    assert (found.platform_registration, found.platform_recorded_by) == (PlatformState.REGISTERED, person.name)
    assert session.scalars(sa.select(Event.facts)).one()["before"] == "none"


def test_a_representative_invites_colleagues_here_only(session: Session, now: datetime) -> None:
    person = a_person(session)
    row, other = an_organisation(session, representative=person), an_organisation(session)
    actor = actor_for(session, person)
    wanted = InviteMember(email="colleague@example.org", role=Role.REPRESENTATIVE)
    invite_member(session, actor, row.id, wanted, now=now)
    with pytest.raises(NotPermittedError):
        invite_member(session, actor, other.id, wanted, now=now)
    assert session.scalars(sa.select(Invitation.scope_id)).all() == [row.id]


def test_an_administrator_adds_a_known_person(session: Session, now: datetime) -> None:
    row, person = an_organisation(session), a_person(session)
    add_member(session, actor_for(session, an_administrator(session)), row.id, person.id, now=now)
    add_member(session, SYSTEM, row.id, person.id, role=Role.REPRESENTATIVE, now=now)
    assert roles(session, row, person) == {Role.MEMBER, Role.REPRESENTATIVE}
    with pytest.raises(RulesViolatedError):
        add_member(session, SYSTEM, row.id, person.id, role=Role.AUDITOR, now=now)


def test_the_last_representative_stays(session: Session, now: datetime) -> None:
    one, two = a_person(session), a_person(session)
    row = an_organisation(session, representative=one)
    a_role(session, two, Role.MEMBER, row.id)
    actor = actor_for(session, one)
    with pytest.raises(RulesViolatedError, match="last representative"):
        remove_member(session, actor, row.id, one.id, now=now)
    a_role(session, two, Role.REPRESENTATIVE, row.id)
    remove_member(session, actor, row.id, one.id, now=now)
    assert roles(session, row, one) == set()
    with pytest.raises(NotFoundError):
        remove_member(session, actor_for(session, two), row.id, one.id, now=now)


def test_a_closed_account_is_no_representative_that_stays(session: Session, now: datetime) -> None:
    one = a_person(session)
    row = an_organisation(session, representative=one)
    a_role(session, a_person(session, active=False), Role.REPRESENTATIVE, row.id)
    with pytest.raises(RulesViolatedError, match="last representative"):
        remove_member(session, actor_for(session, one), row.id, one.id, now=now)


def test_a_member_may_leave_and_remove_nobody_else(session: Session, now: datetime) -> None:
    person, member = a_person(session), a_person(session)
    row = an_organisation(session, representative=person)
    a_role(session, member, Role.MEMBER, row.id)
    with pytest.raises(NotPermittedError):
        remove_member(session, actor_for(session, member), row.id, person.id, now=now)
    remove_member(session, actor_for(session, member), row.id, member.id, now=now)
    assert roles(session, row, member) == set()


def test_a_signatory_is_a_member(session: Session, now: datetime) -> None:
    person, member = a_person(session), a_person(session)
    row = an_organisation(session, representative=person)
    a_role(session, member, Role.MEMBER, row.id)
    name_signatory(session, actor_for(session, person), row.id, member.id, now=now)
    assert roles(session, row, member) == {Role.MEMBER, Role.SIGNATORY}
    with pytest.raises(RulesViolatedError, match="Only a member"):
        name_signatory(session, actor_for(session, person), row.id, a_person(session).id, now=now)
