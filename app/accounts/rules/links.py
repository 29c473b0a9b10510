"""Signed links: what each is for, how long it lasts and what makes it die earlier."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class LinkKind:
    """A link opens only what its purpose names."""

    purpose: str
    lasts: timedelta


CONFIRM_EMAIL = LinkKind("confirm-email", timedelta(days=3))
RESET_PASSWORD = LinkKind("reset-password", timedelta(hours=2))
SECOND_STEP = LinkKind("second-step", timedelta(minutes=10))
"""Not in a mail but in a cookie: the password fitted, the code is still to come."""
INVITATION = LinkKind("invitation", timedelta(days=14))


def bond(secret: str | None) -> str:
    """A digest that ties a link to a password hash: once the password is another, the link is dead."""
    return hashlib.sha256((secret or "no password yet").encode()).hexdigest()[:32]


def still_bound(told: str | None, secret: str | None) -> bool:
    """Whether the link was made for the password that is stored now."""
    return hmac.compare_digest((told or "").encode(), bond(secret).encode())
