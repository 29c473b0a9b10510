"""The call as its applications see it: state and the version in force, its document parsed once per process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.calls.models import Call, CallVersion
from app.calls.queries import rules_by_hash, rules_of_version
from app.calls.rules.call_rules import CallRules
from app.calls.rules.lifecycle import CallState
from app.core.errors import NotFoundError, RulesViolatedError
from app.core.violations import Violation
from app.infra.db.statements import ONE

CALL: tuple[Any, ...] = (
    Call.id,
    Call.programme_id,
    Call.identifier,
    Call.state,
    CallVersion.id,
    CallVersion.label,
    CallVersion.published_at,
    CallVersion.sha256,
)
_CALL: sa.Select[Any] = (
    sa.select(*CALL)
    .join(CallVersion, sa.and_(CallVersion.call_id == Call.id, CallVersion.number == Call.published_version))
    .where(Call.id == ONE)
)
_SHARED = _CALL.with_for_update(read=True, of=Call)


@dataclass(frozen=True, slots=True)
class AppliedCall:
    """A published call with its document."""

    id: UUID
    programme_id: UUID
    identifier: str
    state: CallState
    version_id: UUID
    version: str
    published_at: datetime | None
    """When the version in force was published."""
    rules: CallRules


def applied_call(session: Session, call_id: UUID, *, share: bool = False) -> AppliedCall:
    """The published version of a call; raise NotFound for a draft.

    ``share`` locks the call so that it is neither closed nor corrected before the
    transaction ends, while others may take the same lock.
    """
    row = session.execute(_SHARED if share else _CALL, {"one": call_id}).first()
    if row is None:
        raise NotFoundError("call")
    return call_from(session, row)


def call_from(session: Session, row: Sequence[Any]) -> AppliedCall:
    """A row of ``CALL``, with its document."""
    call_id, programme_id, identifier, state, version_id, label, published_at, sha256 = row
    rules = rules_by_hash(session, [sha256])[sha256]
    return AppliedCall(call_id, programme_id, identifier, CallState(state), version_id, label, published_at, rules)


def open_call(session: Session, call_id: UUID, *, share: bool = False) -> AppliedCall:
    """The same, for a change; raise RulesViolated where the call was withdrawn."""
    call = applied_call(session, call_id, share=share)
    if call.state == CallState.WITHDRAWN:
        raise RulesViolatedError(
            [
                Violation(
                    "application.call_withdrawn",
                    "This call was withdrawn. Nothing can be changed or submitted any more.",
                )
            ]
        )
    return call


def rules_of(session: Session, version_id: UUID) -> CallRules:
    """The document of any published version."""
    return rules_of_version(session, version_id)
