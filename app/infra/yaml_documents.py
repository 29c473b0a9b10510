"""YAML written by people, read without surprises: plain values and the line of each of them.

Dates, times and decimal numbers stay the text that was written, so nothing is converted
behind the author's back. Aliases, size and depth are capped; a key given twice is a mistake.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.parser import Parser

from app.core.errors import DomainError

MAX_BYTES = 1_000_000
MAX_ALIASES = 50
MAX_NODES = 50_000
MAX_DEPTH = 40
_TOO_LARGE = "the document is too large or nested too deeply"
_TAG = "tag:yaml.org,2002:"
_SCALARS = {f"{_TAG}{name}" for name in ("str", "int", "float", "bool", "null", "timestamp")}
_WHOLE = re.compile(r"-?(?:0|[1-9]\d{0,17})")
_TRUE_FALSE = {"true": True, "false": False}

Place = tuple[str | int, ...]
"""Keys and list positions that lead from the top of a document to a value."""


class YamlDocumentError(DomainError):
    """A text is not YAML that this system reads; the message names the line."""

    rule = "document.yaml"

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(f"Line {line}: {message}" if line else message)
        self.line = line


@dataclass(frozen=True, slots=True)
class YamlDocument:
    """``tree`` of dict, list, str, int, bool and None; ``lines`` from 1, for every place in it."""

    tree: object
    lines: Mapping[Place, int]


@dataclass(slots=True)
class _Reader:
    lines: dict[Place, int] = field(default_factory=dict)
    nodes: int = 0

    def value(self, node: Node, place: Place) -> object:
        line = node.start_mark.line + 1
        self.nodes += 1
        if self.nodes > MAX_NODES or len(place) > MAX_DEPTH:
            raise YamlDocumentError(_TOO_LARGE, line)
        self.lines.setdefault(place, line)
        if isinstance(node, MappingNode):
            return self.mapping(node, place)
        if isinstance(node, SequenceNode):
            return [self.value(item, (*place, index)) for index, item in enumerate(node.value)]
        return _scalar(node)

    def mapping(self, node: MappingNode, place: Place) -> dict[str, object]:
        result: dict[str, object] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, ScalarNode) or key_node.tag == f"{_TAG}merge":
                raise YamlDocumentError("a key must be a simple word", line)
            key = str(key_node.value)
            if key in result:
                raise YamlDocumentError(f"the key '{key}' stands here a second time", line)
            self.lines[(*place, key)] = line
            result[key] = self.value(value_node, (*place, key))
        return result


def _scalar(node: Node) -> object:
    text, tag = str(node.value), str(node.tag)
    if tag not in _SCALARS:
        raise YamlDocumentError(f"the tag {tag} is not read here", node.start_mark.line + 1)
    plain = getattr(node, "style", None) is None
    if plain and tag == f"{_TAG}null":
        return None
    if plain and tag == f"{_TAG}bool":
        return _TRUE_FALSE.get(text.lower(), text)
    if plain and tag == f"{_TAG}int" and _WHOLE.fullmatch(text):
        return int(text)
    return text


def read_yaml(content: bytes) -> YamlDocument:
    """Read one YAML document; raise YamlDocumentError with the line of the first mistake."""
    if len(content) > MAX_BYTES:
        raise YamlDocumentError(f"The file is larger than {MAX_BYTES // 1000} kB.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise YamlDocumentError("the file is not encoded in UTF-8", line) from None
    try:
        tree, lines = _read(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise YamlDocumentError(error.problem or "this is not YAML", mark.line + 1 if mark else None) from None
    except YAMLError as error:
        raise YamlDocumentError(str(error).splitlines()[0]) from None
    except RecursionError:
        raise YamlDocumentError("The document is nested too deeply.") from None
    return YamlDocument(json.loads(tree), lines)


@lru_cache(maxsize=16)
def _read(text: str) -> tuple[str, Mapping[Place, int]]:
    """The tree as JSON, and the lines; an office checks, tries and imports the same document one after the other."""
    yaml = YAML(typ="safe", pure=True)
    yaml.Parser = _BoundedParser
    node = yaml.compose(text)
    if node is None:
        raise YamlDocumentError("The file is empty.")
    reader = _Reader()
    return json.dumps(reader.value(node, ())), MappingProxyType(reader.lines)


class _BoundedParser(Parser):
    """Counts aliases and depth event by event: what is nested deeply would take seconds to compose, and ends here."""

    def __init__(self, loader: Any) -> None:  # noqa: ANN401  # the library's own signature
        super().__init__(loader)
        self._aliases = self._depth = 0

    def get_event(self) -> Any:  # noqa: ANN401  # the library's own signature
        """The next event; raise YamlDocumentError beyond the caps."""
        event = super().get_event()
        self._aliases += isinstance(event, AliasEvent)
        if self._aliases > MAX_ALIASES:
            raise YamlDocumentError("there are too many aliases (*name)", event.start_mark.line + 1)
        self._depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        if self._depth > MAX_DEPTH + 1:
            raise YamlDocumentError(_TOO_LARGE, event.start_mark.line + 1)
        return event
