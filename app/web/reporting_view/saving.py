"""Saving a part of a report: in passing while somebody writes, or with both texts side by side where a colleague was first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.core.errors import DomainError, RulesViolatedError, StaleVersionError, TransitionNotAllowedError
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.infra.templates import translator
from app.web.application_view.shell import saved_at
from app.web.findings import shown
from app.web.forms import FormView, attempt, typed_in
from app.web.pages import page, redirect
from app.web.reporting_view.compare import differing, fields_of, marks

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.responses import Response

    from app.delivery.guards import Guard
    from app.delivery.incoming import Incoming

Typed = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Stored:
    """A part of a report as it is stored: its fields as the form shows them, its version, when and by whom it was saved."""

    typed: Typed
    version: int
    saved_at: datetime | None
    saved_by: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a report that is saved as a whole; ``titles`` name its fields besides the lines of costs."""

    name: str
    path: str
    draft_key: str
    titles: Mapping[str, str]
    stored: Callable[[Work], Stored]
    save: Callable[[Work], object]
    again: Callable[[Work, FormView], Response]


def save_part(incoming: Incoming, guard: Guard, part: Part) -> Response:
    """Save and come back to the page; an htmx request saves in passing and gets the state back."""
    if incoming.fragment:
        return _in_passing(incoming, guard, part)

    def write(work: Work) -> Response:
        part.save(work)
        return redirect(part.path, notice="saved")

    try:
        return attempt(incoming, guard, lambda: _not_stale(incoming, guard, write), part.again)
    except _StaleError:
        return run(incoming, READ, guard, lambda work: _compare(work, part))


class _StaleError(Exception):
    """Carries a stale write past the page of the form: it has a page of its own."""


def _not_stale(incoming: Incoming, guard: Guard, write: Callable[[Work], Response]) -> Response:
    try:
        return run(incoming, WRITE, guard, write)
    except StaleVersionError as error:
        raise _StaleError from error


def _in_passing(incoming: Incoming, guard: Guard, part: Part) -> Response:
    def write(work: Work) -> Response:
        part.save(work)
        stored = part.stored(work)
        return page(
            work,
            "beneficiary/report_saved.html",
            version=stored.version,
            marks=marks(fields_of(stored.typed)),
            words=saved_at(work, work.now),
            draft_key=part.draft_key,
            refused="",
        )

    try:
        return run(incoming, WRITE, guard, write)
    except (RulesViolatedError, StaleVersionError, TransitionNotAllowedError) as error:
        refused = error
    return run(
        incoming,
        READ,
        guard,
        lambda work: page(work, "beneficiary/report_saved.html", refused=_words(refused, work.known.language)),
    )


def _words(error: DomainError, language: str) -> str:
    """The first finding, or why it was refused."""
    if error.violations:
        return shown(error.violations[0], language=language).text
    return translator(language)(error.message)


def _compare(work: Work, part: Part) -> Response:
    sent, stored, say = typed_in(work.incoming.form), part.stored(work), translator(work.known.language)
    titles = {name: say(words) for name, words in part.titles.items()}
    return page(
        work,
        "expert/stale.html",
        status=409,
        action=part.path,
        back=part.path,
        trail=[(part.name, part.path), (say("Compare"), "")],
        name=part.name,
        colleague=stored.saved_by,
        differing=differing(sent, stored.typed, titles, say("Line {number} of the costs")),
        typed={name: texts for name, texts in sent.items() if not name.startswith("_") and name != "go"},
        version=stored.version,
        when=saved_at(work, stored.saved_at) if stored.saved_at is not None else "",
    )
