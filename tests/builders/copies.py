"""Many applications out of one: rows copied under new ids, for storms that would take minutes to type."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from app.accounts.models import ApiToken, Person, RoleAssignment, SignInSession
from app.applications.models import Application, ApplicationNumber, Attachment, BudgetSheet, CostLine, SavedSection
from app.core.actor import Role, ScopeKind
from app.infra.db.base import Base
from app.infra.ids import new_id
from app.infra.tokens import fingerprint, new_secret
from app.partnerships.models import Partner
from tests.conftest import NOW

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tests.builders.applications import Made

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Copy:
    """An application of its own with its own coordinator's contact, who has a token and is signed in."""

    application_id: UUID
    person_id: UUID
    token: str
    cookie: str


def copies(session: Session, made: Made, number: int, *, now: datetime = NOW) -> list[Copy]:
    """Copies of a draft with its answers, partners, costs and documents; organisations and other contacts are shared."""
    session.flush()
    [original] = _rows(session, Application, Application.id == made.application_id)
    partners = _rows(session, Partner, Partner.partnership_id == made.application_id)
    parts = {
        table: _rows(session, table, table.application_id == made.application_id)
        for table in (SavedSection, BudgetSheet, CostLine, Attachment)
    }
    others = _rows(
        session,
        RoleAssignment,
        (RoleAssignment.scope_id == made.application_id) & (RoleAssignment.role != Role.COORDINATOR_CONTACT),
    )
    first = session.execute(
        sa.update(ApplicationNumber)
        .where(ApplicationNumber.call_id == original["call_id"])
        .values(last=ApplicationNumber.last + number)
        .returning(ApplicationNumber.last - number)
    ).scalar_one()
    written: dict[type[Base], Rows] = {table: [] for table in _ORDER}
    result = []
    for place in range(1, number + 1):
        one = _contact(written, made, first + place, now)
        result.append(one)
        ids = {partner["id"]: new_id() for partner in partners}
        at = {"application_id": one.application_id}
        head = {
            "id": one.application_id,
            "number": first + place,
            "created_by": one.person_id,
            "changed_by": one.person_id,
        }
        reference = f"{original['reference'].rsplit('/', 1)[0]}/{first + place:04d}"
        written[Application].append({**original, **head, "reference": reference})
        for partner in partners:
            answered = one.person_id if partner["answered_by"] == made.person.id else partner["answered_by"]
            mine = {"id": ids[partner["id"]], "partnership_id": one.application_id, "answered_by": answered}
            written[Partner].append({**partner, **mine})
        written[SavedSection] += [{**row, **at} for row in parts[SavedSection]]
        for costs in (BudgetSheet, CostLine):
            written[costs] += [{**row, **at, "partner_id": ids[row["partner_id"]]} for row in parts[costs]]
        written[Attachment] += [{**row, **at, "id": new_id()} for row in parts[Attachment]]
        written[RoleAssignment] += [{**row, "id": new_id(), "scope_id": one.application_id} for row in others]
    for table, rows in written.items():
        if rows:
            session.execute(sa.insert(table), rows)
    return result


_ORDER = (
    Person,
    SignInSession,
    ApiToken,
    Application,
    Partner,
    RoleAssignment,
    SavedSection,
    BudgetSheet,
    CostLine,
    Attachment,
)


def _contact(written: dict[type[Base], Rows], made: Made, number: int, now: datetime) -> Copy:
    """A person of their own who coordinates the copy and may speak for the coordinator."""
    one = Copy(new_id(), new_id(), new_secret(), new_secret())
    written[Person].append(
        {
            "id": one.person_id,
            "email": f"copy-{one.person_id.hex}@example.org",
            "name": f"Copy {number}",
            "email_confirmed_at": now,
            "created_at": now,
        }
    )
    scopes = (
        (Role.COORDINATOR_CONTACT, ScopeKind.APPLICATION, one.application_id),
        (Role.REPRESENTATIVE, ScopeKind.ORGANISATION, made.members[0].organisation.id),
    )
    written[RoleAssignment] += [
        {"id": new_id(), "person_id": one.person_id, "role": role, "scope": scope, "scope_id": on, "granted_at": now,
         "granted_by": None}
        for role, scope, on in scopes
    ]  # fmt: skip
    lasting = {"person_id": one.person_id, "created_at": now}
    written[ApiToken].append(
        {
            **lasting,
            "id": new_id(),
            "name": "storm",
            "fingerprint": fingerprint(one.token),
            "scopes": ["read", "write"],
            "expires_at": now + timedelta(days=300),
        }
    )
    written[SignInSession].append(
        {
            **lasting,
            "id": new_id(),
            "fingerprint": fingerprint(one.cookie),
            "last_seen_at": now + timedelta(days=200),
            "ends_at": now + timedelta(days=300),
        }
    )
    return one


def _rows(session: Session, table: type[Base], condition: sa.ColumnElement[bool]) -> Rows:
    columns = list(sa.inspect(table).column_attrs)
    statement = sa.select(*(getattr(table, column.key) for column in columns)).where(condition)
    return [dict(zip((column.key for column in columns), row, strict=True)) for row in session.execute(statement)]
