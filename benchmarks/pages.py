"""Pages against a bare FastAPI route: the same session lookup, one hand-written query, a flat template of the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from fastapi import FastAPI, Request
from jinja2 import Environment
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse

from app.accounts.queries import actor_of_session
from app.applications.models import Application, Submission
from app.calls.models import Call
from app.grants.models import Grant, GrantPartner
from app.infra.tokens import fingerprint
from app.main import create_app
from app.organisations.models import Organisation
from app.partnerships.models import Partner
from app.web.requests import SESSION_COOKIE
from benchmarks.measure import Row, in_turns
from benchmarks.stage import Stage, Visitor
from tests.builders.support import LATER
from tests.conftest import NOW
from tests.support.queries import counted

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from app.delivery.runtime import Runtime

PAGE_TARGET, GROWTH_TARGET = 1.5, 1.3
ROWS = 25
Query = Callable[[Session], "Sequence[Any]"]


@dataclass(frozen=True, slots=True)
class Visit:
    """A page with its visitor, the query that shows as much by hand, and the instant at which it is opened."""

    name: str
    path: str
    cookie: str
    query: Query
    now: datetime = NOW


def rows(stage: Stage) -> Iterator[Row]:
    """Each page once, then what a thousand applications cost beside twenty-five."""
    times: dict[str, float] = {}
    ours = create_app(stage.runtime)
    for visit in _visits(stage):
        row = against_bare(stage.runtime, ours, visit)
        times[row.name] = row.ours
        yield row
    few, many = (times[f"officer list, {number} applications"] for number in ("25", "1 000"))
    yield Row("officer list, 1 000 against 25", many, few, GROWTH_TARGET, "x 25")


def _visits(stage: Stage) -> Iterator[Visit]:
    draft, grant, judged = stage.draft.application_id, stage.granted.grant_id, stage.granted.made.call.id
    own, closed = _one(draft), f"/officer/calls/{judged}"
    yield Visit("call list page", "/calls", "", _calls)
    yield Visit("application page", f"/applications/{draft}", stage.applicant, own)
    yield Visit("own applications", "/applications", stage.applicant, own)
    yield Visit("officer list, 25 applications", f"/officer/calls/{stage.few}", stage.officer, _received(stage.few))
    yield Visit(
        "officer list, 1 000 applications", f"/officer/calls/{stage.many}", stage.officer, _received(stage.many)
    )
    yield Visit("start page of an applicant", "/tasks", stage.applicant, own)
    yield Visit("start page of an expert", "/tasks", stage.expert, _calls)
    yield Visit("start page of a beneficiary", "/tasks", stage.leads, _grants, LATER)
    yield Visit("start page of an officer", "/tasks", stage.conducts, _calls, LATER)
    yield Visit("ranking page", f"{closed}/ranking", stage.conducts, _received(judged), LATER)
    yield Visit("home of a grant", f"/grants/{grant}", stage.leads, _grants, LATER)
    yield Visit("portfolio", "/officer/portfolio", stage.conducts, _grants, LATER)
    yield Visit("API, calls", "/api/v1/calls", "", _calls)


def against_bare(runtime: Runtime, app: FastAPI, visit: Visit) -> Row:
    """Processor time of one page, ours and bare, and how often ours asks the database."""
    runtime.clock.instant = visit.now  # type: ignore[attr-defined]  # the clock of tests
    ours = Visitor(app, visit.cookie)
    page = ours.get(visit.path)
    bare = Visitor(_bare(runtime, page, visit), visit.cookie)
    assert abs(len(bare.get("/bare")) - len(page)) < len(page) // 50, "the same bytes"
    with counted(runtime) as sent:
        ours.get(visit.path)
    mine, theirs = in_turns(lambda: ours.get(visit.path), lambda: bare.get("/bare"), times=15)
    ours.close()
    bare.close()
    return Row(visit.name, mine, theirs, PAGE_TARGET, queries=len(sent))


def _bare(runtime: Runtime, page: bytes, visit: Visit) -> FastAPI:
    app = FastAPI()
    template = _flat(runtime, page, visit.query)
    idle = timedelta(minutes=runtime.settings.idle_minutes)

    @app.get("/bare")
    def bare(request: Request) -> HTMLResponse:
        with Session(runtime.database.engine) as session:
            secret = request.cookies.get(SESSION_COOKIE, "")
            known = actor_of_session(session, fingerprint(secret), now=visit.now, idle=idle)
            return HTMLResponse(template.render(name=known.actor.name, rows=visit.query(session)))

    return app


def _flat(runtime: Runtime, page: bytes, query: Query) -> Any:  # noqa: ANN401  # a template
    """One template without macros or inheritance: a loop that prints every value, then text up to the page's size."""
    loop = "<p>{{ name }}</p><table>{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}</table>"
    environment = Environment(autoescape=True)
    with Session(runtime.database.engine) as session:
        shown = environment.from_string(loop).render(name="", rows=query(session))
    rest = page.decode()[len(shown) :]
    return environment.from_string(loop + "{% raw %}" + rest + "{% endraw %}")


def _calls(session: Session) -> Sequence[Any]:
    statement = sa.select(Call.id, Call.identifier, Call.title, Call.state, Call.deadline, Call.opens_at)
    return session.execute(statement.order_by(Call.deadline).limit(ROWS)).all()


def _one(application_id: UUID) -> Query:
    statement = (
        sa.select(
            Application.id, Application.reference, Application.acronym, Application.title, Application.state,
            Application.requested, Partner.role, Partner.state, Organisation.legal_name, Organisation.country,
        )
        .join(Partner, Partner.partnership_id == Application.id)
        .join(Organisation, Organisation.id == Partner.organisation_id)
        .where(Application.id == application_id)
    )  # fmt: skip
    return lambda session: session.execute(statement).all()


def _received(call_id: UUID) -> Query:
    statement = (
        sa.select(
            Application.id, Application.reference, Application.acronym, Application.title, Application.state,
            Submission.received_at, Submission.requested, Submission.partners, Organisation.legal_name, Organisation.country,
        )
        .join(Submission, Submission.id == Application.last_submission_id)
        .join(Partner, sa.and_(Partner.partnership_id == Application.id, Partner.role == "coordinator"))
        .join(Organisation, Organisation.id == Partner.organisation_id)
        .where(Application.call_id == call_id)
        .order_by(Submission.received_at.desc())
        .limit(ROWS)
    )  # fmt: skip
    return lambda session: session.execute(statement).all()


def _grants(session: Session) -> Sequence[Any]:
    statement = (
        sa.select(
            Grant.id, Grant.reference, Grant.acronym, Grant.title, Grant.state, Grant.maximum_grant, Grant.end_on,
            Call.identifier, Organisation.legal_name, Organisation.country,
        )
        .join(Call, Call.id == Grant.call_id)
        .join(GrantPartner, sa.and_(GrantPartner.grant_id == Grant.id, GrantPartner.role == "coordinator"))
        .join(Organisation, Organisation.id == GrantPartner.organisation_id)
    )  # fmt: skip
    return session.execute(statement.order_by(Grant.acronym).limit(ROWS)).all()
