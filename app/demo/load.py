"""Load the demo into an empty database: people, organisations, two calls and their applications."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from app.accounts.queries import actor_of_person
from app.applications.use_cases.miss_deadline import miss_deadline
from app.calls.models import Call
from app.calls.rules.phases import CLOSING_GRACE
from app.calls.use_cases.close_call import close_call
from app.core.actor import SYSTEM
from app.core.money import Money
from app.demo import content
from app.demo.calls import DEADLINE, PUBLISHED, publish_open_copy, publish_real_call
from app.demo.consortia import Consortium, Member, consortia
from app.demo.people import PASSWORD, SignIn, address, make_office, make_person, name_of
from app.demo.present import load_present
from app.organisations.rules.types import PlatformState
from app.organisations.schemas import RecordPlatformRegistration, RegisterOrganisation
from app.organisations.use_cases.record_platform_registration import record_platform_registration
from app.organisations.use_cases.register_organisation import register_organisation

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.delivery.runtime import Runtime

LESS_DEVELOPED = frozenset({"BG", "PL", "RO", "HU", "LV", "LT", "EE", "HR"})


def is_loaded(runtime: Runtime) -> bool:
    """Whether the demo is there already."""
    with runtime.database.reading() as session:
        return session.execute(sa.select(sa.func.count()).select_from(Call)).scalar_one() > 1


def load_demo(runtime: Runtime) -> list[SignIn]:
    """Load everything up to the runtime's present; return the sign-ins to print."""
    now = runtime.clock.now()
    with runtime.database.transaction() as session:
        officer, sign_ins = make_office(session, now=PUBLISHED - timedelta(days=30))
        members = _members(session)
        real = publish_real_call(session, officer, until=now)
        opened: tuple[UUID, datetime] | None = None
        if now > DEADLINE:
            opened = publish_open_copy(session, officer, now=now)
    _past(runtime, real, members, now)
    if opened is not None:
        sign_ins += load_present(runtime, opened[0], members, opened[1], now)
    newcomer = SignIn(
        "Noor Haddad", "newcomer@grappe.example", PASSWORD, "Newcomer: has an account and nothing else yet"
    )
    with runtime.database.transaction() as session:
        make_person(session, newcomer.name, newcomer.email, now=min(now, PUBLISHED + timedelta(days=20)))
    return [*sign_ins, newcomer]


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


def _past(runtime: Runtime, call_id: UUID, members: tuple[Member, ...], now: datetime) -> None:
    """The forty applications of 2019, each submitted at its moment if that has come, and the closing."""
    random = Random(2019)  # invented content
    groups = consortia(members, random)
    for number, project in enumerate(content.projects()):
        submitted = DEADLINE - timedelta(
            minutes=random.choice([4, 11, 26, 55, 140, 400, 900, 2_000, 4_500, 9_000]) + number % 7, seconds=number
        )
        began = submitted - timedelta(days=random.randint(14, 40))
        if began > now:
            continue
        with runtime.database.transaction() as session:
            made = Consortium.start(session, runtime.files, project, next(groups), call_id, now=began)
            aim = Money(random.randint(23_500_000, 35_990_000))
            made.complete(start=datetime(2019, 9, 1, tzinfo=DEADLINE.tzinfo), now=began + timedelta(days=1), aim=aim)
            if submitted <= now:
                made.submit(now=submitted)
    if now > DEADLINE + CLOSING_GRACE:
        closed = DEADLINE + CLOSING_GRACE + timedelta(seconds=8)
        with runtime.database.transaction() as session:
            close_call(session, SYSTEM, call_id, now=closed)
            miss_deadline(session, SYSTEM, call_id, now=closed)
