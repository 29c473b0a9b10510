"""A grant from its letter to the last euro, by programs of the people who act: ledger and documents to the cent."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.accounts.models import Person
from tests.builders.people import with_second_factor
from tests.journeys import grant_facts as facts
from tests.journeys.evaluation_facts import CALL
from tests.journeys.grant_steps_api import DOCUMENTS, ENVELOPE, SHEETS, GrantByPrograms
from tests.journeys.test_spine_api import Program
from tests.support.live import Live, live

YEARS = timedelta(days=4 * 365)


@pytest.mark.soak
@pytest.mark.timeout(300)
def test_a_grant_from_its_letter_to_the_last_euro_through_the_api(tmp_path: Path) -> None:
    content = facts.changed(**{"envelope: 3600000.00": f"envelope: {ENVELOPE}"})
    world = facts.GrantWorld(content, SHEETS)
    with live("grant_api", tmp_path, at=facts.PREPARE, prepare=world.prepare) as platform, ExitStack() as clients:
        everybody = [*facts.OFFICE, *world.consortium]
        devices(platform, everybody)
        programs = {email: Program(platform, email, lasts=YEARS) for email in everybody}
        for program in programs.values():
            clients.callback(program.client.close)
        story = GrantByPrograms(platform, programs, world.consortium, CALL, str(world.grant_id))
        story.tell(facts.PREPARE, facts.SIGN)
        facts.check_documents(platform, DOCUMENTS)
        assert facts.entries(platform) == ["appropriate", "commit", "pay", "pay", "pay", "release"]


def devices(platform: Live, people: list[str]) -> None:
    """Everybody has a device for the second step."""
    with platform.runtime.database.transaction() as session:
        for person_id in session.scalars(sa.select(Person.id).where(Person.email.in_(people))):
            with_second_factor(session, person_id, platform.runtime.vault)
