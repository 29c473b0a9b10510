"""The open call of the demo: applications in every state of completeness, and people with work to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING
from uuid import UUID

from app.accounts.queries import actor_of_person
from app.applications.schemas import Withdraw
from app.applications.use_cases.withdraw_application import withdraw_application
from app.core.money import Money
from app.demo import content
from app.demo.consortia import Consortium, Member, consortia
from app.demo.people import PASSWORD, SignIn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from app.delivery.runtime import Runtime

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@dataclass(slots=True)
class Scene:
    """What every application of the open call is made from."""

    session: Session
    runtime: Runtime
    call_id: UUID
    members: dict[str, Member]
    groups: Iterator[tuple[Member, ...]]
    start: datetime
    day: datetime

    def begin(self, number: int, *names: str) -> Consortium:
        """Start project ``number`` with the named organisations, or with the next consortium."""
        group = tuple(self.members[name] for name in names) or next(self.groups)
        project, when = content.projects()[number], self.day + number * HOUR
        return Consortium.start(self.session, self.runtime.files, project, group, self.call_id, now=when)


def load_present(
    runtime: Runtime, call_id: UUID, opened: datetime, members: tuple[Member, ...], now: datetime
) -> list[SignIn]:
    """Make the applications; return sign-ins of people who have something to do."""
    groups = consortia(members, Random(2026))
    known = {member.name: member for member in members}
    with runtime.database.transaction() as session:
        scene = Scene(session, runtime, call_id, known, groups, now + timedelta(days=240), opened + 3 * DAY)
        over, invited, ready = _drafts(scene)
        _submitted(scene)
        return _sign_ins(session, over, invited, ready)


def _drafts(scene: Scene) -> tuple[Consortium, Consortium, Consortium]:
    """From just begun to ready; returns the one over the cap, one with open invitations and a ready one."""
    day, start = scene.day, scene.start
    over = scene.begin(0, "Norte Têxtil", "Filo Rete", "Dunav Textile")
    over.invite(now=day + DAY)
    over.write(start=start, now=day + 4 * DAY)
    over.cost(aim=Money.parse("372254.17"), now=day + 8 * DAY)
    over.attach(now=day + 9 * DAY)
    scene.begin(1)
    invited = scene.begin(2, "ŁódźModa", "SaxMicro", "Filo Rete", "OuluHealth")
    invited.invite(accepted=0, now=day + 2 * DAY)
    invited.write(start=start, now=day + 3 * DAY, only=("general",))
    one_country = scene.begin(3, "EmiPack", "PieMob", "SiciAgri")
    one_country.invite(now=day + 2 * DAY)
    one_country.write(start=start, now=day + 5 * DAY, only=("general", "partnership", "activities"))
    rich_regions = scene.begin(4, "BraTech", "TamSmart", "SaxMicro")
    rich_regions.complete(start=start, now=day + 2 * DAY)
    ready = scene.begin(5)
    ready.complete(start=start, now=day + 2 * DAY)
    long = scene.begin(6)
    long.complete(start=start, now=day + 2 * DAY)
    long.attach(pages=53, now=day + 8 * DAY)
    return over, invited, ready


def _submitted(scene: Scene) -> None:
    """Submitted once, edited since, submitted twice, withdrawn."""
    random, day = Random(7), scene.day
    for number in range(7, 13):
        one = scene.begin(number)
        aim = Money(random.randint(25_000_000, 35_990_000))
        one.complete(start=scene.start, now=day + DAY, aim=aim)
        one.submit(now=day + (7 + number % 5) * DAY + number * 13 * timedelta(minutes=1))
        match number:
            case 8:  # the submitted version still counts
                shorter = content.budget_words() | {
                    "value_for_money": "Most of it is the time of people who know the firms."
                }
                one.save("budget", shorter, now=day + 13 * DAY)
            case 9:
                one.submit(now=day + 14 * DAY)
            case 10:
                why = Withdraw(reason="Two partners apply together with another coordinator.")
                withdraw_application(scene.session, one.lead, one.application_id, why, now=day + 15 * DAY)


def _sign_ins(session: Session, over: Consortium, invited: Consortium, ready: Consortium) -> list[SignIn]:
    acronym = over.project.acronym
    chosen = (
        (over.members[0], f"Applicant: coordinator of {acronym}, which is over the cap"),
        (over.members[1], f"Applicant: partner in {acronym}, with an invitation to answer"),
        (over.members[2], f"Applicant: partner in {acronym}"),
        (ready.members[0], f"Applicant: coordinator of {ready.project.acronym}, ready to submit"),
        (invited.members[0], f"Applicant: coordinator of {invited.project.acronym}, waiting for partners"),
    )
    people = [(actor_of_person(session, member.person_id), words) for member, words in chosen]
    return [SignIn(person.name, person.email, PASSWORD, words) for person, words in people]
