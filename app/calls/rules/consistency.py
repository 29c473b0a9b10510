"""Do the parts of one call document agree? Every finding at once, in words, with its place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from app.calls.rules.consistency_of_evaluation import evaluation_findings
from app.calls.rules.consistency_of_form import form_findings
from app.calls.rules.consistency_of_funding import funding_findings
from app.calls.rules.origins import figures_without_origin
from app.calls.rules.paths import place_of
from app.core.violations import Severity, Violation

if TYPE_CHECKING:
    from app.calls.rules.call_rules import CallRules


def inconsistencies(rules: CallRules) -> tuple[Violation, ...]:
    """Every contradiction within the document; an empty tuple means that it can be published."""
    return tuple(
        finding
        for check in (
            _timetable,
            _history,
            _names,
            _strand_references,
            _same_kind_twice,
            funding_findings,
            form_findings,
            evaluation_findings,
            _grant,
            _provenance,
        )
        for finding in check(rules)
    )


def _timetable(rules: CallRules) -> Iterator[Violation]:
    times = rules.timetable
    if times.opening.day < times.publication:
        words = "The call opens on {opening}, before it is published on {publication}."
        yield Violation(
            "document.opening_before_publication",
            words,
            "timetable.opening",
            {"opening": times.opening.day, "publication": times.publication},
        )
    previous = times.opening
    for stage in times.stages:
        place = f"timetable.stages.{stage.id}.deadline"
        if stage.deadline.instant <= previous.instant:
            words = "The deadline {deadline} is not later than {previous}, the opening or the deadline before it."
            figures = {"deadline": str(stage.deadline), "previous": str(previous)}
            yield Violation("document.deadline_order", words, place, figures)
        if any(not previous.instant < cut.instant <= stage.deadline.instant for cut in stage.cut_offs):
            words = "Every cut-off date lies after the opening and no later than the deadline."
            yield Violation("document.cut_off_order", words, f"timetable.stages.{stage.id}.cut_offs")
        previous = stage.deadline
    yield from _dates_around(rules)


def _dates_around(rules: CallRules) -> Iterator[Violation]:
    times, last = rules.timetable, rules.timetable.stages[-1].deadline
    if times.questions_until and times.questions_until.instant > times.closes_at:
        words = "Questions are accepted longer than applications."
        yield Violation("document.questions_after_deadline", words, "timetable.questions_until")
    if times.planned_information and times.planned_information <= last.day:
        words = "Applicants cannot be informed before the last deadline."
        yield Violation("document.information_before_deadline", words, "timetable.planned_information")
    if times.planned_signature and times.planned_signature < (times.planned_information or last.day):
        words = "Grants cannot be signed before applicants are informed."
        yield Violation("document.signature_before_information", words, "timetable.planned_signature")
    for number, info_day in enumerate(times.info_days, start=1):
        if info_day.day > last.day:
            words = "This information day comes after the last deadline."
            yield Violation("document.info_day_after_deadline", words, f"timetable.info_days.{number}")


def _history(rules: CallRules) -> Iterator[Violation]:
    if rules.changes[-1].version != rules.version:
        words = "The history of changes ends with version {last}, but this is version {version}."
        figures = {"last": rules.changes[-1].version, "version": rules.version}
        yield Violation("document.history_end", words, "changes", figures)
    for earlier, later in pairwise(rules.changes):
        if _numbers(later.version) <= _numbers(earlier.version) or later.date < earlier.date:
            words = "Version {later} does not come after version {earlier}."
            figures = {"later": later.version, "earlier": earlier.version}
            yield Violation("document.history_order", words, f"changes.{later.version}", figures)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _names(rules: CallRules) -> Iterator[Violation]:
    """Ids that must be unique wherever something refers to them."""
    form = rules.form
    indicators = form.indicators()
    groups: list[tuple[str, Iterable[str]]] = [
        ("timetable.stages", (stage.id for stage in rules.timetable.stages)),
        ("strands", (strand.id for strand in rules.strands)),
        ("pools", (pool.id for pool in rules.pools)),
        ("funding.cost_categories", (category.id for category in rules.funding.cost_categories)),
        ("funding.cost_categories", (category.code for category in rules.funding.cost_categories)),
        ("funding.rates", (rate.group for rate in rules.funding.rates)),
        ("form.sections", (section.id for section in form.sections)),
        ("form.sections", (field.id for _, field in form.fields())),
        ("form.sections", (indicator.id for indicator in indicators)),
        ("publication.fields", (line.field for line in rules.publication.fields)),
    ]
    for place, names in groups:
        for name, times in Counter(names).items():
            if times > 1:
                words = "The name '{name}' is given {times} times; each may stand once."
                yield Violation("document.name_twice", words, place, {"name": name, "times": times})


def _strand_references(rules: CallRules) -> Iterator[Violation]:
    known = {strand.id for strand in rules.strands}
    lists = {
        "eligibility": rules.eligibility,
        "exclusion": rules.exclusion,
        "selection": rules.selection,
        "funding.ceilings": rules.funding.ceilings,
        "funding.rates": rules.funding.rates,
        "form.sections": tuple(field for _, field in rules.form.fields()),
    }
    for place, found in lists.items():
        for strand in sorted({strand for rule in found for strand in rule.strands} - known):
            words = "A rule here applies to strand '{strand}', which the call does not have."
            yield Violation("document.unknown_strand", words, place, {"strand": strand})


def _same_kind_twice(rules: CallRules) -> Iterator[Violation]:
    """Two conditions of one kind for one strand contradict or repeat each other."""
    for strand in rules.strands:
        kinds = Counter(rule.kind for rule in rules.eligibility if rule.applies_to(strand.id))
        for kind in (kind for kind, times in kinds.items() if times > 1):
            words = "Strand '{strand}' has more than one condition of the kind '{kind}'."
            figures = {"strand": strand.id, "kind": kind}
            yield Violation("document.kind_twice", words, f"eligibility.{kind}", figures)


def _grant(rules: CallRules) -> Iterator[Violation]:
    grant = rules.grant
    known = {indicator.id for indicator in rules.form.indicators()}
    for indicator in (name for name in grant.indicators if name not in known):
        words = "Reports measure the indicator '{indicator}', which the form does not have."
        yield Violation("document.unknown_indicator", words, "grant.indicators", {"indicator": indicator})
    periods = grant.reporting_periods
    expected = 1
    for position, period in enumerate(periods, start=1):
        last = position == len(periods)
        if period.number != position or period.first_month != expected or last != (period.payment == "balance"):
            words = "Reporting periods follow each other without a gap from month 1, and only the last is the balance."
            yield Violation("document.reporting_periods", words, "grant.reporting_periods")
            break
        expected = (period.last_month or 0) + 1
    first = grant.prefinancing
    share = first.share if first else None
    if share and grant.interim_ceiling and share > grant.interim_ceiling:
        words = "The pre-financing of {rate} is above the ceiling of {ceiling} before the balance."
        figures = {"rate": share, "ceiling": grant.interim_ceiling}
        yield Violation("document.prefinancing_above_ceiling", words, "grant.prefinancing.rate", figures)
    if share and grant.guarantee_share and grant.guarantee_share > share:
        words = "The guarantee of {share} is larger than the pre-financing of {rate} that it is kept from."
        figures = {"share": grant.guarantee_share, "rate": share}
        yield Violation("document.guarantee_above_prefinancing", words, "grant.guarantee_share", figures)


def _provenance(rules: CallRules) -> Iterator[Violation]:
    plain = rules.plain()
    for path in (path for path in rules.provenance if place_of(plain, path) is None):
        words = "A source is given for '{path}', but nothing stands there."
        yield Violation("document.provenance_path", words, f"provenance.{path}", {"path": path})
    for path in figures_without_origin(rules):
        words = "Nothing says where this figure comes from."
        yield Violation("document.figure_without_source", words, path, severity=Severity.WARNING)
