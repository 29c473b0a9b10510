"""How far is each section? What the task list shows, from the findings of the one validator."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from app.applications.rules.asked import asked_sections, is_filled
from app.applications.rules.budget_findings import EMPTY
from app.applications.rules.facts import ApplicationFacts
from app.applications.rules.submission import asked_findings
from app.calls.rules.form_kinds import Section, TextField
from app.core.violations import Violation, blocking
from app.partnerships.rules.facts import PartnerRole

if TYPE_CHECKING:
    from app.calls.rules.call_rules import CallRules

_NOT_YET = {TextField.rule_id, EMPTY}
"""Rules that only say that something is still to come."""


class SectionState(StrEnum):
    """What the task list says of a section."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    COMPLETE = "complete"
    WITH_FINDINGS = "with_findings"


@dataclass(frozen=True, slots=True)
class SectionProgress:
    """One line of the task list; ``findings`` are all of the section, warnings too."""

    section: Section
    state: SectionState
    findings: tuple[Violation, ...]


def section_progress(rules: CallRules, facts: ApplicationFacts) -> tuple[SectionProgress, ...]:
    """Every section that is asked, in the order of the form.

    ``complete`` means that nothing stops the submission; ``in_progress`` that only answers
    are missing; ``with_findings`` that something given does not hold.
    """
    unreadable = {finding.place for finding in facts.unreadable}
    lines = []
    for asked in asked_sections(rules, facts):
        findings = tuple(asked_findings(rules, facts, asked))
        begun = any(is_filled(field, facts) for field in asked.fields) or any(
            finding.place in unreadable for finding in findings
        )
        lines.append(SectionProgress(asked.section, _state(blocking(findings), begun=begun), findings))
    return tuple(lines)


def complete(progress: Collection[SectionProgress]) -> int:
    """How many sections are complete: what the application, its tasks and its lists say alike."""
    return sum(line.state is SectionState.COMPLETE for line in progress)


def part_is_done(progress: Collection[SectionProgress], facts: ApplicationFacts, partner_ids: Collection[UUID]) -> bool:
    """Whether nothing is left to do for these partners: each has saved its costs, and no blocking finding is about them.

    Associated partners have no costs to save. False where the application knows none of them.
    """
    mine = [partner for partner in facts.partners if partner.partner_id in partner_ids]
    saved = {one.partner_id for one in facts.own_funding}
    stopping = blocking(tuple(finding for line in progress for finding in line.findings))
    about = {step for finding in stopping for step in finding.place.split("/")}
    return bool(mine) and all(
        (partner.partner_id in saved or partner.role is PartnerRole.ASSOCIATED) and str(partner.partner_id) not in about
        for partner in mine
    )


def _state(stopping: tuple[Violation, ...], *, begun: bool) -> SectionState:
    if not begun:
        return SectionState.NOT_STARTED
    if not stopping:
        return SectionState.COMPLETE
    if all(finding.rule in _NOT_YET for finding in stopping):
        return SectionState.IN_PROGRESS
    return SectionState.WITH_FINDINGS
