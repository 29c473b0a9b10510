"""What other areas hand to and get from this one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from app.documents.rules.lifecycle import DocumentState


@dataclass(frozen=True, slots=True, kw_only=True)
class FileToStore:
    """A file whose bytes already lie in the file store."""

    sha256: str
    size: int
    media_type: str
    filename: str
    pages: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRequest:
    """A document to be made. ``data`` is what the template reads and what is hashed: ids, figures, words.

    ``many``: one of a number that are made together, for which nobody sits and waits; the others come first.
    """

    kind: str
    subject_kind: str
    subject_id: UUID
    reference: str
    title: str
    data: Mapping[str, object] = field(default_factory=dict)
    language: str = "en"
    call_id: UUID | None = None
    application_id: UUID | None = None
    many: bool = False


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document as pages and jobs read it."""

    id: UUID
    kind: str
    subject_kind: str
    subject_id: UUID
    reference: str
    title: str
    language: str
    state: DocumentState
    data: Mapping[str, object]
    data_sha256: str
    verification_code: str
    requested_at: datetime
    sealed_at: datetime | None
    failure: str
    file_id: UUID | None
    file_sha256: str | None
    size: int | None
    pages: int | None
    filename: str | None


@dataclass(frozen=True, slots=True)
class KeptFile:
    """Bytes that must be in the file store; ``sealed`` where they are a document of the platform."""

    sha256: str
    filename: str
    size: int
    sealed: bool


@dataclass(frozen=True, slots=True)
class FileRow:
    """A stored file."""

    id: UUID
    sha256: str
    size: int
    media_type: str
    filename: str
    pages: int | None
    stored_at: datetime
