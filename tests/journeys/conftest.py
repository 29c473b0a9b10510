"""One Chromium for all journeys of this process; the demo, alive, for those that look at its pages."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from app.demo.load import load_demo
from app.documents.use_cases.request_document import RENDER_TASK
from tests.support.live import Live, chromium, live

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from app.delivery.runtime import Runtime


DOCUMENTS = 6
"""How many documents of the demo are made in every run: to lay out a hundred would keep the browser waiting."""
_LEAVE_SOME = """
    delete from procrastinate_jobs where task_name = :task and id not in
    (select id from procrastinate_jobs where task_name = :task order by id limit :some)
"""


@pytest.fixture(scope="session")
def browser_program() -> Iterator[Browser]:
    """The browser; each person gets a context of it."""
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Live]:
    """The demo, alive; its documents are made while pages are looked at: some of them, and in soak, once, all."""
    some = not request.config.getoption("--soak") or request.module.__name__.endswith("_others")

    def prepare(runtime: Runtime) -> None:
        with ThreadPoolExecutor(1) as aside:  # the browser's loop runs in this thread, and a seal needs one of its own
            aside.submit(load_demo, runtime).result()
        if some:
            with runtime.database.transaction() as session:
                session.execute(sa.text(_LEAVE_SOME), {"task": RENDER_TASK, "some": DOCUMENTS})

    with live("axe", tmp_path_factory.mktemp("axe"), prepare=prepare) as platform:
        yield platform
