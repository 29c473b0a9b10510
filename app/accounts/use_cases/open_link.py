"""Open a signed link: whose it is, if it still opens anything."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.queries import credentials_of
from app.accounts.rules.links import LinkKind, still_bound
from app.accounts.schemas import Credentials
from app.core.errors import NotFoundError
from app.infra.tokens import TokenSigner


def person_of_link(session: Session, signer: TokenSigner, kind: LinkKind, token: str, *, now: datetime) -> Credentials:
    """The person a link was made for; raise NotFound for a link that is wrong, too old or used."""
    facts = signer.read(kind.purpose, token, now=now)
    found = credentials_of(session, UUID(facts["person"])) if facts else None
    if facts is None or found is None or not found.active or not still_bound(facts.get("bond"), found.password_hash):
        raise NotFoundError("link")
    return found
