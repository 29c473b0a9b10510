"""Where does a rule of a call come from? What its provenance says of it or of the part around it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.calls.rules.origins import origin_of

if TYPE_CHECKING:
    from app.calls.rules.call_rules import CallRules
    from app.calls.rules.values import Rule


def source_of(rules: CallRules, path: str) -> str:
    """The source of a place in the call document, or an empty text."""
    origin = origin_of(rules, path)
    return origin.source if origin else ""


def source_of_eligibility(rules: CallRules, rule: Rule) -> str:
    """The source of one condition of eligibility, or of its figure."""
    return _source_in_list(rules, "eligibility", rules.eligibility, rule)


def source_of_ceiling(rules: CallRules, rule: Rule) -> str:
    """The source of one ceiling, or of its figure."""
    return _source_in_list(rules, "funding.ceilings", rules.funding.ceilings, rule)


def _source_in_list(rules: CallRules, part: str, siblings: Sequence[Rule], rule: Rule) -> str:
    """The second rule of a kind is called ``<kind>_2`` in the document."""
    kind = str(type(rule).model_fields["kind"].default)
    alike = [sibling for sibling in siblings if type(sibling) is type(rule)]
    number = 1 + next(at for at, sibling in enumerate(alike) if sibling is rule)
    path = f"{part}.{kind}" if number == 1 else f"{part}.{kind}_{number}"
    figures = (f"{path}.{figure}" for figure in ("maximum", "minimum", "count"))
    exact = (rules.provenance[figure].source for figure in figures if figure in rules.provenance)
    return next(exact, "") or source_of(rules, path)
