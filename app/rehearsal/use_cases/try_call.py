"""Try a call: its sample applications through its rules, before anybody applies. Changes nothing."""

from __future__ import annotations

from collections.abc import Mapping

from app.calls.rules.call_rules import CallRules
from app.calls.rules.scenarios import ScenarioFile
from app.partnerships.rules.country_lists import lists_asked
from app.reference.queries import countries_in, region_category
from app.rehearsal.rules.sample import regions_named, sample_facts
from app.rehearsal.rules.trial import Trial, try_scenario


def try_call(versions: Mapping[str, CallRules], file: ScenarioFile) -> tuple[Trial, ...]:
    """One trial for each scenario, against the version that it names or the latest.

    ``versions`` are those of the call by number, oldest first. Countries and region categories
    are those of the day of the first deadline. Raise KeyError for an unknown version or list.
    """
    latest = list(versions)[-1]
    trials = []
    for scenario in file.scenarios:
        rules = versions[scenario.version or latest]
        day = rules.timetable.deadline.day
        known = {name: category for name in regions_named(file) if (category := region_category(name, day))}
        facts = sample_facts(
            rules,
            file,
            scenario,
            in_lists={(name, on): countries_in(name, on) for name, on in lists_asked(rules)},
            categories=known,
        )
        trials.append(try_scenario(rules, facts, scenario))
    return tuple(trials)
