"""The technical part of a report: texts about the work and figures of the indicators."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from app.core.violations import Figure, Violation

MAX_TEXT = 20_000
"""Characters of one text."""
MAX_VALUE = 1_000_000_000


@dataclass(frozen=True, slots=True)
class TextAsked:
    """A text that every report has."""

    id: str
    title: str
    hint: str
    required: bool = True


TEXTS = (
    TextAsked(
        "summary", "Summary for the public", "What was done and what came of it, for readers outside the project."
    ),
    TextAsked("work", "Work carried out", "Work of each partner in the period, by work package."),
    TextAsked("results", "Results and their use", "What exists now that did not before, and who uses it."),
    TextAsked("deviations", "Deviations from the plan", "What went otherwise than planned, why, and what follows."),
    TextAsked(
        "next", "What comes next", "Plans for the next period; leave it empty in a final report.", required=False
    ),
)
"""The texts in order."""


@dataclass(frozen=True, slots=True)
class IndicatorTarget:
    """An indicator of the agreement and what was promised of it; ``target`` None where nothing was."""

    id: str
    title: str
    unit: str
    target: int | None


@dataclass(frozen=True, slots=True)
class IndicatorValue:
    """What was reached of an indicator since the project began; ``value`` None where nothing is reported."""

    id: str
    value: int | None
    words: str = ""


def storable_texts(texts: Mapping[str, str]) -> tuple[Violation, ...]:
    """Why texts cannot be stored: of another name, or too long."""
    known = {text.id: text for text in TEXTS}
    found = []
    for text_id, text in texts.items():
        if text_id not in known:
            found.append(
                Violation("report.unknown_text", "A report has no text '{name}'.", "texts", {"name": text_id[:60]})
            )
        elif len(text) > MAX_TEXT:
            figures = {"length": len(text), "maximum": MAX_TEXT}
            words = "The text has {length} characters; {maximum} are the most."
            found.append(Violation("report.text_too_long", words, f"texts/{text_id}", figures))
    return tuple(found)


def technical_findings(texts: Mapping[str, str]) -> Iterator[Violation]:
    """Texts that are lacking."""
    for text in TEXTS:
        if text.required and not texts.get(text.id, "").strip():
            yield Violation(
                "report.text_missing", "{title}: this text is empty.", f"texts/{text.id}", {"title": text.title}
            )


def storable_values(targets: Iterable[IndicatorTarget], values: Iterable[IndicatorValue]) -> tuple[Violation, ...]:
    """Why values cannot be stored: of an indicator that the agreement does not have, below zero, or out of reach."""
    known = {target.id for target in targets}
    found = []
    for value in values:
        place = f"indicators/{value.id[:60]}"
        if value.id not in known:
            found.append(Violation("report.unknown_indicator", "The agreement has no such indicator.", place))
        elif value.value is not None and not 0 <= value.value <= MAX_VALUE:
            found.append(Violation("report.indicator_value", "Enter a whole number, zero or more.", place))
    return tuple(found)


def indicator_findings(
    targets: Iterable[IndicatorTarget], values: Iterable[IndicatorValue], *, final: bool
) -> Iterator[Violation]:
    """Indicators without a value, and those that miss their target in the final report without a word about it."""
    reported = {value.id: value for value in values}
    for target in targets:
        value, place = reported.get(target.id), f"indicators/{target.id}"
        if value is None or value.value is None:
            words = "{title}: enter what was reached so far, zero if nothing."
            yield Violation("report.indicator_missing", words, place, {"title": target.title})
        elif final and target.target is not None and value.value < target.target and not value.words.strip():
            words = "{title}: {value} of {target} were reached. Say why it is fewer."
            figures: dict[str, Figure] = {"title": target.title, "value": value.value, "target": target.target}
            yield Violation("report.indicator_missed", words, place, figures)
