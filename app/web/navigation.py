"""Menus as data: at most five places, by what the person is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.core.actor import Role
from app.ledger.policies import FINANCE

if TYPE_CHECKING:
    from app.core.actor import Actor

_CAPACITY = (
    (Role.ADMINISTRATOR, "Administrator"),
    (Role.PROGRAMME_OFFICER, "Programme officer"),
    (Role.AUTHORISING_OFFICER, "Authorising officer"),
    (Role.ACCOUNTING_OFFICER, "Accounting officer"),
    (Role.FINANCE_OFFICER, "Finance officer"),
    (Role.AUDITOR, "Auditor"),
    (Role.EVALUATOR, "Evaluator"),
    (Role.COORDINATOR_CONTACT, "Coordinator contact"),
    (Role.PARTNER_CONTACT, "Partner contact"),
    (Role.REPRESENTATIVE, "Organisation representative"),
)

_OFFICE = (Role.ADMINISTRATOR, Role.PROGRAMME_OFFICER)
_PLACES: tuple[tuple[str, str, tuple[Role, ...]], ...] = (
    ("Tasks", "/tasks", ()),
    ("Evaluation", "/evaluation", (Role.EVALUATOR,)),
    ("Calls", "/officer/calls", (*_OFFICE, Role.AUDITOR, *FINANCE)),
    ("Portfolio", "/officer/portfolio", (*_OFFICE, Role.AUDITOR, *FINANCE)),
    ("Payments", "/payments", (*FINANCE, Role.AUDITOR)),
    ("Event log", "/audit/events", (Role.AUDITOR, Role.ADMINISTRATOR)),
    ("People", "/admin/people", (Role.ADMINISTRATOR,)),
)
_APPLICANT_PLACES = (
    ("My applications", "/applications"),
    ("Organisations", "/organisations"),
    ("My grants", "/grants"),
)


def capacity_of(actor: Actor) -> str:
    """The words under the person's name: the weightiest role."""
    return next((words for role, words in _CAPACITY if actor.has(role)), "")


def places_for(actor: Actor, path: str) -> list[tuple[str, str, bool]]:
    """The header's places as (label, address, is current)."""
    if not actor.signed_in:
        return _marked([("Calls", "/calls")], path)
    places = [(label, href) for label, href, roles in _PLACES if not roles or any(actor.has(role) for role in roles)]
    if not any(actor.has(role) for role in (*_OFFICE, Role.AUDITOR, *FINANCE)):
        places += [("Calls", "/calls"), *_APPLICANT_PLACES]
    return _marked(places[:5], path)


def _marked(places: list[tuple[str, str]], path: str) -> list[tuple[str, str, bool]]:
    current = max((href for _, href in places if path == href or path.startswith(href + "/")), key=len, default="")
    return [(label, href, href == current) for label, href in places]
