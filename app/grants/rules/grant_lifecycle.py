"""States of a grant, from its preparation to its closure."""

from __future__ import annotations

from enum import StrEnum

from app.core.lifecycle import Lifecycle


class GrantState(StrEnum):
    """Where a grant stands."""

    PREPARATION = "preparation"
    SIGNATURE = "signature"
    RUNNING = "running"
    CLOSED = "closed"
    TERMINATED = "terminated"
    ABANDONED = "abandoned"


class GrantEvent(StrEnum):
    """What can happen to a grant."""

    OPEN_FOR_SIGNATURE = "opened_for_signature"
    RETURN = "returned"
    ENTER_INTO_FORCE = "entered_into_force"
    CLOSE = "closed"
    TERMINATE = "terminated"
    ABANDON = "abandoned"


GRANT = Lifecycle(
    name="grant's stage",
    initial=GrantState.PREPARATION,
    transitions={
        (GrantState.PREPARATION, GrantEvent.OPEN_FOR_SIGNATURE): GrantState.SIGNATURE,
        (GrantState.PREPARATION, GrantEvent.ABANDON): GrantState.ABANDONED,
        (GrantState.SIGNATURE, GrantEvent.RETURN): GrantState.PREPARATION,
        (GrantState.SIGNATURE, GrantEvent.ENTER_INTO_FORCE): GrantState.RUNNING,
        (GrantState.SIGNATURE, GrantEvent.ABANDON): GrantState.ABANDONED,
        (GrantState.RUNNING, GrantEvent.CLOSE): GrantState.CLOSED,
        (GrantState.RUNNING, GrantEvent.TERMINATE): GrantState.TERMINATED,
    },
)
"""The last signature, that of the authority, makes a grant run."""
IN_FORCE = (GrantState.RUNNING, GrantState.CLOSED, GrantState.TERMINATED)


class PartyRole(StrEnum):
    """What a party to the agreement is: the coordinator receives the payments and speaks for all."""

    COORDINATOR = "coordinator"
    BENEFICIARY = "beneficiary"


class Authentication(StrEnum):
    """How somebody who signed was recognised."""

    SECOND_FACTOR = "second factor"
    PASSWORD = "password"  # noqa: S105  # the name of a method
