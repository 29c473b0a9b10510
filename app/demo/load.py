"""Load the demo into an empty database: people, organisations, two calls and their applications."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from app.accounts.queries import actor_of_person, credentials_of_email
from app.calls.models import Call
from app.demo import content
from app.demo.absences import load_absences
from app.demo.calls import DEADLINE, OPEN, PUBLISHED, publish_copy, publish_real_call
from app.demo.consortia import Member
from app.demo.granted import load_granted
from app.demo.past import Past
from app.demo.people import PASSWORD, Devices, SignIn, address, make_office, make_person, name_of
from app.demo.present import load_present
from app.demo.running import load_running
from app.demo.undertaken import load_undertaken
from app.documents.use_cases.request_document import RENDER_TASK
from app.jobs.seal_roots import seal_roots
from app.organisations.rules.types import PlatformState
from app.organisations.schemas import RecordPlatformRegistration, RegisterOrganisation
from app.organisations.use_cases.record_platform_registration import record_platform_registration
from app.organisations.use_cases.register_organisation import register_organisation

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.delivery.runtime import Runtime

NEWCOMER = SignIn("Noor Haddad", "newcomer@grappe.example", PASSWORD, "Newcomer: has an account and nothing else yet")
"""Made last: who is there says that everything is."""


def is_loaded(runtime: Runtime) -> bool:
    """Whether the demo is there already, whole; raise RuntimeError where its loading was cut off."""
    with runtime.database.reading() as session:
        whole = credentials_of_email(session, NEWCOMER.email) is not None
        begun = session.execute(sa.select(sa.func.count()).select_from(Call)).scalar_one() > 0
    if begun and not whole:
        folder = runtime.settings.data_dir
        raise RuntimeError(f"Loading the demo was interrupted. Remove the folder {folder} and start again.")
    return whole


def load_demo(runtime: Runtime) -> list[SignIn]:
    """Load everything up to the runtime's present; return the sign-ins to print."""
    now = runtime.clock.now()
    with runtime.database.transaction() as session:
        office, sign_ins = make_office(session, runtime.vault, now=PUBLISHED - timedelta(days=30))
        members = _members(session)
        real = publish_real_call(session, office.administrator(session), until=now)
    people = Past(runtime, office, real, now).load(members)
    if now > DEADLINE:
        with runtime.database.transaction() as session:
            opened = publish_copy(session, office.administrator(session), OPEN, now=now)
        sign_ins += load_present(runtime, *opened, members, now)
    if people:
        sign_ins += load_running(runtime, office, members, people, now)
        devices = Devices()
        sign_ins += load_undertaken(runtime, office, members, people, devices, now)
        sign_ins += load_granted(runtime, office, members, people, devices, now)
        keys = {one.email: one.device for one in sign_ins if one.device}
        sign_ins = [replace(one, device=keys.get(one.email, "")) for one in sign_ins]
    with runtime.database.transaction() as session:
        load_absences(session, office, members[-1].person_id, now=now)
        make_person(session, NEWCOMER.name, NEWCOMER.email, now=min(now, PUBLISHED + timedelta(days=20)))
        # a visitor opens documents at once; the mails of ten years can wait for them
        session.execute(
            sa.text("update procrastinate_jobs set priority = 1 where task_name = :task"), {"task": RENDER_TASK}
        )
    seal_roots(runtime)
    return [*sign_ins, NEWCOMER]


def _members(session: Session) -> tuple[Member, ...]:
    """Every organisation with the person who speaks for it."""
    made: list[Member] = []
    seen: Counter[str] = Counter()
    for number, one in enumerate(content.organisations()):
        when = PUBLISHED - timedelta(days=20) + timedelta(minutes=7 * number)
        name = name_of(one.country, seen[one.country])
        seen[one.country] += 1
        domain = address(one.short_name, "").split("@")[0].replace(".", "")
        person_id = make_person(session, name, address(name, domain), now=when)
        person = actor_of_person(session, person_id)
        command = RegisterOrganisation(
            legal_name=one.name,
            short_name=one.short_name,
            pic=str(940_000_000 + 1_237 * number),
            organisation_type=one.type,
            legal_form=one.legal_form,
            country=one.country,
            region=one.region,
            city=one.city,
            sme="no",
        )
        organisation_id = register_organisation(session, person, command, now=when)
        person = actor_of_person(session, person_id)
        registration = RecordPlatformRegistration(
            state=PlatformState.REQUESTED if number % 9 == 4 else PlatformState.REGISTERED,
            reference=f"profile {4_100 + number}",
            happened_on=date(2018, 6, 1) + timedelta(days=number),
        )
        record_platform_registration(session, person, organisation_id, registration, now=when)
        made.append(Member(organisation_id, person_id, one.short_name))
    return tuple(made)
