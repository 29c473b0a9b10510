"""A grant in a browser, with JavaScript and without: from the letter to the last euro."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.journeys import grant_facts as facts
from tests.journeys.grant_closing import DOCUMENTS, finish
from tests.journeys.grant_story import CALL, SHEETS, GrantStory
from tests.support.live import live

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.mark.soak
@pytest.mark.timeout(400)
@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_grant_from_its_letter_to_the_last_euro(
    browser_program: Browser,
    tmp_path: Path,
    script: bool,  # noqa: FBT001  # the parameter of the test
) -> None:
    world = facts.GrantWorld(facts.changed(**CALL), SHEETS)
    name = "grant_script" if script else "grant_plain"
    with live(name, tmp_path, at=facts.PREPARE, prepare=world.prepare) as platform:
        story = GrantStory(browser_program, platform, script, world)
        story.begin()
        finish(story)
        story.leave()
        facts.check_documents(platform, DOCUMENTS)
        assert facts.entries(platform) == ["appropriate", "commit", "pay", "pay", "release"]
