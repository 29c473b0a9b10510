"""Both doors: headers on every answer, forms bound to their browser, bounded bodies, refusals in shape."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from jinja2 import ChoiceLoader, DictLoader
from starlette.testclient import TestClient

from app.core.errors import RulesViolatedError
from app.core.money import Money
from app.core.violations import Violation
from app.delivery.guards import public
from app.delivery.unit_of_work import READ, Work, run
from app.infra.templates import environment
from app.web import pages
from app.web.errors import error_page
from app.web.requests import SESSION_COOKIE, VISITOR_COOKIE, Request_
from app.web.security import POLICY
from tests.support.runtime import a_runtime
from tests.support.server import raw_request, serving
from tests.web.letters import letters_app, stored_letters

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.responses import Response

    from app.delivery.runtime import Runtime

LIMIT = 1_100_000
FORM = {"content-type": "application/x-www-form-urlencoded"}
EVERYWHERE = [
    ("GET", "/healthz"),
    ("GET", "/metrics"),
    ("GET", "/parcels"),
    ("POST", "/parcels"),
    ("GET", "/parcels/guarded"),
    ("GET", "/parcels/broken"),
    ("POST", "/parcels/broken"),
    ("GET", "/parcels/limited"),
    ("DELETE", "/parcels"),
    ("GET", "/nowhere/at/all"),
    ("POST", "/nowhere/at/all"),
    ("GET", "/static/app.js"),
    ("GET", "/static/nothing.js"),
    ("GET", "/static/../main.py"),
    ("GET", "/api/v1/nowhere"),
    ("POST", "/api/v1/parcels"),
    ("GET", "/api/v1/parcels"),
    ("GET", "/api/v1/parcels/private"),
    ("GET", "/api/v1/parcels/broken"),
    ("GET", "/api/v1/openapi.json"),
]


@pytest.fixture(scope="module")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runtime]:
    """A runtime that takes small bodies."""
    with a_runtime("test_doors", tmp_path_factory.mktemp("doors"), upload_max_bytes=LIMIT - 1_000_000) as made:
        yield made


@pytest.fixture(scope="module")
def app(runtime: Runtime) -> FastAPI:
    """The application with the pages of this folder, prepared once."""
    return letters_app(runtime)


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    """A client without cookies that follows nothing."""
    with TestClient(app, follow_redirects=False) as made:
        yield made


@pytest.mark.parametrize(("method", "path"), EVERYWHERE)
def test_every_answer_carries_the_headers(client: TestClient, method: str, path: str) -> None:
    answer = client.request(method, path)
    for name, value in {
        "content-security-policy": POLICY,
        "x-content-type-options": "nosniff",
        "referrer-policy": "same-origin",
        "x-frame-options": "DENY",
        "cross-origin-opener-policy": "same-origin",
    }.items():
        assert answer.headers[name] == value
    assert answer.headers["x-request-id"]
    assert answer.headers["cache-control"]
    assert "unsafe" not in answer.headers["content-security-policy"]


@pytest.mark.parametrize(("method", "path"), EVERYWHERE)
def test_every_refusal_has_the_shape_of_its_door(client: TestClient, method: str, path: str) -> None:
    answer = client.request(method, path)
    if answer.status_code < 400:
        return
    if path.startswith("/api/"):
        assert answer.headers["content-type"] == "application/problem+json"
        told = answer.json()
        assert (told["status"], told["instance"], told["request_id"]) == (
            answer.status_code,
            path,
            answer.headers["x-request-id"],
        )
    else:
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert "What to do" in answer.text
        assert answer.headers["x-request-id"] in answer.text


def test_only_pages_and_api_that_break_answer_500(client: TestClient) -> None:
    codes = {(method, path): client.request(method, path).status_code for method, path in EVERYWHERE}
    assert {place for place, code in codes.items() if code >= 500} == {
        ("GET", "/parcels/broken"),
        ("POST", "/parcels/broken"),
        ("GET", "/api/v1/parcels/broken"),
    }
    assert codes["GET", "/nowhere/at/all"] == codes["POST", "/nowhere/at/all"] == 404
    assert codes["GET", "/api/v1/nowhere"] == codes["GET", "/static/nothing.js"] == 404
    assert codes["DELETE", "/parcels"] == codes["GET", "/api/v1/parcels"] == 405
    assert codes["POST", "/api/v1/parcels"] == 422
    assert codes["GET", "/api/v1/parcels/private"] == 401


def test_what_broke_is_not_told(client: TestClient) -> None:
    for path in ("/parcels/broken", "/api/v1/parcels/broken"):
        assert "nobody expected" not in client.get(path).text


def test_refusals_say_when_and_how(client: TestClient) -> None:
    assert client.get("/parcels/limited").headers["retry-after"] == "61"
    assert client.get("/api/v1/parcels/private").headers["www-authenticate"] == "Bearer"
    assert "POST" in client.get("/api/v1/parcels").headers["allow"]


def test_a_request_keeps_the_name_it_came_with(client: TestClient) -> None:
    assert client.get("/healthz", headers={"x-request-id": "abcd-1234"}).headers["x-request-id"] == "abcd-1234"
    for forged in ("short", "x" * 65, "<script>alert</script>", "a b c d e f g h"):
        assert client.get("/healthz", headers={"x-request-id": forged}).headers["x-request-id"] != forged


def test_only_an_asset_that_exists_is_kept_by_browsers(client: TestClient) -> None:
    assert client.get(pages.asset("app.js")).headers["cache-control"] == "public, max-age=31536000, immutable"
    assert client.get("/static/app.js").headers["cache-control"] == "no-cache"
    assert client.get("/static/nothing.js?v=1").headers["cache-control"] == "no-store"
    assert client.get("/parcels").headers["cache-control"] == "no-store"


def test_a_browser_gets_one_visitor_cookie(client: TestClient) -> None:
    first = client.get("/parcels").headers["set-cookie"]
    assert first.startswith(f"{VISITOR_COOKIE}=")
    assert all(part in first for part in ("HttpOnly", "SameSite=Lax", "Path=/"))
    assert "Secure" not in first
    assert "set-cookie" not in client.get("/parcels").headers
    assert "set-cookie" not in client.get("/api/v1/openapi.json", headers={"cookie": ""}).headers


def test_over_tls_cookies_are_secure(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("tls")
    with (
        a_runtime("test_doors_tls", folder, base_url="https://grappe.example") as secure,
        TestClient(letters_app(secure)) as client,
    ):
        answer = client.get("/parcels")
    assert "; Secure" in answer.headers["set-cookie"]
    assert answer.headers["strict-transport-security"].startswith("max-age=31536000")


def test_a_form_of_this_browser_is_taken(runtime: Runtime, client: TestClient) -> None:
    before, token = stored_letters(runtime), client.get("/parcels").text
    assert client.post("/parcels", data={"_csrf": token, "name": "Łódź"}).status_code == 201
    assert (
        client.post("/parcels", data={"_csrf": token}, files={"file": ("a.txt", b"x" * 1_050_000)}).status_code == 201
    )
    assert stored_letters(runtime) == before + 2


def test_a_form_of_another_browser_is_refused_and_changes_nothing(
    runtime: Runtime, app: FastAPI, client: TestClient
) -> None:
    before, token = stored_letters(runtime), client.get("/parcels").text
    with TestClient(app) as other:
        foreign = other.get("/parcels").text
    forms: list[Any] = [
        {},
        {"_csrf": ""},
        {"_csrf": foreign},
        {"_csrf": token[:-1]},
        {"_csrf": "Łódź"},
        {"_csrf": "\0"},
    ]
    for form in forms:
        answer = client.post("/parcels", data=form)
        assert answer.status_code == 403, form
    assert client.post("/parcels", data={}, files={"_csrf": ("t", token.encode())}).status_code == 403
    assert client.post("/parcels", json={"_csrf": token}).status_code == 403
    assert client.post(f"/parcels?_csrf={token}").status_code == 403
    client.cookies.clear()
    assert client.post("/parcels", data={"_csrf": token}).status_code == 403
    assert stored_letters(runtime) == before


@pytest.mark.parametrize(
    "cookie",
    [
        f"{VISITOR_COOKIE}=chosen-by-someone",
        'odd={"json": [1,2]}; other=a b',
        "=; ;;; =x",
        f"{VISITOR_COOKIE}=ÿ",
        "a" * 5000,
    ],
)
def test_odd_cookies_do_not_lock_a_browser_out(client: TestClient, cookie: str) -> None:
    first = client.get("/parcels", headers={b"cookie": cookie.encode("latin-1")})
    mine = first.headers["set-cookie"].split(";")[0]
    both = f"odd={{}}; {mine}; x=[1, 2]"
    answer = client.post("/parcels", data={"_csrf": first.text}, headers={"cookie": both})
    assert answer.status_code == 201


def test_a_session_binds_its_forms_more_tightly_than_the_visitor(runtime: Runtime, client: TestClient) -> None:
    before, token = stored_letters(runtime), client.get("/parcels").text
    client.cookies.set(SESSION_COOKIE, "s" * 43)
    assert client.post("/parcels", data={"_csrf": token}).status_code == 403
    assert stored_letters(runtime) == before


def test_who_must_sign_in_comes_back_to_the_page(client: TestClient) -> None:
    answer = client.get("/parcels/guarded?page=2&q=a%20b")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=/parcels/guarded%3Fpage%3D2%26q%3Da%2520b"
    fragment = client.get("/parcels/guarded", headers={"hx-request": "true"})
    assert (fragment.status_code, fragment.headers["hx-redirect"]) == (401, "/sign-in?next=/parcels/guarded")
    token = client.get("/parcels").text
    assert client.post("/parcels/guarded", data={"_csrf": token}).headers["location"] == "/sign-in?next=/"


def big(size: int) -> Iterator[bytes]:
    """A body whose length nobody declares."""
    for _ in range(0, size, 10_000):
        yield b"x" * 10_000


@pytest.mark.parametrize("path", ["/parcels", "/nowhere", "/parcels/broken", "/api/v1/parcels"])
@pytest.mark.parametrize("declared", [True, False])
def test_a_body_too_large_is_refused(runtime: Runtime, client: TestClient, path: str, *, declared: bool) -> None:
    before, size = stored_letters(runtime), LIMIT + 100_000
    content: Any = b"x" * size if declared else big(size)
    kind = {"content-type": "application/json"} if path.startswith("/api") else FORM
    answer = client.post(path, content=content, headers=kind)
    assert answer.status_code == (404 if path == "/nowhere" else 413)
    if answer.status_code == 413:
        assert answer.headers["connection"] == "close"
        assert answer.headers["content-security-policy"] == POLICY
    assert stored_letters(runtime) == before


def test_a_large_body_is_refused_by_its_length_before_it_is_sent(runtime: Runtime) -> None:
    head = f"POST /parcels HTTP/1.1\r\nHost: grappe\r\nContent-Length: {10**12}\r\n".encode()
    with serving(letters_app(runtime)) as port:
        answer = raw_request(port, head + b"Content-Type: application/x-www-form-urlencoded\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 413 ")


def test_a_body_just_small_enough_is_read(client: TestClient) -> None:
    token = client.get("/parcels").text
    body = f"_csrf={token}&name=".encode()
    assert client.post("/parcels", content=body + b"x" * (LIMIT - len(body)), headers=FORM).status_code == 201


def test_without_database_the_person_is_told_so(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The words of a refusal may hold what somebody typed: here too it stays text."""
    from tests.support.database import test_server

    with (
        a_runtime("test_doors_away", tmp_path_factory.mktemp("away")) as away,
        TestClient(letters_app(away), raise_server_exceptions=False) as client,
    ):
        away.database.close()
        test_server().drop("test_doors_away")
        assert client.get("/healthz").status_code == 200
        assert client.get("/readyz").status_code == 503
        lost = client.get("/parcels")
        assert lost.status_code == 500
        assert "<h1>500</h1>" in lost.text
        assert lost.headers["content-security-policy"] == POLICY
        assert client.get("/nowhere").status_code == 404
        incoming = _incoming(away)
        answer = error_page(
            incoming, RulesViolatedError([Violation("x.y", "Bad {what}.", figures={"what": "<script>"})])
        )
        assert (answer.status_code, b"&lt;script&gt;" in answer.body, b"<script>" in answer.body) == (422, True, False)


