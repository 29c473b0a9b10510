"""All rows of a database as compressed text, table by table, and back again into an empty one.

PostgreSQL's own COPY writes and reads them, so that no program beside ours is needed and the versions of the two
servers may differ. The schema is not written: the migrations make it, with every guard.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from psycopg import sql

VERSION_TABLE = "alembic_version"
_CHUNK = 1 << 20
_TABLES = sa.text("""
    select n.nspname, c.relname, array_agg(a.attname::text order by a.attnum)
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    where c.relkind = 'r' and n.nspname in ('public', 'jobs') and not exists (
        select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e'
    )
    group by 1, 2 order by 1, 2
""")
_SEQUENCES = sa.text("""
    select schemaname, sequencename, last_value from pg_sequences
    where schemaname in ('public', 'jobs') and last_value is not null order by 1, 2
""")
_KEYS = sa.text("""
    select n.nspname, c.relname, k.conname, pg_get_constraintdef(k.oid)
    from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
    where k.contype = 'f' and n.nspname in ('public', 'jobs') order by 1, 2, 3
""")


@dataclass(frozen=True, slots=True)
class DumpedTable:
    """A table in its file; ``sha256`` is that of the file."""

    schema: str
    name: str
    columns: tuple[str, ...]
    rows: int
    file: str
    sha256: str

    @property
    def named(self) -> sql.Identifier:
        """Its name as SQL writes it."""
        return sql.Identifier(self.schema, self.name)

    @property
    def written(self) -> sql.Composed:
        """Its columns as SQL writes them."""
        return sql.SQL(", ").join(sql.Identifier(column) for column in self.columns)


def revision_of(connection: sa.Connection) -> str | None:
    """The revision of the schema; None where the migrations never ran."""
    if connection.execute(sa.select(sa.func.to_regclass(f"public.{VERSION_TABLE}"))).scalar() is None:
        return None
    version = sa.table(VERSION_TABLE, sa.column("version_num", sa.Text))
    return connection.execute(sa.select(version.c.version_num)).scalar()


def is_empty(connection: sa.Connection) -> bool:
    """Whether no table of anybody is there; those of extensions do not count."""
    return not connection.execute(_TABLES).all()


def dump_tables(connection: sa.Connection, folder: Path) -> Sequence[DumpedTable]:
    """Write every table into ``folder``; the transaction must see one moment (REPEATABLE READ)."""
    found = [
        (schema, name, tuple(columns)) for schema, name, columns in connection.execute(_TABLES) if name != VERSION_TABLE
    ]
    return [_dumped(connection, folder, *one) for one in found]


def _dumped(connection: sa.Connection, folder: Path, schema: str, name: str, columns: tuple[str, ...]) -> DumpedTable:
    table = DumpedTable(schema, name, columns, 0, f"{schema}.{name}.copy.gz", "")
    path, rows = folder / table.file, 0
    order = sql.SQL("copy {} ({}) to stdout").format(table.named, table.written)
    # No time and no name in the file: the same rows make the same bytes.
    with (
        path.open("wb") as raw,
        gzip.GzipFile("", "wb", 6, raw, mtime=0) as file,
        _driver(connection).copy(order) as lines,
    ):
        for data in lines:
            rows += bytes(data).count(b"\n")  # a line break inside a value is written as two signs
            file.write(data)
    return DumpedTable(schema, name, columns, rows, table.file, file_hash(path))


def sequences_of(connection: sa.Connection) -> Mapping[str, int]:
    """The last number that each sequence gave, by ``schema.name``; read after the rows it is never too low."""
    return {f"{schema}.{name}": last for schema, name, last in connection.execute(_SEQUENCES)}


def load_tables(
    connection: sa.Connection, folder: Path, tables: Sequence[DumpedTable], sequences: Mapping[str, int]
) -> None:
    """Fill the tables of a schema that the migrations have just made, with the rights of their owner.

    Foreign keys are taken off and put on again at the end, when every row is there: the database checks all of them.
    Triggers are silent meanwhile, because what they guard or move was guarded and moved already. Raise ValueError for
    a file that has another number of rows than it says.
    """
    driver = _driver(connection)
    keys = connection.execute(_KEYS).all()
    for schema, name, constraint, _ in keys:
        driver.execute(_alter(schema, name, sql.SQL("drop constraint {}").format(sql.Identifier(constraint))))
    for table in tables:
        driver.execute(_alter(table.schema, table.name, sql.SQL("disable trigger user")))
    if tables:
        driver.execute(sql.SQL("truncate {}").format(sql.SQL(", ").join(table.named for table in tables)))
    for table in tables:
        _fill(driver, folder / table.file, table)
    for table in tables:
        driver.execute(_alter(table.schema, table.name, sql.SQL("enable trigger user")))
    for schema, name, constraint, words in keys:
        add = sql.SQL("add constraint {} {}").format(sql.Identifier(constraint), sql.SQL(words))
        driver.execute(_alter(schema, name, add))
    for named, last in sequences.items():
        connection.execute(sa.text("select setval(cast(:named as regclass), :last)"), {"named": named, "last": last})


def _fill(driver: Any, path: Path, table: DumpedTable) -> None:  # noqa: ANN401  # a cursor of the driver
    order = sql.SQL("copy {} ({}) from stdin").format(table.named, table.written)
    with gzip.open(path, "rb") as file, driver.copy(order) as lines:
        while data := file.read(_CHUNK):
            lines.write(data)
    if driver.rowcount != table.rows:
        raise ValueError(f"{table.file} has {driver.rowcount} rows, not {table.rows}")


def _alter(schema: str, name: str, change: sql.Composable) -> sql.Composed:
    return sql.SQL("alter table {} {}").format(sql.Identifier(schema, name), change)


def _driver(connection: sa.Connection) -> Any:  # noqa: ANN401  # a cursor of the driver
    return connection.connection.cursor()


def file_hash(path: Path) -> str:
    """SHA-256 of a file, read piece by piece."""
    seen = hashlib.sha256()
    with path.open("rb") as file:
        for piece in _pieces(file):
            seen.update(piece)
    return seen.hexdigest()


def _pieces(file: Any) -> Iterable[bytes]:  # noqa: ANN401  # an open file
    while piece := file.read(_CHUNK):
        yield piece
