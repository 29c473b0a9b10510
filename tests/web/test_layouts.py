"""The frame and the error pages, and the style sheets that they link."""

import re
from types import SimpleNamespace
from typing import Any

import pytest

from tests.web.pages import NASTY, TEMPLATES, Page, environment, problems, violation

STATIC = TEMPLATES.parent / "app" / "web" / "static"
SHEETS = {path.stem: path.read_text() for path in (STATIC / "css").glob("*.css")}
PAIRS = [
    *(("ink", ground) for ground in ("background", "surface", "raised", "gold-soft", "brand-soft", "ok-soft", "field")),
    *(("ink", ground) for ground in ("warn-soft", "bad-soft", "neutral-soft")),
    *(("ink-2", ground) for ground in ("background", "surface", "raised", "neutral-soft")),
    *(("brand", ground) for ground in ("background", "surface", "raised", "brand-soft")),
    *((state, f"{state}-soft") for state in ("ok", "warn", "bad")),
    *((state, ground) for state in ("ok", "warn", "bad") for ground in ("background", "raised")),
    ("on-brand", "brand"),
    ("on-brand", "brand-hover"),
    ("on-header", "brand-strong"),
    ("on-header-2", "brand-strong"),
    ("focus-ink", "focus"),
]


def viewer(**changes: object) -> SimpleNamespace:
    places = [(NASTY, f"/place/{at}", at == 0) for at in range(6)]
    known = {"signed_in": True, "name": NASTY, "capacity": NASTY, "places": places, "csrf_token": NASTY}
    return SimpleNamespace(**(known | changes))


def context(**changes: object) -> dict[str, Any]:
    return {
        "viewer": viewer(),
        "server_time": "2019-03-29T13:32:07+00:00",
        "demo": True,
        "rehearsal_now": NASTY,
        "flash": SimpleNamespace(kind="success", title=NASTY, text=NASTY),
        "errors": (violation(href="/x"),),
        "request_path": "/place/0",
        "come_back": "/place/0",
        "languages": [("en", NASTY), ("fr", NASTY)],
        "language": "en",
        "request_id": NASTY,
    } | changes


def show(template: str, **changes: object) -> Page:
    return Page(environment().get_template(template).render(context(**changes)).replace("<!doctype html>", ""))


@pytest.mark.parametrize(
    "template",
    sorted(
        str(one.relative_to(TEMPLATES)) for kind in ("layouts", "errors") for one in (TEMPLATES / kind).glob("*.html")
    ),
)
def test_every_frame_keeps_the_rules(template: str) -> None:
    page = show(template)
    assert problems(page) == []
    assert len(page.all("main")) == 1
    assert page.all("html")[0]["lang"] == "en"
    assert page.all("a")[0]["href"] == "#main"
    assert page.text.count(NASTY) >= 6
    assert not page.all("b")


def test_the_header_shows_five_places_and_the_person() -> None:
    page = show("layouts/work.html")
    places = [one for one in page.all("a") if str(one["href"]).startswith("/place/")]
    assert len(places) == 5
    assert [one.get("aria-current") for one in places] == ["page", None, None, None, None]
    forms = [(one["action"], one["method"]) for one in page.all("form")]
    assert forms == [("/sign-out", "post"), ("/language?back=/place/0", "post")]
    assert page.all("input")[0]["value"] == NASTY


def test_a_stranger_sees_sign_in_and_nothing_else() -> None:
    page = show("layouts/prose.html", viewer=viewer(signed_in=False, name="", capacity="", places=[], csrf_token=""))
    assert [one["action"] for one in page.all("form")] == ["/language?back=/place/0"]
    assert "/sign-in" in page.values("href")


def test_the_foot_offers_each_language_by_its_own_name_and_says_which_is_read() -> None:
    page = show("layouts/work.html", language="fr", languages=[("en", "English"), ("fr", "Français")])
    choices = [one for one in page.all("button") if one.get("name") == "language"]
    assert [(one["value"], one["lang"], one.get("aria-pressed")) for one in choices] == [
        ("en", "en", None),
        ("fr", "fr", "true"),
    ]
    assert page.all("html")[0]["lang"] == "fr"


def test_strips_flash_and_errors_stand_only_where_there_are_some() -> None:
    quiet = show("layouts/work.html", demo=False, rehearsal_now=None, flash=None, errors=())
    assert "Demonstration" not in quiet.text
    assert "Rehearsal" not in quiet.text
    assert not quiet.values("data-flash")
    assert "There is a problem" not in quiet.text
    assert "Error:" not in quiet.text
    loud = show("layouts/work.html")
    assert loud.values("data-flash") == ["success"]
    assert "Error:" in loud.text
    assert "There is a problem" in loud.text


def test_only_a_known_theme_is_taken_over() -> None:
    assert show("layouts/work.html", theme="dark").all("html")[0]["data-theme"] == "dark"
    assert "data-theme" not in show("layouts/work.html", theme=NASTY).all("html")[0]
    assert "data-theme" not in show("layouts/work.html").all("html")[0]


@pytest.mark.parametrize("status", ["403", "404", "409", "413", "422", "429", "500", "503"])
def test_an_error_page_says_what_happened_and_what_to_do(status: str) -> None:
    page = show(f"errors/{status}.html", errors=(), request_id="0195-abc")
    assert len(page.all("h1")) == 1
    assert "What to do" in page.text
    assert "0195-abc" in page.text
    assert re.search(r"\b(lost|unchanged|changed)\b", page.text)


def test_every_linked_file_is_there_and_every_sheet_is_linked() -> None:
    page = show("layouts/work.html")
    linked = [one for one in (*page.values("href"), *page.values("src")) if one.startswith("/static/")]
    assert {one.removeprefix("/static/css/").removesuffix(".css") for one in linked if "/css/" in one} == set(SHEETS)
    for one in linked:
        if "/built/" not in one:
            assert (STATIC / one.removeprefix("/static/")).is_file(), one


def block(marker: str) -> dict[str, str]:
    body = SHEETS["tokens"].split(marker, 1)[1].split("}", 1)[0]
    return dict(re.findall(r"--([a-z0-9-]+): ([^;]+);", body))


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("words", "ground"), PAIRS)
def test_text_can_be_read_in_both_themes(theme: str, words: str, ground: str) -> None:
    values = block(":root {\n  color-scheme: light;")
    if theme == "dark":
        values |= block(':root[data-theme="dark"] {')
    assert contrast(values[words], values[ground]) >= 4.5


def test_the_chosen_dark_theme_is_the_dark_theme_of_the_device() -> None:
    assert block(':root[data-theme="dark"] {') == block(':root:not([data-theme="light"]) {')


def test_every_value_used_is_defined() -> None:
    defined = set(re.findall(r"(--[a-z0-9-]+):", SHEETS["tokens"]))
    for name, sheet in SHEETS.items():
        assert set(re.findall(r"var\((--[a-z0-9-]+)\)", sheet)) <= defined, name
        assert "@import" not in sheet
        assert "http" not in sheet
