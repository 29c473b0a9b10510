"""From the event to the letter: who gets it, what it says, where it leads, and never twice."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Person, RoleAssignment
from app.accounts.schemas import InvitePerson, RegisterPerson, RequestPasswordReset
from app.accounts.use_cases.accept_invitation import invitation_of_link
from app.accounts.use_cases.confirm_email import person_to_confirm
from app.accounts.use_cases.invite_person import invite_person
from app.accounts.use_cases.register_person import register_person
from app.accounts.use_cases.reset_password import person_to_reset, request_password_reset
from app.applications.schemas import Withdraw
from app.applications.use_cases.change_partnership import remove_partner
from app.applications.use_cases.miss_deadline import miss_deadline
from app.applications.use_cases.submit_application import submit_application
from app.applications.use_cases.withdraw_application import withdraw_application
from app.audit.models import Event
from app.calls.models import Call
from app.calls.schemas import WithdrawCall
from app.calls.use_cases.close_call import close_call
from app.calls.use_cases.correct_call import correct_call
from app.calls.use_cases.withdraw_call import withdraw_call
from app.core.actor import SYSTEM, Role, ScopeKind
from app.documents.models import Document
from app.documents.schemas import FileToStore
from app.documents.use_cases.seal_document import seal_document
from app.infra.tokens import TokenSigner
from app.notifications.models import Message
from app.notifications.schemas import Links
from app.notifications.use_cases.notify_of_event import notify_of_event
from app.partnerships.schemas import InvitePartner
from app.partnerships.use_cases.invite_partner import invite_partner
from tests.builders.applications import (
    ANSWERS,
    Made,
    a_call,
    a_complete_application,
    a_draft,
    a_partner,
    a_submitted_application,
    answered,
)
from tests.builders.calls import a_programme_officer
from tests.builders.people import a_person, a_role, actor_for, an_administrator
from tests.conftest import NOW

SIGNER = TokenSigner("a key for tests only")
LINKS = Links("https://grappe.example", SIGNER)


def notify(session: Session, kind: str) -> list[Message]:
    """Deliver the last event of a kind; the messages it led to, by address."""
    event_id = session.execute(
        sa.select(Event.id).where(Event.kind == kind).order_by(Event.seq.desc()).limit(1)
    ).scalar_one()
    posted = notify_of_event(session, event_id, links=LINKS, now=NOW)
    found = session.scalars(sa.select(Message).where(Message.event_id == event_id).order_by(Message.address)).all()
    assert posted == len(found)
    assert notify_of_event(session, event_id, links=LINKS, now=NOW) == 0, "delivered twice"
    return list(found)


def link_of(message: Message) -> str:
    """The one address in the text; the HTML leads to the same place."""
    [address] = [word for word in message.text.split() if word.startswith("http")]
    assert message.html.count("href=") == 1
    assert f'href="{address}"' in message.html
    return address


def readers(messages: list[Message]) -> set[str]:
    return {message.address for message in messages}


def test_who_registers_gets_a_link_that_confirms(session: Session) -> None:
    wanted = RegisterPerson.model_validate(
        {"email": "ada@example.org", "name": "Ada", "password": "correct horse battery"}
    )
    register_person(session, wanted, password_hash="a hash", now=NOW)
    [mail] = notify(session, "person.registered")
    path = link_of(mail).removeprefix("https://grappe.example/confirm-email/")
    assert person_to_confirm(session, SIGNER, path, now=NOW).email == mail.address == "ada@example.org"
    assert mail.secret


def test_a_forgotten_password_gets_a_link_in_the_language_of_the_person(session: Session) -> None:
    person = a_person(session, language="de")
    request_password_reset(session, RequestPasswordReset(email=person.email), now=NOW)
    [mail] = notify(session, "password.reset_requested")
    token = link_of(mail).removeprefix("https://grappe.example/password/")
    assert person_to_reset(session, SIGNER, token, now=NOW).person_id == person.id
    assert (mail.language, mail.person_id) == ("de", person.id)
    assert 'lang="de"' in mail.html


def test_an_invitation_reaches_an_address_without_an_account(session: Session) -> None:
    inviting = actor_for(session, an_administrator(session, name="Grete Admin"))
    wanted = InvitePerson(email="new@example.org", role=Role.AUDITOR, scope=ScopeKind.PLATFORM)
    invitation_id = invite_person(session, inviting, wanted, now=NOW)
    [mail] = notify(session, "invitation.made")
    token = link_of(mail).removeprefix("https://grappe.example/invitation")
    assert mail.person_id is None
    assert "Grete Admin" in mail.text
    assert invitation_of_link(session, SIGNER, token.rpartition("/")[2], now=NOW).id == invitation_id


def test_a_closed_account_hears_nothing(session: Session) -> None:
    person = a_person(session)
    request_password_reset(session, RequestPasswordReset(email=person.email), now=NOW)
    person.active = False
    session.flush()
    assert notify(session, "password.reset_requested") == []


def test_an_invited_organisation_hears_through_who_speaks_for_it(session: Session) -> None:
    made = a_draft(session, acronym="CIRCTEX")
    asked = a_partner(session, made, 1, accept=False)
    stranger = a_person(session)
    [mail] = notify(session, "partner.invited")
    assert mail.address == asked.person.email != stranger.email
    assert made.person.name in mail.text
    assert "CIRCTEX" in mail.subject
    assert "COS-CLUSTER-2018-03-02" in mail.text
    assert "Thursday 4 April 2019, 17:00 (Europe/Brussels)" in mail.text
    answer = f"/applications/{made.application_id}/partners/{asked.partner_id}/answer"
    assert link_of(mail) == f"https://grappe.example{answer}"


def test_an_address_without_account_is_told_that_it_needs_one(session: Session) -> None:
    made = a_draft(session)
    wanted = InvitePartner(email="nobody@example.org", message="Join us")
    invite_partner(session, made.actor(session), made.application_id, wanted, now=NOW, call_id=made.call.id)
    [mail] = notify(session, "partner.invited")
    assert (mail.address, mail.person_id) == ("nobody@example.org", None)
    assert "Join us" in mail.text
    assert "You need an account" in mail.text


def test_the_answer_goes_to_the_coordinator_alone(session: Session) -> None:
    made = a_draft(session)
    partner = a_partner(session, made, 1)
    [mail] = notify(session, "partner.answered")
    assert mail.address == made.person.email
    assert f"{partner.organisation.legal_name} takes part" in mail.subject
    assert link_of(mail).endswith(f"/applications/{made.application_id}/partnership")


def test_who_is_removed_hears_it_although_the_role_is_gone(session: Session) -> None:
    made = a_draft(session)
    partner = a_partner(session, made, 1)
    session.execute(sa.delete(RoleAssignment).where(RoleAssignment.scope_id == partner.organisation.id))
    remove_partner(session, made.actor(session), made.application_id, partner.partner_id, now=NOW)
    [mail] = notify(session, "partner.ended")
    assert mail.address == partner.person.email
    assert link_of(mail) == "https://grappe.example/calls/COS-CLUSTER-2018-03-02"


def test_who_leaves_is_told_to_the_coordinator(session: Session) -> None:
    made = a_draft(session)
    partner = a_partner(session, made, 1)
    remove_partner(session, made.actor(session, 1), made.application_id, partner.partner_id, now=NOW)
    [mail] = notify(session, "partner.ended")
    assert mail.address == made.person.email
    assert partner.organisation.legal_name in mail.subject


@pytest.fixture
def submitted(session: Session) -> Made:
    """A consortium of three that has submitted at an instant with seconds; another consortium stands beside it."""
    a_draft(session, a_call_once(session), acronym="OTHERS")
    return a_submitted_application(session, a_call_once(session), now=NOW + timedelta(seconds=7))


def a_call_once(session: Session) -> Call:
    """The call of this test, made at the first asking."""
    return session.scalars(sa.select(Call)).first() or a_call(session)


def everybody(made: Made) -> set[str]:
    return {member.person.email for member in made.members}


def test_a_submission_is_confirmed_to_the_whole_consortium(session: Session, submitted: Made) -> None:
    found = notify(session, "application.submitted")
    assert readers(found) == everybody(submitted)
    row = submitted.row(session)
    for mail in found:
        assert "Friday 1 March 2019, 10:00:07 (Europe/Brussels)" in mail.text
        assert f"{row.reference}, version 1" in mail.text
        assert "receipt follows" in mail.text
        assert link_of(mail).endswith(f"/applications/{submitted.application_id}")


def test_a_reader_elsewhere_sees_the_own_zone_too(session: Session, submitted: Made) -> None:
    session.execute(sa.update(Person).where(Person.id == submitted.person.id).values(zone="Europe/Lisbon"))
    by_address = {mail.address: mail.text for mail in notify(session, "application.submitted")}
    own, other = by_address.pop(submitted.person.email), by_address.popitem()[1]
    assert "10:00:07 (Europe/Brussels), 09:00:07 (Europe/Lisbon)" in own
    assert "Lisbon" not in other


def test_the_sealed_receipt_is_announced(session: Session, submitted: Made) -> None:
    document = session.scalars(sa.select(Document).where(Document.subject_id == submitted.submission_id)).one()
    sealed = FileToStore(sha256="0" * 64, size=1, media_type="application/pdf", filename="receipt.pdf")
    seal_document(session, SYSTEM, document.id, sealed, now=NOW)
    found = notify(session, "document.sealed")
    assert readers(found) == everybody(submitted)
    assert {link_of(mail) for mail in found} == {f"https://grappe.example/applications/{submitted.application_id}"}


def test_a_withdrawal_is_told_to_the_whole_consortium(session: Session, submitted: Made) -> None:
    withdraw_application(
        session, submitted.actor(session), submitted.application_id, Withdraw(reason="private matter"), now=NOW
    )
    found = notify(session, "application.withdrawn")
    assert readers(found) == everybody(submitted)
    assert all("private matter" not in mail.text for mail in found)


def test_a_missed_deadline_is_told(session: Session) -> None:
    made = a_draft(session)
    miss_deadline(session, SYSTEM, made.call.id, now=NOW)
    [mail] = notify(session, "application.not_submitted")
    assert mail.address == made.person.email
    assert "still a draft" in mail.text


def test_a_corrigendum_tells_every_applicant_what_changed(session: Session) -> None:
    call = a_call(session, corrected=False)
    drafting, submitting = a_draft(session, call), a_complete_application(session, call)
    enough = ANSWERS["results"] | {
        "indicators": ANSWERS["results"]["indicators"] | {"exchanges": 100, "exchanges_with_smes": 60}
    }
    answered(session, submitting, "results", enough)
    submit_application(session, submitting.actor(session), submitting.application_id, now=NOW)
    withdrawn = a_draft(session, call)
    withdraw_application(session, withdrawn.actor(session), withdrawn.application_id, Withdraw(reason="x"), now=NOW)
    correct_call(session, a_programme_officer(session), call.id, confirmed=True, now=NOW)
    found = notify(session, "call.corrected")
    assert readers(found) == {drafting.person.email} | everybody(submitting)
    for mail in found:
        assert "100 becomes 50" in mail.text
        assert "version (1.1)" in mail.text
        assert link_of(mail) == "https://grappe.example/calls/COS-CLUSTER-2018-03-02"


def test_a_withdrawn_call_tells_its_reason(session: Session) -> None:
    made = a_draft(session)
    withdraw_call(session, a_programme_officer(session), made.call.id, WithdrawCall(reason="No money left"), now=NOW)
    [mail] = notify(session, "call.withdrawn")
    assert mail.address == made.person.email
    assert "No money left" in mail.text


def test_a_closed_call_tells_its_officers_the_counts(session: Session, submitted: Made) -> None:
    call = submitted.call
    elsewhere, here = a_person(session), a_person(session)
    a_role(session, elsewhere, Role.PROGRAMME_OFFICER, UUID(int=1), scope=ScopeKind.CALL)
    a_role(session, here, Role.PROGRAMME_OFFICER, call.id, scope=ScopeKind.CALL)
    over = call.deadline + timedelta(minutes=3)
    close_call(session, SYSTEM, call.id, now=over)
    miss_deadline(session, SYSTEM, call.id, now=over)
    found = {mail.address: mail for mail in notify(session, "call.closed")}
    assert elsewhere.email not in found
    assert "Submitted: 1" in found[here.email].text
    assert "Not submitted in time: 1" in found[here.email].text


def test_what_people_write_cannot_become_markup(session: Session) -> None:
    made = a_draft(session)
    wanted = InvitePartner(email="victim@example.org", message="<b>bold</b> & <script>alert(1)</script>")
    invite_partner(session, made.actor(session), made.application_id, wanted, now=NOW, call_id=made.call.id)
    [mail] = notify(session, "partner.invited")
    assert "<script>" not in mail.html
    assert "&lt;script&gt;" in mail.html


def test_an_event_without_letter_posts_nothing(session: Session) -> None:
    a_draft(session)
    assert notify(session, "application.started") == []
    assert notify(session, "call.published") == []
