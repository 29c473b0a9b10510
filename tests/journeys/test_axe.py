"""Every page once with axe, sizes and themes in turn (all four in soak); the browser may not complain, and nothing overflows a phone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # the package has no types
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from app.accounts.models import Person
from app.demo.load import load_demo
from app.documents.use_cases.request_document import RENDER_TASK
from app.web.requests import SESSION_COOKIE
from tests.journeys.address import Address
from tests.journeys.addresses import addresses
from tests.journeys.demo_states import missing
from tests.support.client import signed_in
from tests.support.live import Live, live

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

    from app.delivery.runtime import Runtime

LOOKS = ((390, "light"), (1280, "dark"), (1280, "light"), (390, "dark"))
"""Width in pixels and theme."""
HEIGHT = 900
EACH = 4
"""Every fourth page is looked at in every run: to look at one takes two seconds."""
ANSWER_MS = 10_000
"""How long the page after a press may take: the click returns before it has come."""
DOCUMENTS = 6
"""How many documents of the demo are made in every run: to lay out a hundred would keep the browser waiting."""
_LEAVE_SOME = """
    delete from procrastinate_jobs where task_name = :task and id not in
    (select id from procrastinate_jobs where task_name = :task order by id limit :some)
"""
REFUSALS = {"forbidden": 403, "not-found": 404, "link-over": 404}
OF_ONE = re.compile(r"/([0-9a-f-]{36}|\d+)(?=/|$)|[?].*")
"""What differs between two addresses of one page."""
LATE = "was preloaded using link preload but not used within a few seconds"
"""Says how busy the machine is, and nothing about the page."""
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Live]:
    """The demo, alive; its documents are made while pages are looked at: some of them, and in soak all."""

    def prepare(runtime: Runtime) -> None:
        with ThreadPoolExecutor(1) as aside:  # the browser's loop runs in this thread, and a seal needs one of its own
            aside.submit(load_demo, runtime).result()
        if not request.config.getoption("--soak"):
            with runtime.database.transaction() as session:
                session.execute(sa.text(_LEAVE_SOME), {"task": RENDER_TASK, "some": DOCUMENTS})

    with live("axe", tmp_path_factory.mktemp("axe"), prepare=prepare) as platform:
        yield platform


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
@pytest.mark.parametrize("turn", LOOKS, ids=[f"{width} {theme}" for width, theme in LOOKS])
def test_every_page_in_every_look(demo: Live, browser_program: Browser, turn: tuple[int, str]) -> None:
    look(demo, browser_program, [(address, turn) for address in addresses(demo.runtime)])


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
                wrong += [f"{address.name} {address.path} {turn}: {one}" for one in found(demo, watched, address, turn)]
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


def found(demo: Live, watched: Watched, address: Address, turn: tuple[int, str]) -> list[str]:
    """Everything that is wrong with one page."""
    watched.complaints.clear()
    page = watched.page
    page.set_viewport_size({"width": turn[0], "height": HEIGHT})
    page.emulate_media(color_scheme=turn[1])  # type: ignore[arg-type]
    answer = page.goto(demo.base + address.path)
    wanted = REFUSALS.get(address.name, 200)
    wrong = [] if answer is not None and answer.status == wanted else [f"status {answer and answer.status}"]
    if address.press:
        page.get_by_role("main").get_by_role("button", name=address.press).first.click()
        page.wait_for_load_state()
        try:
            page.get_by_role("alert").first.wait_for(state="attached", timeout=ANSWER_MS)
        except PlaywrightTimeoutError:
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
