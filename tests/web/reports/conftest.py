"""Grants with reports at both doors."""

from __future__ import annotations

import itertools

import pytest

from app.delivery.runtime import Runtime
from tests.builders import reporting as build
from tests.builders.applications import a_call
from tests.builders.calls import another_call
from tests.builders.grants import MadeGrant
from tests.web.reports.steps import at

_numbers = itertools.count(1)


@pytest.fixture
def made(runtime: Runtime) -> MadeGrant:
    """A grant in force with open periods, on the day of the first report."""
    at(runtime, build.REPORTED)
    with runtime.database.transaction() as session:
        call = a_call(session, another_call(f"COS-MONEY-2019-{next(_numbers)}"))
        return build.a_reporting_grant(session, call=call)
