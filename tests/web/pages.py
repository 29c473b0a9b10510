"""What the component tests share: an environment as strict as it gets, values that bite, a reader of HTML."""

from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

TEMPLATES: Final = Path(__file__).parents[2] / "templates"
NASTY: Final = '<script>alert(\'x\')</script>"\'&<b onmouseover="y()" style="color:red">100 % {{ 7*7 }}'
VOID: Final = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta"}


def environment() -> Environment:
    """Templates with autoescape; an undefined name raises; gettext gives back what it gets."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.do"],
    )
    made.globals["_"] = lambda words: words
    made.globals["asset"] = lambda path: f"/static/{path}"
    return made


class Page(HTMLParser):
    """Tags, attributes and text of a piece of HTML; a tag that does not close is a failure."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(source)
        self.close()
        assert not self._open, f"not closed: {self._open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"an attribute stands twice in <{tag}>: {names}"
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"</{tag}> closes nothing"
        assert self._open.pop() == tag, f"</{tag}> closes something else"

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """Attributes of every ``tag``."""
        return [attrs for name, attrs in self.tags if name == tag]

    def values(self, attribute: str) -> list[str]:
        """Every value of ``attribute``, in order."""
        return [value for _, attrs in self.tags if (value := attrs.get(attribute)) is not None]


def problems(page: Page) -> list[str]:
    """What our rules forbid in any page: inline code or style, ids twice, references that lead nowhere."""
    found: list[str] = []
    ids = page.values("id")
    found += [f"id twice: {one}" for one in sorted({one for one in ids if ids.count(one) > 1})]
    for tag, attrs in page.tags:
        found += [f"inline {name} in <{tag}>" for name in attrs if name == "style" or name.startswith(("on", "hx-on"))]
        if tag == "style" or (tag == "script" and not attrs.get("src")):
            found.append(f"inline <{tag}>")
        found += [f"js: in {name}" for name, value in attrs.items() if (value or "").startswith(("js:", "javascript:"))]
    pointed = [*page.values("for"), *page.values("aria-labelledby"), *page.values("data-count-for")]
    pointed += [one for value in page.values("aria-describedby") for one in value.split()]
    found += [f"points nowhere: {one}" for one in pointed if one not in ids]
    return found


def violation(**changes: str) -> SimpleNamespace:
    """A finding as pages show it, with something nasty in every word."""
    shown = {
        "rule": f"COS.cap{NASTY}",
        "text": NASTY,
        "severity": "blocking",
        "source": NASTY,
        "cure": NASTY,
        "anchor": "",
        "href": "",
    }
    return SimpleNamespace(**(shown | changes))


class SentForm:
    """A form that was sent: the same nasty value and the same findings for every field."""

    def __init__(self, *violations: SimpleNamespace) -> None:
        self._violations = violations

    def value(self, _name: str) -> str:
        return NASTY

    def values(self, _name: str) -> list[str]:
        return [NASTY]

    def errors(self, _name: str) -> tuple[SimpleNamespace, ...]:
        return self._violations
