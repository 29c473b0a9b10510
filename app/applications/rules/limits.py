"""Limits of single answers: words, numbers, amounts, days, choices, months."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from app.calls.rules.form_kinds import ChoiceField, DateField, MoneyField, MultiChoiceField, NumberField, TextField
from app.calls.rules.funding_kinds import DurationLimits
from app.core.money import Money
from app.core.violations import Figure, Violation
from app.core.words import count_words
from app.partnerships.rules.sources import source_of_ceiling

if TYPE_CHECKING:
    from app.calls.rules.call_rules import CallRules


def word_findings(title: str, text: str, limit: int | None, place: str) -> Iterator[Violation]:
    """More words than allowed, counted as the page counts them."""
    used = count_words(text)
    if limit is not None and used > limit:
        words = "{title}: {used} words, the limit is {limit}."
        figures: dict[str, Figure] = {"title": title, "used": used, "limit": limit, "over": used - limit}
        yield Violation(TextField.limit_rule, words, place, figures, cure="Shorten it by {over}.")


def number_findings(field: NumberField, number: int, place: str) -> Iterator[Violation]:
    """A number outside the limits of its field."""
    yield from _outside(field, number, low=field.minimum, high=field.maximum, place=place)


def amount_findings(field: MoneyField, amount: Money, place: str) -> Iterator[Violation]:
    """An amount outside the limits of its field; without any limit it is zero or more."""
    yield from _outside(field, amount, low=field.minimum or Money.zero(), high=field.maximum, place=place)


def _outside(
    field: NumberField | MoneyField,
    value: int | Money,
    *,
    low: int | Money | None,
    high: int | Money | None,
    place: str,
) -> Iterator[Violation]:
    figures: dict[str, Figure] = {"title": str(field.title), "value": value}
    if low is not None and _size(value) < _size(low):
        words = "{title}: {value} is below {limit}, the least that is accepted."
        yield Violation(field.limit_rule, words, place, {**figures, "limit": low})
    if high is not None and _size(value) > _size(high):
        words = "{title}: {value} is above {limit}, the most that is accepted."
        yield Violation(field.limit_rule, words, place, {**figures, "limit": high})


def _size(value: int | Money) -> int:
    return value.cents if isinstance(value, Money) else value


def duration_findings(rules: CallRules, strand: str, months: int, place: str) -> Iterator[Violation]:
    """A project shorter or longer than the call allows."""
    for rule in rules.rules_of(DurationLimits, strand):
        if not rule.min_months <= months <= rule.max_months:
            yield Violation(
                rule.rule_id,
                "The project lasts {months} months; the call funds {least} to {most}.",
                place,
                {"months": months, "least": rule.min_months, "most": rule.max_months},
                cure="Enter {least} to {most} months.",
                source=source_of_ceiling(rules, rule),
            )


def day_findings(field: DateField, day: date, deadline: date, place: str) -> Iterator[Violation]:
    """A day before the deadline where that makes no sense."""
    if field.not_before_deadline and day < deadline:
        words = "{title}: {day} is before the deadline, {deadline}."
        figures: dict[str, Figure] = {"title": str(field.title), "day": day, "deadline": deadline}
        yield Violation(field.limit_rule, words, place, figures, cure="Enter a later day.")


def choice_findings(field: ChoiceField | MultiChoiceField, chosen: str, place: str) -> Iterator[Violation]:
    """An option that the form does not have (any more)."""
    if chosen not in {option.id for option in field.options}:
        words = "{title}: '{chosen}' is not among the options."
        figures: dict[str, Figure] = {"title": str(field.title), "chosen": chosen[:60]}
        yield Violation(ChoiceField.limit_rule, words, place, figures, cure="Choose again.")


def choices_findings(field: MultiChoiceField, chosen: tuple[str, ...], place: str) -> Iterator[Violation]:
    """Unknown options, or fewer or more options than asked."""
    for one in chosen:
        yield from choice_findings(field, one, place)
    figures: dict[str, Figure] = {"title": str(field.title), "chosen": len(chosen)}
    if len(chosen) < field.minimum:
        words = "{title}: {chosen} chosen, at least {limit} are needed."
        yield Violation(field.limit_rule, words, place, {**figures, "limit": field.minimum})
    if field.maximum is not None and len(chosen) > field.maximum:
        words = "{title}: {chosen} chosen, at most {limit} are accepted."
        yield Violation(field.limit_rule, words, place, {**figures, "limit": field.maximum})
