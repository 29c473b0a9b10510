"""Which passwords are accepted: length counts, composition does not (NIST SP 800-63B, section 5.1.1.2)."""

from __future__ import annotations

from app.core.violations import Violation

MIN_LENGTH = 12
MAX_LENGTH = 200
_SOURCE = "NIST SP 800-63B, section 5.1.1.2"
_COMMON = frozenset(
    {
        "000000000000",
        "111111111111",
        "121212121212",
        "123123123123",
        "123456789000",
        "123456789012",
        "1234567890123",
        "12345678901234",
        "123456789abc",
        "123qwe123qwe",
        "1q2w3e4r5t6y",
        "1qaz2wsx3edc",
        "1qaz2wsx3edc4rfv",
        "aaaaaaaaaaaa",
        "abc123abc123",
        "abcd1234abcd",
        "abcdefghijkl",
        "abcdef123456",
        "administrator",
        "administrator1",
        "asdfghjkl123",
        "changeme1234",
        "iloveyou1234",
        "letmein12345",
        "password1234",
        "password12345",
        "password123456",
        "passwordpassword",
        "qwerty123456",
        "qwertyqwerty",
        "qwertyuiop12",
        "qwertyuiop123",
        "qwertyuiopasdf",
        "welcome12345",
        "zaq12wsxcde3",
    }
)


def check_password(password: str, *, email: str, place: str = "password") -> tuple[Violation, ...]:
    """What speaks against ``password`` for the person with ``email``; nothing when it may be used."""
    found = []
    if len(password) < MIN_LENGTH:
        found.append(
            Violation(
                "account.password_short",
                "Use at least {minimum} characters. Three or four words in a row are easy to remember.",
                place,
                {"minimum": MIN_LENGTH},
                source=_SOURCE,
            )
        )
    plain = password.strip().casefold()
    if plain and plain in {email.casefold(), email.casefold().partition("@")[0]}:
        found.append(
            Violation("account.password_is_email", "Do not use your e-mail address as password.", place, source=_SOURCE)
        )
    if plain in _COMMON or len(set(plain)) == 1:
        found.append(
            Violation(
                "account.password_common",
                "This password is one of the first that others would try. Choose another.",
                place,
                source=_SOURCE,
            )
        )
    return tuple(found)
