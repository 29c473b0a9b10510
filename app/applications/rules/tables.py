"""Whether the rows of a table, such as work packages or milestones, keep what the form asks."""

from __future__ import annotations

from collections.abc import Iterator

from app.applications.rules.facts import Row
from app.applications.rules.limits import word_findings
from app.calls.rules.form_kinds import TableField
from app.core.violations import Figure, Violation


def table_findings(field: TableField, rows: tuple[Row, ...], place: str) -> Iterator[Violation]:
    """Too few or too many rows, cells without content, cells with too many words."""
    figures: dict[str, Figure] = {"title": str(field.title), "rows": len(rows)}
    if len(rows) < field.min_rows:
        words = "{title}: {rows} of at least {limit} rows."
        yield Violation(field.limit_rule, words, place, {**figures, "limit": field.min_rows}, cure="Add a row.")
    if len(rows) > field.max_rows:
        words = "{title}: {rows} rows, the limit is {limit}."
        yield Violation(field.limit_rule, words, place, {**figures, "limit": field.max_rows}, cure="Remove rows.")
    for number, row in enumerate(rows, start=1):
        yield from _cells(field, number, row, place)


def _cells(field: TableField, number: int, row: Row, place: str) -> Iterator[Violation]:
    for column in field.columns:
        cell = row.get(column.id)
        if cell is None and column.required:
            words = "{title}, row {row}: {column} is missing."
            figures: dict[str, Figure] = {"title": str(field.title), "row": number, "column": str(column.title)}
            yield Violation(field.rule_id, words, place, figures)
        elif isinstance(cell, str):
            name = f"{field.title}, row {number}, {column.title}"
            yield from word_findings(name, cell, column.max_words, place)
