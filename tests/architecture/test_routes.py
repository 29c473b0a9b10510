"""Every route of both doors states its guard; without one it would serve everybody, by accident."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.architecture.sources import APP, ROOT, imports, place, python_files, tree

VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options", "api_route"})
RUN = "app.delivery.unit_of_work.run"
GUARDS = sorted(path.stem for path in (APP / "delivery").glob("*guards.py"))
UNGUARDED = {
    "app/web/health.py:alive": "the process answers; touches nothing",
    "app/web/health.py:metrics": "counters without ids, inside the network",
}
"""Routes that need no guard, and why."""


@dataclass(frozen=True)
class Route:
    """One decorated function."""

    path: Path
    function: ast.FunctionDef | ast.AsyncFunctionDef

    @property
    def name(self) -> str:
        """``app/web/health.py:alive``."""
        return f"{self.path.relative_to(ROOT)}:{self.function.name}"


@cache
def routes() -> list[Route]:
    """Every function below a door that a router decorates."""
    return [
        Route(path, node)
        for door in ("web", "api")
        for path in python_files(APP / door)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and any(map(_is_route, node.decorator_list))
    ]


def _is_route(decorator: ast.expr) -> bool:
    call = decorator.func if isinstance(decorator, ast.Call) else None
    return isinstance(call, ast.Attribute) and call.attr in VERBS and "router" in ast.unparse(call.value)


@cache
def functions(path: Path) -> dict[str, ast.FunctionDef]:
    """Every function of a file."""
    return {node.name: node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef)}


@cache
def imported_by(path: Path) -> dict[str, str]:
    """The names that a file imports."""
    return dict(imports(tree(path)))


@cache
def guard_names(path: Path) -> set[str]:
    """Names that are guards: from delivery, from an area's policies, or made of those anywhere in this file."""
    names = {
        local
        for local, full in imported_by(path).items()
        if full.startswith(tuple(f"app.delivery.{name}." for name in GUARDS))
        or ".policies." in full
        or full.endswith((".policies", ".guards"))
    }
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Assign) and _root(node.value) in names:
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        if isinstance(node, ast.FunctionDef) and [argument.arg for argument in node.args.args] == ["session", "actor"]:
            names.add(node.name)
    return names


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute | ast.Call):
        node = node.value if isinstance(node, ast.Attribute) else node.func
    return node.id if isinstance(node, ast.Name) else ""


def guards_of(path: Path, function: ast.AST, seen: set[tuple[Path, str]]) -> list[tuple[bool, str]]:
    """For every ``run(...)`` that the function reaches: whether its guard is one, and where it stands."""
    found: list[tuple[bool, str]] = []
    local, imported = functions(path), imported_by(path)
    parameters = (
        {a.arg for a in function.args.args + function.args.kwonlyargs}
        if isinstance(function, ast.FunctionDef)
        else set()
    )
    for node in ast.walk(function):
        if not isinstance(node, ast.Call):
            continue
        name = _root(node.func) if isinstance(node.func, ast.Name) else ""
        if name and imported.get(name) == RUN:
            given = (
                node.args[2] if len(node.args) > 2 else next((k.value for k in node.keywords if k.arg == "guard"), None)
            )
            stated = given is not None and (
                _root(given) in guard_names(path) or (_root(given) == "guard" and "guard" in parameters)
            )
            found.append((stated, place(path, node)))
        handed = [
            argument.id for argument in node.args if isinstance(argument, ast.Name)
        ]  # to_thread.run_sync(_upload, ...)
        for called in (name, *handed):
            if called in local and (path, called) not in seen:
                seen = seen | {(path, called)}
                found += guards_of(path, local[called], seen)
        if name in local or imported.get(name) == RUN:
            continue
        if imported.get(name, "").startswith("app.web.") or imported.get(name, "").startswith("app.api."):
            module, _, wanted = imported[name].rpartition(".")
            other = ROOT / (module.replace(".", "/") + ".py")
            if other.exists() and (other, wanted) not in seen:
                made = [n for n in tree(other).body if isinstance(n, ast.FunctionDef) and n.name == wanted]
                for each in made:
                    found += guards_of(other, each, seen | {(other, wanted)})
    return found


def test_there_are_routes_to_look_at() -> None:
    assert {"app/web/health.py:alive", "app/web/health.py:ready"} <= {route.name for route in routes()}


def test_every_route_states_its_guard() -> None:
    wrong = []
    for route in routes():
        found = [] if route.name in UNGUARDED else guards_of(route.path, route.function, set())
        if not found and route.name not in UNGUARDED:
            wrong.append(f"{route.name} reaches no run(incoming, kind, guard, handler)")
        wrong += [f"{route.name}: no guard at {where}" for stated, where in found if not stated]
    assert not wrong, "\n".join(wrong)


def test_the_exceptions_are_still_there() -> None:
    assert UNGUARDED.keys() <= {route.name for route in routes()}


def test_every_route_is_handled_in_one_thread() -> None:
    """An ``async def`` would hold up every other request while the database works; it may only read and hand over."""
    assert not [
        route.name
        for route in routes()
        if not isinstance(route.function, ast.FunctionDef) and "to_thread.run_sync(" not in ast.unparse(route.function)
    ]


def test_every_route_says_what_it_is() -> None:
    assert not [route.name for route in routes() if not ast.get_docstring(route.function)]
