"""From the parsed tree of a call file to its versions, or to every mistake with its line.

A file holds the first version in full and, under ``corrigenda``, what each later version
sets: a list of paths with their new values. The officer reads both like the printed call.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.calls.rules.call_rules import CallRules
from app.calls.rules.consistency import inconsistencies
from app.calls.rules.corrigendum import Corrigendum
from app.calls.rules.mistakes import UNREADABLE, Lines, mistake, validated, with_line
from app.calls.rules.paths import Place, place_of, with_value
from app.core.violations import Violation

CORRIGENDA = "corrigenda"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file holds: its versions, oldest first, and everything found about them."""

    versions: tuple[CallRules, ...]
    findings: tuple[Violation, ...]

    @property
    def latest(self) -> CallRules:
        """The last version; raise IndexError where the file could not be read."""
        return self.versions[-1]


def read_document(tree: object, lines: Lines) -> Reading:
    """Every version of the file and every finding; no versions where a mistake prevents reading them."""
    if not isinstance(tree, Mapping):
        return Reading((), (Violation(UNREADABLE, "A call document begins with keys such as identity.", "line 1"),))
    base = {key: value for key, value in tree.items() if key != CORRIGENDA}
    first, mistakes = validated(CallRules, base, lines, ())
    corrigenda, more = _corrigenda(tree.get(CORRIGENDA) or [], lines)
    mistakes += more
    if first is None or mistakes:
        return Reading((), mistakes)
    versions, findings = [first], _consistent(first, base, lines)
    for position, corrigendum in enumerate(corrigenda):
        base, lines, more = _applied(base, corrigendum, position, lines)
        following, unread = (None, more) if more else validated(CallRules, base, lines, ())
        if following is None:
            return Reading((), (*findings, *unread))
        versions.append(following)
        findings += tuple(found for found in _consistent(following, base, lines) if found not in findings)
    return Reading(tuple(versions), findings)


def _corrigenda(written: object, lines: Lines) -> tuple[list[Corrigendum], tuple[Violation, ...]]:
    if not isinstance(written, list):
        return [], (mistake("Corrigenda are a list.", (CORRIGENDA,), CORRIGENDA, lines),)
    found: list[Corrigendum] = []
    mistakes: tuple[Violation, ...] = ()
    for position, item in enumerate(written):
        corrigendum, more = validated(Corrigendum, item, lines, (CORRIGENDA, position))
        mistakes += more
        found += [corrigendum] if corrigendum else []
    return found, mistakes


def _applied(
    base: dict[str, object], corrigendum: Corrigendum, position: int, lines: Lines
) -> tuple[dict[str, object], Lines, tuple[Violation, ...]]:
    """The tree and the lines of the next version; a path that leads nowhere is a mistake."""
    mistakes = []
    changed: object = base
    moved = dict(lines)
    for path, value in corrigendum.set.items():
        place, where = place_of(changed, path), (CORRIGENDA, position, "set", path)
        if place is None:
            words = "The corrigendum changes a place that the call does not have."
            mistakes.append(mistake(words, where, f"{CORRIGENDA}.{corrigendum.version}.set.{path}", lines))
        else:
            changed = with_value(changed, place, value)
            moved[place] = lines.get(where, 1)
    return corrigendum.entered_in(changed), moved, tuple(mistakes)


def _consistent(rules: CallRules, tree: object, lines: Lines) -> tuple[Violation, ...]:
    return tuple(
        found.at(with_line(found.place, place_of(tree, found.place) or _nearest(tree, found.place), lines))
        for found in inconsistencies(rules)
    )


def _nearest(tree: object, path: str) -> Place:
    """The place of the longest beginning of ``path`` that was written."""
    steps = path.split(".")
    for end in range(len(steps) - 1, 0, -1):
        if (place := place_of(tree, ".".join(steps[:end]))) is not None:
            return place
    return ()
