"""The program as text and trees, for the proofs of its shape."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
APP = ROOT / "app"
TESTS = ROOT / "tests"
DOORS = frozenset({"web", "api", "jobs", "cli", "demo"})
NO_AREA = DOORS | {"core", "infra", "delivery"}


@cache
def tree(path: Path) -> ast.Module:
    """The parsed file."""
    return ast.parse(path.read_text(), str(path))


def python_files(folder: Path) -> list[Path]:
    """Every Python file below a folder."""
    return sorted(path for path in folder.rglob("*.py") if "__pycache__" not in path.parts)


@cache
def areas() -> tuple[str, ...]:
    """The folders of ``app`` that hold business."""
    return tuple(sorted(path.parent.name for path in APP.glob("*/__init__.py") if path.parent.name not in NO_AREA))


def pure_files() -> list[Path]:
    """The kernel and the rules of every area."""
    rules = [path for area in areas() for path in python_files(APP / area / "rules")]
    return python_files(APP / "core") + rules


@cache
def project() -> dict[str, Any]:
    """pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def module_name(path: Path) -> str:
    """The dotted name of a file of ours."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(module: ast.Module) -> Iterator[tuple[str, str]]:
    """Every ``(local name, full dotted name)`` that a file imports, wherever in it."""
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from ((alias.asname or alias.name.split(".")[0], alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((alias.asname or alias.name, f"{node.module}.{alias.name}") for alias in node.names)


def place(path: Path, node: ast.AST | None = None) -> str:
    """``app/calls/models.py:12``."""
    line = f":{node.lineno}" if node is not None and hasattr(node, "lineno") else ""
    return f"{path.relative_to(ROOT)}{line}"
