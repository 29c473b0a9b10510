"""Text in the letters that every bank carries."""

from __future__ import annotations

import re

_NOT_CARRIED = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]")
"""Signs outside the alphabet that every bank in SEPA takes."""


def carried(text: str) -> str:
    """The text in the signs that banks carry: letters without marks, others as spaces; possibly longer than it was."""
    from text_unidecode import unidecode

    return " ".join(_NOT_CARRIED.sub(" ", unidecode(text)).split()) or "-"
