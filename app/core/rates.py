"""Rate: a share in whole basis points (75 % is 7 500)."""

from __future__ import annotations

import re
from dataclasses import dataclass

BASIS_POINTS = 10_000
_TEXT = re.compile(r"^\s*([0-9]{1,5})(?:[.,]([0-9]{1,2}))?\s*%?\s*$")


@dataclass(frozen=True, slots=True, order=True)
class Rate:
    """A share of an amount, exact to a hundredth of a percent; never negative."""

    basis_points: int

    def __post_init__(self) -> None:
        if self.basis_points < 0:
            raise ValueError("a rate is never negative")

    @classmethod
    def percent(cls, text: str | int) -> Rate:
        """Read ``75``, ``"75"``, ``"7.5 %"`` or ``"7,25"``; raise ValueError for anything else."""
        match = _TEXT.match(str(text))
        if not match:
            raise ValueError(f"{text!r} is not a percentage with at most two decimals")
        whole, part = match.groups()
        return cls(int(whole) * 100 + int((part or "").ljust(2, "0")))

    @property
    def complement(self) -> Rate:
        """What is left to 100 %; raise ValueError above 100 %."""
        return Rate(BASIS_POINTS - self.basis_points)

    def __str__(self) -> str:
        whole, part = divmod(self.basis_points, 100)
        return f"{whole}.{part:02d}".rstrip("0").rstrip(".") + " %"
