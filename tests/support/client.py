"""A browser without JavaScript, and a program with an API token, both in this process."""

from __future__ import annotations

import re
from datetime import timedelta
from html.parser import HTMLParser
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

from starlette.testclient import TestClient

from app.accounts.models import SignInSession
from app.infra.ids import new_id
from app.infra.tokens import fingerprint, new_secret
from app.web.requests import SESSION_COOKIE
from tests.support.runtime import app_of

if TYPE_CHECKING:
    import httpx2 as httpx

    from app.delivery.runtime import Runtime

_CSRF = re.compile(r'name="_csrf" value="([^"]+)"')


class Browser:
    """Visits pages and sends their forms."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.client = TestClient(app_of(runtime), follow_redirects=True, raise_server_exceptions=False)

    def __enter__(self) -> Self:
        self.client.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.client.__exit__(kind, error, trace)

    def sign_in_as(self, person_id: UUID | None, *, stepped_up: bool = True) -> Browser:
        """Become the person without typing a password; None signs out. The second step was just confirmed, if not told otherwise."""
        self.client.cookies.clear()
        if person_id is not None:
            self.client.cookies.set(SESSION_COOKIE, signed_in(self.runtime, person_id, stepped_up=stepped_up))
        return self

    def get(self, path: str, **options: Any) -> httpx.Response:  # the client's own options
        """Visit a page."""
        return self.client.get(path, **options)

    def post(
        self,
        path: str,
        data: dict[str, Any] | None = None,
        *,
        page: str | None = None,
        files: dict[str, Any] | None = None,
        follow: bool = True,
        csrf: bool = True,
    ) -> httpx.Response:
        """Send a form with the token of ``page``, or with the one that any page would have."""
        fields = dict(data or {})
        if csrf and "_csrf" not in fields:
            shown = _CSRF.search(self.get(page or "/calls").text) if page or not self._secret() else None
            fields["_csrf"] = shown[1] if shown else self._csrf()
        return self.client.post(path, data=fields, files=files, follow_redirects=follow)

    def _secret(self) -> str:
        return self.client.cookies.get(SESSION_COOKIE) or self.client.cookies.get("grappe_visitor") or ""

    def _csrf(self) -> str:
        return self.runtime.signer.csrf(self._secret())


def signed_in(runtime: Runtime, person_id: UUID, *, stepped_up: bool = True) -> str:
    """The secret of a new session of that person, as the cookie carries it."""
    secret, now = new_secret(), runtime.clock.now()
    with runtime.database.transaction() as session:
        session.add(
            SignInSession(
                id=new_id(),
                person_id=person_id,
                fingerprint=fingerprint(secret),
                created_at=now,
                last_seen_at=now,
                ends_at=now + timedelta(days=30),
                stepped_up_at=now if stepped_up else None,
            )
        )
    return secret


class _Hidden(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self._in_foot = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect hidden inputs, but for those of the choice of language at the foot of each page."""
        given = dict(attrs)
        self._in_foot = self._in_foot or tag == "footer"
        if self._in_foot:
            return
        if tag == "input" and given.get("type") == "hidden" and given.get("name"):
            self.found[str(given["name"])] = given.get("value") or ""


def hidden_fields(html: str) -> dict[str, str]:
    """Names and values of the hidden inputs of a page above its foot."""
    parser = _Hidden()
    parser.feed(html)
    return parser.found
