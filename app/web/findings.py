"""A Violation as a page shows it: words by locale, the field it belongs to, where to go."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from app.core.violations import fill
from app.infra.links import link_to
from app.infra.templates import figure_text, locale_of, translator

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from app.core.violations import Figure, Violation


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """What the error summary and the finding cards read."""

    rule: str
    text: str
    href: str
    anchor: str
    severity: str
    source: str
    cure: str


def shown(violation: Violation, place_base: str = "", language: str = "en") -> ShownFinding:
    """``place_base`` (for example ``application/<id>``) turns relative places into addresses."""
    words, figures = translator(language), figures_in(violation.figures, language)
    anchor = violation.place.replace(".", "-").replace("/", "-")
    return ShownFinding(
        rule=violation.rule,
        text=fill(words(violation.message), figures),
        href=_address(violation.place, place_base) or f"#{anchor}",
        anchor=anchor,
        severity=violation.severity.value,
        source=violation.source,
        cure=fill(words(violation.cure), figures) if violation.cure else "",
    )


def filled(violation: Violation, language: str) -> Violation:
    """The same finding with nothing left to fill in or translate: what the field macros print as it stands."""
    words = shown(violation, "", language)
    return replace(violation, message=words.text, cure=words.cure, figures={})


def figures_in(figures: Mapping[str, Figure], language: str) -> dict[str, str]:
    """Figures in a language; a text among them may be words of ours, such as a state or what cannot be read in a field."""
    say, locale = translator(language), locale_of(language)
    return {
        name: _spoken(name, value, say, language) if isinstance(value, str) else figure_text(value, locale)
        for name, value in figures.items()
    }


def _spoken(name: str, value: str, say: Callable[[str], str], language: str) -> str:
    """A text among the figures: words of ours, several of them in a row, or a name, which stays as it is."""
    said = say(value)
    if said != value or language == "en":
        return said
    if name == "problem":  # put together from pieces that only English joins like this
        plain = say("this is not what the field takes; check what you entered.")
        return plain[0].upper() + plain[1:] if value[0].isupper() else plain
    for joint in (" or ", ", "):
        parts = value.split(joint)
        if len(parts) > 1 and all(say(part) != part for part in parts):
            return (say(joint) if joint == " or " else joint).join(say(part) for part in parts)
    return said


def _address(place: str, base: str) -> str:
    """The page of the place; empty for a field of the form that is shown."""
    if not base:
        return ""
    try:
        return link_to(f"{base}/{place}".rstrip("/"))
    except LookupError:
        return ""
