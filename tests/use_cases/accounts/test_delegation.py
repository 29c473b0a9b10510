from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Delegation, Person, RoleAssignment, SignInSession
from app.accounts.queries import actor_of_session, as_delegate, delegations_of, taken_on
from app.accounts.schemas import DelegateTasks
from app.accounts.use_cases.act_for import act_for, stop_acting
from app.accounts.use_cases.deactivate_person import deactivate_person
from app.accounts.use_cases.delegate_tasks import delegate_tasks, end_delegation
from app.accounts.use_cases.revoke_role import revoke_role
from app.audit.models import Event
from app.audit.use_cases.verify_chains import verify_chains
from app.core.actor import Actor, Assignment, Role, ScopeKind
from app.core.errors import NotFoundError, NotPermittedError, RulesViolatedError
from app.grants.schemas import SignAwards
from app.grants.use_cases.sign_award import sign_awards
from app.infra.ids import new_id
from app.infra.tokens import TokenSigner, fingerprint
from app.notifications.models import Message
from app.notifications.schemas import Links
from app.notifications.use_cases.notify_of_event import notify_of_event
from tests.builders.awards import a_ranking, prepared
from tests.builders.people import a_person, a_role, actor_for, an_administrator

TODAY = date(2026, 11, 25)
NOW = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
IDLE = timedelta(days=9999)


@pytest.fixture
def away(session: Session) -> Person:
    return a_person(session, name="Ada Away", roles=(Role.PROGRAMME_OFFICER, Role.ADMINISTRATOR))


@pytest.fixture
def there(session: Session) -> Person:
    return a_person(session, name="Theo There", roles=(Role.FINANCE_OFFICER,))


def handed(session: Session, away: Person, there: Person, **given: Any) -> UUID:
    values: dict[str, Any] = {"delegate_id": there.id, "starts_on": TODAY, "ends_on": TODAY, "reason": "Annual leave"}
    return delegate_tasks(session, actor_for(session, away), away.id, DelegateTasks(**(values | given)), now=NOW)


def acting(session: Session, there: Person, delegation_id: UUID, now: datetime = NOW) -> Actor:
    act_for(session, actor_for(session, there), delegation_id, secret="", now=now)
    found = as_delegate(session, actor_for(session, there), delegation_id, now=now)
    assert found is not None
    return found


def a_browser(session: Session, person: Person, secret: str) -> None:
    row = SignInSession(
        id=new_id(),
        person_id=person.id,
        fingerprint=fingerprint(secret),
        created_at=NOW,
        last_seen_at=NOW,
        ends_at=NOW + IDLE,
    )
    session.add(row)
    session.flush()


def test_the_delegate_holds_what_the_other_can_hand_over_and_nothing_else(
    session: Session, away: Person, there: Person
) -> None:
    actor = acting(session, there, handed(session, away, there))
    assert actor.assignments == (Assignment(Role.PROGRAMME_OFFICER, ScopeKind.PLATFORM),)
    assert (actor.person_id, actor.acting_for, actor.acting_for_name) == (there.id, away.id, "Ada Away")
    assert actor.persons == {away.id, there.id}


def test_nothing_before_nothing_after_and_nothing_once_ended(session: Session, away: Person, there: Person) -> None:
    one = handed(session, away, there, starts_on=date(2026, 11, 26), ends_on=date(2026, 11, 27))
    first, over = datetime(2026, 11, 25, 23, 0, tzinfo=UTC), datetime(2026, 11, 27, 23, 0, tzinfo=UTC)
    actor = actor_for(session, there)

    def held(now: datetime) -> bool:
        return as_delegate(session, actor, one, now=now, taken_up=False) is not None

    blink = timedelta(microseconds=1)
    assert [held(now) for now in (NOW, first - blink, first, over - blink, over)] == [False, False, True, True, False]
    with pytest.raises(NotFoundError):
        act_for(session, actor, one, secret="", now=NOW)
    end_delegation(session, actor_for(session, away), one, now=first + timedelta(hours=1))
    assert not held(first + timedelta(hours=2))
    with pytest.raises(RulesViolatedError, match="over already"):
        end_delegation(session, actor_for(session, there), one, now=first + timedelta(hours=2))


