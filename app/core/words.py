"""How many words is a text? Counted the same here and in the browser."""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]+")
r"""Exactly what a browser means by \S+; Python's own \S also splits at four control characters."""


def count_words(text: str) -> int:
    """Runs of characters between white space, in any script; a lone dash is a word too."""
    return sum(1 for _ in _WORD.finditer(text))
