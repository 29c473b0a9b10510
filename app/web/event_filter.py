"""What the event log is searched for: read from the address, resolved to ids, told back when it cannot be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from app.audit.queries import EventFilter
from app.core.violations import Violation
from app.infra.templates import translator
from app.notifications.queries import application_id_of, call_id_of, person_id_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.delivery.unit_of_work import Work
    from app.web.lists import Listing

Row = TypeVar("Row")
MOST_TYPED = 200
FIELDS = (
    ("call", "Call", "Identifier or id"),
    ("application", "Application", "Reference or id"),
    ("actor", "Person", "E-mail address or id"),
    ("subject", "Subject", "Id of what the event is about"),
)
"""Name, label and hint of the filters that are typed."""
_LABELS = {name: label for name, label, _ in FIELDS} | {"kind": "Kind", "from": "From", "to": "Until"}
_LOOK_UP: dict[str, Callable[[Session, str], UUID | None]] = {
    "call": call_id_of,
    "application": application_id_of,
    "actor": person_id_of,
}
_UNKNOWN = {
    "call": "No call has this identifier or id: {typed}",
    "application": "No application has this reference or id: {typed}",
    "actor": "No person has this e-mail address or id: {typed}",
    "subject": "This is no id: {typed}",
    "from": "This is no day: {typed}. Write it as 2019-04-04.",
    "to": "This is no day: {typed}. Write it as 2019-04-04.",
}


@dataclass(frozen=True, slots=True)
class EventSearch:
    """What was typed, what it means, and what could not be understood."""

    typed: Mapping[str, str] = field(default_factory=dict)
    wanted: EventFilter = field(default_factory=EventFilter)
    violations: tuple[Violation, ...] = ()

    @classmethod
    def read(cls, work: Work) -> EventSearch:
        """The filters of the address; days are those of the reader's zone."""
        query = work.incoming.query
        typed = {name: query.get(name, "").strip()[:MOST_TYPED] for name in _LABELS}
        typed = {name: text for name, text in typed.items() if text and text.isprintable()}
        ids = {name: _id(work.session, name, typed.get(name, "")) for name, _, _ in FIELDS}
        days = {name: _day(typed.get(name, "")) for name in ("from", "to")}
        unknown = [
            Violation("audit.filter", _UNKNOWN[name], name, {"typed": typed[name]})
            for name, found in (ids | days).items()
            if name in typed and found is None
        ]
        zone = ZoneInfo(work.known.zone)
        wanted = EventFilter(
            kind=typed.get("kind", ""),
            subject_id=ids["subject"],
            call_id=ids["call"],
            application_id=ids["application"],
            actor_id=ids["actor"],
            since=_midnight(days["from"], zone),
            until=_last_moment(days["to"], zone),
        )
        return cls(typed, wanted, tuple(unknown))

    def into(self, listing: Listing[Row]) -> Listing[Row]:
        """The listing with these filters in all of its addresses."""
        return replace(listing, chosen={**listing.chosen, **self.typed})

    def chips(self, listing: Listing[Row], language: str) -> list[tuple[str, str]]:
        """What narrows the log, each with the address without it."""
        say = translator(language)
        return [(f"{say(_LABELS[name])}: {text}", listing.href(**{name: None})) for name, text in self.typed.items()]


def _id(session: Session, name: str, text: str) -> UUID | None:
    """The id that was typed, or that of the thing with this name."""
    try:
        return UUID(text)
    except ValueError:
        look_up = _LOOK_UP.get(name)
        return look_up(session, text) if look_up and text else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _midnight(day: date | None, zone: ZoneInfo) -> datetime | None:
    return datetime.combine(day, time(), zone) if day else None


def _last_moment(day: date | None, zone: ZoneInfo) -> datetime | None:
    """The last microsecond of the day: the filter includes its end."""
    if day is None or day == date.max:
        return None
    return datetime.combine(day + timedelta(days=1), time(), zone) - timedelta(microseconds=1)
