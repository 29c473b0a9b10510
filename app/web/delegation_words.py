"""Delegations in words."""

from __future__ import annotations

from app.accounts.rules.delegation import DelegationState

DELEGATION_STATES = {
    DelegationState.COMING: "not begun",
    DelegationState.IN_FORCE: "in force",
    DelegationState.OVER: "over",
    DelegationState.ENDED: "ended early",
}
DELEGATION_FIELDS = {
    "person_id": "Whose tasks",
    "delegate_id": "Who acts",
    "starts_on": "First day",
    "ends_on": "Last day",
    "reason": "Reason",
}
