"""An amendment as its pages and its document print it: what differs, in words and rows of a language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.amendments.rules.addendum import AddendumRecord
from app.amendments.rules.comparison import Comparison, Figure, PeriodChange
from app.core.money import Money
from app.delivery.agreements import signature_words
from app.grants.rules.agreement import AccountFacts
from app.infra.templates import day_text, locale_of, money_text, translator
from app.payments.rules.accounts import grouped

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ComparisonView:
    """Rows of what differs: ``lines`` name partner, category, before, after, difference; ``total`` closes them.

    ``partners`` name costs before and after, grant before and after. Empty where the amendment leaves a part alone.
    """

    lines: Sequence[Row]
    total: Row
    partners: Sequence[Row]
    partners_total: Row
    account: tuple[str, str] | None
    months: tuple[str, str] | None
    ends: tuple[str, str] | None
    periods: Sequence[Row]
    maximum: tuple[str, str]
    maximum_falls: bool
    prefinancing: tuple[str, str] | None
    ceiling: tuple[str, str] | None
    moved: str
    empty: bool


def comparison_view(found: Comparison, language: str = "en") -> ComparisonView:
    """What differs, for reading."""
    say, locale = translator(language), locale_of(language)

    def figure(one: Figure) -> Row:
        return _amount(one.before, locale), _amount(one.after, locale), _difference(one.difference, locale)

    money_moves = bool(found.lines) or found.maximum.changed
    return ComparisonView(
        lines=[(one.partner, one.title, *figure(one.cost)) for one in found.lines],
        total=(say("All eligible costs"), "", *figure(found.eligible)),
        partners=[(one.partner, *_both(one.cost, locale), *_both(one.grant, locale)) for one in found.partners]
        if money_moves
        else [],
        partners_total=(say("Total"), *_both(found.eligible, locale), *_both(found.maximum, locale)),
        account=(_account(found.accounts[0], language), _account(found.accounts[1], language))
        if found.accounts is not None
        else None,
        months=(str(found.months[0]), str(found.months[1])) if found.months is not None else None,
        ends=(day_text(found.ends[0], locale), day_text(found.ends[1], locale)) if found.ends is not None else None,
        periods=[_period(one, language) for one in found.periods],
        maximum=_words(found.maximum, locale),
        maximum_falls=found.maximum.changed,
        prefinancing=_words(found.prefinancing, locale) if found.prefinancing and found.prefinancing.changed else None,
        ceiling=_words(found.ceiling, locale) if found.ceiling and found.ceiling.changed else None,
        moved=money_text(found.moved, locale),
        empty=found.is_empty,
    )


def signed_rows(record: AddendumRecord, language: str = "en") -> tuple[Mapping[str, str], ...]:
    """Who signed, as documents and pages show signatures."""
    return tuple(signature_words(one, language) for one in record.signatures)


def _words(one: Figure, locale: str) -> tuple[str, str]:
    return money_text(one.before, locale), money_text(one.after, locale)


def _both(one: Figure, locale: str) -> Row:
    return _amount(one.before, locale), _amount(one.after, locale)


def _amount(amount: Money, locale: str) -> str:
    return money_text(amount, locale, with_currency=False)


def _difference(amount: Money, locale: str) -> str:
    words = _amount(amount, locale)
    return f"+{words}" if amount.cents > 0 else words


def _account(account: AccountFacts | None, language: str) -> str:
    if account is None:
        return translator(language)("none")
    return f"{grouped(account.iban)}, {account.holder}"


def _period(one: PeriodChange, language: str) -> Row:
    say, locale = translator(language), locale_of(language)

    def days(found: tuple[date, date, date] | None) -> str:
        if found is None:
            return say("none")
        starts, ends, due = (day_text(day, locale) for day in found)
        return say("%(starts)s to %(ends)s, report due by %(due)s") % {"starts": starts, "ends": ends, "due": due}

    return str(one.number), days(one.before), days(one.after)
