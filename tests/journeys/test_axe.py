"""Every page once with axe, sizes and themes in turn (all four in soak); the browser may not complain, and nothing overflows a phone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # the package has no types

from app.demo.load import load_demo
from app.demo.people import PASSWORD
from tests.journeys.addresses import Address, addresses
from tests.support.live import Live, live

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

LOOKS = ((390, "light"), (1280, "dark"), (1280, "light"), (390, "dark"))
"""Width in pixels and theme."""
HEIGHT = 900
REFUSALS = {"forbidden": 403, "not-found": 404, "link-over": 404}
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """The demo, alive; its receipts are made while pages are looked at."""
    with live("axe", tmp_path_factory.mktemp("axe"), prepare=load_demo) as platform:
        yield platform


@dataclass
class Watched:
    """A page of the browser and what it complained about."""

    page: Page
    complaints: list[str]


@pytest.mark.timeout(900)
def test_every_page_is_accessible_and_quiet(demo: Live, browser_program: Browser) -> None:
    shown = addresses(demo.runtime)
    turns = [(address, LOOKS[number % len(LOOKS)]) for number, address in enumerate(shown)]
    look(demo, browser_program, turns)


@pytest.mark.soak
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("turn", LOOKS, ids=[f"{width} {theme}" for width, theme in LOOKS])
def test_every_page_in_every_look(demo: Live, browser_program: Browser, turn: tuple[int, str]) -> None:
    look(demo, browser_program, [(address, turn) for address in addresses(demo.runtime)])


def look(demo: Live, browser: Browser, turns: list[tuple[Address, tuple[int, str]]]) -> None:
    """Open each page as its person; AssertionError with everything that is wrong anywhere."""
    states: dict[str, object] = {}
    wrong = []
    for who in dict.fromkeys(address.who for address, _ in turns):
        for turn in LOOKS:
            pages = [address for address, own in turns if address.who == who and own == turn]
            if not pages:
                continue
            context = open_browser(demo, browser, who, turn, states)
            watched = watch(context)
            for address in pages:
                wrong += [f"{address.name} {address.path} {turn}: {one}" for one in found(demo, watched, address, turn)]
            context.close()
    assert not wrong, "\n".join(wrong)


def open_browser(
    demo: Live, browser: Browser, who: str, turn: tuple[int, str], states: dict[str, object]
) -> BrowserContext:
    """A browser of this size and theme in which the person is signed in; the sign-in is kept in ``states``."""
    width, theme = turn
    options = {
        "viewport": {"width": width, "height": HEIGHT},
        "color_scheme": theme,
        "locale": "en-GB",
        "timezone_id": "Europe/Brussels",
    }
    if who in states:
        return browser.new_context(**options, storage_state=states[who])  # type: ignore[arg-type]
    context = browser.new_context(**options)  # type: ignore[arg-type]
    if who:
        page = context.new_page()
        page.goto(f"{demo.base}/sign-in")
        page.get_by_label("E-mail address").fill(who)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_url("**/tasks")
        page.close()
        states[who] = context.storage_state()
    return context


def watch(context: BrowserContext) -> Watched:
    """A page that remembers what goes wrong behind it."""
    watched = Watched(context.new_page(), [])
    watched.page.on("pageerror", lambda error: watched.complaints.append(f"script: {error}"))
    watched.page.on(
        "console", lambda said: watched.complaints.append(said.text) if said.type in {"error", "warning"} else None
    )
    watched.page.on("requestfailed", lambda request: watched.complaints.append(f"{request.failure} {request.url}"))
    return watched


def found(demo: Live, watched: Watched, address: Address, turn: tuple[int, str]) -> list[str]:
    """Everything that is wrong with one page."""
    watched.complaints.clear()
    page = watched.page
    answer = page.goto(demo.base + address.path)
    wanted = REFUSALS.get(address.name, 200)
    wrong = [] if answer is not None and answer.status == wanted else [f"status {answer and answer.status}"]
    if address.press:
        page.get_by_role("main").get_by_role("button", name=address.press).first.click()
        page.wait_for_load_state()
        if not page.get_by_role("alert").count():
            wrong.append("nothing says what was wrong")
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if wide > 0:
        wrong.append(f"{wide} px too wide")
    result = Axe().run(page, options={"runOnly": TAGS, "resultTypes": ["violations"]})
    for violation in result.response["violations"]:
        nodes = [" ".join(map(str, node["target"])) for node in violation["nodes"]]
        wrong.append(f"axe {violation['id']}: {nodes[:4]} ({violation['help']})")
    refused = wanted >= 400 or bool(address.press)
    wrong += [one for one in watched.complaints if not (refused and "the server responded with a status of 4" in one)]
    return wrong
