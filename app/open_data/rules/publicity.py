"""Which facts of a funded project are public: those whose moment, as the call names it, has come."""

from __future__ import annotations

from typing import get_args

from app.calls.rules.grant_kinds import Publication, PublicField, PublicWhen
from app.grants.rules.grant_lifecycle import GrantState

FUNDED = (GrantState.RUNNING, GrantState.CLOSED, GrantState.TERMINATED)
"""States of grants whose agreements came into force."""
_SIGNED: frozenset[PublicWhen] = frozenset({"submission", "information", "signature"})
_CLOSED: frozenset[PublicWhen] = _SIGNED | {"closure"}


def open_fields(publication: Publication, state: GrantState) -> frozenset[PublicField]:
    """The fields that anybody may read of a grant in this state; none before its agreement is in force."""
    if state not in FUNDED:
        return frozenset()
    come = _CLOSED if state is GrantState.CLOSED else _SIGNED
    return frozenset(field for field in get_args(PublicField) if publication.when(field) in come)
