"""The edition of the demo whose projects report: their first reports, payments and amendments at every step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from app.accounts.queries import actor_of_person
from app.core.periods import add_months
from app.demo.amending import Amending
from app.demo.calls import UNDERTAKEN
from app.demo.deciding import Panel, decide
from app.demo.granting import Granting
from app.demo.people import PASSWORD, Devices, SignIn
from app.demo.reporting import Reporting
from app.demo.running import Edition, conclude

if TYPE_CHECKING:
    from app.delivery.runtime import Runtime
    from app.demo.consortia import Consortium
    from app.demo.paying import Paying

DAY = timedelta(days=1)
VOTERS = ("Luis Ferreira", "Agata Sikora", "Niklas Brandt")
BEGAN = (16, 16, 16, 15, 15, 15, 15, 14, 14, 13, 12, 9)
"""Months before this one in which each project began: its first report is due fourteen months later."""
PAID, SENT, FAILED, REJECTED, STOPPED, SENT_BACK, JUDGED, RETURNED, LATE, FRESH, DRAFT, RUNS = range(len(BEGAN))
_PACE = {PAID: 118, SENT: 112, STOPPED: 92, REJECTED: 34}
"""Exchanges and other results in percent of what is promised by then: two are ahead, one is a bit behind, one in trouble."""
AMENDED = {
    PAID: "in_force", SENT: "refused", FAILED: "withdrawn", STOPPED: "signed", SENT_BACK: "accepted", FRESH: "requested",
    DRAFT: "draft", RUNS: "returned",
}  # fmt: skip


@dataclass(slots=True)
class Undertaken:
    """Twelve funded projects."""

    devices: Devices
    now: datetime
    made_from: Edition = field(init=False)
    made: Sequence[Consortium] = ()

    def award(self, made_from: Edition) -> None:
        """From the publication to the letters."""
        self.made_from = made_from
        starts = [add_months(self.now.date().replace(day=1), -months) for months in BEGAN]
        with made_from.running() as edition:
            edition.submit(UNDERTAKEN, len(starts), seed=97, starts=starts, sizes=(3, 3, 4))
            edition.check_all()
            conclude(edition, made_from.people, least=74, seed=41)
            officer = edition.office.officer(edition.session)
            panel = Panel(edition.session, edition.call_id, officer, {})
            panel.sit(made_from.people, now=self.now - 590 * DAY)
            panel.order_ties(now=self.now - 589 * DAY)
            panel.propose(now=self.now - 588 * DAY)
            panel.vote(VOTERS, now=self.now - 587 * DAY)
            panel.adopt(now=self.now - 585 * DAY)
            authorising = edition.office.authorising(edition.session)
            decide(edition.session, edition.call_id, officer, authorising, now=self.now - 580 * DAY)
            self.made = edition.made

    def agree(self) -> None:
        """Every project signs, is pre-financed and begins."""
        with self._granting() as granting:
            pairs = list(granting.opened())
            for number, (grant_id, one) in enumerate(pairs):
                began = self.now - (568 - number) * DAY
                granting.prepare(grant_id, one, now=began)
                granting.send(grant_id, one, now=began + 6 * DAY)
                granting.open(grant_id, now=began + 9 * DAY)
                granting.sign(grant_id, one, now=began + 11 * DAY)
            granting.prefinance([grant_id for grant_id, _ in pairs], now=self.now - 530 * DAY)
            for grant_id, one in pairs:
                Reporting(granting.session, granting.runtime, granting.office, grant_id, one).open(
                    now=self.now - 529 * DAY
                )

    def report(self) -> Sequence[SignIn]:
        """Visits, reports, payments, amendments; gives the sign-ins of beneficiaries with something to do."""
        with self._granting() as granting:
            pairs = list(granting.opened())
            projects = [Reporting(granting.session, granting.runtime, granting.office, *pair) for pair in pairs]
            _report(projects, granting.paying, self.now)
            for number, state in AMENDED.items():
                since = 150 if state == "in_force" else 17
                Amending(projects[number]).run(state, now=self.now - since * DAY)
            return _sign_ins(granting.runtime, [one for _, one in pairs], self.devices, self.now)

    @contextmanager
    def _granting(self) -> Iterator[Granting]:
        with self.made_from.runtime.database.transaction() as session:
            made = [one.inside(session) for one in self.made]
            yield Granting(session, self.made_from.runtime, self.made_from.office, made)


def _report(projects: Sequence[Reporting], paying: Paying, now: datetime) -> None:
    for number, one in enumerate(projects):
        today = now.date()
        period = one.period(1)
        until = min(period.ends_on, today - 5 * DAY)
        wanted = one.promised_visits(until) * _PACE.get(number, 103) // 100 + 1
        visits, paid = one.visit(wanted, period, until=until)
        if number == PAID:
            paid += one.visits.vouchers(period.starts_on + 90 * DAY)
        if number in {LATE, RUNS}:
            continue
        written = one.ended(1) + 12 * DAY
        if number == DRAFT:
            one.write(1, share=49, visits=visits, paid=paid, all_but=1, now=now - 6 * DAY)
            continue
        pace = min(_PACE.get(number, 100), 118)
        one.write(1, share=46 + number, visits=visits, paid=paid, pace=pace, now=written)
        one.submit(1, now=written + 9 * DAY)
        _judge(number, one, paying, now, received=written + 9 * DAY)


def _judge(number: int, one: Reporting, paying: Paying, now: datetime, *, received: datetime) -> None:
    match number:
        case 9:  # just submitted
            return
        case 7:
            why = "The third partner claims working time after its employee had left. Please correct its statement."
            one.give_back(1, why, statement=2, now=min(received + 20 * DAY, now - 3 * DAY))
        case 6:
            one.assess(1, rejected=1, only=5, now=now - 2 * DAY)
        case 3:
            one.assess(1, rejected=2, reduced=1, now=received + 30 * DAY)
            why = "No report of a visit and no time sheet could be shown on the spot; nothing of it can be accepted."
            one.reject(1, why, now=received + 31 * DAY)
        case _:
            one.assess(1, rejected=1, reduced=1 + number % 2, now=received + 22 * DAY)
            one.accept(1, now=received + 23 * DAY)
            _pay(number, one, paying, now, since=received + 24 * DAY)


def _pay(number: int, one: Reporting, paying: Paying, now: datetime, *, since: datetime) -> None:
    payment = one.ask(1, now=since)
    match number:
        case 0:
            paying.cancel(
                payment, "Asked for before the third visit report was there; asked for again.", now=since + DAY
            )
            payment = one.ask(1, now=since + 3 * DAY)
            paying.carry([payment], until="released", now=since + 3 * DAY)
            paying.book([payment], now=since + 87 * DAY)  # three weeks late, so interest is owed
            one.pay_interest(payment, now=now - 2 * DAY)
        case 1:
            paying.carry([payment], until="released", now=now - 5 * DAY)
        case 2:
            paying.carry([payment], now=since)
            reason = "The bank sent the money back: the account was closed in summer."
            paying.come_back(payment, reason, now=since + 9 * DAY)
            coordinator = one.parties[0]
            for which, days in ((3, 3), (4, 2)):  # the first of the two was the account of a branch
                paying.open_account(one.one, coordinator, which=which, now=now - days * DAY)
        case 4:
            paying.suspend(
                payment, "An audit of the coordinator looks at two invoices of this report.", now=now - 8 * DAY
            )
        case _:
            paying.carry([payment], until="verified", now=now - 7 * DAY)
            paying.send_back(payment, "The sheet names the account of last year. Please look again.", now=now - 4 * DAY)


def _sign_ins(runtime: Runtime, made: Sequence[Consortium], devices: Devices, now: datetime) -> list[SignIn]:
    """Coordinators, and a partner who has to sign its statement; each with a device for the second step."""
    chosen = (
        (made[PAID], 0, "is paid after its first report: visits, vouchers, an amendment in force"),
        (made[DRAFT], 0, "writes its first report"),
        (made[DRAFT], 1, "has its statement of the first report to sign"),
        (made[RETURNED], 0, "has a report to correct"),
        (made[LATE], 0, "owes its first report"),
    )
    session = made[0].session
    sign_ins: dict[str, SignIn] = {}
    for one, position, words in chosen:
        person_id = one.members[position].person_id
        actor = actor_of_person(session, person_id)
        if actor.email in sign_ins:
            continue
        device = devices.of(session, runtime.vault, person_id, now=now - 500 * DAY)
        role = "coordinator of" if position == 0 else "partner in"
        capacity = f"Beneficiary: {role} {one.project.acronym}, {'which ' if position == 0 else ''}{words}"
        sign_ins[actor.email] = SignIn(actor.name, actor.email, PASSWORD, capacity, device)
    return list(sign_ins.values())
