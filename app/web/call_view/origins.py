"""Where the figures of a call come from, and which of them nobody has read in an official text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.calls.rules.origins import origin_of
from app.calls.rules.paths import children, element_names
from app.reference.schemas import Confidence

if TYPE_CHECKING:
    from app.calls.rules.call_rules import CallRules


@dataclass(frozen=True, slots=True)
class Mark:
    """The place of a provenance; ``anchor`` is its id in the list of sources on the page."""

    path: str

    @property
    def anchor(self) -> str:
        """Id of the line in the list of sources."""
        return "source-" + self.path.replace(".", "-")


@dataclass(frozen=True, slots=True)
class Origin(Mark):
    """The provenance of one place; ``words`` names the place."""

    words: str
    source: str
    confidence: Confidence
    note: str
    link: str

    @property
    def assumed(self) -> bool:
        """Whether nobody has read it in an official text."""
        return self.confidence is Confidence.ASSUMED


def origins(rules: CallRules) -> tuple[Origin, ...]:
    """Every provenance of the document, assumed ones first."""
    tree = rules.plain()
    found = [
        Origin(path, _words(tree, path), held.source, held.confidence, held.note or "", held.link or "")
        for path, held in rules.provenance.items()
    ]
    return tuple(sorted(found, key=lambda origin: not origin.assumed))


def mark_of(rules: CallRules, path: str) -> Mark | None:
    """The place of the assumed provenance that covers a place, or None where the place rests on a text that was read."""
    origin = origin_of(rules, path)
    if origin is None or origin.confidence is not Confidence.ASSUMED:
        return None
    return Mark(next(path for path, held in _around(rules, path) if held is origin))


def source_at(rules: CallRules, path: str) -> tuple[str, Mark | None]:
    """The source of a condition or of the first figure within it, and its mark where it is assumed."""
    within = next((name for name in rules.provenance if name == path or name.startswith(f"{path}.")), path)
    origin = origin_of(rules, within)
    return (origin.source if origin else ""), mark_of(rules, within)


def named_elements(rules: CallRules, part: str) -> Mapping[int, str]:
    """Paths of the elements of a list of the document (``eligibility``, ``selection``), by position."""
    elements = rules.plain().get(part) or []
    return {position: f"{part}.{name}" for position, name in enumerate(element_names(elements))}


def _around(rules: CallRules, path: str) -> list[tuple[str, object]]:
    steps = path.split(".")
    return [(".".join(steps[:end]), rules.provenance.get(".".join(steps[:end]))) for end in range(len(steps), 0, -1)]


def _words(tree: object, path: str) -> str:
    """The place as a reader names it: titles where the document has them, else the words of the path."""
    names: list[str] = []
    node, inside_list = tree, False
    for step in path.split("."):
        node = next((value for name, _, value in children(node) if name == step), None)
        title = node.get("title") or node.get("titles") if isinstance(node, Mapping) else None
        if names and isinstance(title, Mapping):
            names = names[:-1] if inside_list else names
            names.append(str(title["en"]))
        else:
            names.append(step.replace("_", " "))
        inside_list = isinstance(node, list)
    words = ", ".join(names)
    return words[:1].upper() + words[1:]
