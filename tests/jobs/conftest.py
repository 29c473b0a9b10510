"""A real mail server that keeps what it gets, named in the settings of the runtime."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from app.infra.mailbox import DemoMailbox
from tests.conftest import NOW

if TYPE_CHECKING:
    from app.delivery.runtime import Runtime


@pytest.fixture
def mailbox(runtime: Runtime, tmp_path: Path) -> Iterator[DemoMailbox]:
    """The mail server of this test."""
    made = DemoMailbox(tmp_path / "mailbox")
    before = runtime.settings
    update: dict[str, Any] = {"smtp_host": "127.0.0.1", "smtp_port": made.start()}
    runtime.settings = before.model_copy(update=update)
    yield made
    runtime.settings = before
    made.stop()


@pytest.fixture(autouse=True)
def clock_at_now(runtime: Runtime) -> None:
    """Each test begins at the same instant."""
    runtime.clock.instant = NOW  # type: ignore[attr-defined]  # the test's clock
