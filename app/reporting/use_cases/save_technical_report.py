"""Save the texts of the technical part, and the values of the indicators: whatever can be stored is, however unfinished."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.use_cases.record_event import record_event
from app.core.actor import Actor
from app.core.errors import RulesViolatedError, StaleVersionError
from app.grants.queries.agreement import agreement_of
from app.reporting.events import IndicatorsSaved, TextsSaved
from app.reporting.models import IndicatorReport
from app.reporting.queries.reports import indicator_values, report_texts
from app.reporting.rules.technical import IndicatorTarget, IndicatorValue, storable_texts, storable_values
from app.reporting.schemas import SaveIndicators, SaveTexts
from app.reporting.use_cases.acting import touch, writing


def save_technical_report(
    session: Session, actor: Actor, grant_id: UUID, number: int, wanted: SaveTexts, *, now: datetime
) -> int:
    """Store the texts as a whole; return their new version.

    Raise StaleVersion with what is stored where another window saved since the version that was sent,
    TransitionNotAllowed for a report that is with the office, RulesViolated for a text that is too long.
    """
    act = writing(session, actor, grant_id, number)
    report, texts = act.report, wanted.texts()
    stored = report_texts(session, report.period_id)
    if wanted.version != report.version:
        raise StaleVersionError(sent=wanted.version, current=report.version, theirs=dict(stored))
    if found := storable_texts(texts):
        raise RulesViolatedError(found)
    changed = sorted(name for name, text in texts.items() if stored.get(name, "") != text)
    if not changed:
        return report.version
    report.texts, report.version = texts, report.version + 1
    touch(report, actor, now=now)
    session.flush()
    record_event(session, actor, TextsSaved(**act.event(texts=changed, version=report.version)), now=now)
    return report.version


def report_indicators(
    session: Session, actor: Actor, grant_id: UUID, number: int, wanted: SaveIndicators, *, now: datetime
) -> None:
    """Store what was reached of each indicator that is named; an empty value takes it away, saving what is stored nothing.

    Raise RulesViolated for an indicator that the agreement does not have or a value out of range.
    """
    act = writing(session, actor, grant_id, number)
    agreed = agreement_of(session, grant_id).indicators
    targets = [IndicatorTarget(one.id, one.title, one.unit, one.target) for one in agreed]
    values = [IndicatorValue(line.id, line.value, line.words.strip()) for line in wanted.values_reached]
    if found := storable_values(targets, values):
        raise RulesViolatedError(found)
    stored = {one.id: one for one in indicator_values(session, act.report.period_id)}
    values = [one for one in values if stored.get(one.id, IndicatorValue(one.id, None, "")) != one]
    if not values:
        return
    touch(act.report, actor, now=now)
    for value in values:
        row = IndicatorReport(period_id=act.report.period_id, indicator=value.id, value=value.value, words=value.words)
        session.merge(row)
    session.flush()
    event = IndicatorsSaved(**act.event(indicators=sorted(value.id for value in values)))
    record_event(session, actor, event, now=now)
