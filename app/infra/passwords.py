"""Password hashing with argon2id. Slow on purpose: never inside a write transaction."""

from __future__ import annotations

from functools import cache

from pwdlib import PasswordHash
from pwdlib.exceptions import PwdlibError
from pwdlib.hashers.argon2 import Argon2Hasher


@cache
def _hasher() -> PasswordHash:
    return PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19_456, parallelism=1),))


@cache
def _decoy() -> str:
    return _hasher().hash("nobody has this password")


def hash_password(password: str) -> str:
    """The hash to store."""
    return _hasher().hash(password)


def password_matches(password: str, stored: str | None) -> bool:
    """Whether the password is the stored one; takes as long when there is none to compare with."""
    try:
        matches = _hasher().verify(password, stored or _decoy())
    except PwdlibError:
        return False
    return matches and stored is not None
