"""Many people at once: saves and starts from 64 browsers, and none of them fails."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import sqlalchemy as sa

from app.applications.models import Application, SavedSection
from app.audit.use_cases.verify_chains import verify_chains
from tests.conftest import NOW
from tests.support.platform import Platform, running
from tests.support.storm import Answer, Client, storm

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.builders.copies import Copy
    from tests.reliability.conftest import Stage

CLIENTS, EDITORS, STARTERS = 64, 150, 100
SECTIONS = {"budget": ("third_party_support", "value_for_money"), "partnership": ("partnership_rationale",)}


def words(who: Copy, field: str) -> str:
    """A text that nobody else sends."""
    return f"{field} of {who.person_id}"


def save(client: Client, *, who: Copy, section: str) -> Answer:
    """Save a section over its first version."""
    fields = {field: words(who, field) for field in SECTIONS[section]}
    other = {"earlier_partnership": "no"} if section == "partnership" else {}
    return client.form(
        who, f"/applications/{who.application_id}/sections/{section}", fields | other | {"_version": "1"}
    )


def start(client: Client, *, who: Copy, stage: Stage) -> Answer:
    """Begin another application for the organisation that everybody here speaks for."""
    fields = {
        "organisation_id": stage.organisation_id,
        "acronym": f"P{who.person_id.hex[-8:]}",
        "_key": who.person_id.hex,
    }
    return client.form(who, f"/calls/{stage.identifier}/apply", fields)


def test_four_hundred_posts_from_sixty_four_clients(stage: Stage) -> None:
    editors, starters = stage.drafts[:EDITORS], stage.drafts[-STARTERS:]
    work: list[Callable[[Client], Answer]] = []
    for number, who in enumerate(editors):
        work += [partial(save, who=who, section=section) for section in SECTIONS]
        if number < STARTERS:
            work.append(partial(start, who=starters[number], stage=stage))
    assert len(work) == 400
    offset = NOW + timedelta(days=1) - datetime.now(UTC)
    with running(Platform(str(stage.database.url), stage.folder, offset, worker="none")) as platform:
        answers = storm(platform, CLIENTS, work)
    refused = [(answer.status, answer.body[:300]) for answer in answers if answer.status != 303]
    assert refused == []
    assert len(answers) == 400
    with stage.database.reading() as session:
        mine = SavedSection.application_id.in_([who.application_id for who in editors])
        rows = session.scalars(sa.select(SavedSection).where(mine, SavedSection.section.in_(SECTIONS))).all()
        assert {row.version for row in rows} == {2}
        people = {who.application_id: who for who in editors}
        for row in rows:
            for field in SECTIONS[row.section]:
                assert row.answers[field] == words(people[row.application_id], field)
        assert len(rows) == 2 * EDITORS
        begun = Application.created_by.in_([who.person_id for who in starters]) & (Application.created_at > NOW)
        numbers = sorted(session.scalars(sa.select(Application.number).where(begun)))
        assert numbers == list(range(numbers[0], numbers[0] + STARTERS)), "each has a number, and none is left out"
        assert verify_chains(session).broken == ()
