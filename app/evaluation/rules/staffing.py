"""Who works on an application, is that enough, who acts next, and what stands in the way of giving or leaving work."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from app.core.periods import in_time
from app.core.violations import Violation
from app.evaluation.rules.assignments import missing_experts
from app.evaluation.rules.lifecycle import AssignmentState, JudgementState, ReportState, RoundState

if TYPE_CHECKING:
    from app.calls.rules.evaluation_kinds import Evaluation

LATE_ASSIGNMENT = timedelta(days=7)
"""How long an expert has who is assigned after the common due date."""
REMIND_EVERY = timedelta(days=1)
"""An officer reminds a late expert at most once in this time."""


class Step(StrEnum):
    """What has to happen next with an application."""

    WITHDRAWN = "withdrawn"
    DECIDE_CONFLICT = "decide_conflict"
    ASSIGN = "assign"
    DECLARE = "declare"
    REPORT = "report"
    OPEN_CONSENSUS = "open_consensus"
    NAME_RAPPORTEUR = "name_rapporteur"
    CONSENSUS = "consensus"
    CONCLUDED = "concluded"


@dataclass(frozen=True, slots=True)
class Share:
    """One expert's part in an application; ``report`` None before it was begun."""

    state: AssignmentState
    rapporteur: bool
    due_at: datetime
    report: ReportState | None = None

    @property
    def submitted(self) -> bool:
        """Whether the report counts."""
        return self.state is AssignmentState.OPEN and self.report is ReportState.SUBMITTED

    @property
    def awaited(self) -> bool:
        """Whether a report may still be expected of this expert."""
        return self.state.is_active and not self.submitted

    def late(self, now: datetime) -> bool:
        """Whether the report is overdue."""
        return self.awaited and not in_time(now, self.due_at)


@dataclass(frozen=True, slots=True)
class Staffing:
    """How far the work on an application is; ``by`` is when the next step is due, None where no date binds it."""

    needed: int
    active: int
    answered: int
    submitted: int
    lacking: int
    to_decide: int
    late: int
    has_rapporteur: bool
    in_consensus: bool
    step: Step
    by: datetime | None


def staffing_of(
    evaluation: Evaluation, judgement: JudgementState, shares: Sequence[Share], *, withdrawn: bool, now: datetime
) -> Staffing:
    """Count the shares of an application and say what comes next."""
    active = [share for share in shares if share.state.is_active]
    lacking = 0 if withdrawn else missing_experts(evaluation, len(active))
    to_decide = sum(share.state is AssignmentState.TO_DECIDE for share in active)
    has_rapporteur = any(share.rapporteur for share in active)
    step = (
        Step.WITHDRAWN
        if withdrawn
        else _step(judgement, active, lacking=lacking, to_decide=to_decide, has_rapporteur=has_rapporteur)
    )
    awaited = [share.due_at for share in active if share.awaited]
    reporting = not withdrawn and judgement is JudgementState.INDIVIDUAL
    return Staffing(
        needed=0 if withdrawn else max(evaluation.experts, len(active)),
        active=len(active),
        answered=sum(share.state is not AssignmentState.ASSIGNED for share in active),
        submitted=sum(share.submitted for share in active),
        lacking=lacking,
        to_decide=to_decide,
        late=sum(share.late(now) for share in active) if reporting else 0,
        has_rapporteur=has_rapporteur,
        in_consensus=judgement is JudgementState.CONSENSUS,
        step=step,
        by=min(awaited, default=None) if step in {Step.DECLARE, Step.REPORT} else None,
    )


def _step(  # noqa: PLR0911  # one return per step
    judgement: JudgementState, active: Sequence[Share], *, lacking: int, to_decide: int, has_rapporteur: bool
) -> Step:
    if judgement is JudgementState.WITHDRAWN:
        return Step.WITHDRAWN
    if judgement is JudgementState.CONCLUDED:
        return Step.CONCLUDED
    if to_decide:
        return Step.DECIDE_CONFLICT
    if judgement is JudgementState.CONSENSUS:
        return Step.CONSENSUS if has_rapporteur else Step.NAME_RAPPORTEUR
    if lacking:
        return Step.ASSIGN
    if any(share.state is AssignmentState.ASSIGNED for share in active):
        return Step.DECLARE
    if any(share.awaited for share in active):
        return Step.REPORT
    return Step.OPEN_CONSENSUS if has_rapporteur else Step.NAME_RAPPORTEUR


