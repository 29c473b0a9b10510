"""The signpost leads where the framework would: to the first route that answers, and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from fastapi.routing import RouteContext, iter_route_contexts
from starlette.routing import Match

from app.delivery.runtime import Runtime
from app.delivery.signpost import Signpost
from app.main import API
from tests.support.client import Browser
from tests.support.runtime import app_of


@pytest.fixture(scope="module")
def routes(runtime: Runtime) -> list[RouteContext]:
    return [one for one in iter_route_contexts(app_of(runtime).routes) if one.path and one.methods]


@pytest.fixture(scope="module")
def signpost(runtime: Runtime) -> Signpost:
    [found] = [route for route in app_of(runtime).router.routes if isinstance(route, Signpost)]
    return found


@pytest.fixture(scope="module")
def browser(runtime: Runtime) -> Iterator[Browser]:
    with Browser(runtime) as made:
        yield made


def asked(path: str, method: str, **more: Any) -> dict[str, Any]:
    return {"type": "http", "path": path, "method": method, "root_path": "", **more}


def addresses(route: RouteContext) -> Iterator[tuple[str, str]]:
    """An address with words in its places, and one with ids."""
    for filled in ("new", str(UUID(int=7))):
        for method in route.methods or ():
            yield re.sub(r"{\w+(:\w+)?}", filled, route.path or ""), method


def test_every_address_leads_to_the_route_that_the_framework_would_choose(
    routes: list[RouteContext], signpost: Signpost
) -> None:
    seen = 0
    for route in routes:
        for path, method in addresses(route):
            chosen = next((one for one in routes if method in (one.methods or ()) and one.path_regex.match(path)), None)
            match, told = signpost.matches(asked(path, method))
            if chosen is None:
                assert match is Match.NONE, (method, path)
                continue
            assert match is Match.FULL, (method, path)
            assert told["endpoint"] is chosen.endpoint, (method, path)
            found = chosen.path_regex.match(path).groupdict()
            assert {name: str(value) for name, value in told["path_params"].items()} == found
            seen += 1
    assert seen > len(routes)


def test_what_is_not_found_is_left_to_the_framework(signpost: Signpost) -> None:
    for path, method in (("/nowhere", "GET"), ("/calls/", "GET"), ("", "GET"), ("/calls", "PATCH"), ("/calls", "HEAD")):
        assert signpost.matches(asked(path, method))[0] is Match.NONE
    assert signpost.matches(asked("/calls", "GET", root_path="/grants"))[0] is Match.NONE
    assert signpost.matches({"type": "websocket", "path": "/calls"})[0] is Match.NONE


def test_it_stands_before_all_other_routes_and_refusals_are_as_ever(runtime: Runtime, browser: Browser) -> None:
    app = app_of(runtime)
    assert isinstance(app.router.routes[0], Signpost)
    assert browser.get("/calls").status_code == 200
    assert browser.get("/calls/a/b/c").status_code == 404
    refused = browser.client.put(f"{API}/calls")
    assert refused.status_code == 405
    assert "GET" in refused.headers["allow"]
    assert browser.get("/static/app.js").status_code == 200
    assert str(app.url_path_for("static", path="app.js")) == "/static/app.js"
