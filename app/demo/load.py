"""Load the demo into an empty database: people, organisations, a call that has ended and editions of it at every step."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from app.accounts.queries import actor_of_person, credentials_of_email
from app.calls.models import Call
from app.calls.rules.phases import CLOSING_GRACE
from app.demo import content
from app.demo.absences import load_absences
from app.demo.calls import DEADLINE, OPEN, PUBLISHED, publish_copy, publish_real_call
from app.demo.consortia import Member
from app.demo.granted import Granted
from app.demo.past import FINISHED, OVER, Past
from app.demo.people import PASSWORD, Devices, Office, SignIn, address, make_office, make_person, name_of
from app.demo.present import load_present
from app.demo.running import Edition, load_checked, load_judged, load_ranked
from app.demo.undertaken import Undertaken
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
GARBAGE = (100_000, 50, 100)
"""How seldom to look for garbage meanwhile: nearly everything that is made is needed, and to look takes a tenth of the time."""
_LAST_OF_ALL = sa.text("update procrastinate_jobs set priority = -100 where status = 'todo'")
_NEWEST_FIRST = sa.text("""
    update procrastinate_jobs job
    set priority = -1 - cast(extract(year from age(cast(:now as timestamptz), document.requested_at)) as integer)
    from document where job.task_name = :task and document.id = cast(job.args ->> 'document_id' as uuid)
""")

Telling = Callable[[int, int, str], AbstractContextManager[None]]
"""Told the number of a step, how many there are and what is made in it; around the making."""


@dataclass(frozen=True, slots=True)
class Step:
    """A part of the demo, made in transactions of its own."""

    words: str
    make: Callable[[], object]


def is_loaded(runtime: Runtime) -> bool:
    """Whether the demo is there already, whole; raise RuntimeError where its loading was cut off."""
    with runtime.database.reading() as session:
        whole = credentials_of_email(session, NEWCOMER.email) is not None
        begun = session.execute(sa.select(sa.func.count()).select_from(Call)).scalar_one() > 0
    if begun and not whole:
        raise RuntimeError(interrupted(runtime))
    return whole


def interrupted(runtime: Runtime) -> str:
    """What to do after a loading that was cut off."""
    return f"Loading the demo was interrupted. Remove the folder {runtime.settings.data_dir} and start again."


def load_demo(runtime: Runtime, telling: Telling = lambda *_: nullcontext()) -> list[SignIn]:
    """Load everything up to the runtime's present, told of each step; return the sign-ins to print."""
    loading = Loading(runtime, runtime.clock.now())
    steps = list(loading.steps())
    with _seldom_looking_for_garbage():
        for number, step in enumerate(steps, start=1):
            with telling(number, len(steps), step.words):
                step.make()
    return loading.sign_ins


@contextmanager
def _seldom_looking_for_garbage() -> Iterator[None]:
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GARBAGE)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


@dataclass(slots=True)
class Loading:
    """What one step of the loading leaves for the others."""

    runtime: Runtime
    now: datetime
    office: Office = field(init=False)
    members: tuple[Member, ...] = ()
    past: Past = field(init=False)
    sign_ins: list[SignIn] = field(default_factory=list)
    devices: Devices = field(default_factory=Devices)

    def __post_init__(self) -> None:
        self.past = Past(self.runtime, self.now)

    def steps(self) -> Iterator[Step]:
        """Every step that has begun by now, in order."""
        yield Step("people, organisations and the call of 2019", self._begin)
        yield Step("2019: forty applications", lambda: self.past.submit(self.members))
        if self.now > DEADLINE + CLOSING_GRACE:
            yield Step("2019: the call closes", self.past.close)
        if self.now > OVER:
            yield Step("2019: checks of admissibility, eligibility and exclusion", self.past.check)
            yield Step("2019: reports of the experts and consensus", self.past.judge)
            yield Step("2019: ranking, award decisions and letters", self.past.decide)
            yield Step("2019: thirteen grant agreements", self.past.agree)
        if self.now > FINISHED:
            yield Step("2020: visits, first reports and payments", self.past.first_year)
            yield Step("2021: last reports, balances and closures", self.past.to_the_end)
        if self.now > DEADLINE:
            yield Step("the open call: drafts and submissions", self._open)
        if self.now > OVER:
            yield from self._editions()
        yield Step("absences, the queue and the seal of the log", self._end)

    def _editions(self) -> Iterator[Step]:
        yield Step("an edition being checked", lambda: load_checked(self._edition()))
        yield Step("an edition under evaluation", self._judged)
        yield Step("an edition before its panel", self._ranked)
        undertaken, granted = Undertaken(self.devices, self.now), Granted(self.devices, self.now)
        yield Step("an edition that reports: from applications to letters", lambda: undertaken.award(self._edition()))
        yield Step("an edition that reports: twelve grant agreements", undertaken.agree)
        yield Step("an edition that reports: visits, reports and amendments", lambda: self._sign(undertaken.report()))
        yield Step("an edition that begins: from applications to letters", lambda: granted.award(self._edition()))
        yield Step("an edition that begins: eight grants at eight steps", lambda: self._sign(granted.agree()))

    def _begin(self) -> None:
        with self.runtime.database.transaction() as session:
            self.office, self.sign_ins = make_office(session, self.runtime.vault, now=PUBLISHED - timedelta(days=30))
            self.members = _members(session)
            real = publish_real_call(session, self.office.administrator(session), until=self.now)
        self.past.office, self.past.call_id = self.office, real

    def _open(self) -> None:
        with self.runtime.database.transaction() as session:
            opened = publish_copy(session, self.office.administrator(session), OPEN, now=self.now)
        self._sign(load_present(self.runtime, *opened, self.members, self.now))

    def _edition(self) -> Edition:
        return Edition(self.runtime, self.office, self.members, self.past.people, self.now)

    def _judged(self) -> None:
        self._sign(load_judged(self._edition()))

    def _ranked(self) -> None:
        self._sign(load_ranked(self._edition()))

    def _sign(self, more: Sequence[SignIn]) -> None:
        self.sign_ins += more

    def _end(self) -> None:
        with self.runtime.database.transaction() as session:
            load_absences(session, self.office, self.members[-1].person_id, now=self.now)
            make_person(session, NEWCOMER.name, NEWCOMER.email, now=min(self.now, PUBLISHED + timedelta(days=20)))
            # What a visitor asks for comes before the documents of the demo, those before its mails, and of all the newest.
            session.execute(_LAST_OF_ALL)
            session.execute(_NEWEST_FIRST, {"now": self.now, "task": RENDER_TASK})
        seal_roots(self.runtime)
        keys = {one.email: one.device for one in self.sign_ins if one.device}
        self.sign_ins = [replace(one, device=keys.get(one.email, "")) for one in self.sign_ins] + [NEWCOMER]


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
