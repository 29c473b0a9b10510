"""The house as it was drawn: the same names everywhere, small files, one test file per use case."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from app.core.lifecycle import Lifecycle
from tests.architecture.sources import (
    APP,
    DOORS,
    ROOT,
    TESTS,
    areas,
    imports,
    module_name,
    place,
    project,
    python_files,
    tree,
)

MAX_LINES, MAX_TEST_LINES = 300, 400
PARTS = frozenset({"use_cases", "queries", "models", "schemas", "events", "policies", "rules"})
MODULES_OR_PACKAGES = frozenset({"queries", "models"})
DATA = frozenset({"catalogue", "data"})
"""Folders of an area that hold no Python."""
DRAWERS = re.compile(r"(?:^|_)(utils?|helpers?|common|misc|shared|base_service|services?|managers?)$")


def test_import_linter_knows_every_area() -> None:
    [order] = [c for c in project()["tool"]["importlinter"]["contracts"] if c["name"].startswith("Order 2")]
    assert order["containers"] == [f"app.{area}" for area in areas()]


@pytest.mark.parametrize("area", areas())
def test_an_area_holds_only_the_known_names(area: str) -> None:
    found = {path for path in (APP / area).iterdir() if path.name not in {"__init__.py", "__pycache__"}}
    unknown = {path.name for path in found if path.stem not in PARTS and not (path.name in DATA and path.is_dir())}
    assert unknown == set()
    for path in found:
        if path.name in DATA:
            assert not python_files(path)
        elif path.stem in {"use_cases", "rules"}:
            assert path.is_dir(), f"{place(path)} must be a folder"
        elif path.stem not in MODULES_OR_PACKAGES:
            assert path.suffix == ".py", f"{place(path)} must be one file"


@pytest.mark.parametrize("area", areas())
def test_an_area_says_what_it_is(area: str) -> None:
    words = importlib.import_module(f"app.{area}").__doc__ or ""
    assert words.strip().count("\n") >= 2
    intents = {path.stem for path in python_files(APP / area / "use_cases")} - {"__init__"}
    missing = {intent for intent in intents if not re.search(rf"\b{intent}\b", words)}
    assert not missing, f"app/{area}/__init__.py does not name {sorted(missing)}"


def lifecycles() -> list[tuple[str, str, Lifecycle]]:  # type: ignore[type-arg]  # of any states and events
    """Area, name and table of every lifecycle."""
    found = []
    for area in areas():
        for path in python_files(APP / area / "rules"):
            module = importlib.import_module(module_name(path))
            mine = {name: value for name, value in vars(module).items() if isinstance(value, Lifecycle)}
            defined = {t.id for node in tree(path).body for t in _targets(node) if isinstance(t, ast.Name)}
            found += [(area, name, value) for name, value in mine.items() if name in defined]
    return found


def _targets(node: ast.stmt) -> list[ast.expr]:
    if isinstance(node, ast.Assign):
        return node.targets
    return [node.target] if isinstance(node, ast.AnnAssign) else []


def test_the_diagram_of_every_lifecycle_stands_in_its_area() -> None:
    found = lifecycles()
    assert found
    for area, name, lifecycle in found:
        words = importlib.import_module(f"app.{area}").__doc__ or ""
        drawn = [line.strip() for line in words.splitlines()]
        diagram = [line.strip() for line in lifecycle.mermaid().splitlines()]
        starts = [at for at, line in enumerate(drawn) if line == diagram[0]]
        assert any(drawn[at : at + len(diagram)] == diagram for at in starts), (
            f"app/{area}/__init__.py must hold the diagram of {name}:\n{lifecycle.mermaid()}"
        )
        assert any(
            not drawn[at + len(diagram) :] or "-->" not in drawn[at + len(diagram)]
            for at in starts
            if drawn[at : at + len(diagram)] == diagram
        ), f"the diagram of {name} in app/{area}/__init__.py has a line too many"


def test_files_fit_a_mind() -> None:
    limits = [(path, MAX_LINES) for path in python_files(APP)] + [
        (path, MAX_TEST_LINES) for path in python_files(TESTS)
    ]
    too_long = {place(path): lines for path, limit in limits if (lines := len(path.read_text().splitlines())) > limit}
    assert not too_long


def test_there_are_no_drawers() -> None:
    names = [path for path in (*APP.rglob("*"), *TESTS.rglob("*")) if path.suffix in {".py", ""}]
    assert not [place(path) for path in names if DRAWERS.search(path.stem)]


def test_every_use_case_has_a_test() -> None:
    """A test imports it, or a use case that a test imports is made of it."""
    assert not _unreached("use_cases")


def test_every_rule_file_is_reached_by_a_test() -> None:
    """A test imports it, or a rule that a test imports is made of it: no rule can change unseen."""
    assert not _unreached("rules")


def _unreached(folder: str) -> list[str]:
    """Files of this folder in all areas that tests reach neither directly nor through another such file."""
    reached = _modules_named_by(python_files(TESTS))
    files = {module_name(path): path for area in areas() for path in python_files(APP / area / folder)}
    waiting = [name for name in files if name in reached]
    while waiting:
        for name in _modules_named_by([files[waiting.pop()]]) & files.keys() - reached:
            reached.add(name)
            waiting.append(name)
    return [place(path) for name, path in files.items() if path.stem != "__init__" and name not in reached]


def _modules_named_by(paths: Iterable[Path]) -> set[str]:
    """Full names of the modules that these files import, and of what they take from them."""
    named = {full for path in paths for _, full in imports(tree(path))}
    return {module for full in named for module in (full, full.rpartition(".")[0])}


def test_areas_neither_commit_nor_roll_back() -> None:
    """The unit of work decides: a use case that commits leaves half a request behind when the rest fails."""
    found = [
        place(path, node)
        for area in (*areas(), *sorted(DOORS - {"cli", "demo"}))
        for path in python_files(APP / area)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"commit", "rollback"}
    ]
    assert not found


@pytest.mark.parametrize("area", ["audit", "ledger"])
def test_only_their_own_area_touches_these_tables(area: str) -> None:
    found = [
        place(path)
        for path in python_files(APP)
        if path.relative_to(APP).parts[0] != area
        for _, full in imports(tree(path))
        if full.startswith(f"app.{area}.models")
    ]
    assert not found


def test_only_queries_use_cases_and_models_touch_the_database() -> None:
    """Pages, programs and jobs ask queries; they write no SELECT of their own."""
    found = [
        place(path)
        for door in ("web", "api")
        for path in python_files(APP / door)
        for _, full in imports(tree(path))
        if full.split(".")[0] == "sqlalchemy" and full != "sqlalchemy.orm.Session"
    ]
    assert not found


def test_the_tree_has_only_the_known_roots() -> None:
    known = {"app", "migrations", "templates", "tests", "benchmarks", "docs"}
    packages = {
        path.relative_to(ROOT).parts[0]
        for path in ROOT.glob("*/**/*.py")
        if not path.parts[len(ROOT.parts)].startswith(".")
    }
    assert packages - {"node_modules", "build", "dist"} <= known
