"""Notify of an event: one message to everyone who is to hear of it, exactly once."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.queries import credentials_of
from app.accounts.use_cases.confirm_email import confirmation_token
from app.accounts.use_cases.invite_person import invitation_token
from app.accounts.use_cases.reset_password import reset_token
from app.infra.links import link_to
from app.notifications.queries import happening, known_keys
from app.notifications.rules.facts import Happening
from app.notifications.rules.recipients import Letter, letters_to
from app.notifications.schemas import Links, NewMessage
from app.notifications.use_cases.post_message import post_message
from app.notifications.use_cases.write_letter import write_letter


def notify_of_event(session: Session, event_id: UUID, *, links: Links, now: datetime) -> int:
    """Post the letters that the event leads to; return how many are new.

    Running it again posts only what is missing: each message is known by event and address.
    """
    told = happening(session, event_id)
    if told is None:
        return 0
    keys = {f"{event_id}:{reader.address.lower()}": (letter, reader) for letter, reader in letters_to(told)}
    known = known_keys(session, keys) if keys else frozenset()
    fresh = {key: found for key, found in keys.items() if key not in known}
    addresses = {
        letter: _link(session, letter, told, links=links, now=now) for letter in {one for one, _ in fresh.values()}
    }
    posted = 0
    for key, (letter, reader) in fresh.items():
        link = addresses[letter]
        words = write_letter(letter.template, reader, link=link, it=told, call=told.call, application=told.application)
        message = NewMessage(key=key, letter=letter, addressee=reader, wording=words, event_id=event_id)
        posted += post_message(session, message, now=now)
    return posted


def address_of(letter: Letter, links: Links, **places: object) -> str:
    """The full address that a letter links to."""
    place = letter.link.format(**places)
    return links.base_url.rstrip("/") + (place if place.startswith("/") else link_to(place))


def _link(session: Session, letter: Letter, told: Happening, *, links: Links, now: datetime) -> str:
    return address_of(
        letter,
        links,
        call=told.call.identifier if told.call else "",
        call_id=told.call.id if told.call else "",
        application=told.application.id if told.application else "",
        partner=told.facts.get("partner", ""),
        amendment=told.facts.get("amendment", ""),
        grant=told.facts.get("grant", ""),
        subject=told.subject_id,
        number=told.facts.get("period", ""),
        token=_token(session, told, links=links, now=now) if letter.secret else "",
    )


def _token(session: Session, told: Happening, *, links: Links, now: datetime) -> str:
    """The signed part of a link that opens something."""
    if told.kind == "invitation.made":
        return invitation_token(links.signer, told.subject_id, expires_at=told.until or now)
    credentials = credentials_of(session, told.subject_id)
    if credentials is None:
        raise LookupError(f"nobody to write to about {told.kind}")
    make = confirmation_token if told.kind == "person.registered" else reset_token
    return make(links.signer, credentials, now=now)
