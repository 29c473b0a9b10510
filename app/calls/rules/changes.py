"""What a corrigendum changes: computed from two versions, in words, never stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.calls.rules.paths import children, is_amount
from app.core.money import Money

if TYPE_CHECKING:
    from app.calls.rules.call_rules import CallRules

_NOT_RULES = ("version", "changes", "provenance")
_PARTS = {
    "identity": "The call",
    "timetable": "Timetable",
    "strands": "Strands",
    "pools": "Shared envelopes",
    "funding": "Funding",
    "eligibility": "Eligibility",
    "exclusion": "Exclusion",
    "selection": "Selection",
    "form": "Application form",
    "evaluation": "Evaluation",
    "grant": "Grant",
    "publication": "Publication",
}
_LISTS_WITH_TITLES = {"sections", "fields", "indicators", "options", "columns", "criteria", "cost_categories", "stages"}


@dataclass(frozen=True, slots=True)
class Change:
    """One place that differs: ``before`` None where it is new, ``after`` None where it is gone."""

    path: str
    title: str
    before: str | None
    after: str | None


def changes_between(before: CallRules, after: CallRules) -> tuple[Change, ...]:
    """Every difference between two versions, in the order of the document.

    Version number, history and sources are left out: they change with every version.
    """
    old, new = before.plain(), after.plain()
    for part in _NOT_RULES:
        old.pop(part, None)
        new.pop(part, None)
    return tuple(_differences(old, new, (), ()))


def _differences(old: object, new: object, path: tuple[str, ...], words: tuple[str, ...]) -> Iterator[Change]:
    if old == new:
        return
    if old is None or new is None or not (_is_branch(old) and _is_branch(new)):
        yield Change(".".join(path), " > ".join(words), _shown(old), _shown(new))
        return
    olds, news = ({name: value for name, _, value in children(side)} for side in (old, new))
    for name in dict.fromkeys((*olds, *news)):
        before, after = olds.get(name), news.get(name)
        yield from _differences(before, after, (*path, name), (*words, *_words(name, before or after, path)))
    kept_before, kept_after = [n for n in olds if n in news], [n for n in news if n in olds]
    if isinstance(old, list) and kept_before != kept_after:
        yield Change(".".join(path), " > ".join((*words, "order")), ", ".join(olds), ", ".join(news))


def _is_branch(value: object) -> bool:
    """Whether differences are told further below; amounts and lists of plain values are told whole."""
    if isinstance(value, Mapping):
        return not is_amount(value)
    return isinstance(value, list) and all(isinstance(item, Mapping) for item in value)


def _words(name: str, value: object, path: tuple[str, ...]) -> tuple[str, ...]:
    if not path:
        return (_PARTS.get(name, name),)
    if name in _LISTS_WITH_TITLES and isinstance(value, list):
        return ()
    if name == "en" and isinstance(value, str):
        return ()
    return (_title(value) or name.replace("_", " "),)


def _title(value: object) -> str:
    """The English title of a part, or an empty text."""
    if not isinstance(value, Mapping):
        return ""
    title = value.get("title") or value.get("titles")
    return str(title.get("en", "")) if isinstance(title, Mapping) else ""


def _shown(value: object) -> str | None:
    """A value as a person reads it; a whole part is told by its title."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return _shown_part(value)
    if isinstance(value, list):
        return ", ".join(shown for item in value if (shown := _shown(item))) or "none"
    return str(value)


def _shown_part(part: Mapping[str, object]) -> str:
    if is_amount(part):
        return str(Money.parse(str(part["amount"]), str(part["currency"])))
    if isinstance(part.get("en"), str):
        return str(part["en"])
    told = (f"{key.replace('_', ' ')} {shown}" for key, item in part.items() if key != "id" and (shown := _shown(item)))
    return _title(part) or ", ".join(told)
