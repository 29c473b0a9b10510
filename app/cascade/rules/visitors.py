"""How are names of visitors compared? Without regard to case, accents and spaces."""

from __future__ import annotations

import unicodedata


def visitor_key(name: str) -> str:
    """The name as it is compared: small letters without accents, one space between words."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    kept = "".join(sign if sign.isalnum() else " " for sign in plain if not unicodedata.combining(sign))
    return " ".join(kept.split())
