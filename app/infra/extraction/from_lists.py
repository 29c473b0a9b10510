"""Members of closed lists that pages say as words: ``in_draft`` is asked of gettext as "in draft".

Each list is named with the forms in which it is said. The members are read from the module that defines them.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_PLAIN = ("{}",)
SPOKEN: Mapping[str, tuple[str, ...]] = {
    "ApplicationState": _PLAIN,
    "CallState": _PLAIN,
    "CheckStep": _PLAIN,
    "CheckOutcome": _PLAIN,
    "CheckState": _PLAIN,
    "ClarificationState": _PLAIN,
    "OrganisationType": _PLAIN,
    "PartnerRole": _PLAIN,
    "PartnerState": _PLAIN,
    "RegionCategory": ("{}", "{} region"),
    "Role": _PLAIN,
}
"""Name of the list to the forms in which its members are said."""
CAPITALISED = frozenset({"Role"})
"""Lists whose members begin a line."""


def texts_of(path: Path) -> Iterator[str]:
    """Every text that the lists of a module are said with."""
    content = path.read_text(encoding="utf-8")
    if "StrEnum" not in content:
        return
    for node in ast.parse(content).body:
        if isinstance(node, ast.ClassDef) and (node.name in SPOKEN or node.name in CAPITALISED):
            for value in _members(node):
                words = value.replace("_", " ")
                if node.name in CAPITALISED:
                    yield words.capitalize()
                for form in SPOKEN.get(node.name, ()):
                    yield form.format(words)


def _members(node: ast.ClassDef) -> Iterator[str]:
    for statement in node.body:
        match statement:
            case ast.Assign(value=ast.Constant(value=str(value))):
                yield value
