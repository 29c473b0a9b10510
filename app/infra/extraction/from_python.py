"""Texts in Python that gettext is asked for later: found by where they stand, so that nobody has to mark them.

What counts as a text:

* a constant given to ``_``, ``say``, ``words`` or another name of the translator, or to what ``translator(language)`` returns;
* a sentence anywhere in a rule, use case or refusal (``Violation("area.rule", "Words.", cure="Words.")``);
* the words in a table of the module (``FLASHES``, ``WORDS``, ``TYPES``, columns and filters of a list) and in a call that
  is given words to show later, such as ``Column("state", "State", ...)``.

Not texts: documentation, addresses, keys, names of fields, tones, SQL, what a log or a programmer's error says.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SAYS = frozenset({"_", "say", "words", "self.say", "self.words", "self._say", "self._words", "_say"})
"""Names under which the translator of a reader is kept."""
_TONES = frozenset(
    {"ok", "bad", "warn", "info", "neutral", "brand", "brand-2", "gold", "right", "center", "none"}
    | {"success", "warning", "error", "before", "read", "write", "post", "get", "delete", "patch", "utf-8"}
)
_PROGRAMMERS = re.compile(
    r"^(TypeError|KeyError|LookupError|RuntimeError|AssertionError|OSError|\w*UnavailableError|\w*UnusableError"
    r"|BackupError|YamlDocumentError|FileExistsError|NotImplementedError|text|getLogger|get_logger|compile|TypeVar|Field|Option"
    r"|Argument|APIRouter|Header|Query|\w*ForeignKey\w*|mapped_column|CheckConstraint|Index|\w*environ\w*|lru_cache|open|encode|decode)$"
)
_LOGS = re.compile(r"^(log|logger|_log|sa|re|router|os|subprocess|op)\.")
_SHOWN_LATER = frozenset({"Column", "Filter", "Words", "Flash", "Next", "Step", "HeldRecords", "Meter"})
"""Calls that are given words which a page puts through gettext."""
_KEYS_OF = {"Violation": (0, 2), "Column": (0, 3), "Filter": (0,), "ListSpec": ()}
"""Which of their arguments are keys."""
_WORDY = frozenset({"label", "title", "words", "message", "cure", "hint", "text", "why", "since", "what"})
_CERTAIN = frozenset({"message", "cure"})
_NEVER_SHOWN = frozenset({"summary", "description", "responses", "source", "sort", "place", "align", "key", "pattern"})
_SENTENCE = re.compile(r"^[A-Z{'\"(].*\s.*[.?!:}]$", re.DOTALL)
_WORDS = re.compile(r"^[A-Za-z0-9{(%][^_=<>|\\]*$", re.DOTALL)
_CODE = re.compile(
    r"^([a-z]{1,3}|[A-Z][a-z]+[A-Z]\w*|[a-z0-9]+([._/:-][a-z0-9{}_]*)+|[A-Z0-9_.]+|\W*|[a-z]+[A-Z]\w*|\{\w*\}|[%YmdHMSyEQ:., '-]+|\{\d?\}.*)$"
)
_SQL = re.compile(r"^(SELECT|INSERT|UPDATE|DELETE|WITH|CREATE|DROP|ALTER|LOCK|SET|TRUNCATE|COPY)\b")


def texts_of(path: Path, *, tables: bool, lone: bool) -> Iterator[str]:
    """Every text of a file.

    ``tables``: whether labels in its tables are shown too, not only sentences; ``lone``: also single words in lower case.
    """
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = _Finder(tables=tables).found(tree)
    yield from (text for text, said in found if said or lone or not text.isalpha() or not text.islower())


class _Finder:
    """Walks a module, knowing what each constant stands in."""

    def __init__(self, *, tables: bool) -> None:
        self._tables = tables
        self._texts: list[tuple[str, bool]] = []
        """Each with whether it is given to gettext right there."""

    def found(self, tree: ast.Module) -> list[tuple[str, bool]]:
        """The texts in the order of the file."""
        self._body(tree.body, top=True)
        return self._texts

    def _body(self, body: list[ast.stmt], *, top: bool) -> None:
        for statement in body:
            if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
                continue  # documentation
            match statement:
                case ast.FunctionDef() | ast.AsyncFunctionDef():
                    self._body(statement.body, top=False)
                    for default in [*statement.args.defaults, *statement.args.kw_defaults]:
                        self._value(default, loose=False)
                case ast.ClassDef():
                    shown = any("StrEnum" in ast.unparse(base) for base in statement.bases)
                    if not shown:
                        self._body(statement.body, top=top)
                case ast.Assign() | ast.AnnAssign():
                    self._value(statement.value, loose=top and self._tables)
                case _:
                    self._statement(statement)

    def _statement(self, statement: ast.stmt) -> None:
        for part in ast.iter_child_nodes(statement):
            match part:
                case ast.stmt():
                    self._body([part], top=False)
                case ast.expr():
                    self._value(part, loose=False)
                case ast.ExceptHandler() | ast.match_case():
                    self._body(part.body, top=False)
                case ast.withitem():
                    self._value(part.context_expr, loose=False)

    def _value(self, node: ast.AST | None, *, loose: bool) -> None:
        """One expression; ``loose``: single words count, because they stand in a table or are given to the translator."""
        if isinstance(node, ast.Constant):
            if isinstance(node.value, str) and (_is_sentence(node.value) or (loose and _is_words(node.value))):
                self._texts.append((node.value, False))
        elif isinstance(node, ast.Call):
            self._call(node, loose=loose)
        elif node is not None:
            for part, alike in _parts(node):
                self._value(part, loose=loose and alike)

    def _call(self, node: ast.Call, *, loose: bool) -> None:
        name = ast.unparse(node.func)
        short = name.rsplit(".", 1)[-1]
        if _LOGS.match(name) or _PROGRAMMERS.match(short):
            return
        if name in _SAYS or (isinstance(node.func, ast.Call) and ast.unparse(node.func.func) == "translator"):
            for argument in node.args:
                self._said(argument)
            return
        if short == "UnreadableError":  # the end of a sentence about a field
            self._said(node.args[0])
            return
        self._value(node.func, loose=loose)
        later = loose or (self._tables and short in _SHOWN_LATER) or short == "Violation"
        for number, argument in enumerate(node.args):
            self._value(argument, loose=later and number not in _KEYS_OF.get(short, ()))
        for keyword in node.keywords:
            if short == "Lifecycle" and keyword.arg == "name":  # it stands in the refusal of an event
                self._said(keyword.value)
            elif keyword.arg not in _NEVER_SHOWN:
                self._value(keyword.value, loose=(later and keyword.arg in _WORDY) or keyword.arg in _CERTAIN)

    def _said(self, node: ast.expr) -> None:
        match node:
            case ast.Constant(value=str(text)):
                if text:
                    self._texts.append((text, True))
            case ast.IfExp():
                self._said(node.body)
                self._said(node.orelse)
            case ast.BoolOp():
                for value in node.values:
                    self._said(value)
            case ast.Subscript(value=ast.Dict()):
                self._value(node.value, loose=True)
            case _:
                self._value(node, loose=False)


def _parts(node: ast.AST) -> list[tuple[ast.AST, bool]]:
    """What an expression is made of, and whether a text in it stands for the whole."""
    match node:
        case ast.Compare() | ast.Set():
            found: list[tuple[ast.AST | None, bool]] = []
        case ast.JoinedStr():
            found = [(part.value, False) for part in node.values if isinstance(part, ast.FormattedValue)]
        case ast.Dict():
            found = [(value, True) for value in node.values]
        case ast.Subscript():
            found = [(node.value, True)]
        case ast.IfExp():
            found = [(node.body, True), (node.orelse, True), (node.test, False)]
        case ast.BinOp():
            joined = isinstance(node.op, ast.Add | ast.BitOr)
            found = [(node.left, joined or isinstance(node.op, ast.Mod)), (node.right, joined)]
        case ast.comprehension():
            found = [(node.iter, True)]
        case _:
            kinds = (ast.expr, ast.keyword, ast.comprehension)
            found = [(part, True) for part in ast.iter_child_nodes(node) if isinstance(part, kinds)]
    return [(part, alike) for part, alike in found if part is not None]


def _is_sentence(text: str) -> bool:
    return bool(_SENTENCE.match(text)) and not _SQL.match(text) and not _CODE.match(text)


def _is_words(text: str) -> bool:
    return bool(_WORDS.match(text)) and text not in _TONES and not _CODE.match(text) and not _SQL.match(text)
