"""The evaluation in a browser, with JavaScript and without: pages, rows, money, events, mails and documents at the end.

In every run programs do the same (`test_whole_api.py`); the browser does it in the long proof.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.journeys import evaluation_facts as facts
from tests.journeys.evaluation_story import Story
from tests.support.live import live

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.mark.soak
@pytest.mark.timeout(400)
@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_an_evaluation_from_the_closed_call_to_the_letters(
    browser_program: Browser,
    tmp_path: Path,
    script: bool,  # noqa: FBT001  # the parameter of the test
) -> None:
    world = facts.World(facts.TOO_LOW)
    name = "evaluation_script" if script else "evaluation_plain"
    with live(name, tmp_path, at=facts.CHECKING, prepare=world.prepare) as platform:
        Story(browser_program, platform, script, world).tell()
        facts.check_documents(platform, world)
        facts.check_ledger(platform, world)
        facts.check_evaluation(platform, world)
        facts.check_mails(platform, world)
