"""Editions of the demo that are in the middle of something: being checked, under evaluation, before their panel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING
from uuid import UUID

from app.accounts.queries import actor_of_person
from app.applications.rules.check_lifecycle import CheckStep
from app.applications.use_cases.miss_deadline import miss_deadline
from app.calls.rules.phases import CLOSING_GRACE
from app.calls.use_cases.close_call import close_call
from app.core.actor import SYSTEM
from app.core.money import Money
from app.demo import content
from app.demo.calls import CHECKED, JUDGED, RANKED, Timing, publish_copy
from app.demo.checking import Checkers
from app.demo.consortia import SIZES, Consortium, Member, consortia
from app.demo.deciding import COMMITTEE, Panel, committee_address
from app.demo.judging import EXPERTS, Judges, expert_address
from app.demo.past import trios
from app.demo.people import PASSWORD, SignIn
from app.evaluation.schemas import StartEvaluation, WithReason
from app.evaluation.use_cases.decline_assignment import decline_assignment
from app.evaluation.use_cases.start_evaluation import start_evaluation

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.delivery.runtime import Runtime
    from app.demo.people import Office

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@dataclass(slots=True)
class Running:
    """One edition: its applications, the office, and the instant at which it closed."""

    session: Session
    runtime: Runtime
    office: Office
    members: tuple[Member, ...]
    now: datetime
    call_id: UUID = field(init=False)
    closed: datetime = field(init=False)
    made: list[Consortium] = field(default_factory=list)

    def submit(
        self,
        edition: Timing,
        number: int,
        seed: int,
        *,
        starts: Sequence[date] = (),
        sizes: Sequence[int] = SIZES,
    ) -> None:
        """Publish, receive so many applications, close; ``starts`` are the first days of the projects, where they matter."""
        self.call_id, opened = publish_copy(
            self.session, self.office.administrator(self.session), edition, now=self.now
        )
        random = Random(seed)  # invented content
        groups = consortia(self.members, random, sizes=sizes)
        for at, project in enumerate(random.sample(content.projects(), number)):
            began = opened + (6 + at) * DAY
            one = Consortium.start(self.session, self.runtime.files, project, next(groups), self.call_id, now=began)
            aim = Money(random.randint(24_000_000, 35_990_000) * 9 // (10 if starts else 9))
            start = datetime.combine(starts[at], self.now.timetz()) if starts else self.now + 240 * DAY
            one.complete(start=start, now=began + DAY, aim=aim)
            one.submit(now=one.deadline - (3 + at * 7) * HOUR)
            self.made.append(one)
        self.closed = self.made[0].deadline + CLOSING_GRACE + timedelta(seconds=9)
        close_call(self.session, SYSTEM, self.call_id, now=self.closed)
        miss_deadline(self.session, SYSTEM, self.call_id, now=self.closed)

    @property
    def checkers(self) -> Checkers:
        """The two officers."""
        return Checkers(self.session, self.call_id, self.office.officer(self.session), self.office.second(self.session))

    def check_all(self) -> None:
        """Every application passes, in the days after the closing."""
        self.checkers.declare(self.made, now=self.closed + DAY)
        self.checkers.look_up(self.made, now=self.closed + 2 * DAY)
        self.checkers.pass_clean(now=self.closed + 4 * DAY)
        for one in self.made:
            self.checkers.settle(one, {}, now=self.closed + 8 * DAY)

    def judges(self, people: Mapping[str, UUID], *, due: datetime, started: datetime) -> Judges:
        """Experts whom we know join, and the evaluation starts."""
        officer = self.office.officer(self.session)
        judges = Judges(self.session, self.call_id, officer, Random(5))
        known = {name: people[name] for name, *_ in EXPERTS}
        judges.join(list(known), known=known, now=started - 4 * DAY)
        wanted = StartEvaluation(reports_due_at=due)
        start_evaluation(self.session, officer, self.call_id, wanted, now=started)
        return judges


@dataclass(frozen=True, slots=True)
class Edition:
    """What an edition is made from."""

    runtime: Runtime
    office: Office
    members: tuple[Member, ...]
    people: Mapping[str, UUID]
    """Experts and members of the committee, by name."""
    now: datetime

    @contextmanager
    def running(self) -> Iterator[Running]:
        """The edition in one transaction."""
        with self.runtime.database.transaction() as session:
            yield Running(session, self.runtime, self.office, self.members, self.now)


def load_checked(made_from: Edition) -> None:
    """The edition that is being checked."""
    with made_from.running() as edition:
        _checked(edition)


def load_judged(made_from: Edition) -> Sequence[SignIn]:
    """The edition under evaluation; gives experts with something to do."""
    with made_from.running() as edition:
        return _judged(edition, made_from.people)


def load_ranked(made_from: Edition) -> Sequence[SignIn]:
    """The edition before its panel; gives members of the committee with something to do."""
    with made_from.running() as edition:
        _ranked(edition, made_from.people)
    return _committee()


def _checked(edition: Running) -> None:
    """Nine days after the deadline: some declared, one question open, proposals wait for the second officer."""
    edition.submit(CHECKED, 7, seed=31)
    checkers, start = edition.checkers, edition.closed + DAY
    checkers.declare(edition.made[:5], now=start)
    checkers.look_up(edition.made[:3], now=start + DAY)
    checkers.pass_admissibility(edition.made[:4], now=start + 2 * DAY)
    checkers.clarify(edition.made[5], settle=False, now=edition.now - 3 * DAY)
    refused = {CheckStep.ELIGIBILITY: "One partner is no cluster organisation: its statutes name commercial aims only."}
    checkers.propose_only(edition.made[3], refused, now=edition.now - DAY)


def _judged(edition: Running, people: Mapping[str, UUID]) -> list[SignIn]:
    """Reports are due in nine days: from just assigned to concluded, with a conflict, a refusal and one still to decide."""
    edition.submit(JUDGED, 9, seed=47)
    edition.check_all()
    started = edition.now - 16 * DAY
    judges = edition.judges(people, due=edition.now + 9 * DAY, started=started)
    names, random = trios(Random(11)), Random(23)
    for number, one in enumerate(edition.made):
        chosen = next(names)
        seated = judges.seat(one, chosen, now=started + number * HOUR)
        points = tuple(maximum * random.randint(55, 95) // 100 for maximum in (30, 30, 20, 20))
        _work(judges, number, one, seated, points, edition.now)  # type: ignore[arg-type]  # four criteria
    busy = judges.people
    lead = actor_of_person(edition.session, busy[EXPERTS[0][0]])
    return [
        SignIn(lead.name, lead.email, PASSWORD, "Expert: declares conflicts, scores, drafts consensus reports"),
        SignIn(EXPERTS[1][0], expert_address(EXPERTS[1][0]), PASSWORD, "Expert: has reports to write"),
    ]


def _work(  # the state of one application
    judges: Judges,
    number: int,
    one: Consortium,
    seated: Mapping[str, UUID],
    points: tuple[int, int, int, int],
    now: datetime,
) -> None:
    names = list(seated)
    match number:
        case 0 | 1 | 2:  # concluded, before the group, drafted
            for at, name in enumerate(names):
                judges.declare(name, seated[name], now=now - 14 * DAY)
                judges.report(name, seated[name], one, points, now=now - (10 - at) * DAY)
            judges.discuss(one, seated, points, until=("concluded", "proposed", "drafted")[number], now=now - 4 * DAY)
        case 3 | 4:  # all reports but one
            for name in names:
                judges.declare(name, seated[name], now=now - 13 * DAY)
            for name in names[1:]:
                judges.report(name, seated[name], one, points, now=now - 5 * DAY)
            judges.report(names[0], seated[names[0]], one, points, submit=False, only=2, now=now - 2 * HOUR)
        case 5:  # a conflict, and a possible one to decide
            judges.declare(names[0], seated[names[0]], now=now - 12 * DAY)
            why = "My sister works for the coordinator."
            judges.declare(names[1], seated[names[1]], answer="conflict", words=why, now=now - 12 * DAY)
            doubt = "Two years ago I reviewed a paper of somebody at one of the partners."
            judges.declare(names[2], seated[names[2]], answer="possible", words=doubt, now=now - 2 * DAY)
        case 6:  # somebody has no time
            refusal = WithReason(reason="I am on leave until the end of the month.")
            decline_assignment(judges.session, judges.actor(names[2]), seated[names[2]], refusal, now=now - 6 * DAY)
            judges.declare(names[0], seated[names[0]], now=now - 6 * DAY)
        case _:
            return


def _ranked(edition: Running, people: Mapping[str, UUID]) -> None:
    """The committee has a proposed ranking before it; two of three members have not voted."""
    edition.submit(RANKED, 6, seed=61)
    edition.check_all()
    conclude(edition, people, least=62, seed=29)
    panel = Panel(edition.session, edition.call_id, edition.office.officer(edition.session), {})
    panel.sit(people, now=edition.now - 4 * DAY)
    panel.order_ties(now=edition.now - 3 * DAY)
    panel.propose(now=edition.now - 2 * DAY)
    panel.vote(["Niklas Brandt"], now=edition.now - DAY)


def conclude(edition: Running, people: Mapping[str, UUID], *, least: int, seed: int) -> None:
    """Three experts judge each application and agree; scores begin at ``least`` percent."""
    started = edition.closed + 20 * DAY
    judges = edition.judges(people, due=started + 20 * DAY, started=started)
    names, random = trios(Random(13)), Random(seed)
    for number, one in enumerate(edition.made):
        seated = judges.seat(one, next(names), now=started + number * HOUR)
        points = tuple(maximum * random.randint(least, 94) // 100 for maximum in (30, 30, 20, 20))
        for at, (name, assignment) in enumerate(seated.items()):
            judges.declare(name, assignment, now=started + DAY)
            judges.report(name, assignment, one, points, now=started + (5 + at) * DAY)
        judges.discuss(one, seated, points, now=started + 24 * DAY)


def _committee() -> Sequence[SignIn]:
    words = {
        "Luis Ferreira": "Member of the evaluation committee: has to vote",
        "Fiona Byrne": "Observer of the committee",
    }
    return [SignIn(name, committee_address(name), PASSWORD, words[name]) for name, _ in COMMITTEE if name in words]
