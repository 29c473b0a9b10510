"""An agreement as its page and its document print it: tables, chart and record of signatures in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.core.charts import Datum, Segment, bars
from app.core.money import Money
from app.grants.rules.agreement import AgreementFacts
from app.grants.rules.agreement_record import AgreementRecord, SignatureFacts
from app.grants.rules.grant_lifecycle import Authentication
from app.infra.templates import day_text, instant_text, locale_of, money_text, translator

_FIRST, _FIGURES = 22, 78
"""Per cent of the width of the budget: names, and all columns of figures together."""
_PAYMENTS = {"none": "no payment", "interim": "interim payment", "balance": "balance"}
_RECOGNISED = {
    Authentication.SECOND_FACTOR: "password and one-time code",
    Authentication.PASSWORD: "password",
}


@dataclass(frozen=True, slots=True)
class AgreementView:
    """What ``documents/agreement_text.html`` reads beside the facts; ``columns`` and ``rows`` are those of the budget.

    ``plain_columns`` are the same without widths: a page gives none.
    """

    periods: tuple[tuple[str, ...], ...]
    columns: tuple[Mapping[str, object], ...]
    plain_columns: tuple[Mapping[str, object], ...]
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...]
    chart: tuple[Segment, ...]
    indicators: tuple[tuple[str, ...], ...]
    signatures: tuple[Mapping[str, str], ...]
    sha256: str
    in_force: str


def agreement_view(record: AgreementRecord, language: str = "en") -> AgreementView:
    """Tables, chart and signatures of an agreement in a language; the last signature is the instant of entry into force."""
    agreement = record.agreement
    say, locale = translator(language), locale_of(language)
    columns = _columns(agreement, language)
    authority = next((one for one in record.signatures if one.partner_id is None), None)
    return AgreementView(
        periods=tuple(
            (
                str(period.number),
                f"{period.first_month} to {period.last_month}",
                day_text(period.starts_on, locale),
                day_text(period.ends_on, locale),
                day_text(period.report_due_on, locale),
                say(_PAYMENTS[period.payment]),
            )
            for period in agreement.periods
        ),
        columns=columns,
        plain_columns=tuple({name: value for name, value in column.items() if name != "width"} for column in columns),
        rows=tuple(_rows(agreement, locale)),
        total=_total(agreement, say("Total"), locale),
        chart=bars(
            [
                Datum(party.name, grant.cents, money_text(grant, locale))
                for party in agreement.parties
                if (grant := agreement.grant_of(party.partner_id))
            ]
        ),
        indicators=tuple(
            (one.title, "" if one.target is None else str(one.target), one.unit) for one in agreement.indicators
        ),
        signatures=tuple(signature_words(one, language) for one in record.signatures),
        sha256=record.signatures[0].sha256 if record.signatures else record.sha256,
        in_force=instant_text(authority.signed_at, locale) if authority is not None else "",
    )


def _columns(agreement: AgreementFacts, language: str) -> tuple[Mapping[str, object], ...]:
    say = translator(language)
    names = [f"{one.code} {one.title}" for one in agreement.categories]
    figures = [*names, say("Eligible costs"), say("Maximum grant")]
    width = f"{_FIGURES // len(figures)}%"
    found: list[dict[str, Any]] = [{"label": say("Organisation"), "width": f"{_FIRST}%"}]
    found += [{"label": name, "width": width, "number": True} for name in figures]
    return tuple(found)


def _rows(agreement: AgreementFacts, locale: str) -> list[tuple[str, ...]]:
    return [
        (
            party.name,
            *(_amount(agreement.cost_of(party.partner_id, one.id), locale) for one in agreement.categories),
            _amount(agreement.cost_of(party.partner_id), locale),
            _amount(agreement.grant_of(party.partner_id), locale),
        )
        for party in agreement.parties
        if agreement.cost_of(party.partner_id)
    ]


def _total(agreement: AgreementFacts, label: str, locale: str) -> tuple[str, ...]:
    return (
        label,
        *(_amount(agreement.cost_of(category=one.id), locale) for one in agreement.categories),
        _amount(agreement.eligible, locale),
        _amount(agreement.maximum_grant, locale),
    )


def _amount(amount: Money, locale: str) -> str:
    return money_text(amount, locale, with_currency=False)


def signature_words(one: SignatureFacts, language: str) -> Mapping[str, str]:
    """Who signed, in what capacity, how the person was recognised and when."""
    say = translator(language)
    return {
        "name": one.name,
        "capacity": say(one.capacity),
        "organisation": one.party,
        "authentication": say(_RECOGNISED[one.authentication]),
        "instant": say("%s, Brussels time") % instant_text(one.signed_at, locale_of(language), seconds=True),
    }
