"""People who are away or leave: an officer's tasks in the hands of a colleague, a request to be erased."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from app.accounts.queries import actor_of_person
from app.accounts.schemas import DelegateTasks
from app.accounts.use_cases.delegate_tasks import delegate_tasks
from app.data_protection.schemas import AskErasure
from app.data_protection.use_cases.ask_erasure import ask_erasure

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy.orm import Session

    from app.demo.people import Office

AWAY = timedelta(days=12)


def load_absences(session: Session, office: Office, leaving: UUID, *, now: datetime) -> None:
    """The second officer is on leave and the first one may act for them; ``leaving`` asks to be erased."""
    second, first = office.second(session), office.officer(session)
    if second.person_id is None or first.person_id is None:
        raise LookupError("the demo's officers")
    today = now.date()
    wanted = DelegateTasks(
        delegate_id=first.person_id, starts_on=today, ends_on=today + AWAY, reason="Annual leave, back in two weeks"
    )
    delegate_tasks(session, second, second.person_id, wanted, now=now)
    ask_erasure(session, actor_of_person(session, leaving), AskErasure(words="I changed jobs."), now=now)
