"""One page of the demo, and who looks at it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Address:
    """A page: its name in pictures, who looks at it (``""`` for nobody in particular) and a button to press there."""

    name: str
    path: str
    who: str
    press: str = ""
