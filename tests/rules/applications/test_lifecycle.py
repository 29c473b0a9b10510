"""Until when may an application be taken out of the call?"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.applications.rules.lifecycle import ApplicationState, can_be_withdrawn

SIGNED = datetime(2019, 6, 20, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize("state", ApplicationState)
def test_it_can_be_withdrawn_while_it_takes_part_and_nothing_is_decided(state: ApplicationState) -> None:
    takes_part = state in {ApplicationState.DRAFT, ApplicationState.SUBMITTED}
    assert can_be_withdrawn(state, None) == takes_part
    assert not can_be_withdrawn(state, SIGNED)
