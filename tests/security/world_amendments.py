"""An amendment of one world that was asked for: its reason is secret, and nothing of it is decided."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from app.amendments.models import Amendment
from app.amendments.rules.lifecycle import AmendmentState
from app.amendments.rules.proposal import Proposal
from app.infra.ids import new_id
from tests.conftest import NOW

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tests.security.world import World


def amendment_bodies() -> dict[tuple[str, str], dict[str, Any]]:
    """(method, path) of a write about an amendment to fields that would be accepted from somebody who may."""
    web, api = "/grants/{grant_id}/amendments/{number}", "/api/v1/grants/{grant_id}/amendments/{number}"
    hashed, saved = {"sha256": "0" * 64}, {"version": 1, "reason": "The staff moves to another partner."}
    decided = {"decision": "refuse", "reason": "The reason does not explain the transfer."}
    return {
        ("POST", web): saved,
        ("PUT", api): saved,
        ("POST", f"/officer{web}/decision"): decided,
        ("POST", f"{api}/decision"): decided,
        ("POST", f"{web}/sign"): hashed,
        ("POST", f"{web}/sign/refusal"): {"reason": "The reason does not explain the transfer."},
        ("POST", f"{api}/refusal"): {"reason": "The reason does not explain the transfer."},
        ("POST", f"/officer{web}"): saved,
        ("POST", f"/officer{web}/sign"): hashed,
        ("POST", f"{api}/signature"): hashed,
        ("POST", f"{api}/last-signature"): hashed,
    }


def add_amendment(session: Session, world: World) -> None:
    """Amendment 1 of the grant that runs."""
    coordinator = world.people["coordinator_contact"].id
    session.add(
        Amendment(
            id=new_id(),
            grant_id=UUID(world.ids["reported_grant_id"]),
            number=1,
            state=AmendmentState.REQUESTED,
            base_version=1,
            proposal=Proposal(duration_months=22).plain(),
            reason=f"SECRET amendment {world.name}",
            created_at=NOW,
            created_by=coordinator,
            saved_at=NOW,
            saved_by=coordinator,
            requested_at=NOW,
            requested_by=coordinator,
            decide_by=(NOW + timedelta(days=45)).date(),
        )
    )
    session.flush()
