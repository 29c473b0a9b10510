"""What the application's own page tells: one line per section, what changed in the call, what happens next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from app.applications.rules.budget import BudgetTable, compute_budget
from app.applications.rules.budget_meters import PLACE as BUDGET
from app.applications.rules.lifecycle import ApplicationState
from app.applications.rules.progress import SectionProgress, SectionState
from app.calls.queries import corrigenda
from app.calls.rules.form_kinds import BudgetField, FileField, PartnershipField, Section, TextField
from app.core.violations import blocking
from app.grants.rules.lifecycle import LetterKind
from app.grants.rules.outcomes import Outcome
from app.infra.templates import day_text, locale_of, money_text, translator
from app.partnerships.rules.composition import PLACE as PARTNERSHIP
from app.web.application_view.shell import saved_at

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from app.applications.rules.facts import ApplicationFacts
    from app.applications.schemas import SectionRow, SubmissionRow
    from app.calls.rules.call_rules import CallRules
    from app.calls.rules.changes import Change
    from app.delivery.unit_of_work import Work
    from app.grants.schemas import LetterRow
    from app.web.application_view.shell import Shell


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A line of components/tasks.html."""

    name: str
    href: str
    hint: str
    state: str
    words: str
    who: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class CallChanges:
    """The call was corrected after the last submission, or after the application was begun."""

    version: str
    published_at: datetime
    after_submission: bool
    after_last_change: bool
    changes: Sequence[Change]


@dataclass(frozen=True, slots=True)
class Step:
    """A line of components/steps.html."""

    name: str
    note: str
    state: str


def table_of(rules: CallRules, facts: ApplicationFacts) -> BudgetTable:
    """The computed budget of an application."""
    return compute_budget(
        rules, facts.strand, partners=facts.partners, lines=facts.lines, own_funding=facts.own_funding
    )


def task_lines(
    work: Work,
    frame: Shell,
    progress: Sequence[SectionProgress],
    facts: ApplicationFacts,
    *,
    saved: Mapping[str, SectionRow],
    table: BudgetTable,
) -> list[TaskLine]:
    """One line per section; the page of the partnership or of the budget stands below the section that asks for it."""
    words = translator(work.known.language)
    lines = []
    for each in progress:
        state, look = _state(work, each, saved=each.section.id in saved)
        href = f"{frame.base}/sections/{each.section.id}"
        title = each.section.title.in_language(work.known.language)
        lines.append(TaskLine(title, href, _hint(work, each.section, facts, saved=saved, table=table), look, state))
        for field in each.section.fields:
            if isinstance(field, PartnershipField):
                lines.append(_below(words("Partners"), f"{frame.base}/partnership", each, "partnership", work))
            elif isinstance(field, BudgetField):
                lines.append(_below(words("Budget table"), f"{frame.base}/budget", each, "budget", work))
    return lines


def _state(work: Work, each: SectionProgress, *, saved: bool) -> tuple[str, str]:
    """The state of a section's own questions; partners and the budget table have lines of their own."""
    words = translator(work.known.language)
    own = tuple(found for found in each.findings if not found.place.startswith((PARTNERSHIP, BUDGET)))
    stopping = blocking(own)
    if not stopping:
        if each.state is SectionState.NOT_STARTED and not saved:
            return words("not started"), "neutral"
        return (words("complete, with warnings"), "warn") if own else (words("complete"), "ok")
    if any(found.rule != TextField.rule_id for found in stopping):
        return _count(work, len(stopping)), "bad"
    return (words("in progress"), "info") if saved else (words("not started"), "neutral")


def _count(work: Work, number: int) -> str:
    words = translator(work.known.language)
    return words("1 finding") if number == 1 else words("%(count)s findings") % {"count": number}


def _below(name: str, href: str, each: SectionProgress, place: str, work: Work) -> TaskLine:
    """The page of its own that one field of a section has."""
    words = translator(work.known.language)
    own = [found for found in each.findings if found.place == place or found.place.startswith(f"{place}/")]
    stopping = blocking(tuple(own))
    if stopping:
        return TaskLine(
            name, href, "", "bad" if each.state is SectionState.WITH_FINDINGS else "info", _count(work, len(stopping))
        )
    return TaskLine(name, href, "", "warn" if own else "ok", words("with warnings") if own else words("complete"))


