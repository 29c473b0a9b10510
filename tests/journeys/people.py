"""A person at a screen: goes to pages, fills in what is asked, presses what is there."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

from tests.builders.people import PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page, Request, Response

    from tests.support.live import Live

WAIT_MS = 15_000
expect.set_options(timeout=WAIT_MS)
EXPECTED_REFUSALS = {404, 409, 422}


class Visitor:
    """One person with a browser of their own; remembers what the browser complained about."""

    def __init__(self, browser: Browser, live: Live, email: str, *, script: bool = True) -> None:
        self.live, self.email = live, email
        self.context = browser.new_context(java_script_enabled=script, locale="en-GB", timezone_id="Europe/Brussels")
        self.context.set_default_timeout(WAIT_MS)
        self.complaints: list[str] = []
        self.page = self.window()

    def window(self) -> Page:
        """One more window of the same browser."""
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        page.on("response", self._answered)
        page.on("requestfailed", self._failed)
        page.on("dialog", lambda dialog: dialog.accept())
        return page

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and response.status not in EXPECTED_REFUSALS:
            self.complaints.append(f"{response.status} {response.url}")

    def _failed(self, request: Request) -> None:
        if "ERR_ABORTED" not in (request.failure or ""):
            self.complaints.append(f"{request.failure} {request.url}")

    def leave(self) -> None:
        """Close the browser; nothing may have gone wrong behind the page."""
        self.context.close()
        assert self.complaints == [], self.complaints

    def goto(self, path: str) -> Page:
        """Open an address of the platform."""
        self.page.goto(self.live.base + path)
        return self.page

    def where(self) -> str:
        """The path of the page, without its query."""
        return self.page.url.partition("?")[0].removeprefix(self.live.base)

    def sign_in(self, next_page: str = "") -> None:
        """Type address and password; the page of the second step, for who has one, has filled in the code of the demo."""
        if next_page:
            self.goto(next_page)
        else:
            self.goto("/sign-in")
        self.page.get_by_label("E-mail address").fill(self.email)
        self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        self.press("Sign in")
        expect(self.page).not_to_have_url(re.compile(r"/sign-in(\?|$)"))
        if "/sign-in/code" in self.page.url:
            self.press("Sign in")
        expect(self.page).not_to_have_url(re.compile("/sign-in"))

    def press(self, name: str, *, page: Page | None = None) -> None:
        """Press the button of the main part of the page that bears this name."""
        (page or self.page).get_by_role("main").get_by_role("button", name=name, exact=True).click()

    def follow(self, name: str) -> None:
        """Follow the link of the main part of the page that bears this name."""
        self.page.get_by_role("main").get_by_role("link", name=name, exact=True).first.click()

    def sees(self, words: str, *, page: Page | None = None) -> None:
        """Wait until the page says this."""
        expect((page or self.page).get_by_role("main")).to_contain_text(words)

    def fill(self, fields: Mapping[str, Sequence[str]], *, page: Page | None = None) -> None:
        """Fill fields by their names, in the way each kind wants it."""
        for name, values in fields.items():
            found = (page or self.page).locator(f'[name="{name}"]:not([type="hidden"])')
            assert found.count(), f"no field {name!r} on {(page or self.page).url}"
            self._fill(found, list(values))

    @staticmethod
    def _fill(found: Locator, values: list[str]) -> None:
        kind = found.first.get_attribute("type")
        if kind in {"checkbox", "radio"}:
            for box in found.all():
                if box.get_attribute("value") in values:
                    box.check()
        elif found.first.evaluate("field => field.tagName") == "SELECT":
            found.first.select_option(values[0])
        else:
            found.first.fill(values[0])

    def upload(self, label: str, name: str, content: bytes, kind: str) -> None:
        """Choose a file."""
        chosen: dict[str, Any] = {"name": name, "mimeType": kind, "buffer": content}
        self.page.get_by_label(re.compile(label)).set_input_files(chosen)  # type: ignore[arg-type]

    def download(self, link: str) -> tuple[str, bytes]:
        """Follow a link to a file; its name and content."""
        with self.page.expect_download() as waiting:
            self.follow(link)
        return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()
