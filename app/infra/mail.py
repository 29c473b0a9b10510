"""Mail over SMTP."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from app.settings import Settings

TIMEOUT_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Mail:
    """One message to one person. ``key`` becomes the Message-ID, so that a repeat can be told as such."""

    to: str
    subject: str
    text: str
    html: str
    key: str
    sent_at: datetime


class MailNotConfiguredError(Exception):
    """No mail server is named in the settings."""


def send_mail(settings: Settings, mail: Mail) -> None:
    """Hand the message to the mail server; raise on any refusal so that the job is tried again."""
    if not settings.smtp_host:
        raise MailNotConfiguredError
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = settings.mail_from, mail.to, mail.subject
    message["Message-ID"] = f"<{mail.key}@grappe>"
    message["Date"] = format_datetime(mail.sent_at)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    with smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=TIMEOUT_SECONDS) as server:
        if settings.smtp_starttls:
            server.starttls(context=ssl.create_default_context())
        if settings.smtp_user:
            server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
        server.send_message(message)
