"""Whether the applicant plans the activities and promises the targets that the call asks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from app.applications.rules.limits import word_findings
from app.calls.rules.eligibility_kinds import RequiredActivities
from app.calls.rules.form_kinds import ActivitiesField, ChoiceField, Indicator, IndicatorsField
from app.core.rates import BASIS_POINTS
from app.core.violations import Figure, Violation
from app.partnerships.rules.sources import source_of_eligibility

if TYPE_CHECKING:
    from app.calls.rules.call_rules import CallRules


def activity_findings(
    rules: CallRules, strand: str, field: ActivitiesField, *, plans: Mapping[str, str], place: str
) -> Iterator[Violation]:
    """Mandatory activities that are not planned, chosen ones without a plan, plans with too many words."""
    titles: dict[str, str] = {}
    for rule in rules.rules_of(RequiredActivities, strand):
        titles |= {activity.id: str(activity.title) for activity in (*rule.mandatory, *rule.optional)}
        for activity in rule.mandatory:
            if not plans.get(activity.id, "").strip():
                yield Violation(
                    rule.rule_id,
                    "Mandatory activity without a plan: {activity}.",
                    place,
                    {"activity": str(activity.title)},
                    cure="Describe how you will carry it out.",
                    source=source_of_eligibility(rules, rule),
                )
    mandatory = {activity.id for rule in rules.rules_of(RequiredActivities, strand) for activity in rule.mandatory}
    for name, plan in plans.items():
        figures: dict[str, Figure] = {"title": str(field.title), "activity": titles.get(name, name[:60])}
        if name not in titles:
            words = "{title}: the call has no activity '{activity}'."
            yield Violation(ChoiceField.limit_rule, words, place, figures)
        elif not plan.strip() and name not in mandatory:
            words = "{title}: {activity} is chosen but has no plan."
            yield Violation(field.rule_id, words, place, figures, cure="Describe it, or do not choose it.")
        yield from word_findings(str(figures["activity"]), plan, field.max_words, place)


def indicator_findings(field: IndicatorsField, targets: Mapping[str, int], place: str) -> Iterator[Violation]:
    """Targets that are missing, below zero, below the call's, or too small a part of another."""
    for indicator in field.indicators:
        target = targets.get(indicator.id)
        if target is None:
            if field.required:
                words, figures = "{title}: no target yet.", {"title": str(indicator.title)}
                yield Violation(field.rule_id, words, place, figures)
            continue
        yield from _too_low(field, indicator, target, place)
        yield from _too_small_a_part(field, indicator, targets, place)


def _too_low(field: IndicatorsField, indicator: Indicator, target: int, place: str) -> Iterator[Violation]:
    least = indicator.target or 0
    if target < least:
        yield Violation(
            field.limit_rule,
            "{title}: {target}, the call asks for at least {least}.",
            place,
            {"title": str(indicator.title), "target": target, "least": least},
            cure="Enter {least} or more.",
        )


def _too_small_a_part(
    field: IndicatorsField, indicator: Indicator, targets: Mapping[str, int], place: str
) -> Iterator[Violation]:
    """The least part is rounded up: half of 51 exchanges are 26."""
    whole = targets.get(indicator.share_of or "")
    if whole is None or indicator.minimum_share is None:
        return
    least = -(-whole * indicator.minimum_share.basis_points // BASIS_POINTS)
    if targets[indicator.id] < least:
        other = next(str(one.title) for one in field.indicators if one.id == indicator.share_of)
        yield Violation(
            field.share_rule,
            "{title}: {target}, at least {share} of {whole} ({other}) is {least}.",
            place,
            {
                "title": str(indicator.title),
                "target": targets[indicator.id],
                "share": indicator.minimum_share,
                "whole": whole,
                "other": other,
                "least": least,
            },
            cure="Enter {least} or more.",
        )
