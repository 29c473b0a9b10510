"""Save a section: every answer of it at once; findings inform, they never stop a save."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from app.applications.events import SectionSaved
from app.applications.models import Application, SavedSection
from app.applications.policies import require_edit
from app.applications.queries import editable_application, open_call, saved_section_for_change
from app.applications.rules.answer_values import answer_violations, read_answer
from app.applications.schemas import MAX_ACRONYM, SaveSection
from app.audit.use_cases.record_event import record_event
from app.calls.rules.form_kinds import Form, Meaning, Section, TextField
from app.core.actor import Actor
from app.core.canonical import canonical_json
from app.core.errors import NotFoundError, RulesViolatedError, StaleVersionError

ACRONYM: Final = "acronym"
TITLE: Final = "title"
MAX_TITLE = 300


def save_section(  # which section of which application
    session: Session, actor: Actor, application_id: UUID, section_id: str, sent: SaveSection, *, now: datetime
) -> int:
    """Store the answers; return the new version.

    Raise RulesViolated where an answer has not the form of its field (nothing is stored),
    StaleVersion with the stored texts where somebody else saved first.
    """
    require_edit(actor, application_id)
    application = editable_application(session, application_id, now=now)
    rules = open_call(session, application.call_id).rules
    try:
        section = rules.form.section(section_id)
    except KeyError:
        raise NotFoundError("section") from None
    if refused := answer_violations(section, sent.answers):
        raise RulesViolatedError(refused)
    saved = saved_section_for_change(session, application_id, section_id)
    current = saved.version if saved is not None else 0
    if sent.version != current:
        theirs = {field: _text(value) for field, value in (saved.answers if saved else {}).items()}
        raise StaleVersionError(sent=sent.version, current=current, theirs=theirs)
    answers = _meant(section, sent.answers)
    if saved is None:
        saved = SavedSection(application_id=application_id, section=section_id, answers={}, version=0)
        session.add(saved)
    changed = sorted(key for key in {*saved.answers, *answers} if saved.answers.get(key) != answers.get(key))
    saved.answers, saved.version = answers, current + 1
    saved.saved_at, saved.saved_by = now, actor.person_id
    application.changed_at, application.changed_by = now, actor.person_id
    _repeat(application, rules.form, answers)
    session.flush()
    if changed:
        record_event(
            session,
            actor,
            SectionSaved(
                subject_id=application_id,
                facts={"section": section_id, "fields": changed, "version": saved.version},
                call_id=application.call_id,
                application_id=application_id,
            ),
            now=now,
        )
    return saved.version


def _meant(section: Section, answers: Mapping[str, object]) -> dict[str, Any]:
    """Answers as JSON of one form, whichever way they were typed; texts stay to the letter, blanks are left out."""
    stored = {}
    for field in section.fields:
        given = answers.get(field.id)
        read = read_answer(field, given) if field.id in answers else None
        if read is not None:
            stored[field.id] = given if isinstance(field, TextField) else read
    plain: dict[str, Any] = json.loads(canonical_json(stored))
    return plain


def _repeat(application: Application, form: Form, answers: Mapping[str, object]) -> None:
    """Acronym and title are also columns, for lists."""
    acronym, title = (_answer(form, meaning, answers) for meaning in (ACRONYM, TITLE))
    if acronym is not None:
        application.acronym = acronym[:MAX_ACRONYM] or application.acronym
    if title is not None:
        application.title = title[:MAX_TITLE]


def _answer(form: Form, meaning: Meaning, answers: Mapping[str, object]) -> str | None:
    """The text of the field with that meaning; None where this section does not ask it."""
    field = form.meaning(meaning)
    value = answers.get(field.id) if field is not None else None
    return value.strip() if isinstance(value, str) else None


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
