"""Routes of an invented area, through which the proofs of both doors go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from fastapi import APIRouter, Depends
from pydantic import BaseModel
from starlette.responses import JSONResponse, Response

from app.accounts.models import Person
from app.api.requests import parse as parse_api
from app.core.errors import TooManyAttemptsError
from app.delivery.guards import Guard, public, signed_in
from app.delivery.incoming import Incoming
from app.delivery.unit_of_work import READ, WRITE, Work, run
from app.infra.ids import new_id
from app.main import create_app
from app.web.requests import parse as parse_form

if TYPE_CHECKING:
    from fastapi import FastAPI

    from app.delivery.runtime import Runtime


class Letter(BaseModel):
    """What a letter says."""

    name: str
    copies: int = 1


def _stored(work: Work) -> Response:
    name = work.incoming.form.get("name", "Ada") if work.incoming.form is not None else "Ada"
    email = f"{new_id().hex}@example.org"
    work.session.add(Person(id=new_id(), email=email, name=str(name), created_at=work.now))
    return JSONResponse({"received_at": work.now.isoformat()}, 201)


def letters_app(runtime: Runtime) -> FastAPI:
    """The whole application and our routes beside its own."""
    pages, programs = APIRouter(), APIRouter()

    def page(incoming: Incoming = Depends(parse_form)) -> Response:  # noqa: B008  # FastAPI's way for local functions
        return run(incoming, WRITE, public, _stored)

    def asked(incoming: Incoming = Depends(parse_form)) -> Response:  # noqa: B008
        return run(incoming, READ, public, lambda work: Response(work.incoming.csrf_token, media_type="text/html"))

    def guarded(incoming: Incoming = Depends(parse_form)) -> Response:  # noqa: B008
        return run(incoming, READ, signed_in, lambda work: Response(work.actor.name))

    def broken(incoming: Incoming = Depends(parse_form)) -> Response:  # noqa: B008
        raise RuntimeError("nobody expected this")

    def limited(incoming: Incoming = Depends(parse_form)) -> Response:  # noqa: B008
        raise TooManyAttemptsError(61)

    def created(letter: Letter, incoming: Incoming = Depends(parse_api)) -> Response:  # noqa: B008
        return run(incoming, WRITE, public, _stored)

    def private(incoming: Incoming = Depends(parse_api)) -> Response:  # noqa: B008
        return run(incoming, READ, _of_guard(signed_in), lambda work: Response(work.actor.name))

    pages.add_api_route("/parcels", page, methods=["POST"], response_model=None)
    pages.add_api_route("/parcels", asked, methods=["GET"], response_model=None)
    pages.add_api_route("/parcels/guarded", guarded, methods=["GET", "POST"], response_model=None)
    pages.add_api_route("/parcels/broken", broken, methods=["GET", "POST"], response_model=None)
    pages.add_api_route("/parcels/limited", limited, methods=["GET"], response_model=None)
    programs.add_api_route("/parcels", created, methods=["POST"], response_model=None)
    programs.add_api_route("/parcels/private", private, methods=["GET"], response_model=None)
    programs.add_api_route("/parcels/broken", broken, methods=["GET"], response_model=None)
    app = create_app(runtime)
    app.include_router(pages, include_in_schema=False)
    app.include_router(programs, prefix="/api/v1", include_in_schema=False)
    return app


def _of_guard(guard: Guard) -> Guard:
    return guard


def stored_letters(runtime: Runtime) -> int:
    """How many letters were stored."""
    with runtime.database.reading() as session:
        return session.execute(sa.select(sa.func.count()).select_from(Person)).scalar_one()
