"""The demo mailbox: a real SMTP server on the loopback address that keeps what it receives."""

from __future__ import annotations

import asyncio
import email
import mailbox
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from functools import lru_cache
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller


class _Keeper:
    """Stores each message once: a repeat with the same Message-ID is the same message."""

    def __init__(self, box: mailbox.Maildir) -> None:
        self._box = box
        self._seen = {str(message["Message-ID"]) for message in box}

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: ANN401, ARG002, N802  # aiosmtpd's signature
        message = email.message_from_bytes(envelope.original_content or envelope.content)
        key = message["Message-ID"]
        if key is None or str(key) not in self._seen:
            self._seen.add(str(key))
            self._box.add(message)
        return "250 kept"


class _AnyPort(Controller):
    """A controller that may ask for port 0: it looks up which one it got before it tries to reach itself."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)  # noqa: S101  # a TCP server, listening by now
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]  # the library has no types


@dataclass(frozen=True, slots=True)
class KeptMail:
    """One captured message as the mailbox page shows it."""

    key: str
    to: str
    subject: str
    date: str
    text: str
    html: str


class DemoMailbox:
    """Receives on a free local port and lists what came in."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / "mail"
        self._controller: Controller | None = None

    def start(self) -> int:
        """Listen; return the port."""
        box = mailbox.Maildir(str(self._path), create=True)
        self._controller = _AnyPort(_Keeper(box), hostname="127.0.0.1", port=0, ready_timeout=10)
        self._controller.start()
        port: int = self._controller.port
        return port

    def stop(self) -> None:
        """Stop listening."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def messages(self) -> list[KeptMail]:
        """Everything kept, newest first."""
        if not self._path.exists():
            return []
        names = mailbox.Maildir(str(self._path), create=False).keys()
        kept = [_read(self._path, key) for key in names]
        return sorted(kept, key=lambda mail: (mail.date, mail.key), reverse=True)


@lru_cache(maxsize=20_000)
def _read(folder: Path, key: str) -> KeptMail:
    """One message; a kept message never changes, so that it is parsed once."""
    return _kept(key, mailbox.Maildir(str(folder), create=False).get_bytes(key))


def _kept(key: str, raw: bytes) -> KeptMail:
    message = email.message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)  # noqa: S101  # the default policy makes nothing else
    plain, rich = message.get_body(("plain",)), message.get_body(("html",))
    return KeptMail(
        key=key,
        to=str(message["To"]),
        subject=str(message["Subject"]),
        date=_date(message),
        text=plain.get_content() if plain else "",
        html=rich.get_content() if rich else "",
    )


def _date(message: EmailMessage) -> str:
    instant = getattr(message["Date"], "datetime", None)
    return instant.isoformat() if instant is not None else ""
