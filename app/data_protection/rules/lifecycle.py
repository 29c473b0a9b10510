"""States of a request to erase what is held of a person."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from app.core.lifecycle import Lifecycle

ANSWERED_WITHIN = timedelta(days=30)
"""The General Data Protection Regulation gives one month (Article 12(3)); 30 days are never longer."""


class ErasureState(StrEnum):
    """Where a request stands."""

    ASKED = "asked"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"
    ERASED = "erased"


class ErasureEvent(StrEnum):
    """What can happen to a request."""

    WITHDRAW = "withdrawn"
    REFUSE = "refused"
    ERASE = "erased"


ERASURE = Lifecycle(
    name="request",
    initial=ErasureState.ASKED,
    transitions={
        (ErasureState.ASKED, ErasureEvent.WITHDRAW): ErasureState.WITHDRAWN,
        (ErasureState.ASKED, ErasureEvent.REFUSE): ErasureState.REFUSED,
        (ErasureState.ASKED, ErasureEvent.ERASE): ErasureState.ERASED,
    },
)
