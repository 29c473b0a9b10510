"""Every page once with axe, sizes and themes in turn (all four in soak); the browser may not complain, and nothing overflows a phone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # the package has no types
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from app.accounts.models import Person
from app.web.requests import SESSION_COOKIE
from tests.journeys.address import Address
from tests.journeys.addresses import addresses
from tests.journeys.demo_states import missing
from tests.support.client import signed_in
from tests.support.live import Live

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page


LOOKS = ((390, "light"), (1280, "dark"), (1280, "light"), (390, "dark"))
"""Width in pixels and theme."""
HEIGHT = 900
EACH = 4
"""Every fourth page is looked at in every run: to look at one takes two seconds."""
ANSWER_MS = 10_000
"""How long the page after a press may take: the click returns before it has come."""
REFUSALS = {"forbidden": 403, "not-found": 404, "link-over": 404}
OF_ONE = re.compile(r"/([0-9a-f-]{36}|\d+)(?=/|$)|[?].*")
"""What differs between two addresses of one page."""
LATE = "was preloaded using link preload but not used within a few seconds"
"""Says how busy the machine is, and nothing about the page."""
AXE = "options => axe.run(document, options).then(found => found.violations)"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def test_every_state_that_people_can_meet_is_in_the_demo(demo: Live) -> None:
    with demo.runtime.database.reading() as session:
        assert list(missing(session)) == []


@dataclass
class Watched:
    """A page of the browser and what it complained about."""

    page: Page
    complaints: list[str]


@pytest.mark.timeout(900)
def test_every_page_is_accessible_and_quiet(demo: Live, browser_program: Browser) -> None:
    shown = one_of_each(addresses(demo.runtime))[::EACH]
    turns = [(address, LOOKS[number % len(LOOKS)]) for number, address in enumerate(shown)]
    look(demo, browser_program, turns)


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_every_page_in_every_look(demo: Live, browser_program: Browser) -> None:
    """The first, third and so on; test_axe_others.py looks at the others meanwhile."""
    look_from_everywhere(demo, browser_program, addresses(demo.runtime)[::2])


def one_of_each(shown: list[Address]) -> list[Address]:
    """The first address of each page; the other states of a page, and most pages, are for the long proof."""
    pages = {(OF_ONE.sub("/*", address.path), address.press): address for address in reversed(shown)}
    return list(reversed(pages.values()))


def look(demo: Live, browser: Browser, turns: list[tuple[Address, tuple[int, str]]]) -> None:
    """Open each page as its person; AssertionError with everything that is wrong anywhere."""
    wrong = []
    context = open_browser(browser, LOOKS[0])
    watched = watch(context)
    for who in dict.fromkeys(address.who for address, _ in turns):
        become(demo, context, who)
        for address, turn in turns:
            if address.who == who:
                wrong += [*opened(demo, watched, address, turn), *looked_at(watched, address, turn)]
    context.close()
    assert not wrong, "\n".join(wrong)


def look_from_everywhere(demo: Live, browser: Browser, shown: list[Address]) -> None:
    """The same in every size and theme: a page is opened once for each theme, and then changes its size."""
    wrong = []
    context = open_browser(browser, LOOKS[0])
    watched = watch(context)
    for who in dict.fromkeys(address.who for address in shown):
        become(demo, context, who)
        for address in (one for one in shown if one.who == who):
            for theme in dict.fromkeys(theme for _, theme in LOOKS):
                turns = [turn for turn in LOOKS if turn[1] == theme]
                wrong += opened(demo, watched, address, turns[0])
                wrong += [one for turn in turns for one in looked_at(watched, address, turn)]
    context.close()
    assert not wrong, "\n".join(wrong)


def open_browser(browser: Browser, turn: tuple[int, str]) -> BrowserContext:
    """A browser of this size and theme."""
    width, theme = turn
    return browser.new_context(
        viewport={"width": width, "height": HEIGHT},
        color_scheme=theme,  # type: ignore[arg-type]
        locale="en-GB",
        timezone_id="Europe/Brussels",
    )


def become(demo: Live, context: BrowserContext, who: str) -> None:
    """Sign the browser in as the person with this address, ``""`` for nobody."""
    context.clear_cookies()
    if not who:
        return
    with demo.runtime.database.reading() as session:
        person = session.execute(sa.select(Person.id).where(Person.email == who)).scalar_one()
    context.add_cookies([{"name": SESSION_COOKIE, "value": signed_in(demo.runtime, person), "url": demo.base}])


def watch(context: BrowserContext) -> Watched:
    """A page that remembers what goes wrong behind it."""
    watched = Watched(context.new_page(), [])
    watched.page.on("pageerror", lambda error: watched.complaints.append(f"script: {error}"))
    watched.page.on("console", lambda said: watched.complaints.append(said.text) if _complains(said) else None)
    watched.page.on("requestfailed", lambda request: watched.complaints.append(f"{request.failure} {request.url}"))
    return watched


def _complains(said: ConsoleMessage) -> bool:
    return said.type in {"error", "warning"} and LATE not in said.text


def opened(demo: Live, watched: Watched, address: Address, turn: tuple[int, str]) -> list[str]:
    """Open the page, press what is to be pressed there, and tell what was wrong with that."""
    watched.complaints.clear()
    page, wrong = watched.page, []
    page.set_viewport_size({"width": turn[0], "height": HEIGHT})
    page.emulate_media(color_scheme=turn[1])  # type: ignore[arg-type]
    answer = page.goto(demo.base + address.path)
    if answer is None or answer.status != REFUSALS.get(address.name, 200):
        wrong.append(f"status {answer and answer.status}")
    if address.press:
        page.get_by_role("main").get_by_role("button", name=address.press).first.click()
        page.wait_for_load_state()
        try:
            page.get_by_role("alert").first.wait_for(state="attached", timeout=ANSWER_MS)
        except PlaywrightTimeoutError:
            wrong.append("nothing says what was wrong")
    return [told(address, turn, one) for one in wrong]


def looked_at(watched: Watched, address: Address, turn: tuple[int, str]) -> list[str]:
    """Everything that is wrong with the open page in this size."""
    page, wrong = watched.page, []
    page.set_viewport_size({"width": turn[0], "height": HEIGHT})
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if wide > 0:
        wrong.append(f"{wide} px too wide")
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    for violation in page.evaluate(AXE, {"runOnly": TAGS, "resultTypes": ["violations"]}):
        nodes = [" ".join(map(str, node["target"])) for node in violation["nodes"]]
        wrong.append(f"axe {violation['id']}: {nodes[:4]} ({violation['help']})")
    refused = address.name in REFUSALS or bool(address.press)
    wrong += [one for one in watched.complaints if not (refused and "the server responded with a status of 4" in one)]
    watched.complaints.clear()
    return [told(address, turn, one) for one in wrong]


def told(address: Address, turn: tuple[int, str], wrong: str) -> str:
    """Where it was."""
    return f"{address.name} {address.path} {turn}: {wrong}"
