"""The office's pages of one call, as a row of links: only those that the person may open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from app.applications.policies import follows_call
from app.calls.rules.lifecycle import CallState
from app.grants.policies import reads_awards
from app.ledger.policies import sees_money

if TYPE_CHECKING:
    from app.applications.queries.office_calls import OfficeCall
    from app.core.actor import Actor
    from app.delivery.unit_of_work import Work

_EVER = frozenset(CallState)
_SHOWN = frozenset({CallState.PUBLISHED, CallState.CLOSED, CallState.WITHDRAWN})
_OVER = frozenset({CallState.CLOSED})
PLACES: tuple[tuple[str, str, Callable[[Actor, UUID, UUID], bool], frozenset[CallState]], ...] = (
    ("Overview", "", follows_call, _EVER),
    ("Checks", "/checks", follows_call, _OVER),
    ("Experts", "/experts", follows_call, _SHOWN),
    ("Assignments", "/assignments", follows_call, _OVER),
    ("Evaluation", "/evaluation", follows_call, _OVER),
    ("Panel", "/panel", follows_call, _OVER),
    ("Ranking", "/ranking", follows_call, _OVER),
    ("Awards", "/awards", reads_awards, _OVER),
    ("Letters", "/letters", reads_awards, _OVER),
    ("Grants", "/grants", reads_awards, _OVER),
    ("Envelope", "/envelope", sees_money, _EVER),
)
"""Words, end of the address, who may open it (actor, call, programme), and states of the call in which it says something."""
_WITHIN = {
    "vote": "/panel",
    "committee": "/panel",
    "ties": "/ranking",
    "what-if": "/ranking",
    "applications": "/ranking",
}
"""Pages of the panel that stand under a place without lying below its address: first step behind the call, end of the place."""


@dataclass(frozen=True, slots=True)
class CallPlace:
    """One page of a call; ``current`` marks the one that is shown."""

    label: str
    href: str
    current: bool


def call_places(work: Work, call: OfficeCall) -> list[CallPlace]:
    """What the person may open of the call; the page below which the request lies is current."""
    found = [(label, _address(call, end)) for label, end in _open_to(work.actor, call)]
    path = _path_within(work.incoming.path, call)
    current = max((href for _, href in found if path == href or path.startswith(f"{href}/")), key=len, default="")
    return [CallPlace(label, href, href == current) for label, href in found]


def call_home(actor: Actor, call: OfficeCall) -> str:
    """Where a call in the list leads to: the first of its pages that the person may open."""
    return _address(call, next((end for _, end in _open_to(actor, call)), ""))


def _open_to(actor: Actor, call: OfficeCall) -> list[tuple[str, str]]:
    return [
        (label, end)
        for label, end, may_open, states in PLACES
        if call.state in states and may_open(actor, call.id, call.programme_id)
    ]


def _path_within(path: str, call: OfficeCall) -> str:
    """The path of the place that a page of the panel belongs to; any other path as it is."""
    for base in (f"/panel/{call.id}/", f"/officer/calls/{call.id}/"):
        if path.startswith(base) and (end := _WITHIN.get(path.removeprefix(base).split("/", 1)[0])):
            return _address(call, end)
    return path


def _address(call: OfficeCall, end: str) -> str:
    return f"/officer/calls/{call.id}{end}"
