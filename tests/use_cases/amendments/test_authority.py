"""The managing body begins an amendment itself: proposed, signed or declined by the coordinator, signed last by another person."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.amendments.policies import may_read
from app.amendments.queries.amendments import amendment_row, readable_amendments
from app.amendments.queries.work import amendments_to_sign, office_amendments
from app.amendments.rules.addendum import AddendumRecord
from app.amendments.rules.lifecycle import AmendmentState
from app.amendments.schemas import DecideAmendment, DeclineAmendment, SaveAmendment
from app.amendments.use_cases.decide_amendment import decide_amendment
from app.amendments.use_cases.propose_amendment import decline_amendment, propose_amendment
from app.amendments.use_cases.request_amendment import request_amendment
from app.amendments.use_cases.save_amendment import save_amendment
from app.amendments.use_cases.sign_amendment import sign_for_authority
from app.amendments.use_cases.start_amendment import start_amendment, withdraw_amendment
from app.audit.models import Event
from app.core.actor import Actor, Assignment, Role, ScopeKind
from app.core.errors import NotPermittedError, TransitionNotAllowedError
from app.documents.queries import documents_of
from app.grants.queries.documents import GRANT
from app.grants.queries.grants import grant_scope
from app.infra.tokens import TokenSigner
from app.notifications.models import Message
from app.notifications.schemas import Links
from app.notifications.use_cases.notify_of_event import notify_of_event
from tests.builders import amendments as build
from tests.builders.amendments import ASKED, WHY
from tests.builders.grants import MadeGrant, a_running_grant
from tests.use_cases.evaluation.refusals import refused_by


def notify(session: Session, kind: str) -> list[Message]:
    """The mails about the last event of that kind."""
    event = session.scalars(sa.select(Event).where(Event.kind == kind).order_by(Event.seq.desc()).limit(1)).one()
    notify_of_event(session, event.id, links=LINKS, now=ASKED)
    return list(session.scalars(sa.select(Message).where(Message.event_id == event.id)))


LINKS = Links("https://grappe.example", TokenSigner("a key for tests only"))
NO = DeclineAmendment(reason="The visits of the autumn need these months.")


def a_draft(session: Session, made: MadeGrant, *, months: int = 26) -> int:
    """The officer begins one that changes the duration."""
    number = start_amendment(session, made.officer, made.grant_id, now=ASKED)
    wanted = SaveAmendment(version=1, reason=WHY, duration_months=months)
    save_amendment(session, made.officer, made.grant_id, number, wanted, now=ASKED)
    return number


def proposed(session: Session, made: MadeGrant) -> int:
    number = a_draft(session, made)
    propose_amendment(session, made.officer, made.grant_id, number, now=ASKED)
    return number


def with_office(actor: Actor, made: MadeGrant) -> Actor:
    """The same person as authorising officer besides."""
    return replace(actor, assignments=(*actor.assignments, *made.authority.assignments))


def test_what_the_officer_proposes_is_signed_by_both_sides_and_in_force(session: Session) -> None:
    made = a_running_grant(session)
    before = made.agreement(session)
    number = proposed(session, made)
    row = amendment_row(session, made.grant_id, number)
    assert (row.state, row.by_authority, row.requested_by, row.decided_by) == (
        AmendmentState.ACCEPTED,
        True,
        None,
        made.officer.person_id,
    )
    assert row.decide_by == ASKED.date() + timedelta(days=45)
    [mine] = amendments_to_sign(session, made.actor(session))
    assert mine.number == number
    assert not office_amendments(session, made.officer), "the office waits"
    build.signed(session, made, number)
    text = build.text(session, made, number)
    own = with_office(made.officer, made)
    assert refused_by(lambda: sign_for_authority(session, own, made.grant_id, number, text, now=ASKED)) == {
        "amendment.authority_four_eyes"
    }
    both = with_office(made.actor(session), made)
    assert refused_by(lambda: sign_for_authority(session, both, made.grant_id, number, text, now=ASKED)) == {
        "grant.signed_for_party"
    }
    build.signed_last(session, made, number)
    after = made.agreement(session)
    assert (after.version, after.facts.duration_months) == (before.version + 1, 26)
    [document] = [one for one in documents_of(session, GRANT, [made.grant_id]) if one.kind == "grant_amendment"]
    record = AddendumRecord.read(document.data)
    assert (record.addendum.by_authority, record.addendum.sha256) == (True, record.sha256)
    asked_for = record.addendum.model_copy(update={"by_authority": False})
    assert "by_authority" not in asked_for.plain(), "what the coordinator asked for keeps the hash that it had"


def test_a_draft_of_the_managing_body_is_its_own_until_it_is_proposed(session: Session) -> None:
    made = a_running_grant(session)
    number = a_draft(session, made)
    scope, coordinator = grant_scope(session, made.grant_id), made.actor(session)
    assert not readable_amendments(session, coordinator, scope)
    assert [one.number for one in readable_amendments(session, made.officer, scope)] == [number]
    wanted = SaveAmendment(version=2, reason=WHY, duration_months=30)
    for act in (
        lambda: save_amendment(session, coordinator, made.grant_id, number, wanted, now=ASKED),
        lambda: request_amendment(session, coordinator, made.grant_id, number, now=ASKED),
        lambda: withdraw_amendment(session, coordinator, made.grant_id, number, now=ASKED),
        lambda: propose_amendment(session, coordinator, made.grant_id, number, now=ASKED),
    ):
        with pytest.raises(NotPermittedError):
            act()
    propose_amendment(session, made.officer, made.grant_id, number, now=ASKED)
    assert [one.number for one in readable_amendments(session, coordinator, scope)] == [number]
    assert may_read(coordinator, scope, AmendmentState.ACCEPTED, requested=True, by_authority=True)
    decide = DecideAmendment(decision="return", reason="It is changed once more by the office.")
    with pytest.raises(NotPermittedError):
        decide_amendment(session, made.officer, made.grant_id, number, decide, now=ASKED)


def test_the_other_side_touches_no_amendment_of_the_coordinator(session: Session) -> None:
    made = a_running_grant(session)
    number = build.a_draft(session, made)
    wanted = SaveAmendment(version=2, reason=WHY, duration_months=30)
    for act in (
        lambda: save_amendment(session, made.officer, made.grant_id, number, wanted, now=ASKED),
        lambda: withdraw_amendment(session, made.officer, made.grant_id, number, now=ASKED),
        lambda: propose_amendment(session, made.officer, made.grant_id, number, now=ASKED),
    ):
        with pytest.raises(NotPermittedError):
            act()
    assert refused_by(lambda: start_amendment(session, made.officer, made.grant_id, now=ASKED)) == {
        "amendment.open_already"
    }
    build.asked(session, made, number)
    build.decided(session, made, number)
    with pytest.raises(NotPermittedError):
        decline_amendment(session, made.actor(session), made.grant_id, number, NO, now=ASKED)


def test_a_signatory_of_the_coordinator_declines_with_a_reason_and_the_agreement_stays(session: Session) -> None:
    made = a_running_grant(session)
    before, number = made.agreement(session).version, proposed(session, made)
    coordinator = made.actor(session)
    assert refused_by(
        lambda: decline_amendment(session, coordinator, made.grant_id, number, DeclineAmendment(), now=ASKED)
    ) == {"amendment.reason"}
    other = made.actor(session, 1)
    assert "amendment.not_mandated" in refused_by(
        lambda: decline_amendment(session, other, made.grant_id, number, NO, now=ASKED)
    )
    decline_amendment(session, coordinator, made.grant_id, number, NO, now=ASKED)
    row = amendment_row(session, made.grant_id, number)
    assert (row.state, row.note, row.sha256) == (AmendmentState.REFUSED, NO.reason, None)
    assert made.agreement(session).version == before
    told = notify(session, "amendment.declined")
    assert made.officer.email in {mail.address for mail in told}
    assert not {member.person.email for member in made.made.members} & {mail.address for mail in told}
    assert NO.reason in told[0].text
    with pytest.raises(TransitionNotAllowedError):
        decline_amendment(session, coordinator, made.grant_id, number, NO, now=ASKED)
    assert start_amendment(session, coordinator, made.grant_id, now=ASKED) == number + 1


def test_it_is_taken_back_until_the_managing_body_has_signed(session: Session) -> None:
    made = a_running_grant(session)
    number = proposed(session, made)
    build.signed(session, made, number)
    withdraw_amendment(session, made.officer, made.grant_id, number, now=ASKED)
    assert amendment_row(session, made.grant_id, number).state is AmendmentState.WITHDRAWN
    number = build.a_request(session, made)
    build.decided(session, made, number)
    build.signed(session, made, number)
    with pytest.raises(TransitionNotAllowedError):
        withdraw_amendment(session, made.actor(session), made.grant_id, number, now=ASKED)


def test_the_rules_of_the_coordinator_count_and_its_account_is_its_own(session: Session) -> None:
    made = a_running_grant(session)
    number = start_amendment(session, made.officer, made.grant_id, now=ASKED)
    assert "amendment.nothing" in refused_by(
        lambda: propose_amendment(session, made.officer, made.grant_id, number, now=ASKED)
    )
    new = SaveAmendment(version=1, reason=WHY, account="new", holder="Cluster", iban="BE68539007547034")
    assert refused_by(lambda: save_amendment(session, made.officer, made.grant_id, number, new, now=ASKED)) == {
        "amendment.account_of_coordinator"
    }
    member = made.made.members[1].organisation.id
    role = Assignment(Role.MEMBER, ScopeKind.ORGANISATION, member)
    own = replace(made.officer, assignments=(*made.officer.assignments, role))
    wanted = SaveAmendment(version=1, reason=WHY, duration_months=26)
    save_amendment(session, made.officer, made.grant_id, number, wanted, now=ASKED)
    assert refused_by(lambda: propose_amendment(session, own, made.grant_id, number, now=ASKED)) == {
        "interest.of_a_party"
    }
    with pytest.raises(sa.exc.DBAPIError, match="by_authority"), session.begin_nested():
        session.execute(sa.text("update amendment set state = 'requested', requested_at = now(), decide_by = now()"))


def test_signatory_and_consortium_hear_of_a_proposal(session: Session) -> None:
    made = a_running_grant(session)
    proposed(session, made)
    told = notify(session, "amendment.proposed")
    assert {mail.address for mail in told} >= {member.person.email for member in made.made.members}
    assert "signs it for all beneficiaries or refuses it" in told[0].text
