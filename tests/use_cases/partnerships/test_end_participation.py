"""Ending a part in it: the row stays, the coordinator too."""

from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import RulesViolatedError, TransitionNotAllowedError
from app.partnerships.models import Partner
from app.partnerships.queries import partner_rows
from app.partnerships.rules.lifecycle import PartnerEvent, PartnerState
from app.partnerships.schemas import InvitePartner
from app.partnerships.use_cases.end_participation import end_participation
from app.partnerships.use_cases.invite_partner import invite_partner
from tests.builders.applications import a_cluster
from tests.builders.people import a_person
from tests.conftest import NOW


def test_ending_keeps_the_row_as_history(
    session: Session, partnership: UUID, coordinator: Actor, call_id: UUID
) -> None:
    wanted = InvitePartner(organisation_id=a_cluster(session, a_person(session), 1).id)
    partner_id = invite_partner(session, coordinator, partnership, wanted, now=NOW, call_id=call_id)
    row = session.get_one(Partner, partner_id)
    end_participation(session, coordinator, row, PartnerEvent.REMOVE, now=NOW, call_id=call_id)
    assert [one.state for one in partner_rows(session, partnership)] == [PartnerState.ACCEPTED, PartnerState.REMOVED]
    with pytest.raises(TransitionNotAllowedError):
        end_participation(session, coordinator, row, PartnerEvent.LEAVE, now=NOW, call_id=call_id)


def test_the_coordinator_stays(session: Session, partnership: UUID, coordinator: Actor, call_id: UUID) -> None:
    row = session.scalars(sa.select(Partner).where(Partner.partnership_id == partnership)).one()
    with pytest.raises(RulesViolatedError):
        end_participation(session, coordinator, row, PartnerEvent.LEAVE, now=NOW, call_id=call_id)
