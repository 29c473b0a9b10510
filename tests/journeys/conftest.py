"""One Chromium for all journeys of this process."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.support.live import chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def browser_program() -> Iterator[Browser]:
    """The browser; each person gets a context of it."""
    with chromium() as browser:
        yield browser
