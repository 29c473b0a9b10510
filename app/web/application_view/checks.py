"""The three checks of one application as pages show them: findings, evidence, who may do what, who acts next."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from app.applications.queries.evidence import declarations, recorded_results
from app.applications.queries.screened import check_facts, findings_of, rules_of_submissions
from app.applications.rules.check_decisions import four_eyes_violations, reopening_violations, standing_violations
from app.applications.rules.check_lifecycle import (
    CHECK,
    STEPS,
    CheckEvent,
    CheckOutcome,
    CheckResult,
    CheckState,
    CheckStep,
    ClarificationKind,
    ClarificationState,
)
from app.applications.rules.exclusion import PLACE as EXCLUSION
from app.applications.rules.exclusion import checks_before_award, who_declares
from app.applications.rules.screening import NextActor, Screening, next_step, state_of_step, who_is_next
from app.applications.rules.submitted import submitted_partners
from app.infra.templates import translator
from app.partnerships.rules.facts import applicants
from app.web.deadlines import shown_deadline
from app.web.findings import shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from app.applications.queries.evidence import DeclarationRow, RecordedRow
    from app.applications.queries.screened import CheckRow, ScreenedApplication
    from app.applications.rules.screening import Next
    from app.calls.rules.call_rules import CallRules
    from app.calls.rules.lifecycle import CallState
    from app.core.violations import Violation
    from app.delivery.unit_of_work import Work
    from app.web.deadlines import ShownDeadline
    from app.web.findings import ShownFinding

STEP_WORDS = {
    CheckStep.ADMISSIBILITY: "Admissibility",
    CheckStep.ELIGIBILITY: "Eligibility",
    CheckStep.EXCLUSION: "Exclusion",
}
STEP_HINTS = {
    CheckStep.ADMISSIBILITY: "In time, complete and readable.",
    CheckStep.ELIGIBILITY: "Partnership, budget and activities meet the call.",
    CheckStep.EXCLUSION: "No ground for exclusion applies to any beneficiary.",
}
STATE_TAGS = {
    CheckState.OPEN: ("open", "neutral"),
    CheckState.PROPOSED: ("proposed", "warn"),
    CheckState.PASSED: ("passed", "ok"),
    CheckState.FAILED: ("failed", "bad"),
}
STANDING_TAGS = {
    "open": ("to check", "info"),
    "proposed": ("to confirm", "warn"),
    Screening.ADMITTED.value: ("admitted", "ok"),
    Screening.REFUSED.value: ("refused", "bad"),
    Screening.WITHDRAWN.value: ("withdrawn", "neutral"),
}
OUTCOMES = {CheckOutcome.PASS: "Pass", CheckOutcome.FAIL: "Fail"}
RESULTS = {CheckResult.CLEAR: "Clear", CheckResult.CONCERN: "Concern"}
KINDS = {
    ClarificationKind.MISSING_DOCUMENT: "Missing document",
    ClarificationKind.CLERICAL_ERROR: "Clerical error",
    ClarificationKind.HEARING: "Hearing before an exclusion",
}
QUESTION_TAGS = {
    ClarificationState.OPEN: ("waits for an answer", "warn"),
    ClarificationState.ANSWERED: ("answered", "info"),
    ClarificationState.ACCEPTED: ("accepted", "ok"),
    ClarificationState.REFUSED: ("refused", "bad"),
    ClarificationState.WITHDRAWN: ("taken back", "neutral"),
    ClarificationState.LAPSED: ("not answered in time", "bad"),
}
_NEXT = {
    NextActor.OFFICER: "An officer proposes the outcome of: {step}.",
    NextActor.SECOND_OFFICER: "Another officer confirms or returns the proposal about: {step}.",
    NextActor.CONSORTIUM: "The consortium answers a question.",
    NextActor.OFFICER_SETTLES: "An officer accepts or refuses the answer of the consortium.",
    NextActor.NOBODY: "Nobody: the checks are decided.",
}
"""Each in words (msgids)."""
_NEXT_SHORT = {
    NextActor.OFFICER: "{step}: an officer proposes",
    NextActor.SECOND_OFFICER: "{step}: another officer confirms",
    NextActor.CONSORTIUM: "the consortium answers",
    NextActor.OFFICER_SETTLES: "an officer settles the answer",
    NextActor.NOBODY: "",
}


@dataclass(frozen=True, slots=True)
class StepPanel:
    """One step: what was found, what was said, and what this person can do; ``stops`` says why nothing, in words."""

    step: CheckStep
    title: str
    hint: str
    state: CheckState
    words: str
    look: str
    row: CheckRow | None
    findings: Sequence[ShownFinding]
    proposes: bool
    decides: bool
    reopens: bool
    stops: str

    @property
    def version(self) -> int:
        """The row version that a form sends back."""
        return self.row.version if self.row else 0


@dataclass(frozen=True, slots=True)
class PartnerEvidence:
    """A beneficiary: its declaration, and the results of each check, latest first."""

    partner_id: UUID
    name: str
    country: str
    must_declare: bool
    declaration: DeclarationRow | None
    results: Mapping[str, Sequence[RecordedRow]]


@dataclass(frozen=True, slots=True)
class Judgement:
    """Everything about the checks of one application."""

    panels: Sequence[StepPanel]
    evidence: Sequence[PartnerEvidence]
    looked_up: Sequence[tuple[str, str]]
    """(id, title) of what is looked up for each beneficiary."""
    next_words: str
    next_by: ShownDeadline | None
    undecided: bool
    records: bool
    """Whether this person can add evidence about exclusion now."""


def judgement(work: Work, judged: ScreenedApplication, call_state: CallState, *, manages: bool, zone: str) -> Judgement:
    """What the office sees of the checks at the instant of the request. A constant number of queries."""
    rules = rules_of_submissions(work.session, [judged])[judged.call_version_id]
    findings = findings_of(work.session, [judged])[judged.id]
    language = work.known.language
    panels = [
        _panel(
            work, judged, step, [_found(one, judged, language) for one in findings[step]], call_state, manages=manages
        )
        for step in STEPS
    ]
    coming = who_is_next(judged.state, judged.states, [(one.state, one.due_at) for one in judged.questions], work.now)
    exclusion = state_of_step(judged.states, CheckStep.EXCLUSION)
    changes = not standing_violations(check_facts(judged, CheckStep.EXCLUSION, call_state))
    return Judgement(
        panels,
        _evidence(work, judged, rules),
        [
            (rule.id, rule.title.in_language(language))
            for rule in checks_before_award(rules, str(judged.about["strand"]))
        ],
        next_words(coming, language),
        shown_deadline(work, coming.by, zone) if coming.by else None,
        manages and changes and next_step(judged.states) is not None,
        manages and changes and not exclusion.decided,
    )


def _found(finding: Violation, judged: ScreenedApplication, language: str) -> ShownFinding:
    """A finding that leads to its row of the evidence, or to what was submitted."""
    card = shown(finding, language=language)
    return card if finding.place.startswith(EXCLUSION) else replace(card, href=f"/officer/applications/{judged.id}")


def next_words(coming: Next, language: str) -> str:
    """Who acts next, as a sentence."""
    say = translator(language)
    return say(_NEXT[coming.actor]).format(step=say(STEP_WORDS[coming.step]) if coming.step else "")


def short_next_words(coming: Next, language: str) -> str:
    """The same in a few words, for a list; empty where everything is decided."""
    say, words = translator(language), _NEXT_SHORT[coming.actor]
    return say(words).format(step=say(STEP_WORDS[coming.step]) if coming.step else "") if words else ""


def _panel(  # one step of one application for one reader
    work: Work,
    judged: ScreenedApplication,
    step: CheckStep,
    findings: Sequence[ShownFinding],
    call_state: CallState,
    *,
    manages: bool,
) -> StepPanel:
    facts, say = check_facts(judged, step, call_state), translator(work.known.language)
    state = state_of_step(judged.states, step)
    events, stands = CHECK.events_from(state), standing_violations(facts)
    own = four_eyes_violations(facts.proposed_by, work.actor.persons) if state is CheckState.PROPOSED else ()
    turn = manages and not stands and next_step(judged.states) is step
    words, look = STATE_TAGS[state]
    return StepPanel(
        step=step,
        title=say(STEP_WORDS[step]),
        hint=say(STEP_HINTS[step]),
        state=state,
        words=say(words),
        look=look,
        row=judged.checks.get(step),
        findings=findings,
        proposes=turn and CheckEvent.PROPOSE in events,
        decides=turn and CheckEvent.RETURN in events and not own,
        reopens=manages
        and CheckEvent.REOPEN in events
        and all(found.place == "reason" for found in reopening_violations(facts, "")),
        stops=" ".join(say(found.message).format_map(found.figures) for found in (*stands, *own)),
    )


def _evidence(work: Work, judged: ScreenedApplication, rules: CallRules) -> list[PartnerEvidence]:
    partners = submitted_partners(judged.members)
    asked = {one.partner_id for one in who_declares(rules, str(judged.about["strand"]), partners)}
    declared, recorded = declarations(work.session, judged.id), recorded_results(work.session, judged.id)
    return [
        PartnerEvidence(
            one.partner_id,
            one.name,
            one.country,
            one.partner_id in asked,
            declared.get(one.partner_id),
            _by_check([row for row in recorded if row.partner_id == one.partner_id]),
        )
        for one in applicants(partners)
    ]


def _by_check(rows: Sequence[RecordedRow]) -> dict[str, list[RecordedRow]]:
    found: dict[str, list[RecordedRow]] = {}
    for row in rows:
        found.setdefault(row.check, []).append(row)
    return found
