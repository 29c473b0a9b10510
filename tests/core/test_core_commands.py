from typing import Annotated

import pytest
from pydantic import ValidationError

from app.core.commands import Command, EmptyIsNone, Euro, Line
from app.core.money import Money


class Sample(Command):
    words: Line = ""
    many: tuple[str, ...] = ()
    amount: Annotated[Euro | None, EmptyIsNone] = None


def test_text_is_stripped_and_composed() -> None:
    assert Sample(words="  Cafe\u0301 ").words == "Caf\u00e9"


def test_line_ends_become_one_kind() -> None:
    assert Sample(words="a\r\nb\rc").words == "a\nb\nc"


@pytest.mark.parametrize("bad", ["a\0b", "\x1b[31m", "\ud800"])
def test_control_characters_are_refused_alone_and_in_lists(bad: str) -> None:
    with pytest.raises(ValidationError, match="control characters"):
        Sample(words=bad)
    with pytest.raises(ValidationError, match="control characters"):
        Sample(many=("fine", bad))


def test_money_is_read_from_a_form_and_from_json() -> None:
    assert Sample.model_validate({"amount": "1 234,50"}).amount == Money(123450)
    assert Sample.model_validate({"amount": {"amount": "3.00", "currency": "EUR"}}).amount == Money(300)
    assert Sample.model_validate({"amount": " "}).amount is None


@pytest.mark.parametrize(
    "bad",
    ["x", "1.234", 5, 1.5, {"amount": "3.00"}, {"amount": 3, "currency": "EUR"}, {"amount": "3.00", "currency": "USD"}],
)
def test_other_money_is_refused(bad: object) -> None:
    with pytest.raises(ValidationError):
        Sample.model_validate({"amount": bad})


def test_money_goes_out_as_json() -> None:
    assert Sample(amount=Money(1)).model_dump(mode="json")["amount"] == {"amount": "0.01", "currency": "EUR"}


def test_unknown_fields_are_refused() -> None:
    with pytest.raises(ValidationError, match="extra"):
        Sample.model_validate({"colour": "red"})


def test_values_keep_their_kind() -> None:
    assert Sample(words="a", amount=Money(1)).values() == {"words": "a", "many": (), "amount": Money(1)}
