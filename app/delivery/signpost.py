"""Signpost: finds the route of a request at once, where the framework would ask route after route.

FastAPI asks the routes of a router in turn, and a router within a router once more for each level: with several hundred routes
that takes longer than reading and rendering a small page. Here they lie sorted by what an address shows at a glance. What
is not found goes on to the framework, which knows how to refuse it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from fastapi.routing import iter_route_contexts
from starlette.routing import BaseRoute, Match, NoMatchFound

if TYPE_CHECKING:
    from fastapi.routing import RouteContext
    from starlette.datastructures import URLPath
    from starlette.types import Receive, Scope, Send

Glance = tuple[str, int, str]
"""Method, number of steps of the address, and its first step behind the prefix of the API."""
_FOUND = "grappe.route"


class Signpost(BaseRoute):
    """Stands before all other routes of an application and leads to the one that the framework would choose."""

    def __init__(self, routes: Sequence[BaseRoute], *, prefix: str) -> None:
        """``routes`` are those of the application, read at the first request; ``prefix`` is that of the API."""
        self._all, self._prefix = routes, prefix

    @cached_property
    def _by_glance(self) -> Mapping[Glance, Sequence[RouteContext]]:
        found: defaultdict[Glance, list[RouteContext]] = defaultdict(list)
        for context in iter_route_contexts(self._all):
            path = context.path or ""
            if context.methods and ":path}" not in path and getattr(context, "app", None) is not None:
                for method in context.methods:
                    found[self._glance(method, path)].append(context)
        return found

    def _glance(self, method: str, path: str) -> Glance:
        within = path.removeprefix(self._prefix)
        return method, within.count("/"), within.split("/", 2)[1] if within.startswith("/") else ""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """The first route that answers this address and method; a prefix of a proxy is the framework's business."""
        if scope["type"] != "http" or scope.get("root_path"):
            return Match.NONE, {}
        path = scope["path"]
        for context in self._by_glance.get(self._glance(scope["method"], path), ()):
            if match := context.path_regex.match(path):
                convert = context.param_convertors
                values = {name: convert[name].convert(value) for name, value in match.groupdict().items()}
                told = {"endpoint": context.endpoint, "route": context.original_route, "path_params": values}
                return Match.FULL, {**told, _FOUND: context}
        return Match.NONE, {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Go where the sign points."""
        await scope[_FOUND].app(scope, receive, send)

    def url_path_for(self, name: str, /, **path_params: Any) -> URLPath:  # noqa: ANN401  # the framework's signature
        """It has no address of its own."""
        raise NoMatchFound(name, path_params)
