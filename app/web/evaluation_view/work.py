"""The work of experts in words: states of an assignment, what comes next with an application, who does it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from babel import Locale

from app.core.periods import in_time
from app.evaluation.rules.lifecycle import AssignmentState, JudgementState, ReportState, RoundState
from app.evaluation.rules.staffing import Step
from app.infra.templates import locale_of, translator
from app.web.deadlines import shown_deadline

if TYPE_CHECKING:
    from app.delivery.unit_of_work import Work
    from app.evaluation.queries.board import BoardRow
    from app.evaluation.rules.staffing import Staffing
    from app.evaluation.schemas import AssignmentRow

LANGUAGES = (
    "bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "ga", "hr",
    "hu", "it", "lt", "lv", "mt", "nl", "pl", "pt", "ro", "sk", "sl", "sv",
)  # fmt: skip
"""Official languages of the Union."""

ROUND_WORDS: Mapping[RoundState, tuple[str, str]] = {
    RoundState.EXPERTS_AT_WORK: ("experts at work", "info"),
    RoundState.PANEL: ("panel", "info"),
    RoundState.ADOPTED: ("ranking adopted", "ok"),
    RoundState.INFORMED: ("applicants informed", "ok"),
}
JUDGEMENT_WORDS: Mapping[JudgementState, tuple[str, str]] = {
    JudgementState.INDIVIDUAL: ("individual reports", "info"),
    JudgementState.CONSENSUS: ("consensus", "info"),
    JudgementState.CONCLUDED: ("concluded", "ok"),
    JudgementState.WITHDRAWN: ("withdrawn", "neutral"),
}
_ASSIGNMENT: Mapping[AssignmentState, tuple[str, str]] = {
    AssignmentState.ASSIGNED: ("to declare", "info"),
    AssignmentState.OPEN: ("at work", "info"),
    AssignmentState.TO_DECIDE: ("possible conflict", "warn"),
    AssignmentState.CONFLICT: ("conflict", "bad"),
    AssignmentState.DECLINED: ("declined", "neutral"),
    AssignmentState.ENDED: ("ended", "neutral"),
}
_STEPS: Mapping[Step, tuple[str, str]] = {
    Step.WITHDRAWN: ("Nothing: it was withdrawn", ""),
    Step.DECIDE_CONFLICT: ("Decide about a possible conflict", "the managing body"),
    Step.ASSIGN: ("Assign experts", "the managing body"),
    Step.DECLARE: ("Declare conflicts of interest", "experts"),
    Step.REPORT: ("Write individual reports", "experts"),
    Step.OPEN_CONSENSUS: ("Open the consensus", "the managing body"),
    Step.NAME_RAPPORTEUR: ("Name a rapporteur", "the managing body"),
    Step.CONSENSUS: ("Agree on one report", "the rapporteur"),
    Step.CONCLUDED: ("Wait for the panel", "the evaluation committee"),
}
_AFTER_PANEL: Mapping[RoundState, tuple[str, str]] = {
    RoundState.ADOPTED: ("Award decision", "the managing body"),
    RoundState.INFORMED: ("Nothing: the applicant is informed", ""),
}
"""What follows the conclusion once the ranking is adopted."""


@dataclass(frozen=True, slots=True)
class Next:
    """What comes next: the step, who takes it and by when (empty where no date binds)."""

    words: str
    who: str
    by: str


def next_of(work: Work, staffing: Staffing, zone: str, state: RoundState) -> Next:
    """The next step of an application in the reader's language; ``state`` is that of its round."""
    say = translator(work.known.language)
    words, who = (
        _AFTER_PANEL.get(state, _STEPS[Step.CONCLUDED]) if staffing.step is Step.CONCLUDED else _STEPS[staffing.step]
    )
    by = shown_deadline(work, staffing.by, zone).call_words if staffing.by else ""
    return Next(say(words), say(who) if who else "", by)


def assignment_words(row: AssignmentRow, *, late: bool = False) -> tuple[str, str]:
    """Words and colour of an assignment's tag: where the content is open, what became of the report."""
    if row.state is not AssignmentState.OPEN:
        return _ASSIGNMENT[row.state]
    if row.report is ReportState.SUBMITTED:
        return ("submitted late", "warn") if row.late else ("submitted", "ok")
    if late:
        return "late", "bad"
    return ("draft", "info") if row.report is ReportState.DRAFT else _ASSIGNMENT[row.state]


def words_of(row: BoardRow, one: AssignmentRow, now: datetime) -> tuple[str, str]:
    """The same on a board, where a report is late only as long as individual reports are awaited."""
    return assignment_words(one, late=row.judged.state is JudgementState.INDIVIDUAL and not in_time(now, one.due_at))


def experts_text(row: BoardRow) -> str:
    """The experts of an application in one line, for files."""
    return "; ".join(
        f"{row.name_of(one)} ({assignment_words(one)[0]}{', rapporteur' if one.rapporteur else ''})"
        for one in row.active
    )


def language_names(codes: tuple[str, ...] | list[str], language: str) -> list[str]:
    """Names of languages, the code where nobody knows a name."""
    names = Locale.parse(locale_of(language)).languages
    return [str(names.get(code, code)) for code in codes]


def language_options(language: str) -> list[tuple[str, str]]:
    """The official languages as options of a field, by name."""
    return sorted(zip(LANGUAGES, language_names(LANGUAGES, language), strict=True), key=lambda one: one[1].casefold())
