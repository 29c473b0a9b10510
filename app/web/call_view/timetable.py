"""The timetable of a call as a life line and as lines of words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from app.core.chart_axes import LifeLine, Moment, Span, life_line
from app.core.periods import BRUSSELS
from app.infra.templates import day_text, instant_text, locale_of, translator
from app.web.call_view.origins import Mark, mark_of
from app.web.deadlines import city

if TYPE_CHECKING:
    from app.calls.rules.call_rules import CallRules
    from app.calls.rules.values import LocalTime

_MARGIN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class DateLine:
    """One date of the call; ``past`` where it lies behind the reader."""

    label: str
    words: str
    day: date
    past: bool
    mark: Mark | None
    decisive: bool = False


def date_lines(rules: CallRules, now: datetime, language: str) -> tuple[DateLine, ...]:
    """Every date of the call in order of time; deadlines with weekday, time and zone."""
    _, times = translator(language), rules.timetable
    lines = [
        _day(rules, _("Published"), times.publication, "publication", now=now, language=language),
        _instant(rules, _("Opens"), times.opening, "opening", now=now, language=language),
    ]
    for info_day in times.info_days:
        label = info_day.title.in_language(language)
        if info_day.place:
            label = f"{label} ({info_day.place.in_language(language)})"
        lines.append(_day(rules, label, info_day.day, "info_days", now=now, language=language))
    if times.questions_until:
        label = _("Questions until")
        lines.append(_instant(rules, label, times.questions_until, "questions_until", now=now, language=language))
    for stage in times.stages:
        path = f"stages.{stage.id}.deadline"
        lines.extend(
            _instant(rules, _("Cut-off date"), cut, f"stages.{stage.id}", now=now, language=language)
            for cut in stage.cut_offs
        )
        label = _("Deadline") if len(times.stages) == 1 else f"{_('Deadline')}: {stage.title.in_language(language)}"
        line = _instant(rules, label, stage.deadline, path, now=now, language=language)
        lines.append(replace(line, decisive=True))
    if times.planned_information:
        over = times.planned_information < _today(now)
        label = _("Applicants were to be informed by") if over else _("Applicants are informed by")
        lines.append(_day(rules, label, times.planned_information, "planned_information", now=now, language=language))
    if times.planned_signature:
        over = times.planned_signature < _today(now)
        label = _("Grants were to be signed by") if over else _("Grants are signed by")
        lines.append(_day(rules, label, times.planned_signature, "planned_signature", now=now, language=language))
    return tuple(sorted(lines, key=lambda line: line.day))


def call_life_line(rules: CallRules, now: datetime, language: str) -> LifeLine:
    """Applications, evaluation and agreements as spans; information days and deadlines as moments."""
    _, times = translator(language), rules.timetable
    locale = locale_of(language)
    last_deadline = times.stages[-1].deadline.day
    spans = [_span(_("Applications"), times.opening.day, last_deadline, locale)]
    if times.planned_information:
        spans.append(_span(_("Evaluation"), last_deadline, times.planned_information, locale))
    if times.planned_signature:
        begin = times.planned_information or last_deadline
        spans.append(_span(_("Grant agreements"), begin, times.planned_signature, locale))
    moments = [
        Moment(info.title.in_language(language), info.day, day_text(info.day, locale), "brand-2")
        for info in times.info_days
    ]
    moments += [
        Moment(_("Deadline"), stage.deadline.day, _local_words(stage.deadline, language)) for stage in times.stages
    ]
    ends = [span.last for span in spans] + [moment.day for moment in moments]
    return life_line(
        spans,
        sorted(moments, key=lambda moment: moment.day),
        first=min([times.publication, times.opening.day, *(moment.day for moment in moments)]) - _MARGIN,
        last=max(ends) + _MARGIN,
        today=_today(now),
    )


def _span(label: str, first: date, last: date, locale: str) -> Span:
    return Span(label, first, max(first, last), f"{day_text(first, locale)} – {day_text(last, locale)}")  # noqa: RUF001  # a dash between dates


def _local_words(time: LocalTime, language: str) -> str:
    words = instant_text(time.instant, locale_of(language), zone=time.zone, weekday=True)
    return f"{words} {city(time.zone, language)}"


def _day(rules: CallRules, label: str, day: date, part: str, *, now: datetime, language: str) -> DateLine:
    mark = mark_of(rules, f"timetable.{part}")
    return DateLine(label, day_text(day, locale_of(language)), day, day < _today(now), mark)


def _today(now: datetime) -> date:
    return now.astimezone(ZoneInfo(BRUSSELS)).date()


def _instant(rules: CallRules, label: str, time: LocalTime, part: str, *, now: datetime, language: str) -> DateLine:
    mark = mark_of(rules, f"timetable.{part}")
    return DateLine(label, _local_words(time, language), time.day, time.instant < now, mark)
