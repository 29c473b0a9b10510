"""Applications of the demo, made step by step through the use cases of people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import UUID

from app.accounts.queries import actor_of_person
from app.applications.queries import applied_call, current_budget
from app.applications.queries.reading import application_head, sections
from app.applications.schemas import BudgetAmount, SaveBudget, SaveSection, StartApplication
from app.applications.use_cases.attach_file import attach_file
from app.applications.use_cases.change_partnership import answer_partner_invitation, invite_to_application
from app.applications.use_cases.save_budget import save_budget
from app.applications.use_cases.save_section import save_section
from app.applications.use_cases.start_application import start_application
from app.applications.use_cases.submit_application import submit_application
from app.core.money import Money
from app.demo import content
from app.demo.part_b import part_b
from app.documents.schemas import FileToStore
from app.partnerships.queries import partner_rows
from app.partnerships.rules.lifecycle import PartnerState
from app.partnerships.schemas import AnswerInvitation, InvitePartner

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.applications.schemas import SectionRow
    from app.core.actor import Actor
    from app.infra.file_store import FileStore

LESS_DEVELOPED = frozenset({"BG", "PL", "RO", "HU", "LV", "LT", "EE", "HR"})
AIM = Money.parse("345000.00")


@dataclass(frozen=True, slots=True)
class Member:
    """An organisation of the demo with the person who speaks for it."""

    organisation_id: UUID
    person_id: UUID
    name: str


@dataclass(slots=True)
class Consortium:
    """A draft under construction; each method is one step that people take."""

    session: Session
    files: FileStore
    project: content.Project
    members: tuple[Member, ...]
    random: Random
    application_id: UUID

    @classmethod
    def start(  # what a first step needs
        cls,
        session: Session,
        files: FileStore,
        project: content.Project,
        members: tuple[Member, ...],
        call_id: UUID,
        *,
        now: datetime,
    ) -> Consortium:
        """Begin a draft."""
        lead = actor_of_person(session, members[0].person_id)
        wanted = StartApplication(organisation_id=members[0].organisation_id, acronym=project.acronym)
        application_id = start_application(session, lead, call_id, wanted, now=now)
        return cls(session, files, project, members, Random(project.acronym), application_id)  # invented content

    @property
    def lead(self) -> Actor:
        """The coordinator's contact."""
        return actor_of_person(self.session, self.members[0].person_id)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the members."""
        return tuple(member.name for member in self.members)

    def invite(self, *, accepted: int | None = None, now: datetime) -> None:
        """Invite everybody else; the first ``accepted`` of them (all by default) accept a day later."""
        lead = self.lead
        for number, member in enumerate(self.members[1:], start=1):
            wanted = InvitePartner(
                organisation_id=member.organisation_id, message="We would like to apply together with you."
            )
            partner_id = invite_to_application(self.session, lead, self.application_id, wanted, now=now)
            if accepted is None or number <= accepted:
                person = actor_of_person(self.session, member.person_id)
                answer = AnswerInvitation(accept=True)
                later = now + timedelta(hours=5 * number)
                answer_partner_invitation(self.session, person, self.application_id, partner_id, answer, now=later)

    def save(self, section: str, answers: dict[str, Any], *, now: datetime) -> None:
        """Save one section over what stands there."""
        self._save(self.lead, section, answers, sections(self.session, self.application_id), now=now)

    def _save(
        self, lead: Actor, section: str, answers: dict[str, Any], saved: Mapping[str, SectionRow], *, now: datetime
    ) -> None:
        before = saved.get(section)
        sent = SaveSection(answers=answers, version=before.version if before else 0)
        save_section(self.session, lead, self.application_id, section, sent, now=now)

    def write(self, *, start: datetime, now: datetime, only: tuple[str, ...] = ()) -> None:
        """Fill the sections with words; all of them by default."""
        exchanges = 50
        texts = {
            "general": content.general(self.project, start=start.date(), random=self.random),
            "partnership": content.partnership(self.project, (*self.names, *self.names, *self.names)),
            "activities": content.activities(
                self.project, (*self.names, *self.names), optional=self.random.random() < 0.6
            ),
            "results": content.results(exchanges, self.random),
            "budget": content.budget_words(),
            "declarations": content.declarations(),
        }
        lead, saved = self.lead, sections(self.session, self.application_id)
        for number, (section, answers) in enumerate(texts.items()):
            if not only or section in only:
                self._save(lead, section, answers, saved, now=now + timedelta(hours=number))

    def cost(self, *, aim: Money = AIM, now: datetime) -> None:
        """Enter the budget of every partner who has accepted."""
        lead = self.lead
        rows = [row for row in partner_rows(self.session, self.application_id) if row.state == PartnerState.ACCEPTED]
        for row, sheet in zip(rows, content.sheets(len(rows), self.random, aim=aim), strict=True):
            lines = [BudgetAmount(category=category, amount=amount.amount) for category, amount in sheet.items()]
            sent = SaveBudget(partner_id=row.id, lines=lines, version=0)
            save_budget(self.session, lead, self.application_id, sent, now=now)

    def attach(self, *, pages: int = 6, now: datetime) -> None:
        """Upload Part B."""
        pdf = part_b(self.project, pages)
        uploaded = FileToStore(
            sha256=self.files.put(pdf),
            size=len(pdf),
            media_type="application/pdf",
            filename=f"{self.project.acronym}-part-B.pdf",
            pages=pages,
        )
        attach_file(self.session, self.lead, self.application_id, "part_b", uploaded, now=now)

    def inside(self, session: Session) -> Consortium:
        """The same in another session."""
        return replace(self, session=session)

    def ask_exactly(self, aim: Money, *, now: datetime) -> None:
        """Leave so much of the grant unclaimed at the coordinator that the request is ``aim`` to the cent."""
        head = application_head(self.session, self.application_id)
        rules = applied_call(self.session, head.call_id).rules
        budget = current_budget(self.session, head, rules)
        coordinator = budget.partners[0]
        lines = [
            BudgetAmount(category=line.category_id, amount=line.amount.amount, units=line.units)
            for line in budget.lines
            if line.partner_id == coordinator.partner_id
        ]
        left = budget.table.requested - aim
        sent = SaveBudget(partner_id=coordinator.partner_id, lines=lines, own_funding=left.amount, version=1)
        save_budget(self.session, self.lead, self.application_id, sent, now=now)

    def complete(self, *, start: datetime, now: datetime, aim: Money = AIM, exact: bool = False) -> None:
        """Everything that a submission needs; ``exact`` asks for ``aim`` to the cent instead of close to it."""
        self.invite(now=now)
        self.write(start=start, now=now + timedelta(days=2))
        self.cost(aim=aim + Money(500_00) if exact else aim, now=now + timedelta(days=3))
        if exact:
            self.ask_exactly(aim, now=now + timedelta(days=3, hours=1))
        self.attach(now=now + timedelta(days=4))

    def submit(self, *, now: datetime) -> UUID:
        """Submit as the coordinator."""
        return submit_application(self.session, self.lead, self.application_id, now=now)

    @property
    def deadline(self) -> datetime:
        """The deadline of the call."""
        head = application_head(self.session, self.application_id)
        return applied_call(self.session, head.call_id).rules.timetable.closes_at


SIZES = (3, 4, 4, 5, 5, 6, 7)


def consortia(
    members: tuple[Member, ...], random: Random, *, sizes: Sequence[int] = SIZES
) -> Iterator[tuple[Member, ...]]:
    """Consortia of these sizes that meet the call: three countries, one less developed region."""
    rows = list(zip(members, content.organisations(), strict=True))
    while True:
        size = random.choice(sizes)
        first = random.choice([pair for pair in rows if pair[1].country in LESS_DEVELOPED])
        chosen = [first]
        for pair in random.sample(rows, len(rows)):
            if len(chosen) < size and pair[1].country not in {one.country for _, one in chosen}:
                chosen.append(pair)
        random.shuffle(chosen)
        yield tuple(member for member, _ in chosen)
