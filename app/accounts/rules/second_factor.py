"""The second step: one-time codes of 30 seconds (RFC 6238), recovery codes, and how long a confirmation counts."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import pyotp

from app.core.violations import Violation

STEP = timedelta(seconds=30)
DRIFT = 1
"""How many steps a device's clock may be early or late."""
FRESH = timedelta(minutes=10)
"""How long a confirmed second step counts; it is not prolonged by use."""
RECOVERY_CODES = 10
RECOVERY_BYTES = 15
"""120 bits each: from 112 on a plain digest may be stored, because nobody can try them all (OWASP ASVS 4.0.3, 2.6.2)."""
ISSUER = "Grappe"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_LOOKALIKES = str.maketrans({"o": "0", "i": "1", "l": "1", " ": "", "-": ""})
_GROUP = 4

WRONG_CODE = Violation(
    "second_step.wrong_code",
    "This code does not count. Codes change every {seconds} seconds and each counts once.",
    "code",
    {"seconds": int(STEP.total_seconds())},
    cure="Wait for the next code and check that the clock of your device is right.",
)
"""One wording for a wrong code, a late one and one that was used: none of them shows."""


class StepOutcome(StrEnum):
    """What became of a typed code."""

    ACCEPTED = "accepted"
    WRONG = "wrong"
    PAUSED = "paused"
    MISSING = "missing"
    """The person has no second step."""


@dataclass(frozen=True, slots=True)
class NextCode:
    """A code that would count: the code itself, or how many seconds to wait for one."""

    code: str
    wait_seconds: int = 0


def step_of(now: datetime) -> int:
    """Number of the 30-second step in which an instant lies."""
    return (now - _EPOCH) // STEP


def code_at(secret: str, step: int) -> str:
    """The six digits that a device with this secret (base32) shows during a step."""
    return pyotp.TOTP(secret).generate_otp(step)


def matching_step(secret: str, typed: str, *, last_step: int, now: datetime) -> int | None:
    """The step whose code was typed, if it counts now: at most one step off, and later than the last that counted."""
    digits = typed.translate(_LOOKALIKES) if typed.isascii() else ""
    now_step, found = step_of(now), None
    for step in range(max(now_step - DRIFT, 0), now_step + DRIFT + 1):
        # every candidate is compared, so that the time taken tells nothing
        if hmac.compare_digest(code_at(secret, step), digits) and step > last_step:
            found = step
    return found


def next_code(secret: str, *, last_step: int, now: datetime) -> NextCode:
    """The earliest code that would count now, for the demonstration, which has no device."""
    now_step = step_of(now)
    step = max(last_step + 1, now_step)
    if step <= now_step + DRIFT:
        return NextCode(code_at(secret, step))
    begins = _EPOCH + (step - DRIFT) * STEP
    return NextCode("", -((now - begins) // timedelta(seconds=1)))


def fresh(stepped_up_at: datetime | None, now: datetime) -> bool:
    """Whether a second step that was confirmed then still counts; a clock that was set back does not make it last."""
    return stepped_up_at is not None and abs(now - stepped_up_at) < FRESH


def recovery_code(chance: bytes) -> str:
    """A recovery code made of ``RECOVERY_BYTES`` random bytes, as it is shown: groups of four, no look-alikes."""
    number = int.from_bytes(chance, "big")
    signs = [_ALPHABET[(number >> 5 * place) & 31] for place in range(len(chance) * 8 // 5)]
    return "-".join(in_groups("".join(signs)))


def plain_recovery_code(typed: str) -> str:
    """A typed recovery code without what people add or mistake: spaces, hyphens, capitals, o for 0, l for 1."""
    return typed.strip().lower().translate(_LOOKALIKES)


def in_groups(text: str) -> tuple[str, ...]:
    """Text in groups of four, easy to read and to type."""
    return tuple(text[start : start + _GROUP] for start in range(0, len(text), _GROUP))


def device_address(secret: str, email: str) -> str:
    """What the QR code says to an authenticator app (``otpauth://``)."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)
