from __future__ import annotations

import smtplib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from app.infra.mail import Mail, MailNotConfiguredError, send_mail
from app.infra.mailbox import DemoMailbox
from app.settings import Settings

MAIL = Mail(
    to="Żaneta <zaneta@example.org>",
    subject="Wynik naboru: Łódź",
    text="Dear Żaneta,\nyour application was received.\n",
    html="<p>Dear Żaneta, your application was received.</p>",
    key="receipt.0190-aa",
    sent_at=datetime(2019, 3, 1, 9, tzinfo=UTC),
)


@pytest.fixture
def box(tmp_path: Path) -> Iterator[DemoMailbox]:
    made = DemoMailbox(tmp_path / "mailbox")
    yield made
    made.stop()


def at(port: int, folder: Path) -> Settings:
    return Settings(
        data_dir=folder, smtp_host="127.0.0.1", smtp_port=port, mail_from="Grappe <no-reply@grappe.example>"
    )


def test_a_mail_arrives_whole(box: DemoMailbox, tmp_path: Path) -> None:
    send_mail(at(box.start(), tmp_path), MAIL)
    [kept] = box.messages()
    assert (kept.to, kept.subject, kept.date) == (MAIL.to, MAIL.subject, "2019-03-01T09:00:00+00:00")
    assert kept.text == MAIL.text
    assert kept.html.strip() == MAIL.html


def test_a_repeat_with_the_same_key_is_kept_once(box: DemoMailbox, tmp_path: Path) -> None:
    settings = at(box.start(), tmp_path)
    send_mail(settings, MAIL)
    send_mail(settings, replace(MAIL, text="the same mail, sent again after a crash\n"))
    send_mail(settings, replace(MAIL, key="receipt.0190-bb", sent_at=MAIL.sent_at + timedelta(seconds=1)))
    assert [mail.text for mail in box.messages()] == [MAIL.text, MAIL.text]


def test_a_repeat_is_known_after_a_restart(box: DemoMailbox, tmp_path: Path) -> None:
    send_mail(at(box.start(), tmp_path), MAIL)
    box.stop()
    send_mail(at(box.start(), tmp_path), MAIL)
    assert len(box.messages()) == 1


def test_newest_mail_stands_first(box: DemoMailbox, tmp_path: Path) -> None:
    settings = at(box.start(), tmp_path)
    for minute in (1, 3, 2):
        send_mail(
            settings,
            replace(MAIL, key=f"k{minute}", subject=str(minute), sent_at=MAIL.sent_at + timedelta(minutes=minute)),
        )
    assert [mail.subject for mail in box.messages()] == ["3", "2", "1"]


def test_strangers_without_message_id_or_date_are_all_kept(box: DemoMailbox) -> None:
    port = box.start()
    for text in ("one", "two"):
        message = EmailMessage()
        message["To"], message["From"], message["Subject"] = "a@example.org", "b@example.org", text
        message.set_content(text)
        with smtplib.SMTP("127.0.0.1", port, timeout=10) as server:
            server.send_message(message)
    assert sorted(mail.subject for mail in box.messages()) == ["one", "two"]


def test_an_empty_mailbox_lists_nothing(tmp_path: Path) -> None:
    assert DemoMailbox(tmp_path / "none").messages() == []


def test_without_a_mail_server_the_job_fails_and_waits(tmp_path: Path) -> None:
    with pytest.raises(MailNotConfiguredError):
        send_mail(Settings(data_dir=tmp_path), MAIL)


def test_an_unreachable_mail_server_is_an_error(box: DemoMailbox, tmp_path: Path) -> None:
    port = box.start()
    box.stop()
    with pytest.raises(OSError, match="refused"):
        send_mail(at(port, tmp_path), MAIL)


@pytest.mark.parametrize("field", ["to", "subject", "key"])
def test_no_field_can_smuggle_a_header(box: DemoMailbox, tmp_path: Path, field: str) -> None:
    smuggled: dict[str, Any] = {field: "x\r\nBcc: everybody@example.org"}
    forged = replace(MAIL, **smuggled)
    with pytest.raises(ValueError, match=r"linefeed|newline|CR"):
        send_mail(at(box.start(), tmp_path), forged)
    assert box.messages() == []
