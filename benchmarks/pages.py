"""Pages against a bare FastAPI route: the same session lookup, one hand-written query, a flat template of the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from fastapi import FastAPI, Request
from jinja2 import Environment
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse

from app.accounts.queries import actor_of_session
from app.applications.models import Application, Submission
from app.calls.models import Call
from app.infra.tokens import fingerprint
from app.main import create_app
from app.organisations.models import Organisation
from app.partnerships.models import Partner
from app.web.requests import SESSION_COOKIE
from benchmarks.measure import Row, in_turns
from benchmarks.stage import Stage, Visitor
from tests.conftest import NOW

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from app.delivery.runtime import Runtime

PAGE_TARGET, GROWTH_TARGET = 1.5, 1.3
ROWS = 25
Query = Callable[[Session], "Sequence[Any]"]


def rows(stage: Stage) -> Iterator[Row]:
    """Each page once, then what a thousand applications cost beside twenty-five."""
    times: dict[str, float] = {}
    for name, path, cookie, query in (
        ("call list page", "/calls", "", _calls),
        (
            "application page",
            f"/applications/{stage.draft.application_id}",
            stage.applicant,
            _one(stage.draft.application_id),
        ),
        ("officer list, 25 applications", f"/officer/calls/{stage.few}", stage.officer, _received(stage.few)),
        ("officer list, 1 000 applications", f"/officer/calls/{stage.many}", stage.officer, _received(stage.many)),
    ):
        row = against_bare(stage.runtime, name, path, cookie, query)
        times[name] = row.ours
        yield row
    few, many = (times[f"officer list, {number} applications"] for number in ("25", "1 000"))
    yield Row("officer list, 1 000 against 25", many, few, GROWTH_TARGET, "x 25")


def against_bare(runtime: Runtime, name: str, path: str, cookie: str, query: Query) -> Row:
    """Processor time of one page, ours and bare."""
    ours = Visitor(create_app(runtime), cookie)
    page = ours.get(path)
    bare = Visitor(_bare(runtime, page, query), cookie)
    assert abs(len(bare.get("/bare")) - len(page)) < len(page) // 50, "the same bytes"
    mine, theirs = in_turns(lambda: ours.get(path), lambda: bare.get("/bare"), times=15)
    ours.close()
    bare.close()
    return Row(name, mine, theirs, PAGE_TARGET)


def _bare(runtime: Runtime, page: bytes, query: Query) -> FastAPI:
    app = FastAPI()
    template = _flat(runtime, page, query)
    idle = timedelta(minutes=runtime.settings.idle_minutes)

    @app.get("/bare")
    def bare(request: Request) -> HTMLResponse:
        with Session(runtime.database.engine) as session:
            secret = request.cookies.get(SESSION_COOKIE, "")
            known = actor_of_session(session, fingerprint(secret), now=NOW, idle=idle)
            return HTMLResponse(template.render(name=known.actor.name, rows=query(session)))

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
