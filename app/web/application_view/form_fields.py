"""The call's form as the page asks it: every kind of field with its words, limits and condition."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.applications.rules.facts import ApplicationFacts
from app.calls.rules.eligibility_kinds import Activity, RequiredActivities
from app.calls.rules.form_kinds import (
    ActivitiesField,
    ChoiceField,
    ConfirmationField,
    FileField,
    FormField,
    IndicatorsField,
    MoneyField,
    MultiChoiceField,
    NumberField,
    Section,
    TableField,
    TextField,
)
from app.calls.rules.funding_kinds import DurationLimits
from app.core.words import count_words
from app.infra.templates import locale_of, money_text, translator
from app.web.application_view.documents import limits_words
from app.web.application_view.typed_answers import table_rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.calls.rules.call_rules import CallRules
    from app.calls.rules.form_kinds import Condition
    from app.web.application_view.typed_answers import Typed


@dataclass(frozen=True, slots=True)
class ShownActivity:
    """An activity with the field for its plan."""

    id: str
    title: str
    description: str
    mandatory: bool
    used_words: int


@dataclass(frozen=True, slots=True)
class ShownIndicator:
    """An indicator with what the call asks of its target."""

    id: str
    title: str
    unit: str
    hint: str


@dataclass(frozen=True, slots=True)
class ShownField:
    """One question. ``when`` says in words when it counts, ``condition`` says the same to the script."""

    id: str
    kind: str
    title: str
    help: str
    required: bool
    when: str = ""
    condition: str = ""
    source: FormField | None = None
    most_words: int = 0
    used_words: int = 0
    one_line: bool = False
    unit: str = ""
    options: Sequence[tuple[str, str]] = ()
    statement: str = ""
    columns: Sequence[tuple[str, str, str, int, bool]] = ()
    """Of a table: id, title, kind, most words, required."""
    rows: int = 0
    may_add: bool = False
    row_words: Mapping[tuple[int, str], int] = field(default_factory=dict)
    activities: Sequence[ShownActivity] = ()
    indicators: Sequence[ShownIndicator] = ()


def shown_fields(
    rules: CallRules, section: Section, facts: ApplicationFacts, typed: Typed, *, language: str, more: str = ""
) -> list[ShownField]:
    """The section's fields for this strand, hidden ones too; ``more`` names a table that gets one empty row more."""
    made = _Fields(rules, facts, typed, language, more)
    return [made.shown(one) for one in section.fields if one.applies_to(facts.strand)]


