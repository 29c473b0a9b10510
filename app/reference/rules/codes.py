"""How is a country or region code spelled here? As the EU does: EL and UK, in capitals."""

from __future__ import annotations

_EU_SPELLING = {"GR": "EL", "GB": "UK"}
_ISO_SPELLING = {eu: iso for iso, eu in _EU_SPELLING.items()}
_COUNTRY_LETTERS = 2


def country_code(text: str) -> str:
    """``text`` in EU spelling: ``gr`` and ``EL`` are both ``EL``. Unknown codes pass unchanged."""
    code = text.strip().upper()
    return _EU_SPELLING.get(code, code)


def iso_code(country: str) -> str:
    """The code of a country as ISO 3166 spells it: ``EL`` is ``GR``."""
    code = country_code(country)
    return _ISO_SPELLING.get(code, code)


def region_code(text: str) -> str:
    """A NUTS code in EU spelling: ``GR30`` is ``EL30``, ``gbc1`` is ``UKC1``."""
    code = "".join(text.split()).upper()
    return country_code(code[:_COUNTRY_LETTERS]) + code[_COUNTRY_LETTERS:]
