"""Money: whole cents of one currency, exact in every operation.

Rounding happens only in methods whose name says how. Amounts may be negative
(corrections, recoveries). Operations across currencies raise CurrencyMismatchError.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.core.rates import BASIS_POINTS

if TYPE_CHECKING:
    from app.core.rates import Rate

EURO = "EUR"
MAX_CENTS = 10**15
"""Ten thousand milliard euro: larger figures are slips of the keyboard, and BIGINT holds them."""

_PLAIN = re.compile(r"^(-?)(\d{1,14})(?:\.(\d{1,2}))?$", re.ASCII)
_GROUPED = re.compile(r"^(-?)(\d{1,3}(?:([ ,.'’])\d{3})(?:\3\d{3})*)(?:([.,])(\d{2}))?$", re.ASCII)  # noqa: RUF001  # the Swiss separator
_DECIMAL_COMMA = re.compile(r"^(-?)(\d{1,14}),(\d{1,2})$", re.ASCII)
_SPACES = re.compile(r"[\s\u00a0\u202f]+")


class CurrencyMismatchError(TypeError):
    """Two amounts of different currencies met in one operation."""


class AmountError(ValueError):
    """A text is no amount of money with at most two decimals."""


@dataclass(frozen=True, slots=True)
class Money:
    """``cents`` of ``currency`` (ISO 4217)."""

    cents: int
    currency: str = EURO

    @classmethod
    def parse(cls, text: str, currency: str = EURO) -> Money:
        """Read what a person types: ``1234.5``, ``1,234.50``, ``1 234,50``, ``EUR 12``.

        Raise AmountError for anything ambiguous, for more than two decimals and for
        amounts beyond MAX_CENTS, so that no digit is ever dropped in silence.
        """
        bare = _SPACES.sub(" ", text).strip()
        for mark in (currency, "€") if currency == EURO else (currency,):
            bare = bare.removeprefix(mark).removesuffix(mark).strip()
        bare = bare.replace("\u2212", "-")
        cents = _read_cents(bare)
        if cents is None or abs(cents) > MAX_CENTS:
            raise AmountError(f"{text.strip()!r} is not an amount with at most two decimals")
        return cls(cents, currency)

    @classmethod
    def zero(cls, currency: str = EURO) -> Money:
        """Nothing, in ``currency``."""
        return cls(0, currency)

    @classmethod
    def total(cls, amounts: Iterable[Money], currency: str = EURO) -> Money:
        """Sum of ``amounts``; zero of ``currency`` when there are none."""
        result = cls.zero(currency)
        for amount in amounts:
            result += amount
        return result

    def _same(self, other: Money) -> int:
        if self.currency != other.currency:
            raise CurrencyMismatchError(f"{self.currency} and {other.currency} do not mix")
        return other.cents

    def __add__(self, other: Money) -> Money:
        return Money(self.cents + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.cents - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.cents, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.cents < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.cents <= self._same(other)

    def __gt__(self, other: Money) -> bool:
        return self.cents > self._same(other)

    def __ge__(self, other: Money) -> bool:
        return self.cents >= self._same(other)

    def __bool__(self) -> bool:
        return self.cents != 0

    def times(self, count: int) -> Money:
        """``count`` times the amount, exact."""
        return Money(self.cents * count, self.currency)

    def share_half_up(self, rate: Rate) -> Money:
        """``rate`` of the amount; half a cent is rounded away from zero."""
        size = abs(self.cents) * rate.basis_points
        rounded = (2 * size + BASIS_POINTS) // (2 * BASIS_POINTS)
        return Money(rounded if self.cents >= 0 else -rounded, self.currency)

    def share_down(self, rate: Rate) -> Money:
        """``rate`` of the amount, in size never more than exact: fractions of a cent fall away."""
        size = abs(self.cents) * rate.basis_points // BASIS_POINTS
        return Money(size if self.cents >= 0 else -size, self.currency)

    def share_up(self, rate: Rate) -> Money:
        """``rate`` of the amount, in size never less than exact (for minimum shares)."""
        size = -(-abs(self.cents) * rate.basis_points // BASIS_POINTS)
        return Money(size if self.cents >= 0 else -size, self.currency)

    def base_for_share_up(self, rate: Rate) -> Money:
        """Smallest amount whose ``rate`` reaches this one: 360 000.00 at 75 % needs 480 000.00."""
        if not rate.basis_points:
            raise ZeroDivisionError("no base reaches an amount at 0 %")
        return Money(-(-self.cents * BASIS_POINTS // rate.basis_points), self.currency)

    def split(self, weights: Sequence[int]) -> tuple[Money, ...]:
        """Parts in proportion to ``weights`` that add up to the amount (largest remainder).

        Ties go to the earlier part. Raise ValueError for no, negative or all-zero weights.
        """
        if not weights or min(weights) < 0 or not sum(weights):
            raise ValueError("split needs weights of zero or more, not all zero")
        whole, sign = sum(weights), 1 if self.cents >= 0 else -1
        shares = [divmod(abs(self.cents) * weight, whole) for weight in weights]
        left = abs(self.cents) - sum(floor for floor, _ in shares)
        order = sorted(range(len(weights)), key=lambda i: (-shares[i][1], i))
        extra = set(order[:left])
        return tuple(Money(sign * (floor + (i in extra)), self.currency) for i, (floor, _) in enumerate(shares))

    @property
    def amount(self) -> str:
        """Plain decimal text for JSON and forms: ``1234.56``."""
        sign = "-" if self.cents < 0 else ""
        whole, part = divmod(abs(self.cents), 100)
        return f"{sign}{whole}.{part:02d}"

    def as_json(self) -> dict[str, str]:
        """``{"amount": "1234.56", "currency": "EUR"}``."""
        return {"amount": self.amount, "currency": self.currency}

    def __str__(self) -> str:
        sign = "-" if self.cents < 0 else ""
        whole, part = divmod(abs(self.cents), 100)
        return f"{self.currency} {sign}{whole:,}.{part:02d}"


def _read_cents(text: str) -> int | None:
    """Cents of a typed amount, or None where it has two meanings.

    A lone separator with three digits groups thousands only where more groups or decimals
    prove it: ``1.234`` alone is refused.
    """
    if (match := _PLAIN.match(text)) or (match := _DECIMAL_COMMA.match(text)):
        sign, whole, part = match.groups()
    elif match := _GROUPED.match(text):
        sign, grouped, separator, point, part = match.groups()
        if point == separator:
            return None
        if separator in {".", ","} and not part and grouped.count(separator) == 1:
            return None
        whole = grouped.replace(separator, "")
    else:
        return None
    cents = int(whole) * 100 + int((part or "").ljust(2, "0"))
    return -cents if sign else cents
