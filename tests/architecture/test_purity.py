"""Exact and repeatable: no float where money and rules are, no clock and no chance in what decides."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.architecture.sources import APP, place, pure_files, python_files, tree

DRAWING = frozenset({"charts.py", "chart_axes.py"})
"""Arithmetic of pictures: nothing is decided or paid by it."""
PATHS_ARE_DIVIDED: frozenset[str] = frozenset()
"""Rules in which ``/`` joins folders; none so far: rules know no folders."""


def exact_files() -> list[Path]:
    """Kernel, rules and the ledger."""
    ledger = python_files(APP / "ledger") if (APP / "ledger").is_dir() else []
    return [path for path in {*pure_files(), *ledger} if path.name not in DRAWING]


def inexact(module: ast.Module) -> list[ast.AST]:
    """Where a file computes with floating point."""
    return [
        node
        for node in ast.walk(module)
        if (isinstance(node, ast.Constant) and isinstance(node.value, float | complex))
        or (isinstance(node, ast.Name) and node.id == "float")
        or (isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div))
    ]


def test_no_float_where_money_and_rules_are() -> None:
    found = [place(path, node) for path in exact_files() for node in inexact(tree(path))]
    assert [where for where in found if where.split(":")[0] not in PATHS_ARE_DIVIDED] == []


@pytest.mark.parametrize("line", ["a = 0.5", "a = 1 / 2", "a = float('1')", "a: float", "a /= 2", "a = 1j", "a = 1e3"])
def test_the_check_finds_each_kind_of_float(line: str) -> None:
    assert inexact(ast.parse(line))


@pytest.mark.parametrize("line", ["a = 1 // 2", "a = 3 % 2", "a = Fraction(1, 2)", "a = '0.5'"])
def test_the_check_leaves_exact_arithmetic_alone(line: str) -> None:
    assert not inexact(ast.parse(line))


CLOCKS = frozenset({"now", "today", "utcnow", "time", "monotonic", "perf_counter"})
CHANCE = frozenset({"uuid1", "uuid4", "uuid7", "token_hex", "token_urlsafe", "random", "randint", "shuffle"})


def test_rules_have_neither_clock_nor_chance_nor_files() -> None:
    files = {"open", "read_text", "read_bytes", "write_text", "write_bytes", "print", "input"}
    wrong = []
    for path in pure_files():
        for node in ast.walk(tree(path)):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)
            if name in CHANCE | files or (name in CLOCKS and not _of_a_value(node)):
                wrong.append(f"{place(path, node)}: {name}")
    assert not wrong, "\n".join(wrong)


def _of_a_value(node: ast.Call) -> bool:
    """``instant.time()`` splits a given instant; only ``datetime.now()`` and its like ask the clock."""
    owner = ast.unparse(node.func.value) if isinstance(node.func, ast.Attribute) else ""
    return owner not in {"", "datetime", "date", "time", "datetime.datetime", "datetime.date"}


def test_use_cases_are_told_the_time() -> None:
    """``now`` is a parameter: what asks the clock by itself cannot be rehearsed."""
    asking = [
        place(path, node)
        for path in python_files(APP)
        if "use_cases" in path.parts or "queries" in path.parts or path.name == "queries.py"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in {"datetime.now", "date.today", "datetime.utcnow", "time.time"}
    ]
    assert not asking
