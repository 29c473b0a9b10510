"""The other half of the pages in every look, in a process of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.journeys.addresses import addresses
from tests.journeys.test_axe import look_from_everywhere
from tests.support.live import Live

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_every_other_page_in_every_look(demo: Live, browser_program: Browser) -> None:
    look_from_everywhere(demo, browser_program, addresses(demo.runtime)[1::2])
