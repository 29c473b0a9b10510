"""Where do the figures of a call come from? What nobody vouched for is named."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from app.calls.rules.paths import is_amount, named_leaves

if TYPE_CHECKING:
    from app.calls.rules.call_rules import CallRules, Provenance

_WITHOUT_FIGURES = {"identity", "version", "changes", "provenance", "publication"}
_FIGURE = re.compile(r"\d+(?:\.\d+)?(?: %)?|\d{4}-\d{2}-\d{2}(?: \d{2}:\d{2}.*)?")


def figures(rules: CallRules) -> Iterator[str]:
    """Paths of every figure of the document: numbers, amounts, rates, points, days and deadlines."""
    for part, value in rules.plain().items():
        if part not in _WITHOUT_FIGURES:
            yield from (path for path, leaf in named_leaves(value, part) if _is_figure(leaf))


def _is_figure(value: object) -> bool:
    if isinstance(value, bool):
        return False
    return isinstance(value, int) or is_amount(value) or (isinstance(value, str) and bool(_FIGURE.fullmatch(value)))


def origin_of(rules: CallRules, path: str) -> Provenance | None:
    """The provenance of a place, or of the nearest part around it that has one."""
    steps = path.split(".")
    for end in range(len(steps), 0, -1):
        if origin := rules.provenance.get(".".join(steps[:end])):
            return origin
    return None


def figures_without_origin(rules: CallRules) -> tuple[str, ...]:
    """Figures of which the document does not say where they come from."""
    return tuple(path for path in figures(rules) if origin_of(rules, path) is None)
