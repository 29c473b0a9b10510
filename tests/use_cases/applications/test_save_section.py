"""Saving answers: whole sections, one meaning stored once, nothing lost to a colleague."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy.orm import Session

from app.applications.queries import reading
from app.applications.schemas import MAX_ANSWERS, SaveSection
from app.applications.use_cases.save_section import save_section
from app.core.actor import Role
from app.core.errors import NotFoundError, NotPermittedError, RulesViolatedError, StaleVersionError
from tests.builders.applications import ANSWERS, Made, a_draft, a_partner, answered
from tests.builders.people import a_person, a_role, actor_for
from tests.conftest import NOW

NAUGHTY = [
    "<script>alert(1)</script>",
    "'; drop table application; --",
    "{{ 7 * 7 }} {% raw %} %(x)s {0}",
    "\u202e right to left \u00b5 \u222b",
    "\U0001f469\u200d\U0001f469\u200d\U0001f467 z\u0338a\u0337",
    "=1+1\t@SUM(A1)",
    "  leading and trailing  ",
    "line\n\nline",
]


def _save(session: Session, made: Made, section: str, answers: Any, *, version: int = 0, now: datetime = NOW) -> int:
    sent = SaveSection(answers=answers, version=version)
    return save_section(session, made.actor(session), made.application_id, section, sent, now=now)


def _stored(session: Session, made: Made, section: str) -> Any:
    return reading.sections(session, made.application_id)[section].answers


def test_versions_count_saves(session: Session) -> None:
    made = a_draft(session)
    assert _save(session, made, "results", ANSWERS["results"]) == 1
    assert _save(session, made, "results", ANSWERS["results"], version=1) == 2
    assert _stored(session, made, "results") == ANSWERS["results"]


def test_acronym_and_title_are_repeated_for_lists(session: Session) -> None:
    made = a_draft(session)
    answered(session, made, "general", {"acronym": "NEWNAME", "project_title": "A title"})
    row = made.row(session)
    assert (row.acronym, row.title) == ("NEWNAME", "A title")


def test_what_was_typed_is_stored_as_what_it_means(session: Session) -> None:
    made = a_draft(session)
    answered(session, made, "general", {"duration_months": " 24 ", "start_date": "2019-11-01", "sectors": ["textile"]})
    assert _stored(session, made, "general") == {
        "duration_months": 24,
        "start_date": "2019-11-01",
        "sectors": ["textile"],
    }


@pytest.mark.parametrize("text", NAUGHTY)
def test_strange_texts_are_kept_to_the_letter(session: Session, text: str) -> None:
    made = a_draft(session)
    answered(session, made, "general", {"abstract": text})
    assert _stored(session, made, "general")["abstract"] == text


def test_a_missing_or_long_answer_does_not_stop_a_save(session: Session) -> None:
    made = a_draft(session)
    assert _save(session, made, "general", {"abstract": "word " * 400}, version=1) == 2


@pytest.mark.parametrize(
    ("answers", "place"),
    [
        ({"duration_months": "two years"}, "section/general/duration_months"),
        ({"duration_months": 1.5}, None),
        ({"start_date": "31/12/2019"}, "section/general/start_date"),
        ({"sectors": "textile"}, "section/general/sectors"),
        ({"abstract": 12}, "section/general/abstract"),
        ({"abstract": "nul \x00"}, "section/general/abstract"),
        ({"unknown": "x"}, "section/general"),
    ],
)
def test_what_has_not_the_form_of_its_field_changes_nothing(session: Session, answers: Any, place: str | None) -> None:
    made = a_draft(session)
    before = _stored(session, made, "general")
    with pytest.raises((RulesViolatedError, ValidationError)) as refused:
        _save(session, made, "general", answers, version=1)
    if place is not None:
        assert [found.place for found in refused.value.violations] == [place]
    assert _stored(session, made, "general") == before
    assert reading.sections(session, made.application_id)["general"].version == 1


def test_too_much_is_refused_before_anything_else() -> None:
    with pytest.raises(ValidationError, match="longer than"):
        SaveSection(answers={"abstract": "x" * (MAX_ANSWERS + 1)}, version=0)


def test_the_second_writer_learns_what_the_first_stored(session: Session) -> None:
    made = a_draft(session)
    _save(session, made, "results", {"lasting_effect": "first"})
    with pytest.raises(StaleVersionError) as refused:
        _save(session, made, "results", {"lasting_effect": "second"})
    assert refused.value.theirs == {"lasting_effect": "first"}
    assert (refused.value.sent, refused.value.current) == (0, 1)
    assert _stored(session, made, "results") == {"lasting_effect": "first"}


def test_after_the_deadline_nothing_is_saved(session: Session) -> None:
    made = a_draft(session)
    late = datetime(2019, 4, 4, 15, 0, 0, 1, tzinfo=UTC)
    with pytest.raises(RulesViolatedError) as refused:
        _save(session, made, "results", {"lasting_effect": "late"}, now=late)
    assert refused.value.violations[0].rule == "application.late"
    assert _save(session, made, "results", {"lasting_effect": "in time"}, now=late - timedelta(microseconds=1)) == 1


def test_a_section_that_the_form_does_not_have(session: Session) -> None:
    with pytest.raises(NotFoundError):
        _save(session, a_draft(session), "secrets", {})


def test_partners_write_team_members_read_strangers_learn_nothing(session: Session) -> None:
    made = a_draft(session)
    partner = a_partner(session, made, 1)
    sent = SaveSection(answers={"lasting_effect": "by a partner"}, version=0)
    save_section(session, actor_for(session, partner.person), made.application_id, "results", sent, now=NOW)
    reader, stranger = a_person(session), a_person(session)
    a_role(session, reader, Role.TEAM_MEMBER, made.application_id)
    with pytest.raises(NotPermittedError):
        save_section(session, actor_for(session, reader), made.application_id, "results", sent, now=NOW)
    with pytest.raises(NotFoundError):
        save_section(session, actor_for(session, stranger), made.application_id, "results", sent, now=NOW)
    assert _stored(session, made, "results") == {"lasting_effect": "by a partner"}
