"""When the call closes, drafts become "not submitted in time"; nothing of them is lost, nothing else is touched."""

from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from app.applications.queries import reading
from app.applications.schemas import SaveSection
from app.applications.use_cases.miss_deadline import miss_deadline
from app.applications.use_cases.save_section import save_section
from app.core.actor import SYSTEM
from app.core.errors import TransitionNotAllowedError
from tests.builders.applications import a_call, a_complete_application, a_draft, a_submitted_application
from tests.builders.calls import a_programme_officer, a_published_call, another_call
from tests.conftest import NOW

AFTER = datetime(2019, 4, 4, 15, 5, tzinfo=UTC)


def test_only_drafts_of_this_call(session: Session) -> None:
    call = a_call(session)
    other = a_published_call(session, a_programme_officer(session), another_call("COS-OTHER-2019-01"), now=NOW)
    draft, elsewhere = a_complete_application(session, call), a_draft(session, other, acronym="ELSEWHERE")
    submitted = a_submitted_application(session, call)
    assert miss_deadline(session, SYSTEM, call.id, now=AFTER) == 1
    assert [made.row(session).state for made in (draft, submitted, elsewhere)] == [
        "not_submitted",
        "submitted",
        "draft",
    ]
    assert miss_deadline(session, SYSTEM, call.id, now=AFTER) == 0


def test_the_text_stays_and_can_no_longer_be_changed(session: Session) -> None:
    made = a_complete_application(session)
    miss_deadline(session, SYSTEM, made.call.id, now=AFTER)
    assert reading.sections(session, made.application_id)["general"].answers["acronym"] == "CIRCTEX"
    with pytest.raises(TransitionNotAllowedError):
        save_section(
            session, made.actor(session), made.application_id, "results", SaveSection(answers={}, version=1), now=NOW
        )
