"""What an API token may be for, and for how long."""

from __future__ import annotations

from enum import StrEnum

DAYS = (30, 90, 365)
MOST_TOKENS = 20


class TokenScope(StrEnum):
    """What a program may do with a token; it never may more than its person."""

    READ = "read"
    WRITE = "write"