def test_a_browser_acts_and_stops_and_the_end_stops_it(session: Session, away: Person, there: Person) -> None:
    one = handed(session, away, there)
    a_browser(session, there, "secret")

    def by() -> UUID | None:
        return actor_of_session(session, fingerprint("secret"), now=NOW, idle=IDLE).acting_by

    act_for(session, actor_for(session, there), one, secret="secret", now=NOW)
    assert by() == one
    stop_acting(session, "secret")
    assert by() is None
    act_for(session, actor_for(session, there), one, secret="secret", now=NOW)
    end_delegation(session, actor_for(session, there), one, now=NOW)
    assert by() is None


def test_only_the_delegate_takes_it_up_and_only_those_concerned_end_it(
    session: Session, away: Person, there: Person
) -> None:
    one = handed(session, away, there)
    stranger = actor_for(session, a_person(session, roles=(Role.PROGRAMME_OFFICER,)))
    for nobody in (stranger, actor_for(session, away)):
        with pytest.raises(NotFoundError):
            act_for(session, nobody, one, secret="", now=NOW)
    with pytest.raises(NotFoundError):
        end_delegation(session, stranger, one, now=NOW)
    end_delegation(session, actor_for(session, an_administrator(session)), one, now=NOW)


def test_somebody_hands_over_the_own_tasks_and_an_administrator_those_of_anybody(
    session: Session, away: Person, there: Person
) -> None:
    other = a_person(session, roles=(Role.PROGRAMME_OFFICER,))
    wanted = DelegateTasks(delegate_id=there.id, starts_on=TODAY, ends_on=TODAY, reason="Away")
    with pytest.raises(NotPermittedError):
        delegate_tasks(session, actor_for(session, other), away.id, wanted, now=NOW)
    made = delegate_tasks(session, actor_for(session, an_administrator(session)), other.id, wanted, now=NOW)
    assert [row.id for row in taken_on(session, there.id, now=NOW)] == [made]
    with pytest.raises(RulesViolatedError):
        handed(session, away, a_person(session))


def test_a_delegate_hands_nothing_on(session: Session, away: Person, there: Person) -> None:
    actor = acting(session, there, handed(session, away, there))
    third = a_person(session, roles=(Role.PROGRAMME_OFFICER,))
    wanted = DelegateTasks(delegate_id=third.id, starts_on=TODAY, ends_on=TODAY, reason="Away")
    for whose in (away.id, there.id):
        with pytest.raises(NotPermittedError):
            delegate_tasks(session, actor, whose, wanted, now=NOW)


def test_events_name_both_and_the_chain_is_whole(session: Session, away: Person, there: Person) -> None:
    ranked = a_ranking(session)
    other = a_person(session, roles=(Role.PROGRAMME_OFFICER,))
    actor = acting(session, there, handed(session, other, there))
    ranked.officer = actor
    prepared(session, ranked)
    events = session.scalars(sa.select(Event).where(Event.kind == "award.prepared")).all()
    assert events
    for event in events:
        assert (event.actor_id, event.facts["for"]) == (there.id, str(other.id))
    own = session.scalars(sa.select(Event).where(Event.kind == "delegation.taken_up")).one()
    assert "for" not in own.facts
    assert verify_chains(session).whole


def test_who_acted_for_somebody_counts_as_both_for_four_eyes_for_good(
    session: Session, away: Person, there: Person
) -> None:
    one = handed(session, away, there)
    assert actor_for(session, away).persons == {away.id}
    acting(session, there, one)
    end_delegation(session, actor_for(session, away), one, now=NOW)
    assert actor_for(session, away).persons == {away.id, there.id}
    assert actor_for(session, there).persons == {away.id, there.id}