def _hint(
    work: Work,
    section: Section,
    facts: ApplicationFacts,
    *,
    saved: Mapping[str, SectionRow],
    table: BudgetTable,
) -> str:
    words, locale = translator(work.known.language), locale_of(work.known.language)
    parts = []
    for field in section.fields:
        if isinstance(field, PartnershipField):
            taking = [one for one in facts.partners if one.counts]
            figures = {"partners": len(taking), "countries": len({one.country for one in taking})}
            one = words("1 partner so far")
            parts.append(
                one if len(taking) == 1 else words("%(partners)s partners from %(countries)s countries") % figures
            )
        elif isinstance(field, BudgetField):
            parts.append(words("%(amount)s requested") % {"amount": money_text(table.requested, locale)})
        elif isinstance(field, FileField) and (document := facts.attachment(field.id)):
            parts.append(words("%(name)s, %(pages)s pages") % {"name": document.filename, "pages": document.pages})
    if row := saved.get(section.id):
        parts.append(words("saved %(when)s") % {"when": saved_at(work, row.saved_at)})
    return " · ".join(parts)


def call_changes(work: Work, frame: Shell, versions: Sequence[SubmissionRow]) -> CallChanges | None:
    """What the corrigenda since this application began or was submitted have changed; None where nothing did."""
    submitted_under = versions[0].call_version_id if versions else None
    if submitted_under is not None and submitted_under == frame.call.version_id:
        return None
    since = frame.head.created_at
    if frame.call.published_at is not None and frame.call.published_at <= since:
        return None
    found = corrigenda(work.session, frame.call.id)
    later = [one for one in found if one.version.published_at and one.version.published_at > since]
    if not later or later[0].version.published_at is None:
        return None
    published = later[0].version.published_at
    return CallChanges(
        version=later[0].version.label,
        published_at=published,
        after_submission=submitted_under is not None,
        after_last_change=published > frame.head.changed_at,
        changes=[change for one in later for change in one.changes],
    )


def next_steps(
    work: Work, frame: Shell, versions: Sequence[SubmissionRow], told: LetterRow | None = None
) -> list[Step]:
    """From filling in to signature, with the dates that the call announces; ``told`` is the latest letter that was sent."""
    words, locale = translator(work.known.language), locale_of(work.known.language)
    times, past = frame.call.rules.timetable, frame.deadline.past
    submitted = frame.head.state is ApplicationState.SUBMITTED
    stopped = frame.head.state in {ApplicationState.NOT_SUBMITTED, ApplicationState.WITHDRAWN} and past
    informed = times.planned_information
    signed = times.planned_signature

    zone = ZoneInfo(times.deadline.zone)
    today = work.now.astimezone(zone).date()

    def on(day: date | None) -> str:
        if day is None:
            return ""
        text = words("planned for %(day)s") if today <= day else words("was planned for %(day)s")
        return text % {"day": day_text(day, locale)}

    received = words("version %(number)s received") % {"number": versions[0].number} if versions else ""
    begun = [
        Step(words("Fill in"), frame.deadline.call_words, "done" if submitted or past else "current"),
        Step(words("Submit"), received, "stopped" if stopped else "done" if submitted else "next"),
    ]
    if told is not None and told.sent_at is not None:
        sent = words("sent on %(day)s") % {"day": day_text(told.sent_at.astimezone(zone).date(), locale)}
        decided = [Step(words("Evaluation"), "", "done"), Step(words("Result by letter"), sent, "done")]
        if told.kind is LetterKind.REJECTION:
            return [*begun, *decided]
        agreed = "current" if told.outcome is Outcome.MAIN else "next"
        return [*begun, *decided, Step(words("Grant agreement"), on(signed), agreed)]
    return [
        *begun,
        Step(words("Evaluation"), words("by independent experts"), "current" if submitted and past else "next"),
        Step(words("Result by letter"), on(informed), "next"),
        Step(words("Grant agreement"), on(signed), "next"),
    ]
