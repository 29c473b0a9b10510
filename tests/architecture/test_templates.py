"""Templates compile, and hold nothing that the content security policy or escaping would have to forgive."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from jinja2 import nodes

from app.infra.templates import TEMPLATES, environment

PAGES = sorted(path.relative_to(TEMPLATES) for path in TEMPLATES.rglob("*.html"))
OFF_LINE = frozenset({"emails", "documents"})
"""Not shown by a browser: mail programs need inline styles, documents are read by the PDF engine only."""
EVERY_TEMPLATE = sorted(
    path.relative_to(TEMPLATES) for path in TEMPLATES.rglob("*") if path.suffix in {".html", ".txt", ".svg", ".css"}
)


@pytest.mark.parametrize("name", EVERY_TEMPLATE, ids=str)
def test_a_template_compiles(name: Path) -> None:
    environment().get_template(str(name))


@pytest.mark.parametrize("name", EVERY_TEMPLATE, ids=str)
def test_what_a_template_uses_exists(name: Path) -> None:
    """Filters, tests and other templates that it names: a slip shows here and not on a rare page."""
    made = environment()
    parsed = made.parse((TEMPLATES / name).read_text())
    assert {node.name for node in parsed.find_all(nodes.Filter)} <= made.filters.keys()
    assert {node.name for node in parsed.find_all(nodes.Test)} <= made.tests.keys()
    for node in parsed.find_all((nodes.Extends, nodes.Include, nodes.FromImport, nodes.Import)):
        other = node.template  # type: ignore[attr-defined]  # all four have one
        if isinstance(other, nodes.Const):
            made.get_template(other.value)
            if isinstance(node, nodes.FromImport):
                offered = {
                    macro.name for macro in made.parse((TEMPLATES / other.value).read_text()).find_all(nodes.Macro)
                }
                offered |= _set_names(TEMPLATES / other.value)
                assert {n if isinstance(n, str) else n[0] for n in node.names} <= offered


def _set_names(path: Path) -> set[str]:
    found = environment().parse(path.read_text()).find_all(nodes.Assign)
    return {node.target.name for node in found if isinstance(node.target, nodes.Name)}


INLINE = {
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "a style element": re.compile(r"<style[\s>]", re.IGNORECASE),
    "an inline script": re.compile(r"<script(?![^>]*\ssrc=)[^>]*>", re.IGNORECASE),
    "an event attribute": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "hx-on": re.compile(r"hx-on", re.IGNORECASE),
    "a script address": re.compile(r"(?:javascript|js):", re.IGNORECASE),
    "hx-vals with code": re.compile(r"hx-(?:vals|vars|headers)\s*=\s*['\"]js:", re.IGNORECASE),
    "an address elsewhere": re.compile(
        r"(?:src|href)\s*=\s*['\"](?:https?:)?//(?!eur-lex\.europa\.eu|ec\.europa\.eu)", re.IGNORECASE
    ),
}


@pytest.mark.parametrize("name", [name for name in PAGES if name.parts[0] not in OFF_LINE], ids=str)
def test_a_page_holds_nothing_inline(name: Path) -> None:
    text = re.sub(r"\{#.*?#\}", "", (TEMPLATES / name).read_text(), flags=re.DOTALL)
    assert not [what for what, pattern in INLINE.items() if pattern.search(text)]


@pytest.mark.parametrize("name", EVERY_TEMPLATE, ids=str)
def test_what_is_not_escaped_says_why(name: Path) -> None:
    """``|safe`` stands on a line with a reason in a comment."""
    lines = (TEMPLATES / name).read_text().splitlines()
    assert not [
        f"{name}:{number}"
        for number, line in enumerate(lines, 1)
        if re.search(r"\|\s*safe\b|autoescape\s+false", line) and not re.search(r"\{#.+?#\}", line)
    ]


@pytest.mark.parametrize("name", [name for name in PAGES if name.parts[0] not in OFF_LINE], ids=str)
def test_a_form_that_is_posted_carries_its_token(name: Path) -> None:
    text = (TEMPLATES / name).read_text()
    for form in re.findall(r"<form[^>]*method=[\"']post[\"'].*?</form>", text, flags=re.DOTALL | re.IGNORECASE):
        assert re.search(r"_csrf|csrf_field|hidden_fields|form_open|csrf\(", form), f"{name}: {form[:200]}"


def test_nothing_is_announced_that_does_not_exist() -> None:
    empty = re.compile(r"coming soon|lorem ipsum|\bT[O]DO\b|placeholder text|under construction", re.IGNORECASE)
    assert not [str(name) for name in EVERY_TEMPLATE if empty.search((TEMPLATES / name).read_text())]