def _incoming(runtime: Runtime) -> Any:
    from app.delivery.incoming import Incoming

    return Incoming(runtime, runtime.clock.now(), "request-1", "GET", "/parcels", "")


PAGE = """{% extends "layouts/base.html" %}
{% from "components/icons.html" import icon %}
{% set greeting = "Hello" %}
{% block content %}<div id="part">{{ greeting }} {{ who }}{{ icon('down') }}</div>{% endblock %}
"""


@pytest.fixture
def own_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """One more template."""
    real = environment()
    assert real.loader is not None
    more = real.overlay(loader=ChoiceLoader([DictLoader({"letter.html": PAGE}), real.loader]))
    monkeypatch.setattr(pages, "environment", lambda language: more)


def test_htmx_gets_only_its_block_with_what_the_page_imports(own_page: None, runtime: Runtime) -> None:
    app = letters_app(runtime)

    def shown(incoming: Request_) -> Response:
        def handler(work: Work) -> Response:
            finding = Violation("budget.high", "Asked: {sum}", "partners.0.budget", {"sum": Money(100_000)})
            return pages.page(work, "letter.html", fragment="content", who="<b>Ada</b>", errors=[finding])

        return run(incoming, READ, public, handler)

    app.add_api_route("/shown", shown, methods=["GET"], response_model=None)
    with TestClient(app) as client:
        whole = client.get("/shown").text
        part = client.get("/shown", headers={"hx-request": "true"}).text
    assert whole.lstrip().startswith("<!doctype html>")
    assert part.startswith('<div id="part">Hello &lt;b&gt;Ada&lt;/b&gt;<svg')
    assert part.rstrip().endswith("</div>")
    assert part.strip() in whole
    assert "EUR\u00a01,000.00" in whole
    assert 'href="#partners-0-budget"' in whole


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/parcels", "/parcels?notice=saved"),
        ("/parcels?page=2", "/parcels?page=2&notice=saved"),
        ("/parcels#third", "/parcels?notice=saved#third"),
        ("/parcels?page=2#third", "/parcels?page=2&notice=saved#third"),
        ("/Łódź\r\nX-Forged: 1", "/%C5%81%C3%B3d%C5%BA%0D%0AX-Forged:%201?notice=saved"),
    ],
)
def test_a_notice_travels_with_the_redirect(path: str, location: str) -> None:
    assert pages.redirect(path, notice="saved").headers["location"] == location


def test_counters_name_routes_and_never_addresses(client: TestClient) -> None:
    client.get("/api/v1/parcels/private")
    client.get("/parcels/guarded?q=secret-word")
    client.get("/0190aaaa-0000-7000-8000-000000000000")
    told = client.get("/metrics").text
    assert 'grappe_requests_total{method="GET",route="/api/v1/parcels/private",status="401"}' in told
    assert 'grappe_requests_total{method="GET",route="/parcels/guarded",status="303"}' in told
    assert 'route="unmatched",status="404"' in told
    assert "secret-word" not in told
    assert "0190aaaa" not in told
