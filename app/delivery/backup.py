"""Backup: the whole installation of one moment in a folder, while everybody goes on working; and back from it.

The folder holds the rows of every table, every file that a row names, and a manifest with the hash of each part, the
revision of the schema and one hash over the heads of all chains of the log. Keys are not in it: who finds a backup can
neither seal nor open anything. A file lies on disk before its row is there, so rows are read first and files after.
"""

from __future__ import annotations

import os
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy.orm import Session

from app.audit.queries import heads
from app.audit.rules.roots import root_hash
from app.core.canonical import canonical_json
from app.documents.queries import files_kept
from app.infra.db.dump import DumpedTable, dump_tables, file_hash, is_empty, load_tables, revision_of, sequences_of
from app.infra.db.migrations import alembic_config
from app.infra.file_store import FileStore

if TYPE_CHECKING:
    from app.delivery.runtime import Runtime

FORMAT = "grappe-backup-1"
MANIFEST, MANIFEST_HASH = "manifest.json", "manifest.json.sha256"
TABLES, FILES = "tables", "files"
_KEY_TEXT = _KEY_ABOUT = "backup"
_NO_LIMIT = sa.text("set local statement_timeout = 0")


class BackupError(Exception):
    """Why a backup cannot be made or restored, in words."""


class Frozen(BaseModel):
    """A part of the manifest; what is not known is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Part(Frozen):
    """The rows of one table."""

    schema_name: str
    name: str
    columns: tuple[str, ...]
    rows: int
    file: str
    sha256: str


class Kept(Frozen):
    """A file of the store."""

    sha256: str
    size: int


class Manifest(Frozen):
    """What a backup holds. ``missing`` are files that a row names and that could not be read then.

    ``key_check`` was encrypted with the secret key of the installation: only with the same key it opens.
    """

    format: str
    made_at: datetime
    revision: str
    server: str
    chains: int
    events: int
    root: str
    tables: tuple[Part, ...]
    sequences: dict[str, int]
    files: tuple[Kept, ...]
    missing: tuple[str, ...]
    key_check: str

    @property
    def rows(self) -> int:
        """Over all tables."""
        return sum(part.rows for part in self.tables)


def make_backup(runtime: Runtime, target: Path, *, now: datetime) -> Manifest:
    """Write a backup into the new folder ``target``; it has that name only once it is whole.

    Raise BackupError where the folder is there already or the database was never migrated.
    """
    if target.exists():
        raise BackupError(f"{target} is there already. Name a folder that does not exist yet.")
    part = target.with_name(f"{target.name}.part")
    if part.exists():
        raise BackupError(f"{part} is left over from a backup that was cut off. Remove it first.")
    (part / TABLES).mkdir(parents=True, mode=0o700)
    part.chmod(0o700)
    with runtime.database.reading() as session:
        session.execute(_NO_LIMIT)
        manifest = _dumped(runtime, session, part, now=now)
    written = canonical_json(manifest.model_dump(mode="json"))
    (part / MANIFEST).write_bytes(written)
    (part / MANIFEST_HASH).write_text(f"{file_hash(part / MANIFEST)}  {MANIFEST}\n")
    os.sync()
    part.rename(target)
    return manifest


def _dumped(runtime: Runtime, session: Session, part: Path, *, now: datetime) -> Manifest:
    connection = session.connection()
    revision = revision_of(connection)
    if revision is None:
        raise BackupError("The database is empty: there is nothing to back up.")
    known = heads(session)
    tables = dump_tables(connection, part / TABLES)
    files, missing = [], []
    store = FileStore(part / FILES)
    for one in files_kept(session):
        try:
            store.put(runtime.files.get(one.sha256))
        except OSError:
            missing.append(one.sha256)
        else:
            files.append(Kept(sha256=one.sha256, size=one.size))
    return Manifest(
        format=FORMAT,
        made_at=now,
        revision=revision,
        server=connection.execute(sa.text("show server_version")).scalar_one(),
        chains=len(known),
        events=sum(length for length, _ in known.values()),
        root=root_hash(known),
        tables=tuple(_part(one) for one in tables),
        sequences=dict(sequences_of(connection)),
        files=tuple(files),
        missing=tuple(missing),
        key_check=runtime.vault.seal(_KEY_TEXT, about=_KEY_ABOUT),
    )


def _part(table: DumpedTable) -> Part:
    values = asdict(table)
    return Part(schema_name=values.pop("schema"), **values)


def read_manifest(source: Path) -> Manifest:
    """The manifest of a backup whose every part is as it was written. Raise BackupError."""
    try:
        told = (source / MANIFEST_HASH).read_text().split()[0]
        content = (source / MANIFEST).read_bytes()
        if file_hash(source / MANIFEST) != told:
            raise BackupError(f"{source / MANIFEST} was changed after the backup.")
        manifest = Manifest.model_validate_json(content)
    except (OSError, IndexError, ValidationError) as error:
        raise BackupError(f"{source} holds no backup that can be read: {error}") from error
    if manifest.format != FORMAT:
        raise BackupError(f"{source} has the format {manifest.format}, this program reads {FORMAT}.")
    store = FileStore(source / FILES)
    for part in manifest.tables:
        path = source / TABLES / part.file
        if not path.is_file() or file_hash(path) != part.sha256:
            raise BackupError(f"{path} is missing or was changed after the backup.")
    for kept in manifest.files:
        try:
            store.get(kept.sha256)
        except OSError as error:
            raise BackupError(f"A file of the backup cannot be read: {error}") from error
    return manifest


def restore_backup(runtime: Runtime, source: Path) -> Manifest:
    """Bring everything back into an empty database, at the present schema: all of it or nothing.

    Raise BackupError for a damaged backup, one of a newer program, or a database in which there is something.
    """
    manifest = read_manifest(source)
    config = alembic_config(runtime.database.url)
    _refuse_newer(ScriptDirectory.from_config(config), manifest)
    with runtime.database.engine.connect() as connection:
        if not is_empty(connection):
            raise BackupError("This database is not empty. A backup is restored into a new one only.")
    backup = FileStore(source / FILES)
    for kept in manifest.files:
        runtime.files.put(backup.get(kept.sha256))
    with runtime.database.engine.begin() as connection:
        connection.execute(_NO_LIMIT)
        config.attributes["connection"] = connection
        command.upgrade(config, manifest.revision)
        tables = [_table(part) for part in manifest.tables]
        try:
            load_tables(connection, source / TABLES, tables, manifest.sequences)
        except (ValueError, sa.exc.DBAPIError) as error:
            raise BackupError(f"The rows of the backup cannot be loaded: {error}") from error
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            if root_hash(heads(session)) != manifest.root:
                raise BackupError("The event log of the backup is not the one that its manifest names.")
        command.upgrade(config, "head")
    return manifest


def has_same_key(runtime: Runtime, manifest: Manifest) -> bool:
    """Whether this installation has the secret key of the one that was backed up."""
    try:
        return runtime.vault.open(manifest.key_check, about=_KEY_ABOUT) == _KEY_TEXT
    except ValueError:
        return False


def _table(part: Part) -> DumpedTable:
    return DumpedTable(part.schema_name, part.name, part.columns, part.rows, part.file, part.sha256)


def _refuse_newer(known: ScriptDirectory, manifest: Manifest) -> None:
    try:
        known.get_revision(manifest.revision)
    except CommandError as error:
        words = f"The backup was made by a newer Grappe (schema {manifest.revision}). Restore it with that one."
        raise BackupError(words) from error
