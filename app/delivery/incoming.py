"""Incoming: a request as far as it can be parsed without touching the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.datastructures import FormData
    from starlette.requests import HTTPConnection

    from app.delivery.runtime import Runtime


@dataclass(slots=True)
class TypedCode:
    """A code of the second step that came along with a request.

    It counts once, while a request may run several units of work: the first one that needs it notes what became of it.
    """

    text: str
    accepted: bool | None = None


@dataclass(frozen=True, slots=True)
class Incoming:
    """One request at a door.

    ``received_at`` is the instant at which its last byte had arrived. ``session_secret``
    and ``visitor_secret`` come from cookies, ``api_token`` from the Authorization header.
    """

    runtime: Runtime
    received_at: datetime
    request_id: str
    method: str
    path: str
    client: str
    query: Mapping[str, str] = field(default_factory=dict)
    query_string: str = ""
    session_secret: str = ""
    visitor_secret: str = ""
    half_sign_in: str = ""
    """The signed token between password and code; it opens nothing by itself."""
    api_token: str = ""
    door: str = "web"
    fragment: bool = False
    """Whether htmx asks for a part of the page."""
    form: FormData | None = None
    csrf_ok: bool = False
    idempotency_key: str = ""
    second_step: TypedCode | None = None
    """From the header ``Second-Step`` of a program, or from the page that kept a form while it asked for the code."""
    acting_for: str = ""
    """From the header ``Acting-For`` of a program: the delegation by which it acts for somebody else."""
    language: str = "en"
    """The language that a visitor reads; whoever is signed in has one of their own."""
    theme: str = ""
    """Light or dark where the person chose one."""

    @property
    def csrf_token(self) -> str:
        """What forms on the answered page must carry."""
        return self.runtime.signer.csrf(self.session_secret or self.visitor_secret)


def client_of(request: HTTPConnection, runtime: Runtime) -> str:
    """The client's address, from the proxy's header only where a proxy is trusted."""
    if runtime.settings.trusted_proxy and (forwarded := request.headers.get("x-forwarded-for")):
        return forwarded.rsplit(",", 1)[-1].strip()
    return request.client.host if request.client else ""
