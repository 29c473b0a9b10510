"""DomainEvent: a fact in the past tense, recorded by the use case that made it true."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainEvent:
    """What happened to which subject.

    ``facts`` holds ids, states, field names, amounts and hashes: never a personal value.
    ``personal`` holds values that enter the chain only as salted digests.
    ``call_id`` and ``application_id`` say which timelines show the event.
    """

    kind: ClassVar[str] = ""
    subject_kind: ClassVar[str] = ""
    delivers: ClassVar[bool] = False
    """Whether a job must look at it (mail, document, webhook)."""

    subject_id: UUID
    facts: Mapping[str, object] = field(default_factory=dict)
    personal: Mapping[str, str] = field(default_factory=dict)
    call_id: UUID | None = None
    application_id: UUID | None = None
