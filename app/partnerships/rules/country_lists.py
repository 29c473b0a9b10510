"""Which lists of countries a call asks about, and on which day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from app.calls.rules.eligibility_kinds import Countries, MinimumCountries

if TYPE_CHECKING:
    from app.calls.rules.call_rules import CallRules

Lists = Mapping[tuple[str, date], frozenset[str]]
"""EU codes of the members of a list of countries on a day."""


def lists_asked(rules: CallRules) -> tuple[tuple[str, date], ...]:
    """Each list that the call names with the day on which membership counts: the keys of ``Lists``."""
    asking = [rule for rule in rules.eligibility if isinstance(rule, Countries | MinimumCountries)]
    return tuple(dict.fromkeys((name, _day_of(rules, rule)) for rule in asking for name in rule.lists))


def countries_accepted(rules: CallRules, rule: Countries | MinimumCountries, in_lists: Lists) -> frozenset[str]:
    """EU codes that a rule accepts; raise KeyError where ``in_lists`` lacks one of ``lists_asked``."""
    day = _day_of(rules, rule)
    return frozenset(code for name in rule.lists for code in in_lists[name, day])


def _day_of(rules: CallRules, rule: Countries | MinimumCountries) -> date:
    return rules.timetable.deadline.day if rule.on == "deadline" else rule.on
