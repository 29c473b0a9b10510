"""`python -m benchmarks`: measure, print one table, keep it in benchmarks/last.json, compare with the last run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from benchmarks import budgets, pages, ranking, receipts, submissions
from benchmarks.measure import Row
from benchmarks.stage import a_stage

LAST = Path(__file__).with_name("last.json")


def main() -> int:
    """Print as it goes; 1 where a target is missed."""
    before = json.loads(LAST.read_text()) if LAST.exists() else {}
    print(f"{'what':<38}{'queries':>8}{'ours ms':>9}{'bare ms':>9}{'judged':>14}{'target':>8}{'last run':>10}  ")
    measured: list[Row] = []
    for row in (*budgets.rows(), *ranking.rows()):
        measured.append(row)
        print(line(row, before), flush=True)
    with a_stage() as stage:
        for part in (pages.rows, submissions.rows, receipts.rows):
            for row in part(stage):
                measured.append(row)
                print(line(row, before), flush=True)
    kept = {
        row.name: {"ours": row.ours, "bare": row.bare, "judged": row.judged, "queries": row.queries} for row in measured
    }
    LAST.write_text(json.dumps(kept, indent=1))
    return 0 if all(row.met for row in measured) else 1


def line(row: Row, before: Mapping[str, Mapping[str, float]]) -> str:
    """One line of the table."""
    bare = "" if row.bare is None else f"{row.bare:.2f}"
    asked = "" if row.queries is None else str(row.queries)
    last = before.get(row.name)
    then = "" if last is None else f"{last['judged']:.2f}"
    verdict = "" if row.met else "  MISSED"
    return (
        f"{row.name:<38}{asked:>8}{row.ours:>9.2f}{bare:>9}"
        f"{f'{row.judged:.2f} {row.unit}':>14}{row.target:>8}{then:>10}{verdict}"
    )


if __name__ == "__main__":
    raise SystemExit(main())
