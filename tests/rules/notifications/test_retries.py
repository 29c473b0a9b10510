"""A message is tried again, ever more rarely, and given up after about two days."""

from __future__ import annotations

from datetime import timedelta

from app.notifications.rules.lifecycle import MESSAGE, MessageEvent, MessageState
from app.notifications.rules.retries import LEASE, MOST_ATTEMPTS, next_attempt
from tests.conftest import NOW


def test_waits_double_from_a_minute_to_two_hours() -> None:
    waits = [(next_attempt(attempts, now=NOW) or NOW) - NOW for attempts in range(1, MOST_ATTEMPTS)]
    assert waits[:4] == [timedelta(minutes=minutes) for minutes in (1, 2, 4, 8)]
    assert waits == sorted(waits)
    assert waits[-1] == timedelta(hours=2)
    assert timedelta(days=1) < sum(waits, timedelta()) < timedelta(days=3)


def test_it_is_given_up_in_the_end() -> None:
    assert next_attempt(MOST_ATTEMPTS, now=NOW) is None


def test_a_sender_is_taken_for_dead_only_long_after_the_mail_server_was_given_up() -> None:
    from app.infra.mail import TIMEOUT_SECONDS

    assert timedelta(seconds=4 * TIMEOUT_SECONDS) <= LEASE


def test_sent_and_failed_are_final() -> None:
    assert MESSAGE.events_from(MessageState.SENT) == ()
    assert MESSAGE.events_from(MessageState.FAILED) == ()
    assert MESSAGE.after(MessageState.SENDING, MessageEvent.CLAIM) == MessageState.SENDING
