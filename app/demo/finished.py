"""How the thirteen projects of 2019 went on: two reports each, a pandemic in between, the balance, and the end."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from app.cascade.queries.payments import exchanges_made
from app.core.money import Money
from app.reporting.queries.reports import calculations_of

if TYPE_CHECKING:
    from app.demo.paying import Paying
    from app.demo.reporting import Reporting

DAY = timedelta(days=1)
OWES, CAME_BACK, REDUCED = 4, 9, 6
"""Which projects were paid too much: one still owes it, one was heard and paid back less; and whose grant was reduced."""
HEARD = (
    "Four travel days of the final conference were rejected because the tickets were missing. The airline has sent them "
    "again; we can show them at any time. We ask you to take these costs off what you intend to ask back."
)
_VISITS = (52, 50, 44, 51, 21, 50, 43, 50, 46, 24, 50, 45, 50)
"""How many exchanges each project held in the end, of fifty: a pandemic kept some from it."""


def first_year(number: int, one: Reporting, paying: Paying) -> None:
    """From the first visit to the first payment after a report."""
    visits, paid = one.visit(_VISITS[number] * 2 // 5, one.period(1))
    written = one.ended(1) + 24 * DAY
    share = 52 if number in {OWES, CAME_BACK} else 41 + number % 5
    one.write(1, share=share, visits=visits, paid=paid, pace=_pace(number), now=written)
    one.submit(1, now=written + (9 + number) * DAY)
    if number == 2:  # one report needed a second attempt
        why = "The statement of the second partner names no days for the travel in March. Please add them."
        one.give_back(1, why, statement=1, now=written + 20 * DAY)
        days = (
            "The travel in March was on the 9th and 10th, to the meeting of hosts; the tickets are with the accounts."
        )
        one.correct(1, days, statement=1, now=written + 26 * DAY)
        one.submit(1, now=written + 27 * DAY)
    one.assess(1, rejected=number % 3 == 1, reduced=number % 2, now=written + 40 * DAY)
    one.accept(1, now=written + 41 * DAY)
    payment = one.ask(1, now=written + 44 * DAY)
    paying.carry([payment], now=written + 45 * DAY)


def to_the_end(number: int, one: Reporting, paying: Paying) -> None:
    """To the last euro; one project stays open because it has not paid back."""
    period = one.period(2)
    done = exchanges_made(one.session, one.grant_id).total
    _, paid = one.visit(_VISITS[number] - done, period)
    if number == 0:
        paid += one.visits.vouchers(period.starts_on + 60 * DAY)
    written = one.ended(2) + 20 * DAY
    share = 17 if number in {OWES, CAME_BACK} else 48 - number % 4
    reached = exchanges_made(one.session, one.grant_id).total
    one.write(2, share=share, visits=reached, paid=paid, pace=_pace(number), now=written)
    one.submit(2, now=written + (12 + number) * DAY)
    one.assess(2, rejected=int(number % 4 == 2), now=written + 60 * DAY)
    reduction = Money.parse("4180.50") if number == REDUCED else None
    why = "Two of four films were never made, and the handbook came out in one language only." if reduction else ""
    one.accept(2, reduction=reduction, why=why, now=written + 62 * DAY)
    calculation = calculations_of(one.session, one.grant_id)[-1]
    if calculation.due:
        payment = one.ask(2, now=written + 63 * DAY)
        paying.carry([payment], now=written + 64 * DAY)
    elif number == OWES:
        why = "Nobody answered the announcement, and the figures of the decision stand."
        one.confirm(2, why, now=written + 94 * DAY)
        return
    elif calculation.recovery:
        one.answer(2, HEARD, now=written + 70 * DAY)
        why = "The tickets prove four more travel days of the last month; they are taken off. The rest stands."
        one.lower(2, 80, why, now=written + 80 * DAY)
        one.recovered(2, paying, now=written + 110 * DAY)
    one.close(now=written + 120 * DAY)


def _pace(number: int) -> int:
    """What was reached of the other targets, in percent of what was expected."""
    return 100 if _VISITS[number] >= 50 else 91 if _VISITS[number] > 40 else 55  # of fifty exchanges
