"""The real call of 2019 in the demo, from forty submissions to letters: checked, judged, ranked, decided."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING
from uuid import UUID

from app.applications.rules.check_lifecycle import CheckStep
from app.applications.schemas import Withdraw
from app.applications.use_cases.miss_deadline import miss_deadline
from app.applications.use_cases.withdraw_application import withdraw_application
from app.calls.rules.phases import CLOSING_GRACE
from app.calls.use_cases.close_call import close_call
from app.core.actor import SYSTEM
from app.demo import content
from app.demo.calls import DEADLINE
from app.demo.checking import Checkers
from app.demo.consortia import Consortium, Member, consortia
from app.demo.deciding import Panel, decide
from app.demo.fates import End, Fate, fates
from app.demo.finished import first_year, to_the_end
from app.demo.granting import Granting
from app.demo.judging import EXPERTS, Judges
from app.demo.reporting import Reporting
from app.evaluation.schemas import DecideConflict, StartEvaluation
from app.evaluation.use_cases.decide_conflict import decide_conflict
from app.evaluation.use_cases.start_evaluation import start_evaluation

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.delivery.runtime import Runtime
    from app.demo.paying import Paying
    from app.demo.people import Office

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
CHECKING = datetime(2019, 4, 8, 8, 0, tzinfo=UTC)
STARTED = datetime(2019, 4, 29, 8, 0, tzinfo=UTC)
REPORTS_DUE = datetime(2019, 5, 20, 15, 0, tzinfo=UTC)
CONSENSUS = datetime(2019, 5, 22, 8, 0, tzinfo=UTC)
PANEL = datetime(2019, 6, 12, 7, 0, tzinfo=UTC)
DECIDING = datetime(2019, 6, 17, 8, 0, tzinfo=UTC)
AGREEING = datetime(2019, 7, 1, 8, 0, tzinfo=UTC)
PREFINANCED = datetime(2019, 8, 5, 8, 0, tzinfo=UTC)
OVER = PREFINANCED + 14 * DAY
FINISHED = datetime(2022, 3, 31, 8, 0, tzinfo=UTC)


@dataclass(slots=True)
class Past:
    """The applications of 2019 with what becomes of them."""

    runtime: Runtime
    now: datetime
    office: Office = field(init=False)
    call_id: UUID = field(init=False)
    made: list[tuple[Consortium, Fate]] = field(default_factory=list)
    people: dict[str, UUID] = field(default_factory=dict)
    """The experts and members of the committee by name."""

    def submit(self, members: tuple[Member, ...]) -> None:
        """Every application that has begun by now, submitted or not yet."""
        random = Random(2019)  # invented content
        groups = consortia(members, random)
        for number, (project, fate) in enumerate(zip(content.projects(), fates(), strict=True)):
            submitted = DEADLINE - timedelta(
                minutes=random.choice([4, 11, 26, 55, 140, 400, 900, 2_000, 4_500, 9_000]) + number % 7, seconds=number
            )
            began = submitted - timedelta(days=random.randint(14, 40))
            if began > self.now:
                continue
            with self.runtime.database.transaction() as session:
                one = Consortium.start(session, self.runtime.files, project, next(groups), self.call_id, now=began)
                start = datetime(2019, 9, 1, tzinfo=DEADLINE.tzinfo)
                one.complete(start=start, now=began + DAY, aim=fate.aim, exact=fate.end is End.MAIN)
                if submitted <= self.now:
                    one.submit(now=submitted)
                    self.made.append((one, fate))

    def close(self) -> None:
        """The deadline passes."""
        with self.runtime.database.transaction() as session:
            closed = DEADLINE + CLOSING_GRACE + timedelta(seconds=8)
            close_call(session, SYSTEM, self.call_id, now=closed)
            miss_deadline(session, SYSTEM, self.call_id, now=closed)

    def check(self) -> None:
        """Two officers check what was submitted."""
        with self.runtime.database.transaction() as session:
            self._check(session)

    def judge(self) -> None:
        """Three experts judge each application that passed."""
        with self.runtime.database.transaction() as session:
            self.people = self._judge(session)

    def decide(self) -> None:
        """The committee ranks, the authority decides and writes."""
        with self.runtime.database.transaction() as session:
            self._decide(session, self.people)

    def agree(self) -> None:
        """The funded projects sign and are pre-financed."""
        with self.runtime.database.transaction() as session:
            self._agree(session)

    def first_year(self) -> None:
        """First reports, years ago."""
        self._each(first_year)

    def to_the_end(self) -> None:
        """Last reports and closure, years ago."""
        self._each(to_the_end)

    def _each(self, happens: Callable[[int, Reporting, Paying], None]) -> None:
        with self.runtime.database.transaction() as session:
            granting = Granting(session, self.runtime, self.office, self._with(session))
            for number, pair in enumerate(granting.opened()):
                happens(number, Reporting(session, self.runtime, self.office, *pair), granting.paying)

    def _with(self, session: Session, *ends: End) -> list[Consortium]:
        """Those whose end is one of these (all where none is named), in this transaction's session."""
        return [one.inside(session) for one, fate in self.made if not ends or fate.end in ends]

    def _check(self, session: Session) -> None:
        checkers = Checkers(session, self.call_id, self.office.officer(session), self.office.second(session))
        [gone] = self._with(session, End.WITHDRAWN)
        why = Withdraw(reason="Our main partner merges with another organisation this summer.")
        withdraw_application(session, gone.lead, gone.application_id, why, now=CHECKING + 2 * HOUR)
        staying = self._with(session, *(end for end in End if end is not End.WITHDRAWN))
        [ineligible] = self._with(session, End.NOT_ELIGIBLE)
        [excluded] = self._with(session, End.EXCLUDED)
        checkers.declare(staying, now=CHECKING + DAY)
        checkers.look_up(staying, concern=excluded.application_id, now=CHECKING + 2 * DAY)
        checkers.clarify(self._with(session, End.MAIN)[4], now=CHECKING + DAY)
        refused = {
            CheckStep.ELIGIBILITY: (
                "The platform refused the registration of the coordinator on 2 April: it is no cluster organisation."
            )
        }
        checkers.settle(ineligible, refused, now=CHECKING + 3 * DAY)
        checkers.hear(excluded, now=CHECKING + 3 * DAY)
        checkers.pass_clean(now=CHECKING + 11 * DAY)
        excluding = {
            CheckStep.EXCLUSION: "The entry in the exclusion system is in force, and the hearing brought no new fact."
        }
        checkers.settle(excluded, excluding, now=CHECKING + 15 * DAY)
        for one in self._with(session, End.MAIN, End.RESERVE, End.BELOW):
            checkers.settle(one, {}, now=CHECKING + 16 * DAY)

    def _judge(self, session: Session) -> dict[str, UUID]:
        officer = self.office.officer(session)
        judges = Judges(session, self.call_id, officer, Random(1919))
        judges.join([name for name, *_ in EXPERTS], known={}, now=CHECKING + 5 * DAY)
        start_evaluation(session, officer, self.call_id, StartEvaluation(reports_due_at=REPORTS_DUE), now=STARTED)
        names = trios(Random(7))
        judged = [(one.inside(session), fate) for one, fate in self.made if fate.judged]
        for number, (one, fate) in enumerate(judged):
            chosen = next(names)
            seated = judges.seat(one, chosen, now=STARTED + number * timedelta(minutes=9))
            for at, (name, assignment) in enumerate(seated.items()):
                self._answer(judges, number, at, name, assignment)
                when = STARTED + (4 + (number * 3 + at) % 15) * DAY + at * HOUR
                judges.report(name, assignment, one, fate.points, now=when)
            dissenter = chosen[2] if number in {5, 21} else ""
            when = CONSENSUS + (number % 9) * DAY
            judges.discuss(one, seated, fate.points, dissenter=dissenter, now=when)
        return dict(judges.people)

    def _answer(self, judges: Judges, number: int, at: int, name: str, assignment: UUID) -> None:
        """No conflict, but for one that an officer looks at and allows."""
        when = STARTED + DAY + number * timedelta(minutes=5)
        if (number, at) != (3, 1):
            judges.declare(name, assignment, now=when)
            return
        words = "I gave a paid lecture for one of the partners in 2014."
        judges.declare(name, assignment, answer="possible", words=words, now=when)
        allowed = DecideConflict(allow=True, reason="One lecture five years ago creates no interest in the outcome.")
        decide_conflict(judges.session, judges.officer, assignment, allowed, now=when + DAY)

    def _decide(self, session: Session, people: dict[str, UUID]) -> None:
        officer = self.office.officer(session)
        panel = Panel(session, self.call_id, officer, people)
        panel.sit({}, now=PANEL)
        [*_, last] = self._with(session, End.RESERVE)
        better = "The experts overlooked annex 2, in which every visit is planned by month."
        _, fate = next(pair for pair in self.made if pair[0].application_id == last.application_id)
        panel.mark(last.application_id, "impact", fate.points[2] + 1, better, now=PANEL + 4 * HOUR)
        panel.order_ties(now=PANEL + 5 * HOUR)
        panel.propose(now=PANEL + 7 * HOUR)
        panel.vote(["Luis Ferreira", "Agata Sikora", "Niklas Brandt"], now=PANEL + DAY)
        panel.adopt(now=PANEL + DAY + 5 * HOUR)
        decide(session, self.call_id, officer, self.office.authorising(session), now=DECIDING)

    def _agree(self, session: Session) -> None:
        """Every funded project signs within three months and is pre-financed before it starts."""
        granting = Granting(session, self.runtime, self.office, self._with(session))
        grants = list(granting.opened())
        for number, (grant_id, one) in enumerate(grants):
            began = AGREEING + number * DAY
            granting.prepare(grant_id, one, now=began)
            granting.send(grant_id, one, now=began + 5 * DAY)
            granting.open(grant_id, now=began + 12 * DAY)
            granting.sign(grant_id, one, now=began + 14 * DAY)
            Reporting(session, self.runtime, self.office, grant_id, one).open(now=began + 18 * DAY)
        granting.prefinance([grant_id for grant_id, _ in grants], now=PREFINANCED)


def trios(random: Random) -> Iterator[list[str]]:
    """Three experts at a time, so that all carry about the same load."""
    waiting: list[str] = []
    while True:
        while len(waiting) < 3:  # experts per application
            waiting += random.sample([name for name, *_ in EXPERTS], len(EXPERTS))
        chosen: list[str] = []
        for name in list(waiting):
            if name not in chosen:
                chosen.append(name)
                waiting.remove(name)
            if len(chosen) == 3:  # as above
                break
        yield chosen
