"""CallView: everything that the page of a call shows, for the public and in the officer's preview."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.calls.rules.eligibility_kinds import RequiredActivities
from app.calls.rules.phases import Phase, phase
from app.web.call_view.conditions import Condition, conditions
from app.web.call_view.evaluation import EvaluationView, TermLine, evaluation_view, grant_terms
from app.web.call_view.form_overview import IndicatorLine, SectionOverview, form_overview, indicator_lines
from app.web.call_view.funding import KINDS, FundingView, funding_view
from app.web.call_view.origins import Origin, origins
from app.web.call_view.timetable import DateLine, call_life_line, date_lines
from app.web.deadlines import ShownDeadline, shown_deadline

if TYPE_CHECKING:
    from app.calls.rules.call_rules import CallRules
    from app.calls.schemas import CorrigendumRow, VersionRow
    from app.core.chart_axes import LifeLine
    from app.delivery.unit_of_work import Work


@dataclass(frozen=True, slots=True)
class ActivityLine:
    """A type of work that the call names."""

    title: str
    description: str
    mandatory: bool


@dataclass(frozen=True, slots=True)
class CallView:
    """One version of a call in words."""

    identifier: str
    title: str
    summary: str
    programme: str
    kind: str
    phase: Phase
    version: str
    sha256: str
    rules: CallRules
    opening: ShownDeadline
    deadline: ShownDeadline
    funding: FundingView
    eligibility: tuple[Condition, ...]
    checks: tuple[Condition, ...]
    activities: tuple[ActivityLine, ...]
    sections: tuple[SectionOverview, ...]
    indicators: tuple[IndicatorLine, ...]
    evaluation: EvaluationView | None
    terms: tuple[TermLine, ...]
    dates: tuple[DateLine, ...]
    life_line: LifeLine
    origins: tuple[Origin, ...]
    corrigenda: Sequence[CorrigendumRow]

    @property
    def assumed(self) -> tuple[Origin, ...]:
        """What nobody has read in an official text."""
        return tuple(origin for origin in self.origins if origin.assumed)

    @property
    def read(self) -> tuple[Origin, ...]:
        """What was read somewhere."""
        return tuple(origin for origin in self.origins if not origin.assumed)


def call_view(
    work: Work,
    rules: CallRules,
    version: VersionRow,
    *,
    state: str = "published",
    corrigenda: Sequence[CorrigendumRow] = (),
) -> CallView:
    """The view of a version at the instant of the request; a closed or withdrawn call is closed."""
    language, times = work.known.language, rules.timetable
    at = phase(times.opens_at, times.closes_at, work.now)
    return CallView(
        identifier=rules.identity.identifier,
        title=rules.identity.titles.in_language(language),
        summary=rules.identity.summary.in_language(language),
        programme=rules.identity.programme,
        kind=KINDS[rules.funding.kind.value],
        phase=Phase.CLOSED if state in {"closed", "withdrawn"} else at,
        version=version.label,
        sha256=version.sha256,
        rules=rules,
        opening=shown_deadline(work, times.opens_at, times.opening.zone),
        deadline=shown_deadline(work, times.closes_at, times.deadline.zone),
        funding=funding_view(rules, language),
        eligibility=conditions(rules, "eligibility", language),
        checks=conditions(rules, "exclusion", language) + conditions(rules, "selection", language),
        activities=_activities(rules, language),
        sections=form_overview(rules, language),
        indicators=indicator_lines(rules, language),
        evaluation=evaluation_view(rules, language),
        terms=grant_terms(rules, language),
        dates=date_lines(rules, work.now, language),
        life_line=call_life_line(rules, work.now, language),
        origins=origins(rules),
        corrigenda=corrigenda,
    )


def _activities(rules: CallRules, language: str) -> tuple[ActivityLine, ...]:
    required = rules.rule_of(RequiredActivities)
    if required is None:
        return ()
    listed = [*((each, True) for each in required.mandatory), *((each, False) for each in required.optional)]
    return tuple(
        ActivityLine(
            activity.title.in_language(language),
            activity.description.in_language(language) if activity.description else "",
            mandatory,
        )
        for activity, mandatory in listed
    )
