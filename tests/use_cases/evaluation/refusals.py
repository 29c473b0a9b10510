"""What a refusal consists of."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.core.errors import RulesViolatedError


def refused_by(act: Callable[[], object]) -> set[str]:
    """The rules that stop the act; it must be stopped."""
    with pytest.raises(RulesViolatedError) as error:
        act()
    return {violation.rule for violation in error.value.violations}
