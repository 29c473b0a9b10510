"""Command: what a person asks for, the same at both doors. Every area's commands derive from it."""

from __future__ import annotations

import unicodedata
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, StringConstraints, field_validator

from app.core.money import AmountError, Money

_ALLOWED_CONTROLS = frozenset("\n\t")

Line = Annotated[str, StringConstraints(max_length=200)]
"""One line of text, possibly empty."""
RequiredLine = Annotated[str, StringConstraints(min_length=1, max_length=200)]
"""One line of text that is not empty."""
Text = Annotated[str, StringConstraints(max_length=4000)]
"""Some paragraphs, possibly empty."""


class Command(BaseModel):
    """Frozen, without unknown fields, stripped, normalised (NFC) and free of control characters."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    @field_validator("*", mode="before")
    @classmethod
    def _printable(cls, value: object) -> object:
        """Text that a database or a mail could not carry is refused here, at its field."""
        if isinstance(value, list | tuple):
            return [clean(item) for item in value]
        return clean(value)

    def values(self) -> dict[str, Any]:
        """Name and value of every field as they are (``model_dump`` would take Money apart)."""
        return {name: getattr(self, name) for name in type(self).model_fields}


def clean(value: object) -> object:
    """Text normalised (NFC, one kind of line end); anything else as it is. ValueError for control characters."""
    if not isinstance(value, str):
        return value
    text = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))
    if any(unicodedata.category(sign) in {"Cc", "Cs"} and sign not in _ALLOWED_CONTROLS for sign in text):
        raise ValueError("Remove the invisible control characters from this text.")
    return text


def _empty_is_none(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


def _euro(value: object) -> object:
    """Money from what a form or a JSON document carries; anything else is left for Pydantic to refuse."""
    if isinstance(value, dict):
        if set(value) != {"amount", "currency"} or value["currency"] != "EUR" or not isinstance(value["amount"], str):
            raise ValueError('Give an amount in euro as {"amount": "1234.56", "currency": "EUR"}.')
        value = value["amount"]
    if isinstance(value, str):
        try:
            return Money.parse(value)
        except AmountError:
            raise ValueError("Enter an amount in euro with at most two decimals, for example 1234.50.") from None
    return value


Euro = Annotated[
    Money,
    BeforeValidator(_euro, json_schema_input_type=dict[str, str]),
    PlainSerializer(Money.as_json, return_type=dict[str, str]),
]
"""Money in euro: typed text in a form, ``{"amount", "currency"}`` in JSON."""
EmptyIsNone = BeforeValidator(_empty_is_none)
"""For optional values: an empty field of a form means that nothing is given."""
