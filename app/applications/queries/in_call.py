"""An application with its call and who changed it last: what its pages and its part of the API begin with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.applications.models import Application
from app.applications.queries.applied_call import CALL, AppliedCall, call_from
from app.applications.queries.reading import HEAD, head_from
from app.applications.schemas import ApplicationHead
from app.calls.models import Call, CallVersion
from app.core.errors import NotFoundError
from app.infra.db.statements import ONE


@dataclass(frozen=True, slots=True)
class InCall:
    """An application without its content, its call by the version in force, and a name."""

    head: ApplicationHead
    call: AppliedCall
    changed_by: str
    """Who changed the application last; empty where nobody did."""


_IN_CALL: sa.Select[Any] = (
    sa.select(*HEAD, *CALL, Person.name)
    .select_from(Application)
    .join(Call, Call.id == Application.call_id)
    .join(CallVersion, sa.and_(CallVersion.call_id == Call.id, CallVersion.number == Call.published_version))
    .outerjoin(Person, Person.id == Application.changed_by)
    .where(Application.id == ONE)
)


def application_in_call(session: Session, application_id: UUID) -> InCall:
    """One application; raise NotFound. One query."""
    row = session.execute(_IN_CALL, {"one": application_id}).first()
    if row is None:
        raise NotFoundError("application")
    values = tuple(row)
    call = call_from(session, values[len(HEAD) : -1])
    return InCall(head_from(values[: len(HEAD)]), call, values[-1] or "")
