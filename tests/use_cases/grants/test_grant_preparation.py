"""A preparation is made by its parties, sent by the coordinator, judged again by the office, and given back with a reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy.orm import Session

from app.audit.queries import EventFilter, events_page
from app.core.actor import Actor, Role
from app.core.errors import (
    NotFoundError,
    NotPermittedError,
    RulesViolatedError,
    StaleVersionError,
    TransitionNotAllowedError,
)
from app.core.paging import PageRequest
from app.grants.queries.awards import awarded_by_envelope
from app.grants.queries.grants import parties_of
from app.grants.queries.preparation import preparation_of
from app.grants.rules.grant_lifecycle import GrantState
from app.grants.rules.preparation import preparation_findings
from app.grants.schemas import ConfirmData, DeclareForGrant, GiveReason, NamePartySignatory, ProposeDates
from app.grants.use_cases.abandon_grant import abandon_grant
from app.grants.use_cases.confirm_data import confirm_data
from app.grants.use_cases.declare_for_grant import declare_for_grant
from app.grants.use_cases.name_party_signatory import name_party_signatory
from app.grants.use_cases.open_for_signature import open_for_signature
from app.grants.use_cases.propose_dates import propose_dates
from app.grants.use_cases.send_preparation import return_grant, send_preparation
from app.ledger.queries import commitment_of
from tests.builders.grants import (
    PREPARED_GRANT,
    MadeGrant,
    a_grant_to_sign,
    a_prepared_grant,
    a_running_grant,
    a_sent_grant,
    an_opened_grant,
    prepare_party,
)
from tests.builders.payments import a_validated_account
from tests.builders.people import a_person, actor_for

NOW = PREPARED_GRANT
WHY = GiveReason(reason="The start date has to follow the kick-off of the programme.")
OTHER = "f" * 64


def kinds(session: Session, made: MadeGrant) -> list[str]:
    found = events_page(session, EventFilter(subject_id=made.grant_id), PageRequest(size=100)).rows
    return [event.kind for event in reversed(found)]


def refused(act: Callable[[], object]) -> list[str]:
    with pytest.raises(RulesViolatedError) as error:
        act()
    return [one.rule for one in error.value.violations]


def test_a_preparation_from_letter_to_office(session: Session) -> None:
    made = an_opened_grant(session)
    missing = refused(lambda: send_preparation(session, made.actor(session), made.grant_id, now=NOW))
    assert missing.count("grant.data_unconfirmed") == missing.count("grant.not_declared") == 3
    for member in range(3):
        prepare_party(session, made, member)
    assert refused(lambda: send_preparation(session, made.actor(session), made.grant_id, now=NOW)) == [
        "grant.account_missing"
    ]
    a_validated_account(session, made.made.members[0].organisation.id, giver=made.actor(session), now=NOW)
    send_preparation(session, made.actor(session), made.grant_id, now=NOW)
    assert made.row(session).sent_at == NOW
    assert preparation_findings(preparation_of(session, made.grant_id)) == ()
    told = kinds(session, made)
    assert told[0] == "grant.opened"
    assert told[-1] == "grant.preparation_sent"
    assert (
        told.count("grant.declared") == told.count("grant.data_confirmed") == told.count("grant.signatory_named") == 3
    )


def test_data_that_change_after_they_were_confirmed_are_asked_for_again(session: Session) -> None:
    made = a_prepared_grant(session)
    organisation = made.made.members[1].organisation
    organisation.version += 1
    session.flush()
    assert refused(lambda: send_preparation(session, made.actor(session), made.grant_id, now=NOW)) == [
        "grant.data_changed"
    ]
    old = ConfirmData(version=organisation.version - 1)
    with pytest.raises(StaleVersionError):
        confirm_data(session, made.actor(session, 1), made.grant_id, made.partner_id(1), old, now=NOW)
    new = ConfirmData(version=organisation.version)
    confirm_data(session, made.actor(session, 1), made.grant_id, made.partner_id(1), new, now=NOW)
    send_preparation(session, made.actor(session), made.grant_id, now=NOW)


def test_each_party_acts_for_itself_and_the_coordinator_for_the_whole(session: Session) -> None:
    made = an_opened_grant(session)
    stranger = actor_for(session, a_person(session))
    data = ConfirmData(version=1)
    words = DeclareForGrant(sha256=OTHER)
    named = NamePartySignatory(person_id=made.made.members[1].person.id)
    dates = ProposeDates(start_on=date(2019, 12, 1), duration_months=24, version=1)
    other, partner = made.partner_id(0), made.actor(session, 1)

    def confirm(actor: Actor) -> None:
        confirm_data(session, actor, made.grant_id, other, data, now=NOW)

    def declare(actor: Actor) -> None:
        declare_for_grant(session, actor, made.grant_id, other, words, now=NOW)

    def name(actor: Actor) -> None:
        name_party_signatory(session, actor, made.grant_id, made.partner_id(1), named, now=NOW)

    def propose(actor: Actor) -> None:
        propose_dates(session, actor, made.grant_id, dates, now=NOW)

    def send(actor: Actor) -> None:
        send_preparation(session, actor, made.grant_id, now=NOW)

    for act in (confirm, declare, name, propose, send):
        for actor, error in (
            (partner, NotPermittedError),
            (made.officer, NotPermittedError),
            (stranger, NotFoundError),
        ):
            with pytest.raises(error):
                act(actor)
    assert kinds(session, made) == ["grant.opened"]


def test_a_declaration_is_for_the_words_that_were_shown_and_made_once(session: Session) -> None:
    made = an_opened_grant(session)
    wrong = DeclareForGrant(sha256=OTHER)
    actor, partner_id = made.actor(session), made.partner_id(0)
    assert refused(lambda: declare_for_grant(session, actor, made.grant_id, partner_id, wrong, now=NOW)) == [
        "grant.declaration_changed"
    ]
    prepare_party(session, made, 0)
    assert refused(lambda: declare_for_grant(session, actor, made.grant_id, partner_id, wrong, now=NOW)) == [
        "grant.declared_already"
    ]


def test_only_a_signatory_of_the_organisation_is_named(session: Session) -> None:
    made = an_opened_grant(session)
    elsewhere = NamePartySignatory(person_id=made.made.members[2].person.id)
    coordinator = made.actor(session)

    def name() -> None:
        name_party_signatory(session, coordinator, made.grant_id, made.partner_id(1), elsewhere, now=NOW)

    assert refused(name) == ["grant.no_such_signatory"]
    member = a_person(session, roles=((Role.MEMBER, made.made.members[1].organisation.id),))
    plain = NamePartySignatory(person_id=member.id)
    assert refused(
        lambda: name_party_signatory(session, coordinator, made.grant_id, made.partner_id(1), plain, now=NOW)
    ) == ["grant.no_such_signatory"]


def test_dates_stay_within_the_call_and_nobody_overwrites_another(session: Session) -> None:
    made = an_opened_grant(session)
    coordinator = made.actor(session)

    def propose(start: date, months: int, version: int = 1) -> None:
        wanted = ProposeDates(start_on=start, duration_months=months, version=version)
        propose_dates(session, coordinator, made.grant_id, wanted, now=NOW)

    assert refused(lambda: propose(date(2019, 8, 1), 25)) == ["grant.start_outside", "grant.duration_outside"]
    propose(date(2020, 1, 1), 20)
    assert made.row(session).end_on == date(2021, 8, 31)
    with pytest.raises(StaleVersionError):
        propose(date(2020, 2, 1), 20)
    propose(date(2020, 2, 1), 20, version=2)


def test_nothing_changes_while_the_office_has_it_and_it_comes_back_with_a_reason(session: Session) -> None:
    made = a_sent_grant(session)
    coordinator = made.actor(session)
    assert refused(lambda: send_preparation(session, coordinator, made.grant_id, now=NOW)) == ["grant.with_office"]
    assert refused(lambda: return_grant(session, made.officer, made.grant_id, GiveReason(reason="No."), now=NOW)) == [
        "grant.reason"
    ]
    with pytest.raises(NotPermittedError):
        return_grant(session, coordinator, made.grant_id, WHY, now=NOW)
    return_grant(session, made.officer, made.grant_id, WHY, now=NOW)
    assert (made.row(session).sent_at, made.row(session).reason) == (None, WHY.reason)
    with pytest.raises(TransitionNotAllowedError):
        return_grant(session, made.officer, made.grant_id, WHY, now=NOW)
    with pytest.raises(TransitionNotAllowedError):
        open_for_signature(session, made.officer, made.grant_id, now=NOW)
    send_preparation(session, coordinator, made.grant_id, now=NOW)
    assert made.row(session).reason == ""


def test_a_signatory_who_left_is_found_before_the_agreement_is_opened(session: Session) -> None:
    made = a_sent_grant(session)
    member = made.made.members[2]
    parties = parties_of(session, made.grant_id)
    assert all(party.signatory_holds for party in parties)
    revoke(session, made, 2)
    assert refused(lambda: open_for_signature(session, made.officer, made.grant_id, now=NOW)) == [
        "grant.signatory_left"
    ]
    assert member.person.name in [party.signatory for party in parties]


def revoke(session: Session, made: MadeGrant, member: int) -> None:
    """The person of a member no longer signs for its organisation."""
    from app.accounts.models import RoleAssignment  # only here

    one = made.made.members[member]
    session.query(RoleAssignment).filter_by(
        person_id=one.person.id, role=Role.SIGNATORY, scope_id=one.organisation.id
    ).delete()
    session.flush()


def test_opening_freezes_a_version_and_giving_back_makes_the_next_one(session: Session) -> None:
    made = a_grant_to_sign(session)
    first = made.agreement(session)
    assert (first.version, first.state) == (1, GrantState.SIGNATURE)
    return_grant(session, made.officer, made.grant_id, WHY, now=NOW)
    assert made.row(session).agreed_version is None
    with pytest.raises(NotFoundError):
        made.agreement(session)
    send_preparation(session, made.actor(session), made.grant_id, now=NOW)
    assert open_for_signature(session, made.officer, made.grant_id, now=NOW) == 2
    assert made.agreement(session).sha256 != first.sha256


def test_giving_up_frees_what_was_committed_and_needs_a_reason(session: Session) -> None:
    made = a_grant_to_sign(session)
    with pytest.raises(NotPermittedError):
        abandon_grant(session, made.authority, made.grant_id, WHY, now=NOW)
    assert refused(lambda: abandon_grant(session, made.officer, made.grant_id, GiveReason(), now=NOW)) == [
        "grant.reason"
    ]
    assert (
        sum(one.cents for one in awarded_by_envelope(session, made.ranked.call.id).values())
        == made.row(session).maximum_grant.cents
    )
    abandon_grant(session, made.officer, made.grant_id, WHY, now=NOW)
    assert awarded_by_envelope(session, made.ranked.call.id) == {}, "what is given up is awarded no longer"
    assert made.row(session).state == GrantState.ABANDONED
    bound = commitment_of(session, "award", made.row(session).award_id)
    assert bound is not None
    assert not bound.pending
    assert bound.released == made.row(session).maximum_grant
    with pytest.raises(TransitionNotAllowedError):
        abandon_grant(session, made.officer, made.grant_id, WHY, now=NOW)


def test_a_running_grant_is_neither_given_back_nor_given_up(session: Session) -> None:
    made = a_running_grant(session)
    for act in (return_grant, abandon_grant):
        with pytest.raises(TransitionNotAllowedError):
            act(session, made.officer, made.grant_id, WHY, now=NOW)
