"""The edition of the demo whose projects begin: grants from the first data of the preparation to the first money."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from app.accounts.queries import actor_of_person
from app.demo.calls import GRANTED
from app.demo.consortia import Consortium, Member
from app.demo.deciding import Panel, decide
from app.demo.granting import Granting, member_of
from app.demo.people import PASSWORD, SignIn, give_device
from app.demo.running import Running, conclude
from app.grants.queries.grants import parties_of
from app.grants.schemas import GiveReason
from app.grants.use_cases.abandon_grant import abandon_grant

if TYPE_CHECKING:
    from app.delivery.runtime import Runtime
    from app.demo.people import Office

DAY = timedelta(days=1)
VOTERS = ("Luis Ferreira", "Agata Sikora", "Niklas Brandt")
DECIDED_AGO = 62 * DAY


def load_granted(
    runtime: Runtime, office: Office, members: tuple[Member, ...], people: Mapping[str, UUID], now: datetime
) -> list[SignIn]:
    """Ten applications, all funded: two wait for a signature or a letter, the grants of eight stand at eight steps.

    Gives the sign-ins of people who must act.
    """
    with runtime.database.transaction() as session:
        edition = Running(session, runtime, office, members, now)
        edition.submit(GRANTED, 10, seed=83, sizes=(3, 3, 4))
        edition.check_all()
        conclude(edition, people, least=78, seed=37)
        panel = Panel(session, edition.call_id, office.officer(session), {})
        panel.sit(people, now=now - 100 * DAY)
        panel.order_ties(now=now - 99 * DAY)
        panel.propose(now=now - 98 * DAY)
        panel.vote(VOTERS, now=now - 97 * DAY)
        panel.adopt(now=now - 95 * DAY)
        decide(
            session,
            edition.call_id,
            office.officer(session),
            office.authorising(session),
            waiting=True,
            now=now - DECIDED_AGO,
        )
    with runtime.database.transaction() as session:
        return _grants(Granting(session, runtime, office, [one.inside(session) for one in edition.made]), now)


def _grants(granting: Granting, now: datetime) -> list[SignIn]:
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
    for grant_id, until in zip(running, ("initiated", "verified", "authorised"), strict=False):
        granting.prefinance([grant_id], now=now - 12 * DAY, until=until)
    return [
        _sign_in(granting, late[1], 0, "whose grant agreement waits for data and declarations", now),
        *_signing(granting, ready[1], now),
    ]


def _signing(granting: Granting, waiting: tuple[UUID, Consortium], now: datetime) -> list[SignIn]:
    """The party whose signature is next."""
    grant_id, one = waiting
    party = parties_of(granting.session, grant_id)[2]
    position = one.members.index(member_of(one, party))
    return [_sign_in(granting, one, position, "has the grant agreement to sign", now)]


def _sign_in(granting: Granting, one: Consortium, position: int, words: str, now: datetime) -> SignIn:
    person = actor_of_person(granting.session, one.members[position].person_id)
    device = give_device(granting.session, granting.runtime.vault, one.members[position].person_id, now=now - 50 * DAY)
    role = "coordinator of" if position == 0 else "partner in"
    return SignIn(person.name, person.email, PASSWORD, f"Beneficiary: {role} {one.project.acronym}, {words}", device)
