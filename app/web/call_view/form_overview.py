"""What an application consists of: the sections of the form with their questions and limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.calls.rules.form_kinds import (
    BudgetField,
    FileField,
    FormField,
    IndicatorsField,
    MultiChoiceField,
    PartnershipField,
    TableField,
    TextField,
)
from app.infra.templates import translator
from app.web.call_view.origins import Mark, mark_of

if TYPE_CHECKING:
    from app.calls.rules.call_rules import CallRules


@dataclass(frozen=True, slots=True)
class Question:
    """One field: its title, its limit in words, and whether it may stay empty."""

    title: str
    limit: str
    help: str
    required: bool
    conditional: bool


@dataclass(frozen=True, slots=True)
class SectionOverview:
    """One page of the form."""

    number: int
    title: str
    guidance: str
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class IndicatorLine:
    """A figure by which results are measured, with the least that the call asks for."""

    title: str
    target: str
    mark: Mark | None


def form_overview(rules: CallRules, language: str) -> tuple[SectionOverview, ...]:
    """Every section with its questions, in the order of the form."""
    return tuple(
        SectionOverview(
            number,
            section.title.in_language(language),
            section.guidance.in_language(language) if section.guidance else "",
            tuple(_question(field, language) for field in section.fields),
        )
        for number, section in enumerate(rules.form.sections, start=1)
    )


def indicator_lines(rules: CallRules, language: str) -> tuple[IndicatorLine, ...]:
    """Every indicator with its target or share."""
    _ = translator(language)
    found = []
    for section, field in rules.form.fields():
        if not isinstance(field, IndicatorsField):
            continue
        for indicator in field.indicators:
            path = f"form.sections.{section.id}.fields.{field.id}.indicators.{indicator.id}"
            unit = indicator.unit.in_language(language)
            parts = []
            if indicator.target is not None:
                parts.append(_("at least %(target)s %(unit)s") % {"target": indicator.target, "unit": unit})
            if indicator.minimum_share is not None and indicator.share_of:
                whole = next(each for each in field.indicators if each.id == indicator.share_of)
                words = _("at least %(share)s of: %(whole)s")
                shares = {"share": str(indicator.minimum_share), "whole": whole.title.in_language(language)}
                parts.append(words % shares)
            figure = "target" if indicator.target is not None else "minimum_share"
            mark = mark_of(rules, f"{path}.{figure}") if parts else None
            target = " · ".join(parts) or _("you set the target")
            found.append(IndicatorLine(indicator.title.in_language(language), target, mark))
    return tuple(found)


def _question(field: FormField, language: str) -> Question:
    return Question(
        title=field.title.in_language(language),
        limit=_limit(field, language),
        help=field.help.in_language(language) if field.help else "",
        required=field.required,
        conditional=field.condition is not None,
    )


def _limit(field: FormField, language: str) -> str:  # noqa: PLR0911  # one arm per kind of field
    _ = translator(language)
    match field:
        case TextField():
            return _("up to %(most)s words") % {"most": field.max_words}
        case FileField():
            megabytes = max(1, field.max_bytes // 1_000_000)
            if field.max_pages:
                return _("PDF, up to %(pages)s pages and %(size)s MB") % {"pages": field.max_pages, "size": megabytes}
            return _("PDF, up to %(size)s MB") % {"size": megabytes}
        case TableField():
            return _("%(least)s to %(most)s rows") % {"least": field.min_rows, "most": field.max_rows}
        case MultiChoiceField():
            if field.maximum:
                return _("choose %(least)s to %(most)s") % {"least": field.minimum, "most": field.maximum}
            return _("choose at least %(least)s") % {"least": field.minimum}
        case PartnershipField():
            return _("coordinator and partners")
        case BudgetField():
            return _("costs per partner and category")
        case IndicatorsField():
            return _("%(count)s targets") % {"count": len(field.indicators)}
        case _:
            return _(field.kind.replace("_", " "))
