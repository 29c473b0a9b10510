"""States of an amendment, from its draft to its entry into force, and the kinds of change that it may hold."""

from __future__ import annotations

from enum import StrEnum

from app.core.lifecycle import Lifecycle


class AmendmentKind(StrEnum):
    """What an amendment changes; one amendment may change several."""

    BANK_ACCOUNT = "bank_account"
    BUDGET_TRANSFER = "budget_transfer"
    DURATION = "duration"


class AmendmentState(StrEnum):
    """Where an amendment stands."""

    DRAFT = "draft"
    REQUESTED = "requested"
    RETURNED = "returned"
    REFUSED = "refused"
    ACCEPTED = "accepted"
    SIGNED = "signed"
    IN_FORCE = "in_force"
    WITHDRAWN = "withdrawn"


class AmendmentEvent(StrEnum):
    """What can happen to an amendment."""

    REQUEST = "requested"
    RETURN = "returned"
    REFUSE = "refused"
    ACCEPT = "accepted"
    SIGN = "signed"
    ENTER_INTO_FORCE = "entered_into_force"
    WITHDRAW = "withdrawn"
    PROPOSE = "proposed"
    DECLINE = "declined"
    CANCEL = "cancelled"


AMENDMENT = Lifecycle(
    name="amendment",
    initial=AmendmentState.DRAFT,
    transitions={
        (AmendmentState.DRAFT, AmendmentEvent.REQUEST): AmendmentState.REQUESTED,
        (AmendmentState.DRAFT, AmendmentEvent.WITHDRAW): AmendmentState.WITHDRAWN,
        (AmendmentState.REQUESTED, AmendmentEvent.RETURN): AmendmentState.RETURNED,
        (AmendmentState.REQUESTED, AmendmentEvent.REFUSE): AmendmentState.REFUSED,
        (AmendmentState.REQUESTED, AmendmentEvent.ACCEPT): AmendmentState.ACCEPTED,
        (AmendmentState.REQUESTED, AmendmentEvent.WITHDRAW): AmendmentState.WITHDRAWN,
        (AmendmentState.RETURNED, AmendmentEvent.REQUEST): AmendmentState.REQUESTED,
        (AmendmentState.RETURNED, AmendmentEvent.WITHDRAW): AmendmentState.WITHDRAWN,
        (AmendmentState.ACCEPTED, AmendmentEvent.SIGN): AmendmentState.SIGNED,
        (AmendmentState.ACCEPTED, AmendmentEvent.RETURN): AmendmentState.RETURNED,
        (AmendmentState.ACCEPTED, AmendmentEvent.WITHDRAW): AmendmentState.WITHDRAWN,
        (AmendmentState.SIGNED, AmendmentEvent.RETURN): AmendmentState.RETURNED,
        (AmendmentState.SIGNED, AmendmentEvent.ENTER_INTO_FORCE): AmendmentState.IN_FORCE,
        (AmendmentState.DRAFT, AmendmentEvent.PROPOSE): AmendmentState.ACCEPTED,
        (AmendmentState.RETURNED, AmendmentEvent.PROPOSE): AmendmentState.ACCEPTED,
        (AmendmentState.ACCEPTED, AmendmentEvent.DECLINE): AmendmentState.REFUSED,
        (AmendmentState.SIGNED, AmendmentEvent.CANCEL): AmendmentState.WITHDRAWN,
    },
)
"""What was accepted and even signed by the coordinator can be given back while the authority has not signed.

What the managing body proposes needs no acceptance of its own: its text is frozen at once, and the coordinator signs it or
declines; the managing body cancels it until it has signed itself.
"""

WRITABLE = frozenset({AmendmentState.DRAFT, AmendmentState.RETURNED})
"""States in which the side that began it writes."""
OPEN = tuple(
    state
    for state in AmendmentState
    if state not in {AmendmentState.REFUSED, AmendmentState.IN_FORCE, AmendmentState.WITHDRAWN}
)
"""States that are not the end; a grant has one open amendment at a time."""
FROZEN = frozenset({AmendmentState.ACCEPTED, AmendmentState.SIGNED, AmendmentState.IN_FORCE})
"""States in which the text stands that is signed."""
TOLD_TO_OFFICE = frozenset(AmendmentState) - {AmendmentState.DRAFT}
"""States in which the office reads it; a draft is the consortium's own, and so is one that was withdrawn before."""
DAYS_TO_REACT = 45
"""Days within which the other side answers: the authority a request, the coordinator a proposal.

Model grant agreement of the Horizon 2020 family, Article 55.3.
"""
