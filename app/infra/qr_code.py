"""QR codes as inline SVG: attributes only, so that the strict content policy lets them through."""

from __future__ import annotations

import segno

_BORDER = 4
"""Light modules around the code that readers need."""


def qr_svg(text: str, *, title: str) -> str:
    """The code of a text, dark on light whatever the theme, with a title for those who do not see it."""
    return segno.make(text, error="m").svg_inline(
        border=_BORDER, omitsize=True, svgclass="g-qr", lineclass=None, title=title, dark="#000000", light="#ffffff"
    )
