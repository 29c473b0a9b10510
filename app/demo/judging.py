"""Experts of the demo at work: invited, registered, assigned; they declare, score, and come to one report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING
from uuid import UUID

from app.accounts.queries import actor_of_person
from app.accounts.use_cases.accept_invitation import accept_invitation
from app.demo.fates import CRITERIA
from app.demo.opinions import comments, near
from app.demo.people import make_person
from app.evaluation.queries.experts import profile
from app.evaluation.queries.reports import consensus
from app.evaluation.schemas import (
    AssignExpert,
    ConcludeConsensus,
    DeclareConflict,
    ExpertDetails,
    GiveView,
    InviteExperts,
    OfVersion,
    SaveSheet,
    WriteMessage,
)
from app.evaluation.use_cases.assign_expert import assign_expert
from app.evaluation.use_cases.conclude_consensus import conclude_consensus
from app.evaluation.use_cases.declare_conflict import declare_conflict
from app.evaluation.use_cases.give_view import give_view
from app.evaluation.use_cases.invite_experts import invite_experts
from app.evaluation.use_cases.open_consensus import open_consensus
from app.evaluation.use_cases.propose_consensus import propose_consensus
from app.evaluation.use_cases.register_expert import register_expert
from app.evaluation.use_cases.save_consensus import save_consensus
from app.evaluation.use_cases.save_report import save_report
from app.evaluation.use_cases.submit_report import submit_report
from app.evaluation.use_cases.write_message import write_message

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.core.actor import Actor
    from app.demo.consortia import Consortium

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
EXPERTS = (
    ("Vera Stein", "Stein Advisory", "AT", "cluster management, evaluation of public programmes"),
    ("Henrik Dahl", "Dahl & Søn", "DK", "small firms, internationalisation, exchanges"),
    ("Beatriz Nunes", "", "PT", "textile and fashion value chains"),
    ("Olivier Renard", "Institut Renard", "FR", "regional development, smart specialisation"),
    ("Marija Kovač", "", "SI", "training of managers, adult education"),
    ("Tomasz Lis", "Lis Consulting", "PL", "manufacturing, automotive suppliers"),
    ("Eszter Varga", "", "HU", "agri-food networks"),
    ("Callum Reid", "Reid Associates", "IE", "budgets of European projects, audit"),
    ("Ingeborg Lund", "", "SE", "health technology, life science parks"),
    ("Stefano Galli", "Studio Galli", "IT", "creative industries, tourism"),
    ("Anneke Visser", "Visser Onderzoek", "NL", "logistics, mobility, ports"),
    ("Petros Ioannou", "", "CY", "digital transformation of small firms"),
)
"""Invented experts: name, employer, country, expertise."""
LANGUAGES: Mapping[str, list[str]] = {
    "AT": ["de", "en"],
    "FR": ["fr", "en"],
    "PT": ["pt", "en", "es"],
    "IT": ["it", "en"],
}
DISSENT = (
    "I cannot agree with the points for the budget: two partners claim the same travel, and the answer to my question in "
    "the discussion does not remove the doubt."
)


def expert_address(name: str) -> str:
    """An address that nobody has."""
    from app.demo.people import address

    return address(name, "experts-of-clusters")


@dataclass(slots=True)
class Judges:
    """The experts of one call, and what they do there."""

    session: Session
    call_id: UUID
    officer: Actor
    random: Random
    people: dict[str, UUID] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)
    """Who registered, with the roles that they hold since: assignments are no roles."""

    def join(self, names: Sequence[str], *, known: Mapping[str, UUID], now: datetime) -> None:
        """Invite experts by mail; each accepts and registers. ``known`` are those who have an account already."""
        chosen = [one for one in EXPERTS if one[0] in names]
        emails = InviteExperts(emails=[expert_address(name) for name, *_ in chosen])
        offers = invite_experts(self.session, self.officer, self.call_id, emails, now=now)
        for number, ((name, employer, country, expertise), offer) in enumerate(zip(chosen, offers, strict=True)):
            later = now + DAY + number * HOUR
            person_id = known.get(name) or make_person(self.session, name, expert_address(name), now=later)
            accept_invitation(self.session, actor_of_person(self.session, person_id), offer, now=later + MINUTE)
            stored = profile(self.session, person_id)
            details = ExpertDetails(
                expertise=expertise,
                languages=LANGUAGES.get(country, ["en"]),
                employer=employer,
                country=country,
                max_load=14,
                version=stored.version if stored else 0,
            )
            person = actor_of_person(self.session, person_id)
            register_expert(self.session, person, self.call_id, details, now=later + 9 * MINUTE)
            self.people[name] = person_id

    def actor(self, name: str) -> Actor:
        """An expert with the roles that they hold now."""
        if name not in self.actors:
            self.actors[name] = actor_of_person(self.session, self.people[name])
        return self.actors[name]

    def seat(self, one: Consortium, names: Sequence[str], *, now: datetime) -> dict[str, UUID]:
        """Assign experts to an application, the first as rapporteur; gives their assignments."""
        made = {}
        for number, name in enumerate(names):
            wanted = AssignExpert(person_id=self.people[name], rapporteur=number == 0)
            made[name] = assign_expert(
                self.session, self.officer, one.application_id, wanted, now=now + number * MINUTE
            )
        return made

    def declare(self, name: str, assignment_id: UUID, *, answer: str = "none", words: str = "", now: datetime) -> None:
        """Answer whether there is a conflict of interest."""
        wanted = DeclareConflict(answer=answer, words=words)
        declare_conflict(self.session, self.actor(name), assignment_id, wanted, now=now)

    def report(  # noqa: PLR0913  # what a report is made of
        self,
        name: str,
        assignment_id: UUID,
        one: Consortium,
        points: tuple[int, ...],
        *,
        submit: bool = True,
        only: int = len(CRITERIA),
        now: datetime,
    ) -> None:
        """Write a report, the first ``only`` criteria of it, and submit it."""
        given = near(points, self.random)
        sheet = self._sheet(one, given, only=only, version=0)
        version = save_report(self.session, self.actor(name), assignment_id, sheet, now=now)
        if submit:
            submit_report(
                self.session, self.actor(name), assignment_id, OfVersion(version=version), now=now + 47 * MINUTE
            )

    def _sheet(self, one: Consortium, points: tuple[int, ...], *, version: int, only: int = len(CRITERIA)) -> SaveSheet:
        chosen = CRITERIA[:only]
        words = comments(points, one.project, self.random)
        return SaveSheet(
            scores={name: Decimal(given) for name, given in zip(CRITERIA, points, strict=True) if name in chosen},
            comments={name: text for name, text in words.items() if name in chosen},
            capacity=True if only == len(CRITERIA) else None,
            overall_comment=f"{one.project.acronym} was judged as it was submitted." if only == len(CRITERIA) else "",
            version=version,
        )

    def discuss(
        self,
        one: Consortium,
        seated: Mapping[str, UUID],
        points: tuple[int, ...],
        *,
        until: str = "concluded",
        dissenter: str = "",
        now: datetime,
    ) -> None:
        """The consensus: opened, drafted, proposed, answered, concluded; or as far as ``until`` says."""
        application_id = one.application_id
        open_consensus(self.session, self.officer, application_id, now=now)
        rapporteur, *others = seated
        lead = self.actor(rapporteur)
        begun = consensus(self.session, application_id)
        sheet = self._sheet(one, points, version=begun.version if begun else 0)
        version = save_consensus(self.session, lead, application_id, sheet, now=now + HOUR)
        if until == "drafted":
            words = WriteMessage(
                text="I suggest that we talk about the budget first: our points lie furthest apart there."
            )
            write_message(self.session, lead, application_id, words, now=now + 2 * HOUR)
            return
        propose_consensus(self.session, lead, application_id, OfVersion(version=version), now=now + DAY)
        if until == "proposed":
            return
        for number, name in enumerate(others, start=1):
            view = GiveView(agrees=name != dissenter, words=DISSENT if name == dissenter else "", version=version)
            give_view(self.session, self.actor(name), application_id, view, now=now + DAY + number * HOUR)
        closing = ConcludeConsensus(version=version)
        conclude_consensus(self.session, lead, application_id, closing, now=now + 2 * DAY)
