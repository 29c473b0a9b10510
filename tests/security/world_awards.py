"""Decisions and a letter of one world: one waits for a signature, the other for somebody who sends its letter."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from app.grants.models import Award, Letter
from app.grants.rules.lifecycle import AwardState, LetterKind, LetterState
from app.grants.rules.outcomes import Outcome
from app.infra.ids import new_id
from tests.conftest import NOW

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tests.security.world import World


def add_awards(session: Session, world: World) -> None:
    """Ids ``award_id`` (to be signed) and ``letter_id`` (of another decision, signed, which nobody has looked at)."""
    waiting, signed = new_id(), new_id()
    common = {
        "call_id": UUID(world.ids["call_id"]),
        "application_id": UUID(world.ids["submitted_id"]),
        "outcome": Outcome.NOT_ELIGIBLE,
        "prepared_at": NOW,
        "prepared_by": world.people["programme_officer"].id,
        "reasons": f"SECRET refusal {world.name}",
    }
    session.add_all([
        Award(id=signed, number=1, state=AwardState.SIGNED, signed_at=NOW,
              signed_by=world.people["authorising_officer"].id, **common),
        Award(id=waiting, number=2, state=AwardState.PREPARED, **common),
    ])  # fmt: skip
    session.flush()
    letter = Letter(
        id=new_id(),
        award_id=signed,
        application_id=common["application_id"],
        kind=LetterKind.REJECTION,
        state=LetterState.TO_SEND,
        prepared_at=NOW,
    )
    session.add(letter)
    session.flush()
    world.ids |= {"award_id": str(waiting), "letter_id": str(letter.id)}
