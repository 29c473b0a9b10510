"""Verification codes: short enough to type, too many to guess."""

from __future__ import annotations

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without 0, 1, I and O, which look alike in print."""

GROUPS, GROUP_LENGTH = 4, 5
CODE_BYTES = 20


def code_from(randomness: bytes) -> str:
    """``XXXXX-XXXXX-XXXXX-XXXXX`` (100 bits) from at least 20 random bytes."""
    if len(randomness) < CODE_BYTES:
        raise ValueError("a verification code needs 20 random bytes")
    letters = "".join(ALPHABET[byte % len(ALPHABET)] for byte in randomness[:CODE_BYTES])
    return "-".join(letters[start : start + GROUP_LENGTH] for start in range(0, CODE_BYTES, GROUP_LENGTH))


def tidy(typed: str) -> str:
    """The code that a person meant: letter case, spaces and missing dashes do not matter."""
    letters = "".join(letter for letter in typed.upper() if letter in ALPHABET)
    return "-".join(letters[start : start + GROUP_LENGTH] for start in range(0, len(letters), GROUP_LENGTH))
