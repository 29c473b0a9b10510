"""Forming a partnership: its coordinator is its first member."""

from uuid import UUID

from sqlalchemy.orm import Session

from app.partnerships.queries import partner_rows
from app.partnerships.rules.facts import PartnerRole
from app.partnerships.rules.lifecycle import PartnerState


def test_it_begins_with_its_coordinator(session: Session, partnership: UUID) -> None:
    [row] = partner_rows(session, partnership)
    assert (row.position, row.role, row.state) == (1, PartnerRole.COORDINATOR, PartnerState.ACCEPTED)
