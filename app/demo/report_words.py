"""What the projects of the demo report: texts of the work done, and costs that look like those of real people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING

from app.core.money import Money
from app.demo import content
from app.reporting.schemas import CostLine

if TYPE_CHECKING:
    from app.demo.content import Project
    from app.reporting.rules.periods import Period

_BEGUN = (
    (
        "In its first year {acronym} brought {partners} cluster organisations to one table about {theme}. {managers} managers "
        "were trained in {first} and {second}, and {visits} firms sent somebody to a host abroad."
    ),
    (
        "{acronym} opened in {first} with a workshop on {theme} that forty firms attended. Since then {managers} cluster managers "
        "have finished their training, every partner has drafted its strategy, and {visits} visits have taken place."
    ),
    (
        "What do firms need that work on {theme}? {acronym} asked {reached} of them, and built its training and its {visits} "
        "exchanges on the answers. {managers} managers took part, most of them for the first time abroad."
    ),
)
_ENDED = (
    (
        "{acronym} has ended. {partners} clusters that hardly knew each other share a training programme, a calendar and a list "
        "of hosts for {theme}; {visits} visits led to four signed contracts and one joint product."
    ),
    (
        "Two years, {visits} exchanges, {managers} trained managers: {acronym} leaves its partners with strategies that their "
        "boards have adopted, and a handbook on {theme} that nineteen other clusters have asked for."
    ),
    (
        "After {acronym} the firms behind {theme} find partners abroad without a project: {second} and {first} keep a joint desk "
        "that their members pay for. {visits} exchanges were held and {reached} firms reached."
    ),
)
_WORK = (
    (
        "Management: four meetings of the steering group, two of them online; the risk register was reviewed each time. Skills: "
        "{lead} ran the training week in {first} ({managers} people), {other} the one in {second}. ClusterXchange: {visits} visits; "
        "each request was read by two partners. Outreach: {films} films and one open event."
    ),
    (
        "{lead} coordinated and wrote the quality plan. {other} led the training: three modules on member services, finance and "
        "data, with homework between them. Visits were matched by profile ({visits} held, two turned down for want of a plan). "
        "The web page had {reached} readers a month at the end of the period."
    ),
    (
        "Work packages 1 and 2 follow the plan. In work package 3 the call for visitors was opened twice, in {first} and {second}; "
        "{visits} exchanges were approved and held. Work package 4 made {films} films; the open event had guests from nine countries."
    ),
)
_RESULTS = (
    (
        "A training programme of three modules that {other} now offers once a year; peer reviews of {partners} strategies; "
        "{visits} reports of visits, each with what came of it three months later."
    ),
    (
        "{partners} strategies, adopted by the boards. A shared list of {reached} firms with what each can show to visitors. The "
        "method of matching is described in the handbook and used by two clusters outside the partnership."
    ),
    (
        "Eleven firms work together that met through a visit; three of these pairs have a contract. {other} passed the assessment "
        "for the silver label with the strategy that was written here."
    ),
)
_DEVIATIONS = (
    "The second training week moved by five weeks because the rooms in {second} were flooded. No task changed.",
    "None in the work. {other} used less of its travel budget and more working time, since three meetings were held online.",
    "Fewer visits than planned in summer: hosts close in August. The matching of autumn was brought forward instead.",
    "The web page was made by {other} itself instead of a subcontractor; the amount went into films.",
)
_PANDEMIC = (
    (
        "No visits were possible between March and July 2020. The training week of May was held online, and the open event in "
        "{second} moved to the following year."
    ),
    (
        "Borders were closed for a third of the period. {lead} offered virtual tours of hosts instead, which are not paid for; the "
        "budget for visits was not used in full."
    ),
)
_NEXT = (
    "The second call for visitors opens in two months; the strategies go to the boards; the handbook is drafted.",
    "The other visits are matched already. {other} prepares the open event in {second} and the last film.",
    "Training of a second group, the peer review of strategies in {first}, and the follow-up of all visits.",
)
_SLOW = (
    "{visits} visits were held and {expected} were planned by now: two hosts withdrew when their plants were sold. No task changed.",
    "Visits began late: {visits} instead of {expected}. Firms in {second} asked for shorter stays, and the rules had to be explained.",
)
_CATCHING_UP = (
    "The visits that are late come first: {other} opens a call for visitors each month, and hosts in {first} offer double places.",
    "A visit coordinator in {second} begins next month; until summer four visits a month make up for what is late.",
)
_PERSONNEL = (
    "Project manager",
    "Trainer for cluster managers",
    "Visit coordinator",
    "Analyst",
    "Communication officer",
)
_OTHER = (
    "Travel of {people} people to the training week in {city}",
    "Rooms and catering, meeting of the steering group in {city}",
    "Printing and translation of the handbook, {people} languages",
    "Travel of {people} people to the open event in {city}",
    "Licence of the matching tool, {people} seats",
)
_SUBCONTRACTED = (
    "Web page of the project: design and two years of care",
    "Four short films about firms: camera and cut",
)


@dataclass(frozen=True, slots=True)
class Told:
    """What the texts of one report are about."""

    project: Project
    names: Sequence[str]
    period: Period
    figures: dict[str, int]
    visits: int
    expected: int
    """Exchanges that are promised by the end of the period."""

    def texts(self, random: Random) -> dict[str, str]:
        """All texts of the technical part."""
        cities = [one.city for one in content.organisations() if one.short_name in self.names] or ["Brussels"]
        words = {
            "acronym": self.project.acronym,
            "theme": self.project.theme,
            "partners": len(self.names),
            "managers": self.figures.get("managers_trained", 12),
            "reached": self.figures.get("smes_reached", 120),
            "visits": self.visits,
            "expected": self.expected,
            "films": 2 + len(self.project.acronym) % 4,
            "lead": self.names[0],
            "other": self.names[1],
            "first": cities[0],
            "second": cities[-1],
        }
        pandemic = self.period.starts_on < date(2020, 6, 1) <= self.period.ends_on
        slow = self.visits < self.expected
        chosen = {
            "summary": _ENDED if self.period.is_last else _BEGUN,
            "work": _WORK,
            "results": _RESULTS,
            "deviations": _PANDEMIC if pandemic else _SLOW if slow else _DEVIATIONS,
        }
        texts = {name: random.choice(each).format(**words) for name, each in chosen.items()}
        if self.period.is_last:
            return texts
        return {**texts, "next": random.choice(_CATCHING_UP if slow else _NEXT).format(**words)}


_DOUBTS = (
    (
        "Travel",
        "Nobody of the travellers works for a partner; their travel is not eligible.",
        "Two of the travellers work for no partner: their part of the travel is not eligible.",
    ),
    (
        "Rooms",
        "There is no list of who took part: the meeting cannot be shown.",
        "A dinner after the meeting is hospitality, which is not eligible; rooms and coffee are accepted.",
    ),
    (
        "Printing",
        "The handbook that was printed belongs to another project of the partner.",
        "The invoice shows value added tax that the partner can deduct.",
    ),
    (
        "Licence",
        "The licence runs in the name of an organisation outside the partnership.",
        "The licence runs for three years: only the months of the project are accepted.",
    ),
)
"""How the words of a cost begin, why all of it is rejected, and why only a part is accepted."""


def doubt(cost: str, *, whole: bool) -> str:
    """A reason that fits the words of a cost, for rejecting the ``whole`` or a part of it."""
    for begins, rejected, reduced in _DOUBTS:
        if cost.startswith(begins):
            return rejected if whole else reduced
    return "No document shows what was bought." if whole else "A part of the invoice is about another project."


def cost_lines(budget: dict[str, Money], period: Period, cities: Sequence[str], random: Random) -> list[CostLine]:
    """Lines that come close to the amounts of ``budget``; visits (``third_parties``) are claimed to the cent."""
    lines: list[CostLine] = []
    for amount in budget.get("personnel", Money(0)).split([7, 3]):
        rate = Money(random.randint(27_40, 58_90))
        hours = amount.cents // rate.cents
        if hours:
            who = _PERSONNEL[(len(lines) + hours) % len(_PERSONNEL)]
            lines.append(
                _line("personnel", f"{who}, {hours} hours at EUR {rate.amount}", rate.times(hours), period, random)
            )
    if (other := budget.get("other_direct", Money(0))).cents > 2:  # an amount worth two lines
        for number, amount in enumerate(other.split([random.randint(2, 5), random.randint(2, 5)])):
            words = random.choice(_OTHER[number::2]).format(
                people=random.randint(2, 6), city=random.choice(list(cities))
            )
            spent = Money(max(amount.cents * random.randint(890, 1000) // 1000, 1))
            lines.append(_line("other_direct", words, spent, period, random))
    if subcontracted := budget.get("subcontracting", Money(0)):
        lines.append(_line("subcontracting", random.choice(_SUBCONTRACTED), subcontracted, period, random))
    if visits := budget.get("third_parties", Money(0)):
        words = "Lump sums and vouchers paid to third parties, as recorded"
        lines.append(_over(period, "third_parties", words, visits))
    return lines


def _line(category: str, words: str, amount: Money, period: Period, random: Random) -> CostLine:
    """On some days within the period; working time over all of it."""
    if category == "personnel":
        return _over(period, category, words, amount)
    first = period.starts_on + timedelta(days=random.randint(20, (period.ends_on - period.starts_on).days - 20))
    last = first + timedelta(days=random.randint(0, 4))
    return CostLine(category=category, words=words, first_day=str(first), last_day=str(last), amount=amount.amount)


def _over(period: Period, category: str, words: str, amount: Money) -> CostLine:
    first, last = str(period.starts_on), str(period.ends_on)
    return CostLine(category=category, words=words, first_day=first, last_day=last, amount=amount.amount)
