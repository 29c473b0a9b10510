"""What the form asks of one application: by stage, strand and conditions, in the order of the form.

Conditions look at fields before them. A field that is not asked counts as empty there,
whatever was once answered, so that nothing hidden decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.applications.rules.facts import Answer, ApplicationFacts
from app.calls.rules.form_kinds import BudgetField, Condition, FileField, FormField, Meaning, PartnershipField, Section
from app.core.money import Money

if TYPE_CHECKING:
    from app.calls.rules.call_rules import CallRules


@dataclass(frozen=True, slots=True)
class Asked:
    """A section of the form with the fields that are asked; sections without any are left out."""

    section: Section
    fields: tuple[FormField, ...]


def asked_sections(rules: CallRules, facts: ApplicationFacts) -> tuple[Asked, ...]:
    """The form as this application has to fill it in."""
    seen: set[str] = set()
    found = []
    for section in rules.form.sections:
        if (section.stages and facts.stage not in section.stages) or not _holds(section.condition, facts, seen):
            continue
        fields = []
        for field in section.fields:
            if field.applies_to(facts.strand) and _holds(field.condition, facts, seen):
                fields.append(field)
                seen.add(field.id)
        if fields:
            found.append(Asked(section, tuple(fields)))
    return tuple(found)


def is_filled(field: FormField, facts: ApplicationFacts) -> bool:
    """Whether the applicant has done anything about a field."""
    match field:
        case FileField():
            return facts.attachment(field.id) is not None
        case PartnershipField():
            return len(facts.partners) > 1
        case BudgetField():
            return any(line.amount or line.units for line in facts.lines)
        case _:
            return _says_something(facts.answers.get(field.id))


def _says_something(answer: Answer | None) -> bool:
    """An answer of any kind but an empty one or an open box; zero says something."""
    return answer is not False and (bool(answer) or answer == 0 or isinstance(answer, Money))


def meant(rules: CallRules, facts: ApplicationFacts, meaning: Meaning) -> Answer | None:
    """The answer to the field that holds the acronym, title, duration ... of the project."""
    field = rules.form.meaning(meaning)
    return facts.answers.get(field.id) if field else None


def _holds(condition: Condition | None, facts: ApplicationFacts, seen: set[str]) -> bool:
    if condition is None:
        return True
    asked = condition.field in seen
    answer = facts.answers.get(condition.field) if asked else None
    match condition.comparison:
        case "filled" | "empty":
            filled = _says_something(answer) or (asked and facts.attachment(condition.field) is not None)
            return filled == (condition.comparison == "filled")
        case "one_of":
            wanted = condition.value if isinstance(condition.value, tuple) else ()
            return any(_is(answer, value) for value in wanted)
        case _:
            return _is(answer, condition.value) == (condition.comparison == "equal")


def _is(answer: Answer | None, value: object) -> bool:
    """Whether an answer is, or a choice of several holds, a value; ``true`` is not 1."""
    if isinstance(answer, tuple):
        return value in answer
    return type(answer) is type(value) and answer == value
