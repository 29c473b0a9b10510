"""Whatever is sent to whichever address: a clear refusal, never a failure of ours."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, quote_from_bytes, unquote

import pytest
from fastapi.routing import iter_route_contexts
from hypothesis import given
from hypothesis import strategies as st

from app.accounts.models import Person, RoleAssignment, SignInSession
from app.core.actor import Role, ScopeKind
from app.infra.ids import new_id
from app.infra.tokens import fingerprint, new_secret
from app.web.requests import SESSION_COOKIE
from tests.support.runtime import a_runtime
from tests.web.letters import letters_app

if TYPE_CHECKING:
    from fastapi import FastAPI

    from app.delivery.runtime import Runtime

NAUGHTY = (
    "", " ", "0", "-1", "1e400", "NaN", "Infinity", "99999999999999999999", "null", "None", "undefined", "true",
    "\0", "a\0b", "\x01\x02", "\r\nSet-Cookie: x=1", "../../../etc/passwd", "..%2f..%2f", "%", "%zz", "%c0%ae",
    "'; drop table person; --", '" or ""="', "<script>alert(1)</script>", "{{ 7*7 }}", "{0.__class__}", "%s%n%d",
    "${jndi:x}", "Łódź", "\u202etxt.exe", "\ufeff", "\ufffe", "👩\u200d👩\u200d👧", "Z\u0351\u036balgo", "\uff11\uff12", "ß", "İ", "a" * 5000,
    "00000000-0000-0000-0000-000000000000", "2019-02-30", "2019-13-01T25:61:61Z", "-infinity", "1.234", "0x1F",
)  # fmt: skip
BODIES = (
    b"", b"\0", b"{", b"[]", b"null", b"{}", b'"x"', b"1e999", b'{"name": "\\ud800"}', b'{"name": "\\u0000"}',
    b'{"name": {"name": []}}', b"[" * 5000, b'{"name": "a", "copies": 1e400}', b'{"name": "a", "copies": 99999999999999999999}',
    b"\xff\xfe", b"a=%zz&b=%ff&=&&;", b"--x\r\n", b"--x\r\nContent-Disposition: form-data\r\n\r\nx\r\n--x--\r\n",
    b'--x\r\nContent-Disposition: form-data; name="a"; filename="\0"\r\n\r\n\0\r\n--x--\r\n',
    b'--x\r\nContent-Disposition: form-data; name="\xff"\r\nContent-Type: x\r\n\r\n\xff\r\n--x--\r\n',
)  # fmt: skip
KINDS = (
    "", "application/json", "application/json; charset=nonsense", "application/x-www-form-urlencoded", "text/plain",
    "multipart/form-data", "multipart/form-data; boundary=x", "multipart/form-data; boundary=x; charset=nonsense",
    "multipart/form-data; boundary=", "application/x-www-form-urlencoded; charset=utf-16", "\xff", ";;;",
)  # fmt: skip
LEAVES = "/sign-out"

raw_bytes = st.binary(max_size=30).map(quote_from_bytes)
texts = st.sampled_from(NAUGHTY) | st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
parts = texts.map(lambda text: quote(text, safe="")) | raw_bytes
queries = st.lists(
    st.tuples(st.sampled_from(["page", "q", "notice", "sort", "kind", "since", "next", "x"]) | texts, texts), max_size=3
)
cookies = st.sampled_from(NAUGHTY) | st.text(st.characters(max_codepoint=255), max_size=40)


class Asker:
    """Sends requests straight into the application, as the server would hand them over."""

    def __init__(self, app: FastAPI, cookie: str, csrf: str) -> None:
        self.app, self.cookie, self.csrf = app, cookie, csrf
        self.runner = asyncio.Runner()
        self.routes = sorted(
            (route.path, method)
            for route in iter_route_contexts(app.routes)
            if route.path and route.methods
            for method in route.methods
            if not route.path.endswith("/broken") and route.path != LEAVES
        )

    def ask(
        self,
        method: str,
        path: str,
        *,
        query: str = "",
        cookie: str = "",
        kind: str = "",
        body: bytes = b"",
        **headers: str,
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of the answer; ``path`` and ``query`` are percent-encoded."""
        sent = {"host": "grappe", "cookie": cookie, "content-type": kind, "content-length": str(len(body)), **headers}
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "http", "root_path": "",
            "method": method, "path": unquote(path), "raw_path": path.encode(), "query_string": query.encode(),
            "headers": [(name.replace("_", "-").encode(), value.encode("latin-1", "replace")) for name, value in sent.items()],
            "client": ("192.0.2.1", 1), "server": ("grappe", 80), "state": {},
        }  # fmt: skip
        messages: list[Any] = []
        incoming = iter([{"type": "http.request", "body": body, "more_body": False}])

        async def receive() -> Any:
            return next(incoming, {"type": "http.disconnect"})

        async def send(message: Any) -> None:
            messages.append(message)

        self.runner.run(self.app(scope, receive, send))
        content = b"".join(message.get("body", b"") for message in messages)
        told = {name.decode(): value.decode("latin-1") for name, value in messages[0]["headers"]}
        return messages[0]["status"], told, content


@pytest.fixture(scope="module")
def asker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asker]:
    """The whole application, and somebody who may go nearly everywhere in it."""
    with a_runtime("test_malformed", tmp_path_factory.mktemp("malformed")) as runtime:
        secret = _somebody(runtime)
        made = Asker(letters_app(runtime), f"{SESSION_COOKIE}={secret}", runtime.signer.csrf(secret))
        with made.runner:
            yield made


