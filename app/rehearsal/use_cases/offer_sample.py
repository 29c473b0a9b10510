"""Offer a sample application to begin a dry run with, made from the rules of the call. Changes nothing."""

from __future__ import annotations

from collections.abc import Iterator

from app.calls.rules.call_rules import CallRules
from app.calls.rules.eligibility_kinds import Countries, MemberInRegionCategory, MinimumCountries
from app.calls.rules.scenarios import ExpectedFinding, ExpectedTotals, ScenarioFile
from app.partnerships.rules.country_lists import countries_accepted, lists_asked
from app.reference.queries import all_countries, countries_in, region_category, regions
from app.rehearsal.rules.computed_sample import Seat, computed_sample
from app.rehearsal.rules.trial import Trial
from app.rehearsal.use_cases.try_call import try_call


def offer_sample(rules: CallRules) -> ScenarioFile:
    """Sample applications that expect exactly what the rules make of them now.

    Whoever edits one, or changes the call, then sees what comes out differently.
    """
    file = computed_sample(rules, tuple(_seats(rules)))
    trials = try_call({rules.version: rules}, file)
    scenarios = tuple(
        one.model_copy(update=_expected(trial)) for one, trial in zip(file.scenarios, trials, strict=True)
    )
    return file.model_copy(update={"scenarios": scenarios})


def _seats(rules: CallRules) -> Iterator[Seat]:
    """Countries that every condition accepts, by name; each region whose category is known counts as one seat."""
    lists = {(name, on): countries_in(name, on) for name, on in lists_asked(rules)}
    asking = [rule for rule in rules.eligibility if isinstance(rule, Countries | MinimumCountries)]
    accepted = [countries_accepted(rules, rule, lists) for rule in asking]
    wanted = rules.rule_of(MemberInRegionCategory, rules.strands[0].id)
    day = rules.timetable.deadline.day if wanted is None or wanted.on == "deadline" else wanted.on
    for country in all_countries():
        if all(country.code in codes for codes in accepted):
            found = [(row.code, region_category(row.code, day)) for row in regions(country.code)]
            known = [Seat(country.code, code, category) for code, category in found if category]
            yield from known or [Seat(country.code)]


def _expected(trial: Trial) -> dict[str, object]:
    severities = {finding.rule: finding.severity for finding in trial.found}
    totals = {line.name: line.found for line in trial.totals if line.found is not None}
    return {
        "findings": tuple(ExpectedFinding(rule=rule, severity=severity) for rule, severity in severities.items()),
        "totals": ExpectedTotals(**totals),
    }
