"""An amendment from its draft to its entry into force: who acts, what is refused, what stays as it was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.amendments.queries.amendments import altered_amendments, record_of_amendment
from app.amendments.queries.reading import amendment_reading
from app.amendments.rules.addendum import AddendumRecord
from app.amendments.rules.lifecycle import AmendmentKind, AmendmentState
from app.amendments.schemas import DecideAmendment, SaveAmendment, SignAmendment
from app.amendments.use_cases.decide_amendment import decide_amendment
from app.amendments.use_cases.request_amendment import request_amendment
from app.amendments.use_cases.save_amendment import save_amendment
from app.amendments.use_cases.sign_amendment import sign_for_authority, sign_for_coordinator
from app.amendments.use_cases.start_amendment import start_amendment, withdraw_amendment
from app.audit.models import Event
from app.core.actor import Assignment, Role, ScopeKind
from app.core.errors import (
    NotFoundError,
    NotPermittedError,
    StaleVersionError,
    TransitionNotAllowedError,
)
from app.core.money import Money
from app.documents.queries import document
from app.grants.queries.agreement import agreement_of, versions_of
from app.grants.queries.checking import altered_agreements
from app.infra.ids import new_id
from tests.builders import amendments as build
from tests.builders.amendments import ASKED, WHY
from tests.builders.grants import MadeGrant, a_running_grant, a_sent_grant
from tests.builders.people import a_person, actor_for
from tests.use_cases.grants.test_grant_preparation import refused, revoke

TEN = Money.parse("10000.00")


def test_a_transfer_from_draft_to_the_next_version(session: Session) -> None:
    made = a_running_grant(session)
    before = made.agreement(session).facts
    number = build.in_force(session, made)
    after = made.agreement(session)
    first, second = made.partner_id(0), made.partner_id(1)
    assert after.version == 2
    assert after.facts.cost_of(first, "personnel") == before.cost_of(first, "personnel") - TEN
    assert after.facts.cost_of(second, "personnel") == before.cost_of(second, "personnel") + TEN
    assert after.facts.eligible == before.eligible
    assert after.facts.maximum_grant == before.maximum_grant == after.facts.grant_of()
    assert agreement_of(session, made.grant_id, 1).facts == before, "what was signed before stays"
    row = build.row(session, made, number)
    assert (row.state, row.agreement_version, row.kinds) == (
        AmendmentState.IN_FORCE,
        2,
        (AmendmentKind.BUDGET_TRANSFER,),
    )
    [version, _] = versions_of(session, made.grant_id)
    assert version.document_id == row.document_id
    assert row.document_id is not None
    asked = document(session, row.document_id)
    assert asked is not None
    record = AddendumRecord.read(asked.data)
    assert record.addendum.sha256 == record.sha256 == row.sha256
    assert record.addendum.agreement == after.facts
    assert record.addendum.base_sha256 == agreement_of(session, made.grant_id, 1).sha256
    assert [one.party for one in record.signatures] == [before.coordinator.name, before.call.managing_body]
    kinds = session.scalars(
        sa.select(Event.kind)
        .where(Event.subject_id == made.grant_id, Event.kind.like("amendment.%"))
        .order_by(Event.seq)
    ).all()
    steps = ("started", "saved", "requested", "decided", "signed", "signed", "entered_into_force")
    assert kinds == [f"amendment.{step}" for step in steps]
    assert altered_amendments(session) == altered_agreements(session) == []


def test_another_one_can_follow_and_only_then(session: Session) -> None:
    made = a_running_grant(session)
    coordinator = made.actor(session)
    assert build.a_draft(session, made) == 1
    assert refused(partial(start_amendment, session, coordinator, made.grant_id, now=ASKED)) == [
        "amendment.open_already"
    ]
    withdraw_amendment(session, coordinator, made.grant_id, 1, now=ASKED)
    assert build.in_force(session, made) == 2
    assert build.in_force(session, made) == 3
    assert made.agreement(session).version == 3


def test_only_the_coordinator_of_a_running_grant_and_its_officer_begin(session: Session) -> None:
    made = a_running_grant(session)
    for actor in (made.actor(session, 1), made.authority):
        with pytest.raises(NotPermittedError):
            start_amendment(session, actor, made.grant_id, now=ASKED)
    with pytest.raises(NotFoundError):
        start_amendment(session, actor_for(session, a_person(session)), made.grant_id, now=ASKED)


def test_an_agreement_that_is_not_signed_is_not_amended(session: Session) -> None:
    early = a_sent_grant(session)
    with pytest.raises(TransitionNotAllowedError):
        start_amendment(session, early.actor(session), early.grant_id, now=ASKED)


def test_what_cannot_be_read_is_told_cell_by_cell_and_a_stale_save_refused(session: Session) -> None:
    made = a_running_grant(session)
    number = build.a_draft(session, made)
    cells = build.wanted_budget(session, made)
    bad = tuple(line.model_copy(update={"amount": "10.005"}) for line in cells[:1])
    negative = tuple(line.model_copy(update={"amount": "-1.00"}) for line in cells[1:2])
    stranger = tuple(line.model_copy(update={"partner_id": new_id()}) for line in cells[2:3])
    found = refused(partial(build.saved, session, made, number, budget=bad + negative + stranger))
    assert set(found) == {"budget.unreadable", "budget.negative_amount", "budget.no_sheet"}
    stale = SaveAmendment(version=1, reason="Mine")
    with pytest.raises(StaleVersionError):
        save_amendment(session, made.actor(session), made.grant_id, number, stale, now=ASKED)
    with pytest.raises(NotPermittedError):
        save_amendment(session, made.actor(session, 1), made.grant_id, number, stale, now=ASKED)


def asking(session: Session, made: MadeGrant, number: int = 1) -> Callable[[], None]:
    return partial(request_amendment, session, made.actor(session), made.grant_id, number, now=ASKED)


def test_a_request_is_refused_with_everything_that_speaks_against_it(session: Session) -> None:
    made = a_running_grant(session)
    start_amendment(session, made.actor(session), made.grant_id, now=ASKED)
    assert set(refused(asking(session, made))) == {"amendment.nothing", "amendment.reason"}
    more = build.wanted_budget(session, made, (0, "personnel", 1, "personnel", "10.00"))
    more = (*more[1:], more[0].model_copy(update={"amount": "999999.99"}))
    build.saved(session, made, reason="", budget=more, effect_on=date(2021, 1, 1), duration_months=24)
    found = refused(asking(session, made))
    assert {"amendment.reason", "amendment.total_raised", "amendment.effect"} <= set(found)
    build.saved(session, made, budget=build.wanted_budget(session, made), duration_months=24)
    assert refused(asking(session, made)) == ["amendment.nothing"], "what is as it was is no change"
    with pytest.raises(NotPermittedError):
        request_amendment(session, made.officer, made.grant_id, 1, now=ASKED)


def test_after_the_end_only_the_account_changes(session: Session) -> None:
    made = a_running_grant(session)
    late = ASKED + timedelta(days=900)
    number = build.a_draft(session, made, now=late)
    act = partial(request_amendment, session, made.actor(session), made.grant_id, number, now=late)
    assert refused(act) == ["amendment.after_end"]


def test_the_office_answers_by_another_person_within_its_days(session: Session) -> None:
    made = a_running_grant(session)
    number = build.a_request(session, made)
    assert build.row(session, made, number).decide_by == date(2020, 4, 16)
    decide = partial(decide_amendment, session)
    accept = DecideAmendment(decision="accept")
    for actor in (made.actor(session), made.authority):
        with pytest.raises(NotPermittedError):
            decide(actor, made.grant_id, number, accept, now=ASKED)
    coordinator = made.actor(session).person_id
    assert coordinator is not None
    both = replace(made.officer, also=frozenset({coordinator}))
    assert refused(partial(decide, both, made.grant_id, number, accept, now=ASKED)) == [
        "amendment.own_request",
        "interest.of_a_party",
    ]
    silent = DecideAmendment(decision="return")
    assert refused(partial(decide, made.officer, made.grant_id, number, silent, now=ASKED)) == ["amendment.reason"]
    build.decided(session, made, number, "return")
    assert build.row(session, made, number).note == build.OFFICE_WHY
    build.saved(
        session,
        made,
        number,
        reason=WHY + " Explained.",
        budget=build.wanted_budget(session, made, (0, "personnel", 1, "personnel", "5000.00")),
    )
    request_amendment(session, made.actor(session), made.grant_id, number, now=ASKED)
    build.decided(session, made, number, "refuse")
    for act in (
        partial(build.decided, session, made, number),
        partial(withdraw_amendment, session, made.actor(session), made.grant_id, number, now=ASKED),
    ):
        with pytest.raises(TransitionNotAllowedError):
            act()
    assert made.agreement(session).version == 1


def test_the_coordinator_signs_first_then_another_than_who_accepted(session: Session) -> None:
    made = a_running_grant(session)
    number = build.a_request(session, made)
    text = SignAmendment(sha256="0" * 64)
    last = partial(sign_for_authority, session, made.authority, made.grant_id, number, now=ASKED)
    first = partial(sign_for_coordinator, session, grant_id=made.grant_id, number=number, now=ASKED)
    with pytest.raises(TransitionNotAllowedError):
        first(actor=made.actor(session), wanted=text)
    build.decided(session, made, number)
    right = build.text(session, made, number)
    with pytest.raises(TransitionNotAllowedError):
        last(right)
    assert refused(partial(first, actor=made.actor(session), wanted=text)) == ["amendment.other_text"]
    assert refused(partial(first, actor=made.actor(session, 1), wanted=right)) == ["amendment.not_mandated"]
    with pytest.raises(NotPermittedError, match="You act for"):
        first(actor=replace(made.actor(session), acting_for=new_id(), acting_for_name="Ann"), wanted=right)
    build.signed(session, made, number)
    assert refused(partial(last, text)) == ["amendment.other_text"]
    assert made.officer.person_id is not None
    both = replace(made.authority, also=frozenset({made.officer.person_id}))
    again = partial(sign_for_authority, session, both, made.grant_id, number, right, now=ASKED)
    assert refused(again) == ["amendment.authority_four_eyes"]
    with pytest.raises(NotPermittedError):
        sign_for_authority(session, made.officer, made.grant_id, number, right, now=ASKED)
    last(right)
    assert build.row(session, made, number).state is AmendmentState.IN_FORCE


def test_a_signatory_who_left_cannot_sign(session: Session) -> None:
    made = a_running_grant(session)
    number = build.a_request(session, made)
    build.decided(session, made, number)
    revoke(session, made, 0)
    assert refused(partial(build.signed, session, made, number)) == ["amendment.not_mandated"]


def test_what_was_signed_once_can_be_given_back_and_its_signature_lapses(session: Session) -> None:
    made = a_running_grant(session)
    number = build.a_request(session, made)
    build.decided(session, made, number)
    build.signed(session, made, number)
    build.decided(session, made, number, "return")
    row = build.row(session, made, number)
    assert (row.state, row.sha256) == (AmendmentState.RETURNED, None)
    request_amendment(session, made.actor(session), made.grant_id, number, now=ASKED)
    build.decided(session, made, number)
    again = record_of_amendment(session, build.row(session, made, number))
    assert again is not None
    assert again.signatures == (), "the first signature was for another round"


def test_the_comparison_of_what_is_in_force_is_that_of_the_draft(session: Session) -> None:
    made = a_running_grant(session)
    number = build.a_draft(session, made)
    draft = amendment_reading(session, made.grant_id, number, today=ASKED.date()).comparison
    assert draft.moved == TEN + Money.parse("700.00"), "with the flat rate on it"
    request_amendment(session, made.actor(session), made.grant_id, number, now=ASKED)
    build.decided(session, made, number)
    build.signed(session, made, number)
    sign_for_authority(session, made.authority, made.grant_id, number, build.text(session, made, number), now=ASKED)
    assert amendment_reading(session, made.grant_id, number, today=ASKED.date()).comparison == draft


@pytest.mark.parametrize(
    "statement",
    [
        "update amendment set reason = 'Another one'",
        "delete from amendment",
        "update amendment_signature set capacity = 'Nobody'",
        "delete from amendment_signature",
    ],
)
def test_what_is_in_force_cannot_be_changed_by_any_program(session: Session, statement: str) -> None:
    build.in_force(session, a_running_grant(session))
    with pytest.raises(DBAPIError, match="never changed"), session.begin_nested():
        session.execute(sa.text(statement))


def test_who_decided_cannot_be_written_as_the_authority(session: Session) -> None:
    made = a_running_grant(session)
    number = build.a_request(session, made)
    build.decided(session, made, number)
    row = build.row(session, made, number)
    values = {"id": row.id, "round": row.round, "sha256": row.sha256, "person": row.decided_by}
    statement = sa.text(
        "insert into amendment_signature values (:id, :round, 2, null, :person, 'x', 'password', now(), :sha256)"
    )
    with pytest.raises(DBAPIError, match="who accepted an amendment does not sign it"), session.begin_nested():
        session.execute(statement, values)


def test_nobody_acts_for_both_sides(session: Session) -> None:
    made = a_running_grant(session)
    number = build.a_request(session, made)
    accept = DecideAmendment(decision="accept")
    member = Assignment(Role.MEMBER, ScopeKind.ORGANISATION, made.made.members[2].organisation.id)
    inside = replace(made.officer, assignments=(*made.officer.assignments, member))
    decide = partial(decide_amendment, session, inside, made.grant_id, number, accept, now=ASKED)
    assert refused(decide) == ["interest.of_a_party"]
    build.decided(session, made, number)
    text, coordinator = build.text(session, made, number), made.actor(session)
    assert made.officer.person_id is not None
    assert coordinator.person_id is not None
    accepted = replace(coordinator, also=frozenset({made.officer.person_id}))
    first = partial(sign_for_coordinator, session, accepted, made.grant_id, number, text, now=ASKED)
    assert refused(first) == ["grant.acted_for_authority"]
    build.signed(session, made, number)
    both = replace(made.authority, also=frozenset({coordinator.person_id}))
    last = partial(sign_for_authority, session, both, made.grant_id, number, text, now=ASKED)
    assert refused(last) == ["grant.signed_for_party"]
    row = build.row(session, made, number)
    values = {"id": row.id, "round": row.round, "sha256": row.sha256, "person": coordinator.person_id}
    statement = sa.text(
        "insert into amendment_signature values (:id, :round, 2, null, :person, 'x', 'password', now(), :sha256)"
    )
    with pytest.raises(DBAPIError, match="for both sides"), session.begin_nested():
        session.execute(statement, values)
    build.signed_last(session, made, number)
