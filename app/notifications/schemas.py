"""What the use cases of notifications hand to each other and to the jobs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from app.infra.mail import Mail
    from app.infra.tokens import TokenSigner
    from app.notifications.rules.facts import Addressee
    from app.notifications.rules.recipients import Letter


@dataclass(frozen=True, slots=True)
class Links:
    """What addresses in mails are made with: the public address of this installation and the signer of its tokens."""

    base_url: str
    signer: TokenSigner


@dataclass(frozen=True, slots=True)
class Wording:
    """A letter in words, in one language."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMessage:
    """A message to be posted once; ``key`` says which one it is."""

    key: str
    letter: Letter
    addressee: Addressee
    wording: Wording
    event_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """A message that its holder may send; ``attempt`` tells it from an earlier claim."""

    message_id: UUID
    attempt: int
    mail: Mail
