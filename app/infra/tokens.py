"""Signed, expiring tokens for links and cookies; nothing in them is secret."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from datetime import datetime


def new_secret() -> str:
    """A random secret for a cookie or an API token (256 bits, URL-safe)."""
    return secrets.token_urlsafe(32)


def fingerprint(secret: str) -> str:
    """What is stored instead of a secret: a thief of the table cannot use it."""
    return hashlib.sha256(secret.encode()).hexdigest()


class TokenSigner:
    """Signs small JSON facts with a purpose and an end; a token for one purpose opens no other."""

    def __init__(self, secret_key: str) -> None:
        self._key = secret_key.encode()

    def _mac(self, purpose: str, body: bytes) -> bytes:
        return hmac.new(self._key, purpose.encode() + b"\0" + body, hashlib.sha256).digest()

    def sign(self, purpose: str, facts: dict[str, str], *, expires_at: datetime) -> str:
        """A URL-safe token."""
        body = json.dumps({**facts, "exp": int(expires_at.timestamp())}, sort_keys=True).encode()
        return f"{_text(body)}.{_text(self._mac(purpose, body))}"

    def read(self, purpose: str, token: str, *, now: datetime) -> dict[str, str] | None:
        """The facts of a genuine, unexpired token of this purpose, else None."""
        try:
            body_text, mac_text = token.split(".")
            body, mac = _bytes(body_text), _bytes(mac_text)
        except ValueError:
            return None
        if not hmac.compare_digest(mac, self._mac(purpose, body)):
            return None
        facts: dict[str, str] = json.loads(body)
        return facts if int(facts.pop("exp")) >= now.timestamp() else None

    def csrf(self, visitor: str) -> str:
        """The token that forms of this browser session carry."""
        return _text(self._mac("csrf", visitor.encode()))

    def csrf_matches(self, visitor: str, token: str) -> bool:
        """Whether a form really came from a page we gave to this browser session."""
        return bool(visitor) and hmac.compare_digest(self.csrf(visitor).encode(), token.encode())


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
