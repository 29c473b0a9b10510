"""Calls that are open, drafts, and applications that can be submitted: all made through the use cases."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.applications.models import Application
from app.applications.queries import reading
from app.applications.schemas import BudgetAmount, SaveBudget, SaveSection, StartApplication
from app.applications.use_cases.attach_file import attach_file
from app.applications.use_cases.change_partnership import answer_partner_invitation, invite_to_application
from app.applications.use_cases.save_budget import save_budget
from app.applications.use_cases.save_section import save_section
from app.applications.use_cases.start_application import start_application
from app.applications.use_cases.submit_application import submit_application
from app.calls.models import Call
from app.calls.use_cases.correct_call import correct_call
from app.core.actor import Actor
from app.documents.schemas import FileToStore
from app.infra.file_store import FileStore
from app.organisations.models import Organisation
from app.organisations.rules.types import PlatformState
from app.partnerships.queries import partner_rows
from app.partnerships.rules.facts import PartnerRole
from app.partnerships.schemas import AnswerInvitation, InvitePartner
from tests.builders.calls import a_programme_officer, a_published_call
from tests.builders.organisations import an_organisation
from tests.builders.people import a_person, actor_for
from tests.conftest import NOW
from tests.support.kept import kept
from tests.support.pdfs import a_pdf

_numbers = itertools.count(1)
PLACES = (("PT", "PT11", "Porto"), ("IT", "ITC4", "Milano"), ("BG", "BG41", "Sofia"))
"""Three countries; the first and the last region are less developed."""
COSTS = {"personnel": "80000.00", "other_direct": "12000.00", "third_parties": "15000.00"}

ANSWERS: dict[str, dict[str, Any]] = {
    "general": {
        "acronym": "CIRCTEX",
        "project_title": "Circular textiles from three regions",
        "abstract": "Clusters from three countries train their managers and send members on visits.",
        "keywords": "textiles, reuse, clusters",
        "sectors": ["textile"],
        "duration_months": 24,
        "start_date": "2019-11-01",
    },
    "partnership": {
        "partnership_rationale": "Each partner brings a value chain that the others lack.",
        "earlier_partnership": "no",
    },
    "activities": {
        "planned_activities": {
            "management_skills": "Six twinning weeks and a course for cluster managers.",
            "cluster_xchange": "Fifty visits between members of the three clusters.",
            "outreach": "Two roadshows and a guide for small companies.",
        },
        "work_packages": [
            {"name": "Management", "leader": "Coordinator", "first_month": 1, "last_month": 24, "content": "Steer."},
            {"name": "Exchanges", "leader": "Partner", "first_month": 3, "last_month": 22, "content": "Send people."},
        ],
        "deliverables": [{"name": "Strategy", "work_package": "Management", "month": 6}],
    },
    "results": {
        "indicators": {
            "exchanges": 100,
            "exchanges_with_smes": 60,
            "managers_trained": 24,
            "smes_reached": 400,
            "quality_labels": 3,
        },
        "lasting_effect": "The three clusters keep a joint office.",
    },
    "budget": {
        "third_party_support": "Any member may apply; the amount follows from the host country.",
        "value_for_money": "Travel is by train where it takes less than six hours.",
    },
    "declarations": {"honour": True, "no_double_funding": True, "mandate": True},
}


@dataclass(slots=True)
class Member:
    """A partner of a consortium with the person who answers for it."""

    organisation: Organisation
    person: Person
    partner_id: UUID


@dataclass(slots=True)
class Made:
    """An application and who stands behind it; ``members`` begins with the coordinator."""

    application_id: UUID
    call: Call
    members: list[Member] = field(default_factory=list)
    submission_id: UUID | None = None

    @property
    def person(self) -> Person:
        """The coordinator's contact."""
        return self.members[0].person

    def actor(self, session: Session, member: int = 0) -> Actor:
        """The contact of a member, with the roles that they hold now."""
        return actor_for(session, self.members[member].person)

    def row(self, session: Session) -> Application:
        """The application as it is stored now."""
        return session.get_one(Application, self.application_id, populate_existing=True)


@kept
def a_call(session: Session, content: bytes | None = None, *, corrected: bool = True, now: datetime = NOW) -> Call:
    """COS-CLUSTER-2018-03-02, open at ``now``: version 1.1, or 1.0 where it is not ``corrected``."""
    officer = a_programme_officer(session)
    call = a_published_call(session, officer, content, now=now)
    if corrected and content is None:
        correct_call(session, officer, call.id, confirmed=True, now=now)
    return call


