# ruff: noqa: T201 a program for the terminal prints
"""Run everything that CI runs: `python -m tests [--soak] [--only TIER]...`.

Linters first, then the test tiers, each with its budget of seconds on two cores. A failure does not hide what comes
after it: everything runs, and the summary at the end names what failed.
"""

from __future__ import annotations

import argparse
import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.prefix) / "bin"
NOTHING_COLLECTED = 5
TWO = "-n 2"
BY_FILE = "-n 2 --dist loadfile"
"""Tests of one file share what its fixtures made: each file stays with one process."""
AS_WRITTEN = "--no-loadscope-reorder"
"""The first folder first: few tests that take long would else wait for many that take no time."""

LINTERS = (
    ("ruff check", "ruff check .", "."),
    ("ruff format", "ruff format --check .", "."),
    ("mypy", "mypy app", "."),
    ("import order", "lint-imports", "."),
    ("djlint", "djlint templates --lint --quiet", "templates"),
)
LINT_BUDGET = 60

# name, pytest arguments, budget in seconds. A tier over its budget moves its widest case to soak; the number never rises.
TIERS = (
    ("pure", f"tests/core tests/rules {TWO}", 45),
    ("database", f"tests/infra tests/use_cases tests/queries tests/jobs {BY_FILE}", 120),
    ("web and api", f"tests/web tests/api --ignore=tests/api/test_schemathesis.py {BY_FILE}", 120),
    ("browser", f"tests/journeys {BY_FILE}", 150),
    ("documents", f"tests/documents {BY_FILE}", 60),
    ("reliability", f"tests/reliability {BY_FILE}", 100),
    ("schemathesis", f"tests/api/test_schemathesis.py {TWO}", 45),
    ("catalogue", f"tests/security tests/catalogue tests/architecture {BY_FILE} {AS_WRITTEN}", 40),
)


@dataclass
class Outcome:
    """How one step ended."""

    name: str
    budget: int
    seconds: float = 0
    passed: bool = True
    counts: dict[str, int] = field(default_factory=dict)


def main() -> int:
    """Run the steps asked for and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests", description="Run everything that CI runs.")
    parser.add_argument("--soak", action="store_true", help="run the long proofs too")
    names = ["lint", *(name for name, _, _ in TIERS)]
    parser.add_argument("--only", action="append", choices=names, metavar="TIER", help=", ".join(names))
    chosen = parser.parse_args()
    wanted = chosen.only or names
    if chosen.soak:
        os.environ["GRAPPE_SOAK"] = "1"  # conftest reads it before pytest reads its options
    outcomes = []
    if "lint" in wanted:
        outcomes += [lint(name, command) for name, command, needs in LINTERS if (ROOT / needs).exists()]
    for name, arguments, budget in TIERS:
        present = [a for a in arguments.split() if not a.startswith("tests/") or (ROOT / a).exists()]
        if name in wanted and any(a.startswith("tests/") for a in present):
            outcomes.append(run_tier(name, present, budget, soak=chosen.soak))
    forgotten = folders_without_tier()
    for folder in forgotten:
        print(f"\n{folder} has tests, but no tier in tests/__main__.py runs it")
    summary(outcomes, soak=chosen.soak)
    return 1 if forgotten or not all(outcome.passed for outcome in outcomes) else 0


def lint(name: str, command: str) -> Outcome:
    """Run one linter."""
    program, *arguments = shlex.split(command)
    outcome = Outcome(name, LINT_BUDGET)
    run(outcome, [str(BIN / program), *arguments])
    return outcome


def run_tier(name: str, arguments: Sequence[str], budget: int, *, soak: bool) -> Outcome:
    """Run one tier of tests in a process of its own."""
    outcome = Outcome(name, budget)
    colour = ["--color=yes"] if sys.stdout.isatty() else []
    command = [str(BIN / "python"), "-m", "pytest", "-q", *colour, *(["--soak"] if soak else []), *arguments]
    last = run(outcome, command, harmless=(NOTHING_COLLECTED,))
    outcome.counts = {word: int(number) for number, word in re.findall(r"(\d+) ([a-z]+)", last)}
    return outcome


def run(outcome: Outcome, command: Sequence[str], *, harmless: Sequence[int] = ()) -> str:
    """Run a command, show what it prints as it comes, fill the outcome, and return the last line without colours."""
    print(f"\n=== {outcome.name}: {shlex.join([Path(command[0]).name, *command[1:]])}", flush=True)
    begin = time.monotonic()
    last = ""
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    ) as process:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            last = line if line.strip() else last
    outcome.seconds = time.monotonic() - begin
    outcome.passed = process.returncode == 0 or process.returncode in harmless
    result = "passed" if outcome.passed else f"FAILED (exit code {process.returncode})"
    print(f"--- {outcome.name}: {result} in {outcome.seconds:.1f} s", flush=True)
    return re.sub(r"\x1b\[[0-9;]*m", "", last)


def folders_without_tier() -> list[str]:
    """Return the folders of tests that no tier names."""
    named = {argument for _, arguments, _ in TIERS for argument in arguments.split()}
    with_tests = {path.parent.relative_to(ROOT) for path in (ROOT / "tests").rglob("test_*.py")}
    return sorted(str(folder) for folder in with_tests if not named & {str(part) for part in (folder, *folder.parents)})


def summary(outcomes: Sequence[Outcome], *, soak: bool) -> None:
    """Print seconds against budget, then the sum of all tests in the form that pytest uses."""
    print(f"\n{'step':<16}{'seconds':>9}{'budget':>9}  result")
    for outcome in outcomes:
        over = "" if soak or outcome.seconds <= outcome.budget else "  over budget"
        result = "passed" if outcome.passed else "FAILED"
        print(f"{outcome.name:<16}{outcome.seconds:>9.1f}{outcome.budget:>9}  {result}{over}")
    total: dict[str, int] = {}
    for outcome in outcomes:
        for word, number in outcome.counts.items():
            total[word] = total.get(word, 0) + number
    failed_steps = [outcome.name for outcome in outcomes if not outcome.passed]
    if failed_steps:
        print(f"\nfailed: {', '.join(failed_steps)}")
    words = ("failed", "passed", "skipped", "deselected", "xfailed", "error", "errors")
    counts = ", ".join(f"{total[word]} {word}" for word in words if word in total) or "no tests ran"
    print(f"\n{counts} in {sum(outcome.seconds for outcome in outcomes):.2f}s", flush=True)


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main())
