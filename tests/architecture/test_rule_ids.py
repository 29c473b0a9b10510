"""The id of a rule, as a page prints it, is found by one search in exactly one file."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from pathlib import Path

from tests.architecture.sources import APP, place, python_files, tree

SHAPE = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
ERRORS = Path("core/errors.py")


def ids_in(path: Path) -> set[str]:
    """Rule ids that a file defines: in a Violation, or as a constant of a class or module that holds one."""
    found: set[str] = set()
    module = tree(path)
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "Violation":
            given = [*node.args[:1], *(keyword.value for keyword in node.keywords if keyword.arg == "rule")]
            found |= {text for argument in given for text in _literals(argument)}
        if isinstance(node, ast.ClassDef):
            for statement in node.body:
                found |= _constant_rule(statement)
    for statement in module.body:
        found |= _constant_rule(statement)
    return {text for text in found if SHAPE.fullmatch(text)}


def _constant_rule(statement: ast.stmt) -> set[str]:
    target: ast.expr
    if isinstance(statement, ast.AnnAssign):
        target, value = statement.target, statement.value
    elif isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target, value = statement.targets[0], statement.value
    else:
        return set()
    name = target.id.lower() if isinstance(target, ast.Name) else ""
    return _literals(value) if value is not None and (name == "rule" or name.endswith(("rule", "rule_id"))) else set()


def _literals(node: ast.expr) -> set[str]:
    return {n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str)}


def test_each_rule_id_is_defined_in_one_file() -> None:
    where: dict[str, set[str]] = defaultdict(set)
    for path in python_files(APP):
        for rule in ids_in(path):
            where[rule].add(place(path))
    assert where
    assert {rule: sorted(files) for rule, files in where.items() if len(files) > 1} == {}


def test_refusals_have_ids_of_their_own() -> None:
    ids = ids_in(APP / ERRORS)
    assert {"access.not_permitted", "access.not_found", "lifecycle.not_allowed", "rules.violated"} <= ids


def test_every_violation_names_a_rule() -> None:
    """A literal id has the shape ``area.rule``; anything else must be a name that holds one."""
    wrong = []
    for path in python_files(APP):
        for node in ast.walk(tree(path)):
            if not (isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "Violation"):
                continue
            first = node.args[0] if node.args else next((k.value for k in node.keywords if k.arg == "rule"), None)
            literal = str(first.value) if isinstance(first, ast.Constant) else "held.elsewhere"
            if first is None or not SHAPE.fullmatch(literal):
                wrong.append(place(path, node))
    assert not wrong
