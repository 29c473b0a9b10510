"""How single values are written in a call document: words, money, rates, scores, local times."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, ClassVar
from zoneinfo import ZoneInfo

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    RootModel,
    StringConstraints,
    model_validator,
)

from app.core.money import AmountError, Money
from app.core.periods import BRUSSELS, instant_in_zone
from app.core.rates import Rate

_LOCAL_TIME = re.compile(r"^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2}))?)?(?: +([A-Za-z_]+/[A-Za-z_/]+))?$")
_RATE = re.compile(r"^\d{1,4}(?:\.\d{1,2})? ?%$")
_SCORE_PLACES = 2

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
"""A short name by which other parts refer to this one: small letters, digits and underscores."""


class Part(BaseModel):
    """A part of a call document: unknown keys and wrong types are mistakes, never ignored."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        validate_by_name=True,
        validate_by_alias=True,
        str_strip_whitespace=True,
    )


class Rule(Part):
    """A part that can be violated; ``rule_id`` is printed wherever it is found not to hold."""

    rule_id: ClassVar[str] = ""

    strands: tuple[Slug, ...] = Field(default=(), description="Strands to which the rule applies; none means all.")

    def applies_to(self, strand: str) -> bool:
        """Whether the rule counts for applications to ``strand``."""
        return not self.strands or strand in self.strands


class Words(RootModel[dict[str, str]]):
    """A text in one or more languages; English is always there. A bare text is English."""

    model_config = ConfigDict(frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _bare_text_is_english(cls, value: object) -> object:
        return {"en": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _english_is_there(self) -> Words:
        if not self.root.get("en", "").strip():
            raise ValueError("a text in English is missing")
        unknown = [code for code in self.root if not re.fullmatch(r"[a-z]{2}", code)]
        if unknown:
            raise ValueError(f"{unknown[0]!r} is not a language code of two letters")
        return self

    def in_language(self, code: str) -> str:
        """The text in a language, or in English where it was not translated."""
        return self.root.get(code) or self.root["en"]

    def __str__(self) -> str:
        return self.root["en"]


@dataclass(frozen=True, slots=True)
class LocalTime:
    """A wall-clock time somewhere: what a call prints. ``instant`` is what counts."""

    day: date
    hour: int = 0
    minute: int = 0
    second: int = 0
    zone: str = BRUSSELS

    @classmethod
    def parse(cls, text: str) -> LocalTime:
        """Read ``2019-04-04 17:00 Europe/Brussels``; without a zone Brussels, without a time midnight.

        Raise ValueError for anything else, and for a time that the spring clock change skips.
        """
        match = _LOCAL_TIME.match(text.strip())
        if not match:
            raise ValueError(f"{text!r} is not a local time such as 2019-04-04 17:00 Europe/Brussels")
        day, hour, minute, second, zone = match.groups()
        try:
            found = cls(date.fromisoformat(day), int(hour or 0), int(minute or 0), int(second or 0), zone or BRUSSELS)
            found.instant  # noqa: B018  # proves that the zone and the time exist
        except KeyError:
            raise ValueError(f"{zone!r} is not a time zone") from None
        return found

    @property
    def instant(self) -> datetime:
        """The instant in UTC."""
        return instant_in_zone(self.day, self.hour, self.minute, self.second, self.zone)

    @property
    def local(self) -> datetime:
        """The same instant on the wall clock of its zone."""
        return self.instant.astimezone(ZoneInfo(self.zone))

    def __str__(self) -> str:
        seconds = f":{self.second:02d}" if self.second else ""
        return f"{self.day.isoformat()} {self.hour:02d}:{self.minute:02d}{seconds} {self.zone}"


def _read_money(value: object) -> Money:
    if isinstance(value, Money):
        return value
    if isinstance(value, dict) and set(value) == {"amount", "currency"}:
        return Money.parse(str(value["amount"]), str(value["currency"]))
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError("an amount is written as 360000.00")  # noqa: TRY004  # Pydantic turns a ValueError into a finding  # Pydantic reports ValueError
    try:
        return Money.parse(str(value))
    except AmountError as error:
        raise ValueError(f"{error}; write it as 360000.00") from None


def _read_rate(value: object) -> Rate:
    if isinstance(value, Rate):
        return value
    if isinstance(value, dict) and set(value) == {"basis_points"} and type(value["basis_points"]) is int:
        return Rate(value["basis_points"])
    if not isinstance(value, str) or not _RATE.match(value.strip()):
        raise ValueError(f"{value!r} is not a rate; write it with its sign, as 75 %")
    return Rate.percent(value)


def _read_score(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise ValueError("points are written as 40 or 0.5")  # noqa: TRY004  # Pydantic turns a ValueError into a finding  # Pydantic reports ValueError
    try:
        points = Decimal(value)
    except InvalidOperation:
        raise ValueError(f"{value!r} is not a number of points such as 40 or 0.5") from None
    exponent = points.as_tuple().exponent
    if not isinstance(exponent, int) or exponent < -_SCORE_PLACES or points < 0:
        raise ValueError(f"{value!r} is not a number of points of zero or more with at most two decimals")
    return points


def _read_local_time(value: object) -> LocalTime:
    if isinstance(value, LocalTime):
        return value
    if not isinstance(value, str):
        raise ValueError("a local time is written as 2019-04-04 17:00 Europe/Brussels")  # noqa: TRY004  # Pydantic turns a ValueError into a finding
    return LocalTime.parse(value)


def _score_text(points: Decimal) -> str:
    text = format(points, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _read_amount(value: object) -> Money:
    amount = _read_money(value)
    if amount.cents < 0:
        raise ValueError("an amount in a call is never negative")
    return amount


Amount = Annotated[
    Money,
    PlainValidator(_read_amount, json_schema_input_type=str),
    PlainSerializer(Money.as_json, return_type=dict[str, str]),
]
"""Money, written ``360000.00`` (euro) or as the JSON form of Money."""

Share = Annotated[Rate, PlainValidator(_read_rate, json_schema_input_type=str), PlainSerializer(str, return_type=str)]
"""A Rate, written ``75 %``: the sign is required, so that 75 and 0.75 cannot be mixed up."""

Points = Annotated[
    Decimal,
    PlainValidator(_read_score, json_schema_input_type=str),
    PlainSerializer(_score_text, return_type=str),
]
"""Points of a score, zero or more, with at most two decimals; exact."""

WallTime = Annotated[
    LocalTime, PlainValidator(_read_local_time, json_schema_input_type=str), PlainSerializer(str, return_type=str)
]
"""A LocalTime, written ``2019-04-04 17:00 Europe/Brussels``."""

Text = Annotated[str, StringConstraints(min_length=1, max_length=4000)]
Count = Annotated[int, Field(ge=0, le=1_000_000)]
Link = Annotated[str, StringConstraints(pattern=r"^https://[^\s\"'<>]+$", max_length=500)]
"""An address on the web; only https, so that a call page never links to anything else."""
