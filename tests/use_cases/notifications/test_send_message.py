"""Claim, note, give up: one sender at a time, and a sender that was taken for dead changes nothing."""

from __future__ import annotations

import smtplib
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.notifications.queries import waiting_messages
from app.notifications.rules.lifecycle import MessageState
from app.notifications.rules.retries import LEASE, MOST_ATTEMPTS
from app.notifications.use_cases.send_message import claim_message, note_refused, note_sent
from tests.builders.notifications import a_message
from tests.conftest import NOW

MINUTE = timedelta(minutes=1)


def refusal(code: int) -> smtplib.SMTPRecipientsRefused:
    return smtplib.SMTPRecipientsRefused({"reader@example.org": (code, b"no")})


def test_a_message_is_in_one_hand_only(session: Session) -> None:
    message = a_message(session)
    assert claim_message(session, message.id, now=NOW) is not None
    assert claim_message(session, message.id, now=NOW + LEASE) is None


def test_after_the_lease_it_is_sent_again_under_the_same_message_id(session: Session) -> None:
    message = a_message(session)
    first = claim_message(session, message.id, now=NOW)
    second = claim_message(session, message.id, now=NOW + LEASE + MINUTE)
    assert first is not None
    assert second is not None
    assert first.mail == second.mail
    assert first.mail.key == str(message.id)


def test_who_was_taken_for_dead_changes_nothing(session: Session) -> None:
    message = a_message(session)
    first = claim_message(session, message.id, now=NOW)
    second = claim_message(session, message.id, now=NOW + LEASE + MINUTE)
    assert first is not None
    assert second is not None
    note_refused(session, first, refusal(550), now=NOW)
    assert message.state == MessageState.SENDING
    note_sent(session, second, now=NOW)
    note_refused(session, first, refusal(550), now=NOW)
    assert (message.state, message.failure) == (MessageState.SENT, "")


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (refusal(550), MessageState.FAILED),
        (refusal(450), MessageState.QUEUED),
        (smtplib.SMTPDataError(554, b"no"), MessageState.FAILED),
        (smtplib.SMTPDataError(451, b"later"), MessageState.QUEUED),
        (smtplib.SMTPNotSupportedError("no such address"), MessageState.FAILED),
        (ValueError("header"), MessageState.FAILED),
        (ConnectionRefusedError("away"), MessageState.QUEUED),
        (smtplib.SMTPAuthenticationError(535, b"who are you"), MessageState.QUEUED),
    ],
)
def test_what_would_be_refused_again_is_given_up(session: Session, error: Exception, state: MessageState) -> None:
    message = a_message(session)
    claim = claim_message(session, message.id, now=NOW)
    assert claim is not None
    note_refused(session, claim, error, now=NOW)
    assert message.state == state
    assert type(error).__name__ in message.failure
    if state is MessageState.QUEUED:
        assert message.due_at == NOW + MINUTE
        assert claim_message(session, message.id, now=NOW) is None
        assert claim_message(session, message.id, now=NOW + MINUTE) is not None


def test_it_is_given_up_after_the_last_attempt(session: Session) -> None:
    message = a_message(session, attempts=MOST_ATTEMPTS - 1)
    claim = claim_message(session, message.id, now=NOW)
    assert claim is not None
    note_refused(session, claim, ConnectionRefusedError("away"), now=NOW)
    assert message.state == MessageState.FAILED


def test_a_secret_link_is_not_kept_once_it_is_sent(session: Session) -> None:
    secret, plain = a_message(session, secret=True), a_message(session)
    for message in (secret, plain):
        claim = claim_message(session, message.id, now=NOW)
        assert claim is not None
        note_sent(session, claim, now=NOW)
    assert (secret.text, secret.html) == ("", "")
    assert plain.text


def test_waiting_messages_are_due_and_urgent_ones_come_first(session: Session) -> None:
    later = a_message(session, due_at=NOW + MINUTE)
    mass = a_message(session, due_at=NOW - MINUTE)
    link = a_message(session, urgency=50)
    in_hand = a_message(session, state=MessageState.SENDING, claimed_at=NOW)
    left_over = a_message(session, state=MessageState.SENDING, claimed_at=NOW - LEASE - MINUTE)
    found = list(waiting_messages(session, now=NOW, dead_since=NOW - LEASE))
    assert found[0] == link.id
    assert set(found) == {mass.id, link.id, left_over.id}
    assert not {later.id, in_hand.id} & set(found)
