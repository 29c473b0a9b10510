"""The desk of the tests of payments."""

from __future__ import annotations

import pytest

from app.delivery.runtime import Runtime
from app.infra.ids import new_id
from tests.builders.payments import an_office
from tests.support.client import Browser
from tests.web.finance.desk import Desk


@pytest.fixture
def desk(browser: Browser, runtime: Runtime) -> Desk:
    programme = new_id()
    with runtime.database.transaction() as session:
        return Desk(runtime, browser, an_office(session, programme), programme)
