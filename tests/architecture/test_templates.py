"""Templates compile, and hold nothing that the content security policy or escaping would have to forgive."""

from __future__ import annotations

import re
from functools import cache

from jinja2 import nodes

from app.infra.templates import TEMPLATES, environment

PAGES = sorted(path.relative_to(TEMPLATES) for path in TEMPLATES.rglob("*.html"))
OFF_LINE = frozenset({"emails", "documents"})
"""Not shown by a browser: mail programs need inline styles, documents are read by the PDF engine only."""
EVERY_TEMPLATE = sorted(
    path.relative_to(TEMPLATES) for path in TEMPLATES.rglob("*") if path.suffix in {".html", ".txt", ".svg", ".css"}
)


def parsed(name: str) -> nodes.Template:
    """The template as a tree."""
    return environment().parse((TEMPLATES / name).read_text())


@cache
def offered(name: str) -> frozenset[str]:
    """What another template may import from this one."""
    made = parsed(name)
    macros = {macro.name for macro in made.find_all(nodes.Macro)}
    return frozenset(macros | {n.target.name for n in made.find_all(nodes.Assign) if isinstance(n.target, nodes.Name)})


def test_every_template_compiles() -> None:
    for name in EVERY_TEMPLATE:
        environment().get_template(str(name))


def test_what_a_template_uses_exists() -> None:
    """Filters, tests and other templates that it names: a slip shows here and not on a rare page."""
    made, wrong = environment(), []
    for name in map(str, EVERY_TEMPLATE):
        tree = parsed(name)
        wrong += [
            f"{name}: filter {node.name}" for node in tree.find_all(nodes.Filter) if node.name not in made.filters
        ]
        wrong += [f"{name}: test {node.name}" for node in tree.find_all(nodes.Test) if node.name not in made.tests]
        for node in tree.find_all((nodes.Extends, nodes.Include, nodes.FromImport, nodes.Import)):
            other = node.template  # type: ignore[attr-defined]  # all four have one
            if isinstance(other, nodes.Const):
                made.get_template(other.value)
                wanted = node.names if isinstance(node, nodes.FromImport) else []
                names = {one if isinstance(one, str) else one[0] for one in wanted}
                wrong += [f"{name}: {one} of {other.value}" for one in names - offered(other.value)] if wanted else []
    assert not wrong, "\n".join(wrong)


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


SHOWN = [name for name in PAGES if name.parts[0] not in OFF_LINE]


def test_no_page_holds_anything_inline() -> None:
    wrong = []
    for name in SHOWN:
        text = re.sub(r"\{#.*?#\}", "", (TEMPLATES / name).read_text(), flags=re.DOTALL)
        wrong += [f"{name}: {what}" for what, pattern in INLINE.items() if pattern.search(text)]
    assert not wrong, "\n".join(wrong)


def test_what_is_not_escaped_says_why() -> None:
    """``|safe`` stands on a line with a reason in a comment."""
    assert not [
        f"{name}:{number}"
        for name in EVERY_TEMPLATE
        for number, line in enumerate((TEMPLATES / name).read_text().splitlines(), 1)
        if re.search(r"\|\s*safe\b|autoescape\s+false", line) and not re.search(r"\{#.+?#\}", line)
    ]


def test_a_form_that_is_posted_carries_its_token() -> None:
    posted = re.compile(r"<form[^>]*method=[\"']post[\"'].*?</form>", flags=re.DOTALL | re.IGNORECASE)
    token = re.compile(r"_csrf|csrf_field|hidden_fields|form_open|csrf\(")
    assert not [
        f"{name}: {form[:200]}"
        for name in SHOWN
        for form in posted.findall((TEMPLATES / name).read_text())
        if not token.search(form)
    ]


def test_nothing_is_announced_that_does_not_exist() -> None:
    empty = re.compile(r"coming soon|lorem ipsum|\bT[O]DO\b|placeholder text|under construction", re.IGNORECASE)
    assert not [str(name) for name in EVERY_TEMPLATE if empty.search((TEMPLATES / name).read_text())]
