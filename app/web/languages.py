"""The language of a visitor: what they chose on a page, else what the browser asks for.

Whoever is signed in reads in the language of the own account, whatever the browser says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.infra.templates import LANGUAGES

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection
    from starlette.responses import Response

LANGUAGE_COOKIE = "language"
NAMES = {"en": "English", "fr": "Français", "de": "Deutsch"}
"""Each language by its own name: whoever looks for it may not read the one of the page."""
VARY = "Cookie, Accept-Language, HX-Request"
"""What else than its address a page depends on."""
_A_YEAR = 31_536_000
_MOST_ASKED = 20
"""Languages of a header that are looked at: nobody reads more, and a header may be long."""


def language_of(request: HTTPConnection) -> str:
    """The language that the cookie names, else the first one of Accept-Language that we have, else English."""
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    return chosen if chosen in LANGUAGES else asked_for(request.headers.get("accept-language", ""))


def asked_for(header: str) -> str:
    """``de-AT,de;q=0.9,en;q=0.8`` is German: the language with the greatest weight that we have, else English."""
    asked = [_weighed(part) for part in header.split(",")[:_MOST_ASKED]]
    known = [(weight, language) for weight, language in asked if language in LANGUAGES and weight]
    return max(known, key=lambda one: one[0])[1] if known else "en"


def keep_language(answer: Response, language: str, *, secure: bool) -> None:
    """Remember the choice in this browser for a year."""
    answer.set_cookie(
        LANGUAGE_COOKIE, language, max_age=_A_YEAR, httponly=True, samesite="lax", secure=secure, path="/"
    )


def _weighed(part: str) -> tuple[int, str]:
    """The weight in thousandths, and the language without its country; 0 for what cannot be read."""
    tag, _, quality = part.partition(";")
    whole, _, places = quality.strip().removeprefix("q=").partition(".")
    digits = f"{whole or '1'}{places:0<3.3}"
    weight = int(digits) if digits.isascii() and digits.isdigit() else 0
    return weight, tag.strip().split("-")[0].lower()
