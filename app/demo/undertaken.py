"""The edition of the demo whose projects report: their first reports, payments and amendments at every step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from app.accounts.queries import actor_of_person
from app.core.periods import add_months
from app.demo.amending import Amending
from app.demo.calls import UNDERTAKEN
from app.demo.consortia import Member
from app.demo.deciding import Panel, decide
from app.demo.granting import Granting
from app.demo.people import PASSWORD, Devices, SignIn
from app.demo.reporting import Reporting
from app.demo.running import Running, conclude

if TYPE_CHECKING:
    from app.delivery.runtime import Runtime
    from app.demo.consortia import Consortium
    from app.demo.paying import Paying
    from app.demo.people import Office

DAY = timedelta(days=1)
VOTERS = ("Luis Ferreira", "Agata Sikora", "Niklas Brandt")
BEGAN = (16, 16, 16, 15, 15, 15, 15, 14, 14, 13, 12, 9)
"""Months before this one in which each project began: its first report is due fourteen months later."""
PAID, SENT, FAILED, REJECTED, STOPPED, SENT_BACK, JUDGED, RETURNED, LATE, FRESH, DRAFT, RUNS = range(len(BEGAN))
AMENDED = {
    PAID: "in_force", SENT: "refused", FAILED: "withdrawn", STOPPED: "signed", SENT_BACK: "accepted", FRESH: "requested",
    DRAFT: "draft", RUNS: "returned",
}  # fmt: skip


def load_undertaken(
    runtime: Runtime,
    office: Office,
    members: tuple[Member, ...],
    people: Mapping[str, UUID],
    devices: Devices,
    now: datetime,
) -> list[SignIn]:
    """Twelve funded projects; gives the sign-ins of beneficiaries with something to do."""
    starts = [add_months(now.date().replace(day=1), -months) for months in BEGAN]
    with runtime.database.transaction() as session:
        edition = Running(session, runtime, office, members, now)
        edition.submit(UNDERTAKEN, len(starts), seed=97, starts=starts, sizes=(3, 3, 4))
        edition.check_all()
        conclude(edition, people, least=74, seed=41)
        panel = Panel(session, edition.call_id, office.officer(session), {})
        panel.sit(people, now=now - 590 * DAY)
        panel.order_ties(now=now - 589 * DAY)
        panel.propose(now=now - 588 * DAY)
        panel.vote(VOTERS, now=now - 587 * DAY)
        panel.adopt(now=now - 585 * DAY)
        decide(session, edition.call_id, office.officer(session), office.authorising(session), now=now - 580 * DAY)
    with runtime.database.transaction() as session:
        granting = Granting(session, runtime, office, [one.inside(session) for one in edition.made])
        pairs = list(granting.opened())
        for number, (grant_id, one) in enumerate(pairs):
            began = now - (568 - number) * DAY
            granting.prepare(grant_id, one, now=began)
            granting.send(grant_id, one, now=began + 6 * DAY)
            granting.open(grant_id, now=began + 9 * DAY)
            granting.sign(grant_id, one, now=began + 11 * DAY)
        granting.prefinance([grant_id for grant_id, _ in pairs], now=now - 530 * DAY)
        projects = [Reporting(session, runtime, office, grant_id, one) for grant_id, one in pairs]
        for project in projects:
            project.open(now=now - 529 * DAY)
        _report(projects, granting.paying, now)
        for number, state in AMENDED.items():
            Amending(projects[number]).run(state, now=now - (150 if state == "in_force" else 17) * DAY)
        return _sign_ins(runtime, [one for _, one in pairs], devices, now)


def _report(projects: Sequence[Reporting], paying: Paying, now: datetime) -> None:
    for number, one in enumerate(projects):
        today = now.date()
        period = one.period(1)
        until = min(period.ends_on, today - 5 * DAY)
        visits, paid = one.visits.make(27 if number in {PAID, SENT} else 2 + number % 3, period.starts_on, until)
        if number == PAID:
            paid += one.visits.vouchers(period.starts_on + 90 * DAY)
        if number in {LATE, RUNS}:
            continue
        written = one.ended(1) + 12 * DAY
        if number == DRAFT:
            one.write(1, share=44, visits=visits, paid=paid, all_but=1, now=now - 6 * DAY)
            continue
        one.write(1, share=39 + number, visits=visits, paid=paid, ahead=number in {PAID, SENT}, now=written)
        one.submit(1, now=written + 9 * DAY)
        _judge(number, one, paying, now, received=written + 9 * DAY)


def _judge(number: int, one: Reporting, paying: Paying, now: datetime, *, received: datetime) -> None:
    match number:
        case 9:  # just submitted
            return
        case 7:
            why = "The third partner claims working time after its employee had left. Please correct its statement."
            one.give_back(1, why, now=min(received + 20 * DAY, now - 3 * DAY))
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