def _somebody(runtime: Runtime) -> str:
    secret, person, now = new_secret(), new_id(), runtime.clock.now()
    roles = (Role.ADMINISTRATOR, Role.PROGRAMME_OFFICER, Role.AUDITOR)
    with runtime.database.transaction() as session:
        session.add(Person(id=person, email="root@example.org", name="Root", created_at=now))
        session.flush()
        session.add_all(
            RoleAssignment(id=new_id(), person_id=person, role=role, scope=ScopeKind.PLATFORM, granted_at=now)
            for role in roles
        )
        session.add(
            SignInSession(
                id=new_id(),
                person_id=person,
                fingerprint=fingerprint(secret),
                created_at=now,
                last_seen_at=now,
                ends_at=now + timedelta(days=1),
            )
        )
    return secret


def answered_well(status: int, headers: dict[str, str], body: bytes) -> None:
    """No failure of ours, and the refusal explains itself."""
    assert status < 500, body[-2000:]
    assert headers["content-security-policy"]
    if status >= 400 and "hx-redirect" not in headers:
        assert body
    assert b"Traceback" not in body
    if "json" not in headers.get("content-type", ""):  # a browser never runs what is named JSON, with nosniff
        assert b"<script>alert(1)" not in body


@given(
    path=st.lists(parts, max_size=4).map("/".join),
    query=queries,
    cookie=cookies,
    method=st.sampled_from(["GET", "POST", "HEAD", "PUT"]),
)
def test_any_path_query_and_cookie(
    asker: Asker, path: str, query: list[tuple[str, str]], cookie: str, method: str
) -> None:
    told = "&".join(f"{quote(name)}={quote(value)}" for name, value in query)
    for prefix in ("/", "/static/", "/api/v1/"):
        answered_well(*asker.ask(method, prefix + path, query=told, cookie=cookie))


@given(data=st.data(), query=queries, known=st.booleans(), fragment=st.booleans())
def test_every_route_with_any_parameters(
    asker: Asker, data: st.DataObject, query: list[tuple[str, str]], *, known: bool, fragment: bool
) -> None:
    template, method = data.draw(st.sampled_from(asker.routes))
    path = re.sub(r"\{[^}]+\}", lambda _: data.draw(parts) or "x", template)
    told = "&".join(f"{quote(name)}={quote(value)}" for name, value in query)
    cookie = asker.cookie if known else ""
    form = "&".join(f"{quote(name)}={quote(value)}" for name, value in [("_csrf", asker.csrf), *query])
    kind = "application/x-www-form-urlencoded" if method == "POST" else ""
    body = form.encode() if method == "POST" else b""
    answer = asker.ask(method, path, query=told, cookie=cookie, kind=kind, body=body, hx_request=str(fragment).lower())
    answered_well(*answer)


@given(
    path=st.sampled_from(["/parcels", "/parcels/guarded", "/nowhere", "/api/v1/parcels", "/api/v1/nowhere"]),
    kind=st.sampled_from(KINDS),
    body=st.sampled_from(BODIES) | st.binary(max_size=60),
    token=texts,
)
def test_any_body_of_any_kind(asker: Asker, path: str, kind: str, body: bytes, token: str) -> None:
    answered_well(*asker.ask("POST", path, kind=kind, body=body, cookie=asker.cookie))
    header = token.encode("ascii", "ignore").decode().replace("\r", "").replace("\n", "").replace("\0", "")
    answered_well(*asker.ask("POST", path, kind=kind, body=body, authorization=f"Bearer {header}"))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("path", ["/parcels", "/nowhere", "/api/v1/parcels"])
def test_every_known_bad_body(asker: Asker, path: str, kind: str) -> None:
    for body in BODIES:
        answered_well(*asker.ask("POST", path, kind=kind, body=body, cookie=asker.cookie))


@given(name=texts, key=texts)
def test_any_text_in_a_form_is_stored_or_refused(asker: Asker, name: str, key: str) -> None:
    form = f"_csrf={asker.csrf}&name={quote(name)}&_key={quote(key)}"
    status, headers, body = asker.ask("POST", "/parcels", kind=KINDS[3], body=form.encode(), cookie=asker.cookie)
    answered_well(status, headers, body)
    assert status == (422 if "\0" in name else 201)


@pytest.mark.parametrize("path", ["/api/v1/nowhere", "/api/v1/", "/api/v1/parcels/x/y"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_an_unknown_address_of_the_api_is_a_problem_document(asker: Asker, path: str, method: str) -> None:
    status, headers, body = asker.ask(method, path)
    assert (status, headers["content-type"]) == (404, "application/problem+json")
    assert b'"status":404' in body


@pytest.mark.parametrize(
    "line",
    [b"GET / HTTP/9.9\r\n\r\n", b"\xff\xfe\r\n\r\n", b"GET /%00 HTTP/1.1\r\nHost: g\r\nConnection: close\r\n\r\n"],
)
def test_a_broken_request_line_is_refused_by_the_server(asker: Asker, line: bytes) -> None:
    from tests.support.server import raw_request, serving

    with serving(asker.app) as port:
        assert re.match(rb"HTTP/1.1 4\d\d ", raw_request(port, line))
