"""Texts in templates: every constant that is given to ``_``, also inside a choice or a table written there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import Environment, nodes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_PARSER = Environment(extensions=["jinja2.ext.do"], autoescape=True)


def texts_of(path: Path) -> Iterator[str]:
    """Every text of a page, a mail or a document, in its order.

    A table written in the template (``{% set words = {...} %}``) counts where something else than a constant is given to ``_``.
    """
    tree = _PARSER.parse(path.read_text(encoding="utf-8"))
    asks_variables = False
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "_":
            for argument in call.args:
                yield from _said(argument)
                asks_variables = asks_variables or not isinstance(argument, nodes.Const)
    if asks_variables:
        for assigned in tree.find_all(nodes.Assign):
            yield from (text for text in _tables(assigned.node) if not text.islower() or " " in text)


def _said(node: nodes.Node) -> Iterator[str]:
    match node:
        case nodes.Const(value=str(text)):
            yield text
        case nodes.CondExpr():
            yield from _said(node.expr1)
            if node.expr2 is not None:
                yield from _said(node.expr2)
        case nodes.Or():
            yield from _said(node.left)
            yield from _said(node.right)
        case nodes.Getitem():
            yield from _tables(node.node)


def _tables(node: nodes.Node) -> Iterator[str]:
    """Words in the values of a table."""
    match node:
        case nodes.Dict():
            for pair in node.items:
                yield from _words(pair.value)
        case nodes.List() | nodes.Tuple():
            for item in node.items:
                yield from _words(item)


def _words(node: nodes.Node) -> Iterator[str]:
    match node:
        case nodes.Const(value=str(text)) if text and (" " in text or text[0].isupper()) and "/" not in text:
            yield text
        case nodes.Const(value=str(text)) if text.isalpha() and text not in {"ok", "bad", "warn", "info", "neutral"}:
            yield text
        case nodes.Dict() | nodes.List() | nodes.Tuple():
            yield from _tables(node)
