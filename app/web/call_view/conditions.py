"""Who can apply, who is excluded and who can do the work: each rule of a call in plain words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from app.calls.rules.eligibility_kinds import (
    Countries,
    DeclarationOfHonour,
    FinancialCapacity,
    MemberInRegionCategory,
    MinimumCountries,
    MinimumEntities,
    OneApplicationPerOrganisation,
    OperationalCapacity,
    OrganisationTypes,
    PlatformRegistration,
    RecordedCheck,
    RequiredActivities,
    SmeShareOfBudget,
)
from app.infra.templates import day_text, locale_of, money_text, translator
from app.reference import queries as reference
from app.web.call_view.origins import Mark, named_elements, source_at

if TYPE_CHECKING:
    from app.calls.rules.call_rules import CallRules
    from app.calls.rules.values import Rule

Gettext = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Condition:
    """One rule in words; ``more`` is what stands behind a fold (title, lines)."""

    text: str
    rule: str
    source: str
    mark: Mark | None
    strands: tuple[str, ...] = ()
    more_title: str = ""
    more: tuple[str, ...] = field(default=())


def conditions(rules: CallRules, part: str, language: str) -> tuple[Condition, ...]:
    """The rules of ``eligibility``, ``exclusion`` or ``selection``; activities are told elsewhere."""
    paths = named_elements(rules, part)
    elements: Sequence[Rule] = getattr(rules, part)
    return tuple(
        _condition(rules, rule, paths[position], language)
        for position, rule in enumerate(elements)
        if not isinstance(rule, RequiredActivities)
    )


def _condition(rules: CallRules, rule: Rule, path: str, language: str) -> Condition:
    source, mark = source_at(rules, path)
    more_title, more = _more(rules, rule, language)
    return Condition(
        text=_sentence(rule, language),
        rule=rule.rule_id,
        source=source or translator(language)("the call document itself"),
        mark=mark,
        strands=rule.strands,
        more_title=more_title,
        more=more,
    )


def _sentence(rule: Rule, language: str) -> str:  # noqa: PLR0911  # one arm per kind of rule
    _ = translator(language)
    match rule:
        case OrganisationTypes():
            return _("Every applicant is one of: %(types)s.") % {"types": _types(rule.allowed, _)}
        case Countries():
            return _("Every applicant is established in %(lists)s, as the list stands %(day)s.") % {
                "lists": _lists(rule.lists, _),
                "day": _on(rule.on, _, language),
            }
        case MinimumEntities():
            words = _("At least %(count)s legal entities that are independent of each other apply together.")
            plain = _("At least %(count)s different legal entities apply together.")
            return (words if rule.independent else plain) % {"count": rule.count}
        case MinimumCountries():
            return _("The applicants come from at least %(count)s different countries among %(lists)s.") % {
                "count": rule.count,
                "lists": _lists(rule.lists, _),
            }
        case MemberInRegionCategory():
            words = _("At least %(count)s of the applicants is in a %(kinds)s region of the cohesion policy.")
            return words % {"count": rule.count, "kinds": _or([_(_plain(kind)) for kind in rule.categories], _)}
        case PlatformRegistration():
            if rule.accepts_requested:
                return _("Every applicant is registered on the cluster collaboration platform or has asked to be.")
            return _("Every applicant is registered on the cluster collaboration platform.")
        case OneApplicationPerOrganisation():
            words = _("An organisation takes part in at most %(count)s application(s) to this call.")
            led = _("An organisation coordinates at most %(count)s application(s) to this call.")
            return (led if rule.as_coordinator_only else words) % {"count": rule.maximum}
        case SmeShareOfBudget():
            words = _("At least %(share)s of the budget reaches small and medium-sized enterprises.")
            return words % {"share": str(rule.minimum)}
        case _:
            return _check_sentence(rule, language)


def _check_sentence(rule: Rule, language: str) -> str:
    _ = translator(language)
    match rule:
        case DeclarationOfHonour():
            words = _("%(who)s declares on its honour that no ground for exclusion applies to it.")
            return words % {"who": _who(rule.of, _)}
        case RecordedCheck():
            title = rule.title.in_language(language)
            before = _("the award") if rule.before == "award" else _("the signature")
            words = _("Before %(before)s, the office checks: %(title)s.") % {"before": before, "title": title}
            return f"{words} {_('You are heard before a decision against you.')}" if rule.right_to_be_heard else words
        case FinancialCapacity():
            amount = rule.from_amount
            words = _("%(who)s has stable and sufficient resources.") % {"who": _who(rule.of, _)}
            if amount is not None:
                checked = _("Checked for requests above %(amount)s.")
                words += " " + checked % {"amount": money_text(amount, locale_of(language))}
            if rule.exempt:
                words += " " + _("Exempt: %(types)s.") % {"types": _types(rule.exempt, _)}
            return words
        case OperationalCapacity():
            judged = _("the experts") if rule.judged_by == "experts" else _("the office")
            return _("The applicants have the skills and means to do the work, as %(who)s judge it.") % {"who": judged}
        case _:
            return _plain(rule.rule_id)


def _more(rules: CallRules, rule: Rule, language: str) -> tuple[str, tuple[str, ...]]:
    """The countries of the lists by name, as they stood on the day that counts."""
    if not isinstance(rule, Countries | MinimumCountries):
        return "", ()
    day = rules.timetable.deadline.day if rule.on == "deadline" else rule.on
    codes = {code for name in rule.lists for code in reference.countries_in(name, day)}
    names = sorted(found.name(language) for code in codes if (found := reference.country(code)))
    return translator(language)("%(count)s countries") % {"count": len(names)}, tuple(names)


def _lists(lists: Sequence[str], _: Gettext) -> str:
    known = {
        "eu_member_states": _("a Member State of the European Union"),
        "cosme": _("a country that takes part in COSME"),
        "h2020": _("a country associated with Horizon 2020"),
        "eea_efta": _("Iceland, Liechtenstein or Norway"),
    }
    return _or([known.get(name, _(_plain(name))) for name in lists], _)


def _types(types: Sequence[str], _: Gettext) -> str:
    return ", ".join(_(_plain(kind)) for kind in types)


def _who(whom: str, _: Gettext) -> str:
    return _("The coordinator") if whom == "coordinator" else _("Every applicant")


def _on(day: date | str, _: Gettext, language: str) -> str:
    if isinstance(day, str):
        return _("on the day of the deadline")
    return _("on %(day)s") % {"day": day_text(day, locale_of(language))}


def _or(words: Sequence[str], _: Gettext) -> str:
    return (
        words[0] if len(words) == 1 else _("%(some)s or %(last)s") % {"some": ", ".join(words[:-1]), "last": words[-1]}
    )


def _plain(name: str) -> str:
    return name.replace("_", " ").replace(".", ": ")
