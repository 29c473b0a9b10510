"""What may be asked of a consortium after the deadline, until when, and what an answer may hold.

The submitted snapshot is never touched: an answer stands beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from app.applications.rules.attachments import megabytes
from app.applications.rules.check_lifecycle import ClarificationState
from app.calls.rules.form_kinds import FileField
from app.core.periods import in_time
from app.core.violations import Violation

if TYPE_CHECKING:
    from app.calls.rules.call_rules import CallRules

SHORTEST = timedelta(hours=1)
LONGEST = timedelta(days=30)
MOST_TEXT = 4000
"""Characters of an answer."""
MOST_BYTES = 10_000_000
"""Of the PDF of an answer where no field of the form says less or more."""


def standing_of(state: ClarificationState, due_at: datetime, now: datetime) -> ClarificationState:
    """The state at ``now``: a question that is past due has lapsed, whether or not the clock's job was there already."""
    overdue = state is ClarificationState.OPEN and not in_time(now, due_at)
    return ClarificationState.LAPSED if overdue else state


def asking_violations(
    rules: CallRules, *, field: str | None, due_at: datetime, over: bool, now: datetime
) -> tuple[Violation, ...]:
    """Why a question cannot be asked; ``over`` is whether the three checks are decided."""
    return (*_over(over=over), *_field(rules, field), *_due(due_at, now))


def _over(*, over: bool) -> Iterator[Violation]:
    if over:
        words = "The checks of this application are decided. Reopen one before you ask the consortium."
        yield Violation("clarifications.checks_decided", words)


def _field(rules: CallRules, field: str | None) -> Iterator[Violation]:
    if field is not None and file_field(rules, field) is None:
        yield Violation("clarifications.unknown_field", "The form of this call has no document of that name.", "field")


def _due(due_at: datetime, now: datetime) -> Iterator[Violation]:
    if due_at < now + SHORTEST:
        yield Violation("clarifications.due_soon", "Give the consortium at least one hour to answer.", "due_at")
    elif due_at > now + LONGEST:
        words = "Give the consortium at most {days} days to answer."
        yield Violation("clarifications.due_late", words, "due_at", {"days": LONGEST.days})


def file_field(rules: CallRules, field_id: str) -> FileField | None:
    """The file field of that id, or None: only documents can be asked for again."""
    try:
        field = rules.form.field(field_id)
    except KeyError:
        return None
    return field if isinstance(field, FileField) else None


def answer_violations(
    rules: CallRules, *, text: str, field: str | None, size: int | None, due_at: datetime, now: datetime
) -> tuple[Violation, ...]:
    """Why an answer received at ``now`` does not count; ``size`` in bytes is that of its PDF, where there is one.

    The instant at which it is due is in time; one microsecond later is late.
    """
    return (*_late(due_at, now), *_text(text), *(upload_violations(rules, field, size) if size is not None else ()))


def _late(due_at: datetime, now: datetime) -> Iterator[Violation]:
    if not in_time(now, due_at):
        words = "The answer was due on {due}. This was received on {received}."
        figures = {"due": f"{due_at:%Y-%m-%d %H:%M:%S.%f} UTC", "received": f"{now:%Y-%m-%d %H:%M:%S.%f} UTC"}
        yield Violation("clarifications.late", words, figures=figures)


def _text(text: str) -> Iterator[Violation]:
    if not 1 <= len(text) <= MOST_TEXT:
        words = "An answer has between 1 and {most} characters; this one has {have}."
        yield Violation("clarifications.answer_length", words, "answer", {"most": MOST_TEXT, "have": len(text)})


def upload_violations(rules: CallRules, field: str | None, size: int) -> tuple[Violation, ...]:
    """What stops a PDF of ``size`` bytes from being kept with the answer about a field, or about none."""
    asked = file_field(rules, field) if field is not None else None
    most = asked.max_bytes if asked is not None else MOST_BYTES
    if size <= most:
        return ()
    words = "This file has {size} MB, the limit is {limit} MB."
    figures = {"size": megabytes(size), "limit": megabytes(most)}
    return (Violation("clarifications.file_size", words, "file", figures, cure="Upload a smaller file."),)
