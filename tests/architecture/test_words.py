"""Nothing in the tree names the machine it was written on or where its packages came from."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence

import pytest

from tests.architecture.sources import ROOT, project

SKIPPED = frozenset({".png", ".jpg", ".woff2", ".pdf", ".gz", ".zip", ".ico", ".p12"})
# each pattern is written in two pieces, so that this file does not find itself
HOSTS = tuple(
    map(
        re.escape,
        map(
            ".".join,
            (
                ("files", "python" + "hosted"),
                ("pypi", "org"),
                ("registry", "npm" + "js"),
                ("npm" + "js", "org"),
                ("deb", "debian"),
                ("archive", "ubuntu"),
                ("proxy", "golang"),
                ("crates", "io"),
            ),
        ),
    )
)
PATHS = tuple(
    map("/".join, (("", "work", ""), ("", "root", ""), ("", "home", "[a-z]"), ("", "tmp", "g"), (r"\.library", "")))
)
MARKS = tuple(rf"\b{one}{two}\b" for one, two in (("TO", "DO"), ("FIX", "ME"), ("XX", "X"), ("HA", "CK")))


def tracked() -> list[str]:
    """Every file that is or would be committed."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git checkout: nobody knows which files belong to it")
    return [name for name in listed.stdout.splitlines() if not name.endswith(tuple(SKIPPED))]


def lines_with(patterns: Sequence[str], *, among: tuple[str, ...] = ("",)) -> list[str]:
    wanted = re.compile("|".join(patterns))
    found = []
    for name in tracked():
        path = ROOT / name
        if not path.is_file() or not name.startswith(among) or "static/built" in name:
            continue
        text = path.read_text(errors="replace")
        found += [f"{name}:{number}" for number, line in enumerate(text.splitlines(), 1) if wanted.search(line)]
    return found


def test_no_registry_is_named() -> None:
    assert not lines_with(HOSTS)


def test_no_path_of_a_machine_is_named() -> None:
    assert not lines_with(PATHS)


def test_no_work_is_left_marked() -> None:
    assert not lines_with(MARKS, among=("app/", "templates/", "tests/", "migrations/", "benchmarks/"))


def test_every_dependency_says_why() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    declared = project()["project"]
    wanted = [
        *declared["dependencies"],
        *(name for names in declared["optional-dependencies"].values() for name in names),
    ]
    assert wanted
    for requirement in wanted:
        [line] = [line for line in text.splitlines() if line.strip().startswith(f'"{requirement}"')]
        assert re.search(r"#\s*\S+", line), f"{requirement} has no reason"


def test_every_lint_exception_says_why() -> None:
    """A ``noqa`` or ``type: ignore`` names its rule, and in the program also its reason."""
    bare = re.compile(r"#\s*(?:noqa(?!:)|type:\s*ignore(?!\[)|pragma)")
    unexplained = re.compile(r"#\s*(?:noqa: [A-Z0-9, ]+|type: ignore\[[^\]]+\])\s*$")
    assert not lines_with([bare.pattern], among=("app/", "tests/", "migrations/", "benchmarks/"))
    assert not lines_with([unexplained.pattern], among=("app/",))
