"""The edition of the demo whose projects begin: grants from the first data of the preparation to the first money."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.accounts.queries import actor_of_person
from app.demo.calls import GRANTED
from app.demo.consortia import Consortium
from app.demo.deciding import Panel, decide
from app.demo.granting import Granting, member_of
from app.demo.people import PASSWORD, Devices, SignIn
from app.demo.running import Edition, conclude
from app.grants.queries.grants import parties_of
from app.grants.schemas import GiveReason
from app.grants.use_cases.abandon_grant import abandon_grant

DAY = timedelta(days=1)
VOTERS = ("Luis Ferreira", "Agata Sikora", "Niklas Brandt")
DECIDED_AGO = 62 * DAY


@dataclass(slots=True)
class Granted:
    """Ten applications, all funded: two wait for a signature or a letter, the grants of eight stand at eight steps."""

    devices: Devices
    now: datetime
    made_from: Edition = field(init=False)
    made: Sequence[Consortium] = ()

    def award(self, made_from: Edition) -> None:
        """From the publication to the letters."""
        self.made_from = made_from
        with made_from.running() as edition:
            edition.submit(GRANTED, 10, seed=83, sizes=(3, 3, 4))
            edition.check_all()
            conclude(edition, made_from.people, least=78, seed=37)
            officer = edition.office.officer(edition.session)
            panel = Panel(edition.session, edition.call_id, officer, {})
            panel.sit(made_from.people, now=self.now - 100 * DAY)
            panel.order_ties(now=self.now - 99 * DAY)
            panel.propose(now=self.now - 98 * DAY)
            panel.vote(VOTERS, now=self.now - 97 * DAY)
            panel.adopt(now=self.now - 95 * DAY)
            authorising = edition.office.authorising(edition.session)
            since = self.now - DECIDED_AGO
            decide(edition.session, edition.call_id, officer, authorising, waiting=True, now=since)
            self.made = edition.made

    def agree(self) -> Sequence[SignIn]:
        """Grants at every step of their preparation; gives the sign-ins of people who must act."""
        runtime, office = self.made_from.runtime, self.made_from.office
        with runtime.database.transaction() as session:
            granting = Granting(session, runtime, office, [one.inside(session) for one in self.made])
            chosen = _grants(granting, self.now)
            return [_sign_in(granting, one, position, words, self.devices, self.now) for one, position, words in chosen]


def _grants(granting: Granting, now: datetime) -> list[tuple[Consortium, int, str]]:
    """From untouched and late, over the office and the signatures, to running with a payment at each desk."""
    late, *others, given_up = granting.opened()
    why = GiveReason(reason="The coordinator was dissolved by its members in spring; no other partner takes its place.")
    abandon_grant(granting.session, granting.office.officer(granting.session), given_up[0], why, now=now - 20 * DAY)
    began = now - 45 * DAY
    for number, (grant_id, one) in enumerate(others):
        refused = "The holder of this account is a person, not the organisation." if number == 1 else ""
        granting.prepare(grant_id, one, now=began + number * DAY, all_but=int(number == 0), refused=refused)
    ready = others[1:]
    for grant_id, one in ready:
        granting.send(grant_id, one, now=began + 9 * DAY)
    for grant_id, _ in ready[1:]:
        granting.open(grant_id, now=began + 12 * DAY)
    for number, (grant_id, one) in enumerate(ready[1:]):
        waits = number == 0
        granting.sign(grant_id, one, now=began + 14 * DAY, parties=2 if waits else 99, authority=not waits)
    running = [grant_id for grant_id, _ in ready[2:]]
    for grant_id, until in zip(running, ("verified", "authorised", "missing"), strict=False):
        granting.prefinance([grant_id], now=now - 12 * DAY, until=until)
    waiting = ready[1][1]
    third = member_of(waiting, parties_of(granting.session, ready[1][0])[2])
    return [
        (late[1], 0, "whose grant agreement waits for data and declarations"),
        (waiting, waiting.members.index(third), "has the grant agreement to sign"),
    ]


def _sign_in(granting: Granting, one: Consortium, position: int, words: str, devices: Devices, now: datetime) -> SignIn:
    person_id = one.members[position].person_id
    person = actor_of_person(granting.session, person_id)
    device = devices.of(granting.session, granting.runtime.vault, person_id, now=now - 50 * DAY)
    role = "coordinator of" if position == 0 else "partner in"
    return SignIn(person.name, person.email, PASSWORD, f"Beneficiary: {role} {one.project.acronym}, {words}", device)
