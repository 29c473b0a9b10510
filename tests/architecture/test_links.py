"""Every kind of place that a finding, a mail or a document may name is served by a page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from fastapi.routing import iter_route_contexts

from app.infra.links import _PATTERNS, link_to
from tests.support.runtime import app_of

if TYPE_CHECKING:
    from app.delivery.runtime import Runtime

ID = str(UUID(int=7))


def example(pattern: str) -> str:
    """A place of this kind."""
    text = pattern.replace("([0-9a-f-]{36})", ID).replace("([^/]+)", "X-2018").replace("([^/#]+)", "aims")
    return re.sub(r"\(\?:/\.\+\)\?", "/somewhere/deeper", text)


@pytest.mark.parametrize("pattern", [pattern for pattern, _ in _PATTERNS])
def test_a_place_leads_to_a_page(runtime: Runtime, pattern: str) -> None:
    path = link_to(example(pattern)).split("#")[0]
    contexts = iter_route_contexts(app_of(runtime).routes)
    served = [
        context.path
        for context in contexts
        if "GET" in (context.methods or ()) and context.path_regex.match(path) and context.endpoint is not None
    ]
    assert served, f"{path} is served by no route"


@pytest.mark.parametrize(
    "place", ["", "nowhere", "nowhere/1", "application/not-an-id", f"application/{ID}/unknown", f"call/a/b/../{ID}"]
)
def test_an_unknown_place_is_an_error(place: str) -> None:
    with pytest.raises(LookupError):
        link_to(place)