@dataclass(frozen=True, slots=True)
class _Fields:
    rules: CallRules
    facts: ApplicationFacts
    typed: Typed
    language: str
    more: str

    def shown(self, one: FormField) -> ShownField:
        words = translator(self.language)
        given: dict[str, object] = {
            "id": one.id,
            "kind": one.kind,
            "title": one.title.in_language(self.language),
            "help": one.help.in_language(self.language) if one.help else "",
            "required": one.required,
            "when": self._when(one.condition, words),
            "condition": _condition(one.condition),
            "source": one,
        }
        return ShownField(**(given | self._own(one, words)))  # type: ignore[arg-type]  # each kind adds its own

    def _own(self, one: FormField, words: Callable[[str], str]) -> dict[str, object]:  # noqa: PLR0911  # one arm per kind
        match one:
            case TextField():
                used = count_words(self._text(one.id))
                return {"most_words": one.max_words, "used_words": used, "one_line": one.lines == "one"}
            case NumberField():
                return {
                    "unit": one.unit.in_language(self.language) if one.unit else "",
                    "help": self._limits(one, words),
                }
            case MoneyField():
                return {"help": self._limits(one, words)}
            case ChoiceField() | MultiChoiceField():
                options = [(option.id, option.title.in_language(self.language)) for option in one.options]
                return {"options": options, "help": self._how_many(one, words)}
            case ConfirmationField():
                return {"statement": one.statement.in_language(self.language)}
            case TableField():
                return self._table(one, words)
            case ActivitiesField():
                return {"activities": self._activities(one), "most_words": one.max_words}
            case IndicatorsField():
                return {"indicators": self._indicators(one, words)}
            case FileField():
                return {"help": limits_words(one, self.language)}
            case _:
                return {}

    def _text(self, name: str) -> str:
        return (self.typed.get(name) or [""])[0]

    def _help(self, one: FormField, *more: str) -> str:
        own = one.help.in_language(self.language) if one.help else ""
        return " ".join(text for text in (own, *more) if text)

    def _limits(self, one: NumberField | MoneyField, words: Callable[[str], str]) -> str:
        low, high = one.minimum, one.maximum
        if one.meaning == "duration" and (duration := self.rules.rule_of(DurationLimits, self.facts.strand)):
            low, high = duration.min_months, duration.max_months
        locale = locale_of(self.language)
        least, most = (
            value if value is None or isinstance(value, int) else money_text(value, locale) for value in (low, high)
        )
        if least is not None and most is not None:
            return self._help(one, words("From %(least)s to %(most)s.") % {"least": least, "most": most})
        if most is not None:
            return self._help(one, words("At most %(most)s.") % {"most": most})
        return self._help(one, words("At least %(least)s.") % {"least": least} if least is not None else "")

    def _how_many(self, one: ChoiceField | MultiChoiceField, words: Callable[[str], str]) -> str:
        if isinstance(one, ChoiceField) or not (one.minimum or one.maximum):
            return self._help(one)
        if one.maximum is None:
            return self._help(one, words("Choose at least %(least)s.") % {"least": one.minimum})
        return self._help(one, words("Choose %(least)s to %(most)s.") % {"least": one.minimum, "most": one.maximum})

    def _table(self, one: TableField, words: Callable[[str], str]) -> dict[str, object]:
        filled = table_rows(one, self.typed)
        rows = max(filled + (self.more == one.id), one.min_rows, 1)
        limits = words("Up to %(most)s rows.") % {"most": one.max_rows}
        if one.min_rows:
            limits = words("%(least)s to %(most)s rows.") % {"least": one.min_rows, "most": one.max_rows}
        columns = [
            (column.id, column.title.in_language(self.language), column.kind, column.max_words or 0, column.required)
            for column in one.columns
        ]
        counts = {
            (row, column.id): count_words(self._text(f"{one.id}.{row}.{column.id}"))
            for row in range(rows)
            for column in one.columns
            if column.max_words
        }
        return {
            "columns": columns,
            "rows": min(rows, one.max_rows),
            "may_add": rows < one.max_rows,
            "row_words": counts,
            "help": self._help(one, limits),
        }

    def _activities(self, one: ActivitiesField) -> list[ShownActivity]:
        found: list[tuple[Activity, bool]] = []
        for rule in self.rules.rules_of(RequiredActivities, self.facts.strand):
            found += [(activity, True) for activity in rule.mandatory]
            found += [(activity, False) for activity in rule.optional]
        return [
            ShownActivity(
                activity.id,
                activity.title.in_language(self.language),
                activity.description.in_language(self.language) if activity.description else "",
                mandatory,
                count_words(self._text(f"{one.id}.{activity.id}")),
            )
            for activity, mandatory in found
        ]

    def _indicators(self, one: IndicatorsField, words: Callable[[str], str]) -> list[ShownIndicator]:
        titles = {each.id: each.title.in_language(self.language) for each in one.indicators}
        shown = []
        for each in one.indicators:
            hints = []
            if each.target is not None:
                hints.append(words("The call asks for at least %(least)s.") % {"least": each.target})
            if each.share_of and each.minimum_share:
                values = {"share": each.minimum_share, "whole": titles.get(each.share_of, each.share_of)}
                hints.append(words("At least %(share)s of: %(whole)s.") % values)
            if each.baseline is not None:
                hints.append(words("Baseline %(start)s.") % {"start": each.baseline})
            unit = each.unit.in_language(self.language)
            shown.append(ShownIndicator(each.id, titles[each.id], unit, " ".join(hints)))
        return shown

    def _when(self, condition: Condition | None, words: Callable[[str], str]) -> str:
        """When the question counts, for readers whose browser runs no script."""
        if condition is None:
            return ""
        asked = self.rules.form.field(condition.field)
        options = {option.id: option.title.in_language(self.language) for option in getattr(asked, "options", ())}
        values = condition.value if isinstance(condition.value, tuple) else (condition.value,)
        named = {
            "field": asked.title.in_language(self.language),
            "value": ", ".join(options.get(str(value), str(value)) for value in values),
        }
        match condition.comparison:
            case "filled":
                return words("Counts only if “%(field)s” is answered.") % named
            case "empty":
                return words("Counts only if “%(field)s” is not answered.") % named
            case "not_equal":
                return words("Counts only if “%(field)s” is not: %(value)s.") % named
            case _:
                return words("Counts only if “%(field)s” is: %(value)s.") % named


def _condition(condition: Condition | None) -> str:
    """The condition as JSON for the script of the page; empty where there is none."""
    if condition is None:
        return ""
    return json.dumps({"field": condition.field, "is": condition.comparison, "value": condition.value})
