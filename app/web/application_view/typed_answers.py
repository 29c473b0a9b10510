"""Answers as the form carries them: from typed fields to what is stored, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.calls.rules.form_kinds import (
    ActivitiesField,
    BudgetField,
    ConfirmationField,
    DateField,
    FileField,
    FormField,
    IndicatorsField,
    MultiChoiceField,
    PartnershipField,
    Section,
    TableField,
)

Typed = Mapping[str, Sequence[str]]
CHOSEN = "yes"
_PARTS = ("day", "month", "year")


def asks_in_form(field: FormField) -> bool:
    """Whether the field is answered in its section's own form: documents, partners and costs are not."""
    return not isinstance(field, FileField | PartnershipField | BudgetField)


def answers_from(section: Section, typed: Typed) -> dict[str, Any]:
    """What was typed into the section's form, as ``save_section`` takes it; nothing is interpreted here."""
    answers = {field.id: _answer(field, typed) for field in section.fields if asks_in_form(field)}
    return {name: answer for name, answer in answers.items() if answer not in ("", [], {}, None)}


def typed_from(section: Section, answers: Mapping[str, Any]) -> dict[str, list[str]]:
    """Stored answers as the fields of the form."""
    typed: dict[str, list[str]] = {}
    for field in section.fields:
        if field.id in answers:
            typed |= _typed(field, answers[field.id])
    return typed


def table_rows(field: TableField, typed: Typed) -> int:
    """How many rows the typed fields hold: one more than the highest number among them."""
    prefix = f"{field.id}."
    numbers = [name[len(prefix) :].partition(".")[0] for name in typed if name.startswith(prefix)]
    return max((int(number) + 1 for number in numbers if number.isdigit() and len(number) < 5), default=0)  # noqa: PLR2004  # no table is that long


def without_row(field: TableField, typed: Typed, gone: int) -> dict[str, list[str]]:
    """The same fields without one row of a table; those below move up."""
    kept = {name: list(texts) for name, texts in typed.items() if not name.startswith(f"{field.id}.")}
    for row in range(table_rows(field, typed)):
        for column in field.columns:
            if row != gone:
                for suffix in ("", *(f"-{part}" for part in _PARTS)):
                    name = f"{field.id}.{row}.{column.id}{suffix}"
                    if name in typed:
                        kept[f"{field.id}.{row - (row > gone)}.{column.id}{suffix}"] = list(typed[name])
    return kept


def _answer(field: FormField, typed: Typed) -> Any:  # noqa: ANN401, PLR0911  # JSON has no narrower type; one arm per kind
    match field:
        case ConfirmationField():
            return CHOSEN in typed.get(field.id, ())
        case MultiChoiceField():
            return [text for text in typed.get(field.id, ()) if text]
        case DateField():
            return _date(field.id, typed)
        case TableField():
            return [row for row in (_row(field, at, typed) for at in range(table_rows(field, typed))) if row]
        case ActivitiesField():
            return {name: _text(f"{field.id}.{name}", typed) for name in typed.get(field.id, ()) if name}
        case IndicatorsField():
            named = {one.id: _text(f"{field.id}.{one.id}", typed).strip() for one in field.indicators}
            return {name: text for name, text in named.items() if text}
        case _:
            return _text(field.id, typed)


def _row(field: TableField, at: int, typed: Typed) -> dict[str, str]:
    cells = {}
    for column in field.columns:
        name = f"{field.id}.{at}.{column.id}"
        cells[column.id] = (_date(name, typed) if column.kind == "date" else _text(name, typed)).strip()
    return {column: text for column, text in cells.items() if text}


def _text(name: str, typed: Typed) -> str:
    """Browsers send line breaks as two characters; one is stored."""
    texts = typed.get(name) or [""]
    return texts[-1].replace("\r\n", "\n").replace("\r", "\n")


def _date(name: str, typed: Typed) -> str:
    """One ISO date from day, month and year; what is no date is passed on as typed, for the rule to refuse."""
    day, month, year = ((typed.get(f"{name}-{part}") or [""])[-1].strip() for part in _PARTS)
    if not (day or month or year):
        return ""
    if all(part.isascii() and part.isdigit() for part in (day, month, year)):
        return f"{year:0>4}-{month:0>2}-{day:0>2}"
    return f"{year}-{month}-{day}"


def _typed(field: FormField, answer: Any) -> dict[str, list[str]]:  # noqa: ANN401, PLR0911  # JSON has no narrower type; one arm per kind
    name = field.id
    match field:
        case ConfirmationField():
            return {name: [CHOSEN]} if answer is True else {}
        case MultiChoiceField() if isinstance(answer, list):
            return {name: [str(one) for one in answer]}
        case DateField():
            return _day(name, answer)
        case TableField() if isinstance(answer, list):
            return _table(field, answer)
        case ActivitiesField() if isinstance(answer, dict):
            return {name: list(answer), **{f"{name}.{one}": [str(plan or "")] for one, plan in answer.items()}}
        case IndicatorsField() if isinstance(answer, dict):
            return {f"{name}.{one}": [str(target)] for one, target in answer.items()}
        case _:
            return {name: [_plain(answer)]}


def _table(field: TableField, rows: Sequence[Any]) -> dict[str, list[str]]:
    typed: dict[str, list[str]] = {}
    for at, row in enumerate(rows):
        for column in field.columns:
            if isinstance(row, Mapping) and column.id in row:
                name = f"{field.id}.{at}.{column.id}"
                typed |= _day(name, row[column.id]) if column.kind == "date" else {name: [_plain(row[column.id])]}
    return typed


def _day(name: str, answer: object) -> dict[str, list[str]]:
    year, _, rest = str(answer).partition("-")
    month, _, day = rest.partition("-")
    return {f"{name}-{part}": [text] for part, text in zip(_PARTS, (day, month, year), strict=True)}


def _plain(answer: object) -> str:
    if isinstance(answer, Mapping) and "amount" in answer:
        return str(answer["amount"])
    return str(answer)
