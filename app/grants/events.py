"""Facts about awards. Before the letter is sent no event stands in the application's own timeline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.core.events import DomainEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardPrepared(DomainEvent):
    """A decision was prepared from the adopted ranking, from a refusal, or from the reserve list."""

    kind: ClassVar[str] = "award.prepared"
    subject_kind: ClassVar[str] = "award"


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardSigned(DomainEvent):
    """A decision was signed; what it awards is committed."""

    kind: ClassVar[str] = "award.signed"
    subject_kind: ClassVar[str] = "award"


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardDropped(DomainEvent):
    """A preparation was taken back."""

    kind: ClassVar[str] = "award.dropped"
    subject_kind: ClassVar[str] = "award"


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterPreviewed(DomainEvent):
    """Somebody looked at a letter and said that it may leave."""

    kind: ClassVar[str] = "letter.previewed"
    subject_kind: ClassVar[str] = "award"


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterSent(DomainEvent):
    """A letter left: the applicants are informed. They hear of it by mail when its document is sealed."""

    kind: ClassVar[str] = "letter.sent"
    subject_kind: ClassVar[str] = "award"


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantOpened(DomainEvent):
    """The preparation of a grant began with its information letter; that letter's mail tells it."""

    kind: ClassVar[str] = "grant.opened"
    subject_kind: ClassVar[str] = "grant"
