"""One call in one go, by programs: from its document through applications, evaluation and award to the last euro.

Every step of the evaluation's and of the grant's own journey is in it; those two run alone in soak.
"""

from __future__ import annotations

from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
import sqlalchemy as sa

from app.accounts.models import Person
from app.calls.models import Call
from app.core.actor import Role
from app.organisations.models import Organisation
from app.partnerships.queries import partner_rows
from tests.builders.applications import Made, Member, a_submitted_application
from tests.builders.calls import a_programme
from tests.builders.checks import Closed, admitted
from tests.builders.evaluation import EVALUATING
from tests.builders.people import a_person
from tests.builders.scoring import JUDGING
from tests.journeys import evaluation_facts, grant_facts, spine
from tests.journeys import test_evaluation_api as evaluation
from tests.journeys import test_spine_api as applying
from tests.journeys.evaluation_facts import CALL, World
from tests.journeys.grant_steps_api import DOCUMENTS, ENVELOPE, GrantByPrograms
from tests.journeys.test_grant_api import YEARS, devices
from tests.journeys.test_spine_api import Program
from tests.support.live import Live, live

if TYPE_CHECKING:
    from app.delivery.runtime import Runtime

CONSORTIUM = {spine.NEWCOMER: "Ana Costa", spine.INVITED: "Chiara Bianchi", spine.BY_MAIL: "Dimitar Petrov"}
OFFICE = {
    evaluation_facts.OFFICER: (Role.PROGRAMME_OFFICER, Role.AUTHORISING_OFFICER),
    evaluation_facts.SECOND: (Role.PROGRAMME_OFFICER,),
    evaluation_facts.SIGNER: (Role.AUTHORISING_OFFICER,),
    grant_facts.FINANCE: (Role.FINANCE_OFFICER,),
    grant_facts.ACCOUNTING: (Role.ACCOUNTING_OFFICER,),
}
PREPARE = evaluation_facts.DECIDING + timedelta(days=3)
SIGN = evaluation_facts.DECIDING + timedelta(days=23)


def prepare(runtime: Runtime) -> None:
    """Everybody has an account; nothing else is there but a programme."""
    with runtime.database.transaction() as session:
        a_programme(session)
        for email, roles in OFFICE.items():
            a_person(session, email=email, name=evaluation_facts.NAMES.get(email, email.title()), roles=roles)
        for email in (*evaluation.COMMITTEE, *evaluation_facts.EXPERTS):
            a_person(session, email=email, name=evaluation_facts.NAMES[email])
        for email, name in CONSORTIUM.items():
            a_person(session, email=email, name=name)


@pytest.mark.timeout(600)
def test_a_call_from_its_document_to_the_last_euro_through_the_api(tmp_path: Path) -> None:
    content = grant_facts.changed(**{"envelope: 3600000.00": f"envelope: {ENVELOPE}"})
    with live("whole_api", tmp_path, at=spine.START, prepare=prepare) as platform, ExitStack() as clients:
        everybody = [*OFFICE, *evaluation.COMMITTEE, *evaluation_facts.EXPERTS, *CONSORTIUM]
        devices(platform, [*OFFICE, *CONSORTIUM])
        programs = {email: Program(platform, email, lasts=YEARS) for email in everybody}
        for program in programs.values():
            clients.callback(program.client.close)
        application = apply(platform, programs, content)
        world = closed(platform, application)
        evaluate(platform, programs, world)
        evaluation_facts.check_documents(platform, world, receipts=3)
        evaluation_facts.check_ledger(platform, world)
        evaluation_facts.check_evaluation(platform, world)
        evaluation_facts.check_mails(platform, world)
        grant = grant_of(platform, programs, world)
        grant.tell(PREPARE, SIGN)
        grant_facts.check_documents(platform, DOCUMENTS)
        assert grant_facts.entries(platform) == ["appropriate", "commit", "pay", "pay", "pay", "release"]


def apply(platform: Live, programs: dict[str, Program], content: bytes) -> UUID:
    """The call is published and corrected, one consortium applies at the cap, twice, and is told when it is too late."""
    officer, ana, chiara, dimitar = (programs[email] for email in (spine.OFFICER, *CONSORTIUM))
    applying.publish(officer, content)
    base = f"/applications/{applying.begin(ana)}"
    partners = applying.gather(ana, chiara, dimitar, base)
    applying.write(ana, base)
    applying.correct(officer, ana, base)
    applying.compare(ana, chiara, base)
    applying.genuine(platform, applying.submit_at_the_cap(ana, base, partners))
    applying.submit_again(ana, base)
    left = {"organisation_id": applying.own(chiara), "acronym": "TOOLATE"}
    late = chiara.ask("POST", f"/calls/{CALL}/applications", 201, left)["id"]
    with platform.runtime.database.transaction() as session:
        call = session.execute(sa.select(Call)).scalar_one()
        a_submitted_application(session, call, acronym=evaluation_facts.RIVAL, files=platform.runtime.files)
    applying.miss(platform, ana, base)
    applying.close(platform, chiara, late)
    return UUID(base.rpartition("/")[2])


def closed(platform: Live, application_id: UUID) -> World:
    """What the evaluation begins with: the application of the story, and a rival that the office has admitted."""
    world = World(evaluation_facts.RESERVE)
    platform.move_to(evaluation_facts.CHECKING)
    with platform.runtime.database.transaction() as session:
        call = session.execute(sa.select(Call)).scalar_one()
        first, second = (
            session.execute(sa.select(Person).where(Person.email == email)).scalar_one()
            for email in (evaluation_facts.OFFICER, evaluation_facts.SECOND)
        )
        for row in session.execute(sa.text("select id, acronym from application where state = 'submitted'")):
            made = Made(row.id, call)
            for partner in partner_rows(session, row.id):
                assert partner.organisation_id is not None
                organisation = session.get_one(Organisation, partner.organisation_id)
                made.members.append(Member(organisation, _representative(session, organisation.id), partner.id))
            if row.id == application_id:
                world.made = made
            else:
                world.rival = made
        admitted(session, Closed(call, [world.made, world.rival], first, second), world.rival)
        session.flush()
    return world


def _representative(session: sa.orm.Session, organisation_id: UUID) -> Person:
    """Who speaks for an organisation."""
    speaks = sa.text("select person_id from role_assignment where role = 'representative' and scope_id = :id")
    return session.get_one(Person, session.execute(speaks, {"id": organisation_id}).scalar_one())


def evaluate(platform: Live, programs: dict[str, Program], world: World) -> None:
    """Checked, assigned, judged, ranked, awarded, told."""
    evaluation.check(programs, world)
    platform.move_to(EVALUATING)
    evaluation.start(platform, programs)
    assignments = evaluation.assign(platform, programs, world)
    platform.move_to(JUDGING)
    evaluation.report(programs, world, assignments)
    evaluation.agree(programs, world)
    world.judge_the_rival(platform)
    platform.move_to(evaluation_facts.PANEL)
    evaluation.sit(programs, world)
    evaluation.adopt(programs, world)
    platform.move_to(evaluation_facts.DECIDING)
    evaluation.award(programs, world)
    evaluation.send(programs, world)
    evaluation.read(platform, programs, world)


def grant_of(platform: Live, programs: dict[str, Program], world: World) -> GrantByPrograms:
    """The grant that came of the letter; the coordinator finds it among its own."""
    [found] = programs[world.consortium[0]].ask("GET", "/grants", 200)["items"]
    assert (found["state"], found["maximum_grant"]["amount"]) == ("preparation", "360000.00")
    return GrantByPrograms(platform, programs, world.consortium, CALL, found["id"])
