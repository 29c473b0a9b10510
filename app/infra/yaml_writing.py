"""Plain values as YAML that a person edits and yaml_documents reads back as the same values."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping

from ruamel.yaml import YAML
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.representer import SafeRepresenter

WIDTH = 110
_PLAIN_NUMBER = re.compile(r"\d+\.\d+|\d{4}-\d{2}-\d{2}")
"""Decimal numbers and days: read back as the text that was written, so they need no quotes."""


class _Representer(SafeRepresenter):
    """Text without needless quotes, long text in blocks; never an alias."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002  # the library's signature
        return True


def _text(representer: _Representer, text: str) -> ScalarNode:
    if "\n" in text:
        return representer.represent_scalar("tag:yaml.org,2002:str", text, style="|")
    if _PLAIN_NUMBER.fullmatch(text):
        kind = "float" if "." in text else "timestamp"
        return representer.represent_scalar(f"tag:yaml.org,2002:{kind}", text)
    return representer.represent_scalar("tag:yaml.org,2002:str", text)


_Representer.add_representer(str, _text)


def write_yaml(tree: Mapping[str, object]) -> str:
    """``tree`` of dict, list, str, int, bool and None as a YAML document, keys in their order."""
    writer = YAML(typ="safe", pure=True)
    writer.Representer = _Representer
    writer.default_flow_style = False
    writer.allow_unicode = True
    writer.width = WIDTH
    writer.sort_base_mapping_type_on_output = False  # type: ignore[assignment]  # the library says None and reads it so
    written = io.StringIO()
    writer.dump(tree, written)
    return written.getvalue()
