"""How the answer to each kind of field is stored, and what it means.

=============  ==========================================================================
kind           stored JSON
=============  ==========================================================================
text           ``"words"``
number         ``12``, or the text as typed
money          ``{"amount": "1234.50", "currency": "EUR"}``, or the text as typed
date           ``"2019-04-04"``
choice         the option's id
multi_choice   a list of option ids
table          a list of rows, each ``{column id: cell}``; cells as text, number, money, date
confirmation   ``true`` or ``false``
activities     ``{activity id: plan}``: a key means that the activity is chosen
indicators     ``{indicator id: target}``
=============  ==========================================================================

File, partnership and budget fields have no stored answer. Null, blank text and empty lists
mean that nothing was answered. Reading asks for the form only; limits are for ``answers``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from app.applications.rules.facts import Answer, Cell, Row
from app.applications.rules.places import place_of
from app.calls.rules.form_kinds import (
    ActivitiesField,
    BudgetField,
    Column,
    ConfirmationField,
    DateField,
    FileField,
    Form,
    FormField,
    IndicatorsField,
    MoneyField,
    MultiChoiceField,
    NumberField,
    PartnershipField,
    Section,
    TableField,
)
from app.core.money import AmountError, Money
from app.core.periods import why_no_day
from app.core.violations import Violation

MAX_NUMBER = 10**12
_NUMBER = re.compile(r"-?\d{1,13}", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
Value = TypeVar("Value")


class UnreadableError(ValueError):
    """A stored value has not the form of its field."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Answers that could be read, by field, and a finding for each that could not."""

    answers: Mapping[str, Answer]
    findings: tuple[Violation, ...]


def read_answers(form: Form, stored: Mapping[str, Mapping[str, object]]) -> Reading:
    """The answers of every section, ``stored`` by section id; what the form no longer asks is left out."""
    answers: dict[str, Answer] = {}
    findings: list[Violation] = []
    for section, field in form.fields():
        try:
            answer = read_answer(field, stored.get(section.id, {}).get(field.id))
        except UnreadableError as error:
            findings.append(_unreadable(section, field, error))
        else:
            if answer is not None:
                answers[field.id] = answer
    return Reading(answers, tuple(findings))


def answer_violations(section: Section, answers: Mapping[str, object]) -> tuple[Violation, ...]:
    """Answers that cannot be stored: without a field in the section, or not of the form of their field."""
    return tuple(_answer_violations(section, answers))


def _answer_violations(section: Section, answers: Mapping[str, object]) -> Iterator[Violation]:
    fields = {field.id: field for field in section.fields}
    for name, stored in answers.items():
        field = fields.get(name)
        if field is None or isinstance(field, FileField | PartnershipField | BudgetField):
            words = "This section has no answer called '{name}'."
            yield Violation("form.unknown_field", words, f"section/{section.id}", {"name": name[:60]})
            continue
        try:
            read_answer(field, stored)
        except UnreadableError as error:
            yield _unreadable(section, field, error)


def _unreadable(section: Section, field: FormField, error: UnreadableError) -> Violation:
    return Violation(
        "form.unreadable",
        "{title}: {problem}",
        place_of(section.id, field),
        {"title": str(field.title), "problem": str(error)},
    )


def read_answer(field: FormField, stored: object) -> Answer | None:  # noqa: C901, PLR0911  # one return per kind
    """The value of a stored answer; None where nothing was answered. Raise UnreadableError."""
    if stored is None or stored in ("", [], {}):
        return None
    match field:
        case NumberField():
            return read_number(stored)
        case MoneyField():
            return read_money(stored)
        case DateField():
            return read_date(stored)
        case MultiChoiceField():
            return tuple(dict.fromkeys(_text(item) for item in _list(stored))) or None
        case TableField():
            return _rows(field.columns, stored) or None
        case ConfirmationField():
            return _confirmation(stored)
        case ActivitiesField():
            return _by_key(stored, lambda plan: _text(plan or ""))
        case IndicatorsField():
            filled = {key: item for key, item in _mapping(stored).items() if item is not None and item != ""}
            return _by_key(filled, read_number) or None
        case FileField() | PartnershipField() | BudgetField():
            raise UnreadableError("this field has no answer of its own")
        case _:
            return _text(stored).strip() or None


def read_number(stored: object) -> int:
    """A whole number, also from text as typed. Raise UnreadableError."""
    if isinstance(stored, str) and _NUMBER.fullmatch(stored.strip()):
        stored = int(stored)
    if not isinstance(stored, int) or isinstance(stored, bool) or abs(stored) > MAX_NUMBER:
        raise UnreadableError("enter a whole number, such as 24.")
    return stored


def read_money(stored: object) -> Money:
    """An amount in euro, also from text as typed. Raise UnreadableError."""
    if isinstance(stored, Mapping) and stored.keys() == {"amount", "currency"} and stored["currency"] == "EUR":
        stored = stored["amount"]
    if isinstance(stored, int) and not isinstance(stored, bool):
        stored = str(stored)
    try:
        return Money.parse(_text(stored))
    except AmountError:
        raise UnreadableError("enter an amount with at most two decimals, such as 1,234.50.") from None


def read_date(stored: object) -> date:
    """A day written as 2019-04-04. Raise UnreadableError."""
    try:
        if isinstance(stored, str) and _DATE.fullmatch(stored.strip()):
            return date.fromisoformat(stored.strip())
    except ValueError:
        pass
    raise UnreadableError(why_no_day(stored if isinstance(stored, str) else ""))


def _confirmation(stored: object) -> bool:
    if not isinstance(stored, bool):
        raise UnreadableError("tick the box or leave it empty.")
    return stored


def _text(stored: object) -> str:
    """Text that a database can keep: no null characters, no halves of characters."""
    if not isinstance(stored, str):
        raise UnreadableError("enter text.")
    if _UNSTORABLE.search(stored):
        raise UnreadableError("the text holds a character that cannot be stored; type it again.")
    return stored


def _list(stored: object) -> list[object] | tuple[object, ...]:
    if not isinstance(stored, list | tuple):
        raise UnreadableError("send a list.")
    return stored


def _mapping(stored: object) -> Mapping[str, object]:
    if not isinstance(stored, Mapping):
        raise UnreadableError("send one value for each name.")
    return {_text(key): item for key, item in stored.items()}


def _by_key(stored: object, read: Callable[[object], Value]) -> dict[str, Value]:
    return {key: read(item) for key, item in _mapping(stored).items()}


def _rows(columns: tuple[Column, ...], stored: object) -> tuple[Row, ...]:
    """Rows with something in them; an unknown column is no part of the table."""
    known = {column.id: column for column in columns}
    rows: list[Row] = []
    for item in _list(stored):
        row: dict[str, Cell] = {}
        for name, cell in _mapping(item).items():
            if name not in known:
                raise UnreadableError(f"the table has no column '{name[:60]}'.")
            if cell is not None and cell != "":
                row[name] = _cell(known[name], cell)
        if row:
            rows.append(row)
    return tuple(rows)


def _cell(column: Column, stored: object) -> Cell:
    match column.kind:
        case "number":
            return read_number(stored)
        case "money":
            return read_money(stored)
        case "date":
            return read_date(stored)
        case _:
            return _text(stored).strip()
