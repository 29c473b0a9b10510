"""Hand a person everything that is held of them, as a document that explains itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.data_protection.policies import require_person
from app.data_protection.queries.person import held_of

FORMAT = "grappe-person-1"


def export_person(session: Session, actor: Actor, *, now: datetime) -> dict[str, Any]:
    """Every kind of record with its rows, and of each kind what an erasure would do; kinds without rows are named too.

    Raise SignInRequired for nobody.
    """
    person_id = require_person(actor)
    return {
        "format": FORMAT,
        "made_at": now,
        "person": person_id,
        "records": {
            one.key: {
                "title": one.title,
                "at_erasure": {"goes": one.goes, "why": one.why},
                "columns": dict(one.columns),
                "rows": one.plain(),
            }
            for one in held_of(session, person_id)
        },
    }