@kept
def a_draft(
    session: Session,
    call: Call | None = None,
    *,
    acronym: str = "CIRCTEX",
    person: Person | None = None,
    organisation: Organisation | None = None,
    now: datetime = NOW,
) -> Made:
    """A fresh application of a cluster in Porto: only its acronym is answered."""
    call = call or a_call(session, now=now)
    if person is None or organisation is None:
        person = person or a_person(session)
        organisation = a_cluster(session, person, 0)
    wanted = StartApplication(organisation_id=organisation.id, acronym=acronym)
    application_id = start_application(session, actor_for(session, person), call.id, wanted, now=now)
    [coordinator] = partner_rows(session, application_id)
    return Made(application_id, call, [Member(organisation, person, coordinator.id)])


def a_cluster(session: Session, person: Person, place: int, **given: Any) -> Organisation:
    """A cluster organisation on the platform, in one of three countries, for which the person speaks."""
    country, region, city = PLACES[place % len(PLACES)]
    values: dict[str, Any] = {
        "legal_name": f"Cluster {city} {next(_numbers)}",
        "country": country,
        "region": region,
        "city": city,
        "platform_registration": PlatformState.REGISTERED,
    }
    return an_organisation(session, representative=person, **(values | given))


def a_partner(
    session: Session,
    made: Made,
    place: int,
    *,
    accept: bool = True,
    role: PartnerRole = PartnerRole.PARTNER,
    now: datetime = NOW,
    **given: Any,
) -> Member:
    """An organisation that was invited, and by default has accepted."""
    person = a_person(session)
    organisation = a_cluster(session, person, place, **given)
    wanted = InvitePartner.model_validate({"organisation_id": organisation.id, "role": role})
    partner_id = invite_to_application(session, made.actor(session), made.application_id, wanted, now=now)
    member = Member(organisation, person, partner_id)
    if accept:
        answer = AnswerInvitation(accept=True)
        answer_partner_invitation(session, actor_for(session, person), made.application_id, partner_id, answer, now=now)
        made.members.append(member)
    return member


def costs(session: Session, made: Made, partner_id: UUID, amounts: dict[str, str], *, now: datetime = NOW) -> None:
    """Save a partner's sheet, whatever its version is."""
    stored = reading.sheets(session, made.application_id).get(partner_id)
    sheet = SaveBudget(
        partner_id=partner_id,
        lines=[BudgetAmount(category=category, amount=amount) for category, amount in amounts.items()],
        version=stored.version if stored else 0,
    )
    save_budget(session, made.actor(session), made.application_id, sheet, now=now)


def answered(session: Session, made: Made, section: str, answers: dict[str, Any], *, now: datetime = NOW) -> None:
    """Save a section, whatever its version is."""
    stored = reading.sections(session, made.application_id).get(section)
    sent = SaveSection(answers=answers, version=stored.version if stored else 0)
    save_section(session, made.actor(session), made.application_id, section, sent, now=now)


@kept
def a_complete_application(
    session: Session,
    call: Call | None = None,
    *,
    acronym: str = "CIRCTEX",
    files: FileStore | None = None,
    now: datetime = NOW,
) -> Made:
    """An application of three partners in three countries that only waits to be submitted.

    ``files`` receives the PDF, for tests that download it.
    """
    made = a_draft(session, call, acronym=acronym, now=now)
    for place in (1, 2):
        a_partner(session, made, place, now=now)
    for section, answers in ANSWERS.items():
        own = {"acronym": acronym} if section == "general" else {}
        answered(session, made, section, answers | own, now=now)
    for member in made.members:
        costs(session, made, member.partner_id, COSTS, now=now)
    pdf = a_pdf(pages=2)
    uploaded = FileToStore(
        sha256=(files.put(pdf) if files else f"{next(_numbers):064x}"),
        size=len(pdf),
        media_type="application/pdf",
        filename="part-b.pdf",
        pages=2,
    )
    attach_file(session, made.actor(session), made.application_id, "part_b", uploaded, now=now)
    return made


@kept
def a_submitted_application(
    session: Session,
    call: Call | None = None,
    *,
    acronym: str = "CIRCTEX",
    files: FileStore | None = None,
    now: datetime = NOW,
) -> Made:
    """The same, submitted at ``now``; its receipt is asked for and not yet made."""
    made = a_complete_application(session, call, acronym=acronym, files=files, now=now)
    made.submission_id = submit_application(session, made.actor(session), made.application_id, now=now)
    return made