@dataclass(frozen=True, slots=True)
class RoundFigures:
    """Counts over the applications of a round; ``reports`` are those needed, withdrawn applications need none."""

    applications: int
    withdrawn: int
    active: int
    answered: int
    reports: int
    submitted: int
    lacking: int
    applications_lacking: int
    to_decide: int
    late: int
    without_rapporteur: int
    in_consensus: int
    concluded: int


def figures_of(staffed: Iterable[Staffing]) -> RoundFigures:
    """Add up what is known of each application."""
    found = tuple(staffed)
    going = [one for one in found if one.step is not Step.WITHDRAWN]
    return RoundFigures(
        applications=len(going),
        withdrawn=len(found) - len(going),
        active=sum(one.active for one in going),
        answered=sum(one.answered for one in going),
        reports=sum(one.needed for one in going),
        submitted=sum(one.submitted for one in going),
        lacking=sum(one.lacking for one in going),
        applications_lacking=sum(one.lacking > 0 for one in going),
        to_decide=sum(one.to_decide for one in going),
        late=sum(one.late for one in going),
        without_rapporteur=sum(not one.has_rapporteur for one in going),
        in_consensus=sum(one.in_consensus for one in going),
        concluded=sum(one.step is Step.CONCLUDED for one in going),
    )


def due_of(reports_due_at: datetime, now: datetime) -> datetime:
    """When the report of somebody who is assigned now is due: with all others, or a week from now where that is over."""
    return reports_due_at if in_time(now, reports_due_at) else now + LATE_ASSIGNMENT


def phase_findings(round_state: RoundState) -> tuple[Violation, ...]:
    """Why experts get no work any more: the panel sits or the ranking is adopted."""
    if round_state is RoundState.EXPERTS_AT_WORK:
        return ()
    return (Violation("assignment.round_over", "The experts' part of this evaluation is over."),)


def judgement_findings(
    evaluation: Evaluation, judgement: JudgementState, reference: str, *, active: int
) -> tuple[Violation, ...]:
    """Why an application gets no further expert: the group has concluded, or the call allows no extra one."""
    if judgement is JudgementState.CONCLUDED:
        words = "The experts have concluded on {reference}. Its consensus must be opened again first."
        return (Violation("assignment.concluded", words, figures={"reference": reference}),)
    extra = judgement is JudgementState.CONSENSUS and not missing_experts(evaluation, active)
    if extra and not evaluation.consensus.extra_expert_on_disagreement:
        words = "{reference} is in consensus, and this call allows no extra expert then."
        return (Violation("assignment.no_extra_expert", words, figures={"reference": reference}),)
    return ()


def rapporteur_findings(holder: str, *, wanted: bool) -> tuple[Violation, ...]:
    """Why somebody cannot also become the rapporteur; ``holder`` is the name of the present one, empty for none."""
    if not wanted or not holder:
        return ()
    words = "{expert} is the rapporteur. Assign without this, then change the rapporteur."
    return (Violation("assignment.rapporteur_taken", words, "rapporteur", {"expert": holder}),)


def reason_needed(words: str, place: str) -> tuple[Violation, ...]:
    """Why an answer or an act cannot be kept: nobody would know what it was about."""
    if words.strip():
        return ()
    return (Violation("assignment.reason", "Say why: others must be able to follow it later.", place),)


def applicant_findings(acronyms: Collection[str]) -> tuple[Violation, ...]:
    """Why somebody cannot be an expert of a call: they take part in an application to it."""
    if not acronyms:
        return ()
    words = "You take part in {applications}, which applies to this call. Who applies does not judge."
    return (Violation("expert.applicant", words, figures={"applications": ", ".join(acronyms)}),)


def leaving_findings(open_work: Iterable[str]) -> tuple[Violation, ...]:
    """Why an expert cannot leave the call: applications that wait for them, by reference."""
    waiting = sorted(open_work)
    if not waiting:
        return ()
    words = "You still have {count} applications: {references}. Finish them, or decline them one by one."
    figures: dict[str, int | str] = {"count": len(waiting), "references": ", ".join(waiting)}
    return (Violation("expert.open_work", words, figures=figures),)


def may_remind(reminded_at: datetime | None, now: datetime) -> bool:
    """Whether an expert may be reminded by hand again."""
    return reminded_at is None or now - reminded_at >= REMIND_EVERY
