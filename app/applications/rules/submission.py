"""THE validator: can this application be submitted? One set of findings for field, section and submission.

Saving shows them, submitting stops at the blocking ones. Deadlines stand apart: they are about
the instant of receipt, not about what the application says.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from app.applications.rules.answers import answer_findings, missing
from app.applications.rules.asked import Asked, asked_sections
from app.applications.rules.attachments import document_findings
from app.applications.rules.budget import compute_budget
from app.applications.rules.budget_findings import budget_findings
from app.applications.rules.facts import ApplicationFacts
from app.applications.rules.other_applications import participation_findings
from app.applications.rules.places import place_of
from app.calls.rules.form_kinds import BudgetField, FileField, FormField, PartnershipField
from app.core.periods import in_time
from app.core.violations import Violation
from app.partnerships.rules.composition import composition_findings
from app.partnerships.rules.sources import source_of

if TYPE_CHECKING:
    from app.calls.rules.call_rules import CallRules


def check_application(rules: CallRules, facts: ApplicationFacts) -> tuple[Violation, ...]:
    """Every finding of the whole application, in the order of the form."""
    return tuple(finding for asked in asked_sections(rules, facts) for finding in asked_findings(rules, facts, asked))


def check_section(rules: CallRules, facts: ApplicationFacts, section_id: str) -> tuple[Violation, ...]:
    """The findings of one section; none where it is not asked of this application."""
    return tuple(
        finding
        for asked in asked_sections(rules, facts)
        if asked.section.id == section_id
        for finding in asked_findings(rules, facts, asked)
    )


def check_field(rules: CallRules, facts: ApplicationFacts, field_id: str) -> tuple[Violation, ...]:
    """The findings of one field; none where it is not asked of this application."""
    return tuple(
        finding
        for asked in asked_sections(rules, facts)
        for field in asked.fields
        if field.id == field_id
        for finding in _field(rules, facts, asked.section.id, field)
    )


def asked_findings(rules: CallRules, facts: ApplicationFacts, asked: Asked) -> Iterator[Violation]:
    """The findings of one section that is asked."""
    for field in asked.fields:
        yield from _field(rules, facts, asked.section.id, field)


def _field(rules: CallRules, facts: ApplicationFacts, section_id: str, field: FormField) -> Iterator[Violation]:
    """Findings that do not say where their rule stands get the source of the field."""
    place = place_of(section_id, field)
    for finding in _findings(rules, facts, field, place):
        if finding.source:
            yield finding
        else:
            yield replace(finding, source=source_of(rules, f"form.sections.{section_id}.fields.{field.id}"))


def _findings(rules: CallRules, facts: ApplicationFacts, field: FormField, place: str) -> Iterator[Violation]:
    match field:
        case PartnershipField():
            yield from composition_findings(rules, facts.strand, partners=facts.partners, in_lists=facts.in_lists)
            yield from participation_findings(rules, facts)
        case BudgetField():
            table = compute_budget(
                rules, facts.strand, partners=facts.partners, lines=facts.lines, own_funding=facts.own_funding
            )
            yield from budget_findings(rules, facts, table)
        case FileField():
            document = facts.attachment(field.id)
            if document is not None:
                yield from document_findings(field, document, place)
            elif field.required:
                yield missing(field, place)
        case _:
            unreadable = tuple(finding for finding in facts.unreadable if finding.place == place)
            yield from unreadable or answer_findings(rules, facts, field, place)


def opening_violations(rules: CallRules, stage: str, now: datetime) -> tuple[Violation, ...]:
    """Why an application cannot be started at ``now``: the call is not open yet, or no longer.

    Raise KeyError for a stage that the call does not have.
    """
    opening = rules.timetable.opening
    if now < opening.instant:
        words = "The call opens on {opening}."
        return (Violation("application.not_open_yet", words, figures={"opening": str(opening)}),)
    return deadline_violations(rules, stage, now)


def deadline_violations(rules: CallRules, stage: str, received_at: datetime) -> tuple[Violation, ...]:
    """Why a request received at that instant does not count: it is late, or before the opening.

    The instant of the deadline itself is in time; one microsecond later is late. Raise
    KeyError for a stage that the call does not have.
    """
    deadline = rules.timetable.stage(stage).deadline
    if in_time(received_at, deadline.instant):
        return ()
    words = "The deadline was {deadline}. This was received on {received}."
    same_second = received_at.replace(microsecond=0) == deadline.instant.replace(microsecond=0)
    received = received_at.astimezone(deadline.local.tzinfo)
    figures = {
        "deadline": str(deadline),
        "received": f"{received:%Y-%m-%d %H:%M:%S.%f}" if same_second else f"{received:%Y-%m-%d %H:%M:%S}",
    }
    source = source_of(rules, f"timetable.stages.{stage}.deadline")
    return (Violation("application.late", words, figures=figures, source=source),)
