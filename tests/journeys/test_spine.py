"""The spine in a browser, with JavaScript and without: pages, rows, events, mails and documents at the end."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
import sqlalchemy as sa

from app.applications.models import Application, Submission
from app.applications.queries.reading import altered_submissions
from app.audit.models import Event
from app.audit.use_cases.verify_chains import verify_chains
from app.calls.models import Call
from app.core.money import Money
from app.documents.models import Document
from tests.journeys import spine
from tests.support.live import Live, live, until

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.mark.timeout(240)
@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_call_from_its_document_to_its_closing(browser_program: Browser, tmp_path: Path, script: bool) -> None:  # noqa: FBT001  # the parameter of the test
    name = "spine_script" if script else "spine_plain"
    with live(name, tmp_path, at=spine.START, prepare=spine.prepare) as platform:
        story = spine.Story(browser_program, platform, script)
        story.tell()
        until(lambda: sealed(platform) == 2, "both receipts")
        check_rows(platform, UUID(story.application.rsplit("/", 1)[1]))
        check_events(platform)
        check_mails(platform)


def sealed(platform: Live) -> int:
    """How many receipts are sealed."""
    with platform.runtime.database.reading() as session:
        return session.execute(sa.select(sa.func.count()).where(Document.state == "sealed")).scalar_one()


def check_rows(platform: Live, application_id: UUID) -> None:
    """What is stored is what was done."""
    with platform.runtime.database.reading() as session:
        call = session.execute(sa.select(Call)).scalar_one()
        assert (call.identifier, call.state) == (spine.CALL, "closed")
        found = session.execute(sa.select(Application.acronym, Application.state))
        states = {row.acronym: row.state for row in found}
        assert states == {spine.ACRONYM: "submitted", "TOOLATE": "not_submitted"}
        rows = session.execute(sa.select(Submission).order_by(Submission.number)).scalars().all()
        assert [(row.application_id, row.number, row.partners) for row in rows] == [
            (application_id, 1, 3),
            (application_id, 2, 3),
        ]
        assert {row.requested for row in rows} == {Money.parse("360000.00")}
        assert all(spine.START < row.received_at <= spine.DEADLINE for row in rows)
        assert session.get_one(Application, application_id).last_submission_id == rows[1].id


def check_events(platform: Live) -> None:
    """Everything left its trace, and the trace is whole."""
    with platform.runtime.database.reading() as session:
        counted = sa.select(Event.kind, sa.func.count().label("events")).group_by(Event.kind)
        kinds = {row.kind: row.events for row in session.execute(counted)}
        assert verify_chains(session).whole
        assert not altered_submissions(session)
    assert kinds["call.published"] == kinds["call.corrected"] == kinds["call.closed"] == 1
    assert kinds["partner.invited"] == kinds["partner.answered"] == 2
    assert kinds["application.started"] == kinds["application.submitted"] == 2
    assert kinds["application.not_submitted"] == 1
    assert kinds["document.sealed"] == 2


def check_mails(platform: Live) -> None:
    """Who had to hear of it did, once."""
    for words in ("was submitted", "the receipt is ready"):
        for email in (spine.NEWCOMER, spine.INVITED, spine.BY_MAIL):
            until(lambda: count(platform, email, words) == 2, f"two mails to {email} with {words!r}")  # noqa: B023  # called at once
    assert count(platform, spine.NEWCOMER, f"{spine.CALL} was corrected") == 1
    assert count(platform, spine.NEWCOMER, "was not submitted in time") == 0
    assert count(platform, spine.INVITED, "was not submitted in time") == 1


def count(platform: Live, to: str, words: str) -> int:
    """Mails to an address whose subject holds the words."""
    return sum(mail.to == to and words in mail.subject for mail in platform.mailbox.messages())