def test_nobody_signs_what_the_own_delegate_prepared_and_nobody_signs_for_somebody_else(session: Session) -> None:
    ranked = a_ranking(session)
    signer = session.get_one(Person, ranked.signer.person_id)
    helper = a_person(session, roles=(Role.PROGRAMME_OFFICER,))
    as_signer = acting(session, helper, handed(session, signer, helper))
    ranked.officer = actor_for(session, helper)
    prepared(session, ranked)
    chosen = SignAwards(award_ids=[one.id for one in ranked.awards(session)])
    with pytest.raises(NotPermittedError):
        sign_awards(session, as_signer, ranked.call.id, chosen, now=NOW)
    with pytest.raises(RulesViolatedError) as refused:
        sign_awards(session, actor_for(session, signer), ranked.call.id, chosen, now=NOW)
    assert {one.rule for one in refused.value.violations} == {"award.four_eyes"}


def test_closing_an_account_ends_its_delegations(session: Session, away: Person, there: Person) -> None:
    one = handed(session, away, there)
    deactivate_person(session, actor_for(session, an_administrator(session)), there.id, now=NOW)
    session.expire_all()
    assert session.get_one(Delegation, one).ended_at == NOW
    assert taken_on(session, there.id, now=NOW) == ()
    assert [row.id for row in delegations_of(session, away.id, now=NOW)] == [one]


def test_who_leaves_the_office_acts_for_nobody_of_it(session: Session, away: Person, there: Person) -> None:
    one = handed(session, away, there, ends_on=date(2027, 3, 1))
    a_browser(session, there, "secret")
    act_for(session, actor_for(session, there), one, secret="secret", now=NOW)
    (role,) = session.scalars(sa.select(RoleAssignment.id).where(RoleAssignment.person_id == there.id))
    revoke_role(session, actor_for(session, an_administrator(session)), role, now=NOW)
    session.expire_all()
    assert session.get_one(Delegation, one).ended_at == NOW
    assert actor_of_session(session, fingerprint("secret"), now=NOW, idle=IDLE).acting_by is None
    assert session.scalars(sa.select(Event.subject_id).where(Event.kind == "delegation.ended")).all() == [one]


def test_a_delegation_stays_with_the_office_that_is_left_and_counts_with_none(
    session: Session, away: Person, there: Person
) -> None:
    second = a_role(session, there, Role.PROGRAMME_OFFICER)
    one = handed(session, away, there)
    revoke_role(session, actor_for(session, an_administrator(session)), second.id, now=NOW)
    assert acting(session, there, one).acting_for == away.id
    session.execute(sa.delete(RoleAssignment).where(RoleAssignment.person_id == there.id))
    assert as_delegate(session, actor_for(session, there), one, now=NOW) is None
    with pytest.raises(NotFoundError):
        act_for(session, actor_for(session, there), one, secret="", now=NOW)


def test_a_delegate_may_not_do_what_the_other_may_not(session: Session, away: Person, there: Person) -> None:
    third = a_person(session, roles=(Role.FINANCE_OFFICER,))
    acting(session, third, handed(session, away, third))
    assert actor_for(session, there).persons == {there.id}
    assert acting(session, there, handed(session, away, there)).persons == {away.id, there.id, third.id}


def test_both_are_told_by_mail(session: Session, away: Person, there: Person) -> None:
    one = handed(session, away, there)
    end_delegation(session, actor_for(session, away), one, now=NOW)
    links = Links("https://grappe.example", TokenSigner("a key for tests only"))
    for event in session.scalars(sa.select(Event).where(Event.subject_id == one)).all():
        notify_of_event(session, event.id, links=links, now=NOW)
        mails = session.scalars(sa.select(Message).where(Message.event_id == event.id)).all()
        assert {mail.address for mail in mails} == {away.email, there.email}
        assert all("Theo There" in mail.text and "Annual leave" not in mail.text for mail in mails)
