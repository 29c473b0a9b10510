"""A platform with 1 000 applications, in memory, and visits to it without a network."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from app.accounts.models import SignInSession
from app.applications.use_cases.submit_application import submit_application
from app.core.actor import Role
from app.infra.ids import new_id
from app.infra.tokens import fingerprint, new_secret
from app.web.requests import SESSION_COOKIE
from tests.builders.applications import a_call, a_complete_application
from tests.builders.calls import another_call
from tests.builders.copies import Copy, copies
from tests.builders.grants import a_running_grant
from tests.builders.people import a_person
from tests.builders.support import LATER
from tests.conftest import NOW
from tests.support.runtime import a_runtime

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy.orm import Session
    from starlette.types import ASGIApp, Message

    from app.delivery.runtime import Runtime
    from tests.builders.applications import Made
    from tests.builders.grants import MadeGrant

FEW, MANY, WAITING = 25, 1000, 120
_SUBMIT = """
with made as (
    insert into submission (id, application_id, number, call_version_id, received_at, submitted_by, snapshot, sha256,
                            requested, eligible, partners)
    select gen_random_uuid(), a.id, 1, s.call_version_id, s.received_at + a.number * interval '1 second', a.created_by,
           s.snapshot, s.sha256, s.requested + a.number, s.eligible, s.partners
    from application a, submission s where a.call_id = :call and a.state = 'draft' and s.id = :submission
    returning id, application_id, received_at, requested)
update application a set state = 'submitted', submitted_at = m.received_at, last_submission_id = m.id, requested = m.requested
from made m where a.id = m.application_id
"""


@dataclass(frozen=True, slots=True)
class Stage:
    """What there is to visit."""

    runtime: Runtime
    few: UUID
    many: UUID
    officer: str
    applicant: str
    draft: Made
    waiting: list[Copy]
    granted: MadeGrant
    conducts: str
    """The sign-in of the officer of the grant's call, and with ``leads`` that of its coordinator: of a later year."""
    leads: str
    expert: str


@contextmanager
def a_stage() -> Iterator[Stage]:
    """Two calls with 25 and 1 000 submitted applications, and drafts that wait to be submitted."""
    folder = Path(tempfile.mkdtemp(prefix="grappe-bench-"))
    try:
        with a_runtime("bench", folder) as runtime:
            with runtime.database.transaction() as session:
                few = _filled(session, a_complete_application(session, files=runtime.files), FEW)
                again = a_call(session, another_call("COS-CLUSTER-2018-03-09"))
                one = a_complete_application(session, again, files=runtime.files)
                many = _filled(session, one, MANY)
                draft = a_complete_application(session, few.call, files=runtime.files)
                waiting = copies(session, draft, WAITING)
                granted = a_running_grant(session, call=a_call(session, another_call("COS-CLUSTER-2018-03-16")))
                officer = _signed_in(session, a_person(session, roles=(Role.PROGRAMME_OFFICER,)).id)
                applicant = _signed_in(session, draft.person.id)
                expert = _signed_in(session, a_person(session, roles=((Role.EVALUATOR, few.call.id),)).id)
                conducts = _signed_in(session, granted.officer.person_id, LATER)
                leads = _signed_in(session, granted.made.members[0].person.id, LATER)
            with runtime.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(sa.text("vacuum analyze"))
            yield Stage(
                runtime=runtime,
                few=few.call.id,
                many=many.call.id,
                officer=officer,
                applicant=applicant,
                draft=draft,
                waiting=waiting,
                granted=granted,
                conducts=conducts,
                leads=leads,
                expert=expert,
            )
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _filled(session: Session, made: Made, number: int) -> Made:
    copies(session, made, number - 1)
    submission = submit_application(session, made.actor(session), made.application_id, now=NOW)
    session.flush()
    session.execute(sa.text(_SUBMIT), {"call": made.call.id, "submission": submission})
    return made


def _signed_in(session: Session, person_id: UUID | None, now: datetime = NOW) -> str:
    secret = new_secret()
    lasting = {"created_at": now, "last_seen_at": now, "ends_at": now + timedelta(days=30)}
    session.add(SignInSession(id=new_id(), person_id=person_id, fingerprint=fingerprint(secret), **lasting))
    return secret


class Visitor:
    """Asks an application in this process for pages, straight at its ASGI door."""

    def __init__(self, app: ASGIApp, cookie: str) -> None:
        self.app, self._cookie = app, cookie
        self._runner = asyncio.Runner()

    def get(self, path: str, query: str = "") -> bytes:
        """The body; the answer must be 200."""
        return self._runner.run(self._get(path, query))

    async def _get(self, path: str, query: str) -> bytes:
        scope: dict[str, Any] = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
            "path": path, "raw_path": path.encode(), "query_string": query.encode(), "root_path": "",
            "headers": [(b"host", b"bench"), (b"cookie", f"{SESSION_COOKIE}={self._cookie}".encode())],
            "client": ("127.0.0.1", 1), "server": ("bench", 80), "state": {},
        }  # fmt: skip
        status, parts = 0, []

        async def receive() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            else:
                parts.append(message.get("body", b""))

        await self.app(scope, receive, send)
        assert status == 200, f"{path} answered {status}: {b''.join(parts)[:400]!r}"
        return b"".join(parts)

    def close(self) -> None:
        """End the loop."""
        self._runner.close()
