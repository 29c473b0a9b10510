"""Answers in words: the same for the working copy, a submitted version and the check page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from app.applications.rules.answer_values import UnreadableError, read_answer
from app.applications.rules.asked import asked_sections
from app.calls.rules.eligibility_kinds import RequiredActivities
from app.calls.rules.form_kinds import (
    ActivitiesField,
    ChoiceField,
    ConfirmationField,
    FormField,
    IndicatorsField,
    MultiChoiceField,
    NumberField,
    TableField,
)
from app.core.money import Money
from app.infra.templates import day_text, locale_of, money_text, translator

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.applications.rules.facts import Answer, ApplicationFacts
    from app.calls.rules.call_rules import CallRules


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    """One answered question: ``text``, ``items``, ``pairs`` or a table of ``rows`` under ``heads``."""

    id: str
    kind: str
    title: str
    text: str = ""
    items: Sequence[str] = ()
    pairs: Sequence[tuple[str, str]] = ()
    heads: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing was answered."""
        return not (self.text or self.items or self.pairs or self.rows)


@dataclass(frozen=True, slots=True)
class ShownSection:
    """A section with its answers."""

    id: str
    title: str
    answers: Sequence[ShownAnswer]


def working_copy(rules: CallRules, facts: ApplicationFacts, language: str) -> list[ShownSection]:
    """Every question that is asked of this application, with the answer given so far."""
    shown = _Words(rules, facts.strand, language)
    return [
        ShownSection(
            asked.section.id,
            asked.section.title.in_language(language),
            [shown.answer(field, facts.answers.get(field.id)) for field in asked.fields],
        )
        for asked in asked_sections(rules, facts)
    ]


def submitted(rules: CallRules, snapshot: Mapping[str, Any], language: str) -> list[ShownSection]:
    """The questions and answers of a submitted version; ``rules`` are those it was submitted under."""
    shown = _Words(rules, str(snapshot["application"]["strand"]), language)
    return [
        ShownSection(section["id"], section["title"], [shown.stored(field) for field in section["fields"]])
        for section in snapshot["sections"]
    ]


@dataclass(frozen=True, slots=True)
class _Words:
    rules: CallRules
    strand: str
    language: str

    @property
    def _(self) -> Callable[[str], str]:
        return translator(self.language)

    def stored(self, given: Mapping[str, Any]) -> ShownAnswer:
        """An answer out of a snapshot; what cannot be read is shown as it stands."""
        try:
            field = self.rules.form.field(given["id"])
            return self.answer(field, read_answer(field, given["answer"]))
        except (KeyError, UnreadableError):
            return ShownAnswer(given["id"], given["kind"], given["title"], text=str(given["answer"] or ""))

    def answer(self, field: FormField, answer: Answer | None) -> ShownAnswer:
        """One answer of the kind of its field."""
        given: dict[str, Any] = {} if answer is None else self._content(field, answer)
        return ShownAnswer(field.id, field.kind, field.title.in_language(self.language), **given)

    def _content(self, field: FormField, answer: Answer) -> dict[str, Any]:  # noqa: PLR0911  # one arm per kind
        match field, answer:
            case ((ChoiceField() | MultiChoiceField()), _):
                titles = {option.id: option.title.in_language(self.language) for option in field.options}
                chosen = answer if isinstance(answer, tuple) else (answer,)
                return {"items": [titles.get(str(one), str(one)) for one in chosen]}
            case ConfirmationField(), bool():
                return {"text": self._("Confirmed") if answer else ""}
            case TableField(), tuple():
                heads = [column.title.in_language(self.language) for column in field.columns]
                rows = [
                    [self._plain(row[column.id]) if column.id in row else "" for column in field.columns]
                    for row in answer
                    if isinstance(row, Mapping)
                ]
                return {"heads": heads, "rows": rows}
            case ActivitiesField(), Mapping():
                titles = self._activities()
                order = [name for name in (*titles, *answer) if name in answer]
                return {"pairs": [(titles.get(name, name), str(answer[name])) for name in dict.fromkeys(order)]}
            case IndicatorsField(), Mapping():
                return {
                    "pairs": [
                        (
                            one.title.in_language(self.language),
                            f"{answer[one.id]} {one.unit.in_language(self.language)}",
                        )
                        for one in field.indicators
                        if one.id in answer
                    ]
                }
            case NumberField(), int() if field.unit:
                return {"text": f"{answer} {field.unit.in_language(self.language)}"}
            case _:
                return {"text": self._plain(answer)}

    def _activities(self) -> dict[str, str]:
        return {
            activity.id: activity.title.in_language(self.language)
            for rule in self.rules.rules_of(RequiredActivities, self.strand)
            for activity in (*rule.mandatory, *rule.optional)
        }

    def _plain(self, value: object) -> str:
        locale = locale_of(self.language)
        match value:
            case Money():
                return money_text(value, locale)
            case date():
                return day_text(value, locale)
            case _:
                return str(value)
