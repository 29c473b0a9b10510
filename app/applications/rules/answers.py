"""Do the answers keep what the form asks? One finding for each thing that does not, with its figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING

from app.applications.rules.asked import is_filled
from app.applications.rules.facts import Answer, ApplicationFacts
from app.applications.rules.limits import (
    amount_findings,
    choice_findings,
    choices_findings,
    day_findings,
    duration_findings,
    number_findings,
    word_findings,
)
from app.applications.rules.plans import activity_findings, indicator_findings
from app.applications.rules.tables import table_findings
from app.calls.rules.form_kinds import (
    ActivitiesField,
    ChoiceField,
    ConfirmationField,
    DateField,
    FormField,
    IndicatorsField,
    MoneyField,
    MultiChoiceField,
    NumberField,
    TableField,
    TextField,
)
from app.core.money import Money
from app.core.violations import Violation

if TYPE_CHECKING:
    from app.calls.rules.call_rules import CallRules


def answer_findings(rules: CallRules, facts: ApplicationFacts, field: FormField, place: str) -> Iterator[Violation]:
    """What is missing from or wrong with the answer to one field that is asked."""
    answer = facts.answers.get(field.id)
    if isinstance(field, ActivitiesField):
        yield from activity_findings(rules, facts.strand, field, plans=_texts(answer), place=place)
    elif isinstance(field, IndicatorsField):
        yield from indicator_findings(field, _targets(answer), place)
    elif answer is None or not is_filled(field, facts):
        if field.required:
            yield missing(field, place)
    else:
        yield from _limits(rules, facts, field, answer=answer, place=place)


def missing(field: FormField, place: str) -> Violation:
    """A required field without an answer."""
    words = "{title}: not confirmed yet." if isinstance(field, ConfirmationField) else "{title}: no answer yet."
    return Violation(field.rule_id, words, place, {"title": str(field.title)})


def _limits(
    rules: CallRules, facts: ApplicationFacts, field: FormField, *, answer: Answer, place: str
) -> Iterator[Violation]:
    match field, answer:
        case TextField(), str():
            yield from word_findings(str(field.title), answer, field.max_words, place)
        case NumberField(), int():
            yield from number_findings(field, answer, place)
            if field.meaning == "duration":
                yield from duration_findings(rules, facts.strand, answer, place)
        case MoneyField(), Money():
            yield from amount_findings(field, answer, place)
        case DateField(), date():
            yield from day_findings(field, answer, rules.timetable.stage(facts.stage).deadline.day, place)
        case ChoiceField(), str():
            yield from choice_findings(field, answer, place)
        case MultiChoiceField(), tuple():
            yield from choices_findings(field, tuple(str(item) for item in answer), place)
        case TableField(), tuple():
            yield from table_findings(field, tuple(row for row in answer if isinstance(row, Mapping)), place)


def _texts(answer: Answer | None) -> Mapping[str, str]:
    return {key: str(item) for key, item in answer.items()} if isinstance(answer, Mapping) else {}


def _targets(answer: Answer | None) -> Mapping[str, int]:
    return {key: item for key, item in answer.items() if isinstance(item, int)} if isinstance(answer, Mapping) else {}
