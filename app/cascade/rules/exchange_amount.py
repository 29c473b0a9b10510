"""What does an exchange pay? The lump sum of the host's country, halved once for a short or a near stay."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from app.core.money import Money
from app.core.periods import add_months
from app.core.rates import Rate
from app.core.violations import Figure, Violation
from app.reference.rules.holidays import works_in

LEAST_WORKING_DAYS = 3
LONGEST_MONTHS = 1
FULL_FROM_DAYS = 5
"""Working days from which a stay is not short."""
FULL_FROM_KM = 200
"""Distance between the two organisations from which a stay is not near."""
PAID_WITHIN_DAYS = 10
"""After the stay."""
TERRITORY = "cosme"
"""The country list in which both organisations stand."""
HALF = Rate.percent(50)


@dataclass(frozen=True, slots=True)
class Stay:
    """Days at the host, the first and the last included and without travel; countries as the EU writes them."""

    visitor_country: str
    host_country: str
    distance_km: int
    first_day: date
    last_day: date

    @property
    def working_days(self) -> int:
        """Days of the stay that are neither weekend nor public holiday of the host's country."""
        days = (self.first_day + timedelta(days=each) for each in range((self.last_day - self.first_day).days + 1))
        return sum(works_in(self.host_country, day) for day in days)

    @property
    def latest_last_day(self) -> date:
        """The last day of a stay of the longest duration."""
        return add_months(self.first_day, LONGEST_MONTHS) - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ExchangeAmount:
    """An amount with how it came about; ``short`` and ``near`` halve it once, together too."""

    lump_sum: Money
    working_days: int
    short: bool
    near: bool
    amount: Money

    @property
    def halved(self) -> bool:
        """Whether half of the lump sum is paid."""
        return self.short or self.near


def exchange_amount(lump_sum: Money, stay: Stay) -> ExchangeAmount:
    """The amount for a stay; ``lump_sum`` is that of the host's country on its first day."""
    return amount_for(lump_sum, stay.working_days, stay.distance_km)


def amount_for(lump_sum: Money, working_days: int, distance_km: int) -> ExchangeAmount:
    """The amount for so many working days, so far away."""
    short, near = working_days < FULL_FROM_DAYS, distance_km < FULL_FROM_KM
    amount = lump_sum.share_down(HALF) if short or near else lump_sum
    return ExchangeAmount(lump_sum, working_days, short, near, amount)


def stay_findings(stay: Stay) -> Iterator[Violation]:
    """What speaks against supporting the stay itself."""
    if stay.host_country == stay.visitor_country:
        words = "The host must be in another country than the visitor."
        yield Violation("exchange.same_country", words, "host_country")
    if stay.last_day < stay.first_day:
        yield Violation("exchange.days_reversed", "The last day is before the first.", "last_day")
        return
    if stay.last_day > stay.latest_last_day:
        words = "A stay lasts at most one month: from {first} until {last}."
        figures: dict[str, Figure] = {"first": stay.first_day, "last": stay.latest_last_day}
        yield Violation("exchange.too_long", words, "last_day", figures)
        return
    if (days := stay.working_days) < LEAST_WORKING_DAYS:
        words = "A stay has at least {least} working days at the host. This one has {days}: weekends and public holidays of {country} do not count."
        figures = {"least": LEAST_WORKING_DAYS, "days": days, "country": stay.host_country}
        yield Violation("exchange.too_short", words, "last_day", figures)


def territory_findings(stay: Stay, taking_part: Collection[str]) -> Iterator[Violation]:
    """Whether both organisations are in countries that take part on the first day; the lump sum is no answer to that."""
    places = {"country": stay.visitor_country, "host_country": stay.host_country}
    for place, country in places.items():
        if country not in taking_part:
            words = "{country} did not take part in COSME on {day}: visitor and host are both in countries that do."
            yield Violation("exchange.territory", words, place, {"country": country, "day": stay.first_day})


def visit_findings(visitor: str, earlier: date | None) -> Iterator[Violation]:
    """Whether the visitor was supported before; ``earlier`` is the first day of that stay. Hosts may host again."""
    if earlier is not None:
        words = "{visitor} was supported already, for the stay from {day}. Each person is supported once."
        yield Violation("exchange.visited_before", words, "visitor", {"visitor": visitor, "day": earlier})


def host_findings(country: str, region: str, region_country: str | None, *, known: bool) -> Iterator[Violation]:
    """Whether the lump sum of the host is known; ``region_country`` is the country of an outermost region."""
    if region and region_country != country:
        words = "{region} is no outermost region of {country}. Leave it empty unless the host is in one."
        yield Violation("exchange.host_region", words, "host_region", {"region": region, "country": country})
    if not known:
        words = "No lump sum is known for a host in {country} on that day: an exchange there cannot be supported."
        yield Violation("exchange.no_lump_sum", words, "host_country", {"country": country})


def paid_after_findings(last_day: date, paid_on: date) -> Iterator[Violation]:
    """Whether the visitor was paid when the stay was over."""
    if paid_on < last_day:
        words = "A visitor is paid after the stay, which ended on {day}."
        yield Violation("exchange.paid_before_end", words, "paid_on", {"day": last_day})


def days_late(last_day: date, paid_on: date) -> int:
    """How many days after the term of ten the visitor was paid; the amount stays the same."""
    return max((paid_on - last_day).days - PAID_WITHIN_DAYS, 0)
