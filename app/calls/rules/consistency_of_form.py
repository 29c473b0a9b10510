"""Does the form of a call ask what can be answered and what the rules need? Contradictions in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from app.calls.rules.eligibility_kinds import RequiredActivities
from app.calls.rules.form_kinds import (
    ActivitiesField,
    BudgetField,
    ChoiceField,
    Condition,
    DateField,
    FormField,
    IndicatorsField,
    MoneyField,
    MultiChoiceField,
    NumberField,
    PartnershipField,
    TableField,
    TextField,
)
from app.calls.rules.funding_kinds import DurationLimits
from app.core.money import Money
from app.core.violations import Violation

if TYPE_CHECKING:
    from app.calls.rules.call_rules import CallRules


def form_findings(rules: CallRules) -> Iterator[Violation]:
    """Contradictions of the form, in its order."""
    asked: dict[str, FormField] = {}
    stages = {stage.id for stage in rules.timetable.stages}
    for section in rules.form.sections:
        place = f"form.sections.{section.id}"
        for stage in (stage for stage in section.stages if stage not in stages):
            words = "The section belongs to stage '{stage}', which the call does not have."
            yield Violation("document.unknown_stage", words, f"{place}.stages", {"stage": stage})
        yield from _condition(section.condition, asked, f"{place}.condition")
        for field in section.fields:
            where = f"{place}.fields.{field.id}"
            yield from _condition(field.condition, asked, f"{where}.condition")
            yield from _limits(field, where)
            asked[field.id] = field
    yield from _needed(rules)
    yield from _meanings(rules)
    yield from _indicators(rules)


def _condition(condition: Condition | None, asked: dict[str, FormField], place: str) -> Iterator[Violation]:
    if condition is None:
        return
    field = asked.get(condition.field)
    if field is None:
        words = "The condition looks at field '{field}', which is not asked before it."
        yield Violation("document.condition_field", words, place, {"field": condition.field})
        return
    compares = condition.comparison not in {"filled", "empty"}
    if compares != (condition.value is not None) or (condition.comparison == "one_of") != isinstance(
        condition.value, tuple
    ):
        words = "'equal' and 'not_equal' take one value, 'one_of' a list, 'filled' and 'empty' none."
        yield Violation("document.condition_value", words, place)
    elif compares and isinstance(field, ChoiceField | MultiChoiceField):
        wanted = condition.value if isinstance(condition.value, tuple) else (condition.value,)
        known = {option.id for option in field.options}
        for value in (value for value in wanted if value not in known):
            words = "The condition waits for '{value}', which field '{field}' does not offer."
            yield Violation("document.condition_option", words, place, {"value": str(value), "field": field.id})


def _limits(field: FormField, place: str) -> Iterator[Violation]:
    least: int | Money | None = None
    most: int | Money | None = None
    match field:
        case MultiChoiceField():
            least, most = field.minimum, field.maximum or len(field.options)
            most = min(most, len(field.options))
        case TableField():
            least, most = field.min_rows, field.max_rows
        case NumberField() | MoneyField():
            least, most = field.minimum, field.maximum
    if isinstance(least, Money) and isinstance(most, Money):
        least, most = least.cents, most.cents
    if isinstance(least, int) and isinstance(most, int) and least > most:
        words = "No answer can meet the limits of this field: the least is above the most."
        yield Violation("document.field_limits", words, place)
    if isinstance(field, ChoiceField | MultiChoiceField) and len({o.id for o in field.options}) < len(field.options):
        yield Violation("document.option_twice", "Two options have the same id.", f"{place}.options")


def _needed(rules: CallRules) -> Iterator[Violation]:
    """Fields without which a rule could never be met, and fields that no rule explains."""
    kinds = [type(field) for _, field in rules.form.fields()]
    pays = rules.funding.kind.pays
    if pays != (BudgetField in kinds):
        words = "A form has a budget exactly when the call pays."
        yield Violation("document.budget_field", words, "form.sections")
    if PartnershipField not in kinds and rules.eligibility:
        words = "The call has conditions of eligibility but its form never asks who applies."
        yield Violation("document.partnership_field", words, "form.sections")
    required = rules.rule_of(RequiredActivities)
    if (required is not None) != (ActivitiesField in kinds):
        words = "A form asks for activities exactly when the call names them under eligibility."
        yield Violation("document.activities_field", words, "form.sections")
    for kind in (PartnershipField, BudgetField, ActivitiesField):
        if kinds.count(kind) > 1:
            words = "Partnership, budget and activities are asked once."
            yield Violation("document.field_kind_twice", words, "form.sections")


_KIND_OF_MEANING = {
    "acronym": TextField,
    "title": TextField,
    "abstract": TextField,
    "keywords": TextField,
    "duration": NumberField,
    "start_date": DateField,
}


def _meanings(rules: CallRules) -> Iterator[Violation]:
    """Lists and letters find acronym, title and duration by their meaning."""
    found = [(section.id, field) for section, field in rules.form.fields() if field.meaning is not None]
    given = Counter(field.meaning for _, field in found)
    for meaning in ("acronym", "title"):
        if not given[meaning]:
            words = "No field says that it holds the {meaning} of the project ('meaning: {meaning}')."
            yield Violation("document.meaning_missing", words, "form.sections", {"meaning": meaning})
    for section, field in found:
        place, meaning = f"form.sections.{section}.fields.{field.id}", str(field.meaning)
        if given[field.meaning] > 1:
            words = "More than one field holds the {meaning} of the project."
            yield Violation("document.meaning_twice", words, place, {"meaning": meaning})
        if not isinstance(field, _KIND_OF_MEANING[meaning]):
            words = "A field of the kind '{kind}' cannot hold the {meaning} of the project."
            yield Violation("document.meaning_kind", words, place, {"kind": field.kind, "meaning": meaning})
    limited = rules.rule_of(DurationLimits) is not None
    if limited and not given["duration"]:
        words = "The duration is limited, but no field asks for it ('meaning: duration')."
        yield Violation("document.duration_not_asked", words, "form.sections")
    duration = rules.form.meaning("duration")
    if limited and isinstance(duration, NumberField) and (duration.minimum, duration.maximum) != (None, None):
        words = "The limits of the duration stand under funding.ceilings.duration, and only there."
        yield Violation("document.duration_twice", words, "funding.ceilings.duration")


def _indicators(rules: CallRules) -> Iterator[Violation]:
    for section, field in rules.form.fields():
        if not isinstance(field, IndicatorsField):
            continue
        place = f"form.sections.{section.id}.fields.{field.id}.indicators"
        known = {indicator.id for indicator in field.indicators}
        for indicator in field.indicators:
            if indicator.share_of is not None and indicator.share_of not in known - {indicator.id}:
                words = "The indicator is a part of '{other}', which is no other indicator here."
                figures = {"other": indicator.share_of}
                yield Violation("document.indicator_part", words, f"{place}.{indicator.id}.share_of", figures)
            if (indicator.minimum_share is None) != (indicator.share_of is None):
                words = "A minimum share needs the indicator of which it is a share, and the reverse."
                yield Violation("document.indicator_share", words, f"{place}.{indicator.id}")
