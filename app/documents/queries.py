"""Readings of files and documents."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from app.core.canonical import digest
from app.core.paging import Page, PageRequest
from app.documents.models import Document, StoredFile
from app.documents.rules.lifecycle import DocumentState
from app.documents.schemas import DocumentRow, FileRow, KeptFile
from app.infra.db.statements import among

_DOCUMENT = (
    Document.id,
    Document.kind,
    Document.subject_kind,
    Document.subject_id,
    Document.reference,
    Document.title,
    Document.language,
    Document.state,
    Document.data,
    Document.data_sha256,
    Document.verification_code,
    Document.requested_at,
    Document.sealed_at,
    Document.failure,
    Document.file_id,
    StoredFile.sha256,
    StoredFile.size,
    StoredFile.pages,
    StoredFile.filename,
)
_FILE = (
    StoredFile.id,
    StoredFile.sha256,
    StoredFile.size,
    StoredFile.media_type,
    StoredFile.filename,
    StoredFile.pages,
    StoredFile.stored_at,
)


def _documents() -> sa.Select[*tuple[Any, ...]]:
    return sa.select(*_DOCUMENT).outerjoin(StoredFile, StoredFile.id == Document.file_id)


_ABOUT = (
    _documents()
    .where(Document.subject_kind == sa.bindparam("subject"), among(Document.subject_id))
    .order_by(Document.requested_at.desc(), Document.id)
)
_ABOUT_SEVERAL = (
    _documents()
    .where(Document.subject_kind == sa.any_(sa.bindparam("kinds", type_=ARRAY(sa.Text()))), among(Document.subject_id))
    .order_by(Document.requested_at.desc(), Document.id)
)


def document(session: Session, document_id: UUID) -> DocumentRow | None:
    """One document."""
    row = session.execute(_documents().where(Document.id == document_id)).first()
    return DocumentRow(*row) if row else None


def document_by_code(session: Session, code: str) -> DocumentRow | None:
    """The document that carries this verification code."""
    row = session.execute(_documents().where(Document.verification_code == code)).first()
    return DocumentRow(*row) if row else None


def document_by_file(session: Session, sha256: str) -> DocumentRow | None:
    """The document whose sealed file has these bytes."""
    row = session.execute(_documents().where(StoredFile.sha256 == sha256)).first()
    return DocumentRow(*row) if row else None


def documents_of(session: Session, subject_kind: str, subject_ids: Sequence[UUID]) -> Sequence[DocumentRow]:
    """All documents about some subjects of one kind, newest first. One query."""
    rows = session.execute(_ABOUT, {"subject": subject_kind, "many": list(subject_ids)}) if subject_ids else ()
    return [DocumentRow(*row) for row in rows]


def documents_about(session: Session, subjects: Mapping[str, Sequence[UUID]]) -> Sequence[DocumentRow]:
    """All documents about subjects of several kinds, kind after kind and each newest first. One query."""
    many = [subject_id for ids in subjects.values() for subject_id in ids]
    rows = session.execute(_ABOUT_SEVERAL, {"kinds": list(subjects), "many": many}) if many else ()
    found: dict[str, list[DocumentRow]] = {kind: [] for kind in subjects}
    for row in rows:
        one = DocumentRow(*row)
        if one.subject_id in subjects[one.subject_kind]:
            found[one.subject_kind].append(one)
    return [one for kind in found for one in found[kind]]


def documents_asked_by(session: Session, subject_kind: str, person_id: UUID, page: PageRequest) -> Page[DocumentRow]:
    """Documents of one kind of subject whose data say that this person asked for them, newest first. Two queries."""
    wanted = Document.subject_kind == subject_kind, Document.data["asked_by"].astext == str(person_id)
    total = session.execute(sa.select(sa.func.count()).select_from(Document).where(*wanted)).scalar_one()
    statement = _documents().where(*wanted).order_by(Document.requested_at.desc(), Document.id.desc())
    rows = session.execute(statement.limit(page.size).offset(page.offset))
    return Page([DocumentRow(*row) for row in rows], total, page.number, page.size)


def document_for_change(session: Session, document_id: UUID) -> Document | None:
    """One document, locked."""
    return session.scalars(sa.select(Document).where(Document.id == document_id).with_for_update()).first()


def file(session: Session, file_id: UUID) -> FileRow | None:
    """One stored file."""
    row = session.execute(sa.select(*_FILE).where(StoredFile.id == file_id)).first()
    return FileRow(*row) if row else None


def files_kept(session: Session) -> tuple[KeptFile, ...]:
    """Every content that the file store must hold, once each (for ``verify``)."""
    statement = (
        sa.select(
            StoredFile.sha256,
            sa.func.min(StoredFile.filename),
            sa.func.min(StoredFile.size),
            sa.func.bool_or(Document.id.is_not(None)),
        )
        .outerjoin(Document, Document.file_id == StoredFile.id)
        .group_by(StoredFile.sha256)
        .order_by(StoredFile.sha256)
    )
    return tuple(KeptFile(*row) for row in session.execute(statement))


def requested_documents(session: Session) -> Sequence[UUID]:
    """Documents that were asked for and are not made yet (for ``verify``)."""
    return session.scalars(sa.select(Document.id).where(Document.state == DocumentState.REQUESTED)).all()


def altered_documents(session: Session) -> Sequence[str]:
    """References of documents whose data no longer have the hash that they print (for ``verify``)."""
    statement = sa.select(Document.reference, Document.data, Document.data_sha256).order_by(Document.requested_at)
    rows = session.execute(statement.execution_options(yield_per=200))
    return [row.reference for row in rows if digest(row.data) != row.data_sha256]


def contents_held(session: Session, contents: Collection[str]) -> frozenset[str]:
    """Those of some contents (SHA-256) that a file has."""
    return frozenset(session.scalars(sa.select(StoredFile.sha256).where(StoredFile.sha256.in_(contents))))
