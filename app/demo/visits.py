"""What projects of the demo pay to third parties: lump sums of visits, vouchers, and what was recorded by mistake."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from app.cascade.rules.exchange_amount import LEAST_WORKING_DAYS, Stay, exchange_amount
from app.cascade.schemas import RecordExchange, RecordVoucher, ReverseSupport
from app.cascade.use_cases.attach_evidence import attach_evidence
from app.cascade.use_cases.record_exchange import record_exchange
from app.cascade.use_cases.record_voucher import record_voucher
from app.cascade.use_cases.reverse_support import reverse_support
from app.core.money import Money
from app.core.periods import BRUSSELS
from app.demo import content
from app.demo.part_b import letter
from app.demo.people import name_between
from app.documents.schemas import FileToStore
from app.reference.queries import lump_sum

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.core.actor import Actor
    from app.demo.consortia import Consortium
    from app.infra.file_store import FileStore

DAY = timedelta(days=1)
CLOSED = date(2020, 3, 12), date(2020, 7, 10)
"""When nobody could travel."""
_FORMS = {
    "PT": "Lda", "IT": "S.r.l.", "BG": "OOD", "PL": "sp. z o.o.", "RO": "SRL", "HU": "Kft.", "CZ": "s.r.o.", "SK": "s.r.o.",
    "SI": "d.o.o.", "HR": "d.o.o.", "EL": "EPE", "CY": "Ltd", "MT": "Ltd", "LT": "UAB", "LV": "SIA", "EE": "OÜ", "FI": "Oy",
    "SE": "AB", "DK": "ApS", "NL": "B.V.", "BE": "BV", "FR": "SARL", "DE": "GmbH", "AT": "GmbH", "ES": "S.L.", "IE": "Ltd",
    "UK": "Ltd", "LU": "Sàrl",
}  # fmt: skip
_STEMS = (
    "Alvor", "Brenta", "Calder", "Dorna", "Estrela", "Fenix", "Garda", "Helios", "Ister", "Jura", "Karst", "Lumina", "Marea",
    "Noria", "Orava", "Pinus", "Quarz", "Rila", "Sava", "Tejo", "Ursa", "Volta", "Wisla", "Xylo", "Ybbs", "Zephyr",
)  # fmt: skip
_TRADES = ("Technik", "Labs", "Systems", "Design", "Works", "Materials", "Data", "Foods", "Tools", "Optics")
_AIMS = (
    "See how the host plans small series, and agree on a first common order.",
    "Learn the quality test that customers of the host ask for.",
    "Prepare a joint offer for a customer in both countries.",
    "Compare machines before buying one, and train two people on it.",
    "Look for a supplier of {theme}.",
)
_VOUCHERS = (
    ("Test of material samples at the laboratory of a partner, for {theme}", 148_350),
    ("Coaching on export to the country of a partner: market study and first three contacts", 96_000),
    ("Drawing of a prototype with the designer of another cluster, for {theme}", 212_475),
)


@dataclass(frozen=True, slots=True)
class Visits:
    """The third parties of one grant, paid by its coordinator."""

    session: Session
    files: FileStore
    grant_id: UUID
    one: Consortium
    partner_id: UUID
    """The coordinator as a party."""

    def make(self, number: int, since: date, until: date, *, budget: Money) -> tuple[int, Money]:
        """Record up to ``number`` exchanges between two days, within a budget; gives how many, and what they cost."""
        stays: list[tuple[date, date, date, content.DemoOrganisation, content.DemoOrganisation]] = []
        random = Random(f"{self.one.project.acronym}{since}")
        for _ in range(20 * number):  # not every stay that comes to mind is possible
            host, guest = random.sample(self._places(), 2)
            first = _monday(since + timedelta(days=random.randint(10, max((until - since).days - 45, 11))))
            last = first + timedelta(days=random.choice([2, 3, 4, 4, 4, 7, 11]))
            paid_on = last + timedelta(days=random.randint(3, 11))
            stay = Stay(guest.country, host.country, 500, first, last)
            closed = first < CLOSED[1] and last > CLOSED[0]
            if closed or paid_on > until or host.country == guest.country:
                continue
            if lump_sum(host.country, first) is None or stay.working_days < LEAST_WORKING_DAYS:
                continue
            stays.append((paid_on, first, last, host, guest))
            if len(stays) == number:
                break
        stays.sort(key=lambda stay: stay[:3])
        made, total, lead = 0, Money(0), self.one.lead
        for on, first, last, host, guest in stays:
            known = lump_sum(host.country, first)
            if known is None or total + known.ceiling > budget:
                break
            stay = self._exchange(lead, host, guest, (first, last, on), random)
            total += exchange_amount(known.ceiling, stay).amount
            made += 1
        return made, total

    def _places(self) -> Sequence[content.DemoOrganisation]:
        return [one for one in content.organisations() if one.short_name in self.one.names]

    def _exchange(
        self,
        lead: Actor,
        host: content.DemoOrganisation,
        guest: content.DemoOrganisation,
        days: tuple[date, date, date],
        random: Random,
    ) -> Stay:
        first, last, paid_on = days
        host_is_firm = random.random() < 0.6  # share
        wanted = RecordExchange(
            partner_id=self.partner_id,
            recipient=company(guest.country, random),
            country=guest.country,
            registration_number=str(random.randint(10_000_000, 99_999_999)),
            sme=True,
            paid_on=paid_on,
            visitor=name_between(guest.country, random),
            host_name=company(host.country, random) if host_is_firm else host.name,
            host_country=host.country,
            host_sme=host_is_firm,
            distance_km=random.choice([145, 310, 480, 690, 870, 1_120, 1_340, 1_890, 2_260]),
            first_day=first,
            last_day=last,
            purpose=random.choice(_AIMS).format(theme=self.one.project.theme),
        )
        made = record_exchange(self.session, lead, self.grant_id, wanted, now=at_noon(paid_on + 2 * DAY))
        if random.random() < 0.15:  # share
            self._prove(made, paid_on)
        return wanted.stay

    def vouchers(self, on: date) -> Money:
        """Three vouchers; the last one was recorded with a wrong amount, reversed and recorded anew."""
        random, total = Random(f"vouchers {self.one.project.acronym}"), Money(0)
        places = self._places()
        for number, (purpose, cents) in enumerate(_VOUCHERS):
            guest = places[number % len(places)]
            wanted = RecordVoucher(
                partner_id=self.partner_id,
                recipient=company(guest.country, random),
                country=guest.country,
                registration_number=str(random.randint(10_000_000, 99_999_999)),
                sme=True,
                paid_on=on + number * 9 * DAY,
                amount=Money(cents),
                purpose=purpose.format(theme=self.one.project.theme),
            )
            now = at_noon(wanted.paid_on + DAY)
            if number == len(_VOUCHERS) - 1:
                slip = wanted.model_copy(update={"amount": Money(221_475)})
                wrong = record_voucher(self.session, self.one.lead, self.grant_id, slip, now=now)
                why = ReverseSupport(reason="Two digits were swapped; the right amount is recorded beside it.")
                reverse_support(self.session, self.one.lead, self.grant_id, wrong, why, now=now + timedelta(hours=1))
            made = record_voucher(self.session, self.one.lead, self.grant_id, wanted, now=now + timedelta(hours=2))
            self._prove(made, wanted.paid_on)
            total += wanted.amount
        return total

    def _prove(self, payment_id: UUID, paid_on: date) -> None:
        """Attach the proof of the bank."""
        pdf = letter(f"Proof of payment, {paid_on:%d %B %Y}", ("The transfer was booked on this day.",))
        uploaded = FileToStore(
            sha256=self.files.put(pdf),
            size=len(pdf),
            media_type="application/pdf",
            filename=f"proof-{paid_on}.pdf",
            pages=1,
        )
        now = at_noon(paid_on + 3 * DAY)
        attach_evidence(self.session, self.one.lead, self.grant_id, payment_id, uploaded, now=now)


def company(country: str, random: Random) -> str:
    """An invented small firm."""
    return f"{random.choice(_STEMS)} {random.choice(_TRADES)} {_FORMS[country]}"


def at_noon(day: date) -> datetime:
    """Noon in Brussels."""
    return datetime.combine(day, time(12), ZoneInfo(BRUSSELS))


def _monday(day: date) -> date:
    return day + timedelta(days=-day.weekday() % 7)
