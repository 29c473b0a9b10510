"""Rows of the ranking: what a reader with a conflict gets, and pages that are cut around the funding line."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from app.evaluation.rules.ranking_rows import SIZE, RankingLine, around_line, line_index, lines_of, narrowed, page_count

EURO = {"amount": "100.00", "currency": "EUR"}


def an_entry(number: int, standing: str, **given: Any) -> dict[str, Any]:
    return {
        "application": str(UUID(int=number)),
        "reference": f"C/{number:04d}",
        "acronym": f"SECRET{number}",
        "title": f"SECRET title {number}",
        "coordinator": "SECRET coordinator",
        "countries": ["BE"],
        "partners": 3,
        "envelope": "main",
        "standing": standing,
        "position": number if standing in {"main", "reserve"} else None,
        "reserve": None,
        "scores": {"quality": "14"},
        "total": "60",
        "requested": EURO,
        "running": EURO,
        "decided_by": "total",
        "order_reason": "",
        "marks": {},
        "without_agreement": False,
        "capacity": [],
    } | given


def a_record(*entries: dict[str, Any]) -> dict[str, Any]:
    criteria = [
        {"id": "quality", "title": "Quality", "threshold": "15"},
        {"id": "price", "title": "Price", "threshold": None},
    ]
    return {"criteria": criteria, "overall_threshold": "70", "entries": list(entries)}


def test_of_a_conflict_only_the_reference_is_left_and_no_gap_tells_its_place() -> None:
    record = a_record(*(an_entry(number, "main") for number in (1, 2, 3)))
    rows = lines_of(record, "main", hidden={UUID(int=2)})
    assert [(row.reference, row.standing) for row in rows] == [
        ("C/0001", "main"),
        ("C/0003", "main"),
        ("C/0002", "conflict"),
    ]
    assert rows[2] == RankingLine(None, "C/0002", "conflict", "main")
    assert all(row.position is None and row.running is None for row in rows)


def test_every_threshold_that_is_missed_is_named() -> None:
    [row] = lines_of(a_record(an_entry(1, "below_threshold")), "main")
    assert row.below == (("Quality", "14", "15"), ("total", "60", "70"))
    [passing] = lines_of(a_record(an_entry(1, "main")), "main")
    assert passing.below == ()


def test_search_and_list_narrow() -> None:
    rows = lines_of(a_record(an_entry(1, "main"), an_entry(2, "reserve")), "main")
    assert [row.reference for row in narrowed(rows, "secret2", "")] == ["C/0002"]
    assert [row.reference for row in narrowed(rows, "", "main")] == ["C/0001"]
    assert lines_of(a_record(an_entry(1, "main")), "other") == []


@given(st.integers(0, 700), st.integers(0, 700))
def test_pages_hold_every_row_once_and_the_first_view_shows_the_line(main: int, others: int) -> None:
    rows = [RankingLine(None, str(at), "main" if at < main else "reserve") for at in range(main + others)]
    pages = [around_line(rows, number + 1) for number in range(page_count(rows))]
    assert [row for found, _ in pages for row in found.rows] == rows
    assert all(len(found.rows) <= SIZE for found, _ in pages)
    found, start = around_line(rows, None)
    line = line_index(rows)
    assert line is None or start < line <= start + len(found.rows)
    if line is not None and line >= SIZE and others >= SIZE:
        assert line - start == SIZE // 2
