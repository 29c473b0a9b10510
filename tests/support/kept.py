"""What a builder made once is put back, row for row, where the next test asks for the same.

A grant in force is some four hundred statements of the product. The first test that asks for one pays for them, on a
connection of its own whose work is undone; every later test of this process gets the rows by COPY, and the objects of
the builder anew. A test that has already begun something else gets what it always got: the builder itself.
"""

from __future__ import annotations

import functools
import pickle
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy.orm import Session

from app.core.money import Money

Asked = ParamSpec("Asked")
Built = TypeVar("Built")
PLAIN = (str, int, bytes, datetime, Money, type(None))
_HERE = "tests.kept"
_TEST, _ASIDE = "a test", "aside"
"""A test has its wishes kept; what is built aside for it may use them."""
_kept: dict[tuple[Any, ...], Kept] = {}

_TABLES = """
select quote_ident(n.nspname) || '.' || quote_ident(c.relname), string_agg(quote_ident(a.attname), ', ' order by a.attnum)
from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid
where c.relkind = 'r' and n.nspname in ('public', 'jobs') and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
group by 1 order by 1
"""
_BEGUN = "select exists (select from audit_event) or exists (select from call) or exists (select from programme)"
"""People and organisations stand beside each other; whoever began a call of its own has begun something else."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Rows of every table that the builder wrote to, in COPY's own format; and its pickled answer."""

    rows: tuple[tuple[str, bytes], ...]
    answer: bytes


def puts_back(session: Session) -> Session:
    """From now on, what builders make in this session may be what they made before; its work must be undone."""
    session.info[_HERE] = _TEST
    return session


def kept(builder: Callable[Concatenate[Session, Asked], Built]) -> Callable[Concatenate[Session, Asked], Built]:
    """Let the builder work once for each set of plain arguments, as long as a session holds nothing else."""

    @functools.wraps(builder)
    def build(session: Session, *asked: Asked.args, **given: Asked.kwargs) -> Built:
        mode = session.info.get(_HERE)
        if mode is None or not all(map(_is_plain, (*asked, *given.values()))):
            return builder(session, *asked, **given)
        key = (builder.__module__, builder.__qualname__, asked, tuple(sorted(given.items())))
        if (key not in _kept and mode is _ASIDE) or _is_begun(session):
            return builder(session, *asked, **given)
        if key not in _kept:
            _kept[key] = _made(session, lambda aside: builder(aside, *asked, **given))
        return _put_back(session, _kept[key])  # type: ignore[no-any-return]  # what was pickled

    return build


def _is_plain(value: object) -> bool:
    return all(map(_is_plain, value)) if isinstance(value, tuple) else isinstance(value, PLAIN)


def _is_begun(session: Session) -> bool:
    session.flush()
    return bool(session.connection().exec_driver_sql(_BEGUN).scalar_one())


def _made(session: Session, build: Callable[[Session], object]) -> Kept:
    """Build it beside the session, note what was written, and undo it."""
    with session.get_bind().engine.connect() as connection:
        outer = connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False) as aside:
            aside.info[_HERE] = _ASIDE
            first = connection.exec_driver_sql("select pg_current_xact_id()::text::bigint").scalar_one()
            answer = build(aside)
            aside.flush()
            rows = []
            with connection.connection.cursor() as cursor:
                for table, columns in connection.exec_driver_sql(_TABLES).all():
                    query = f"copy (select {columns} from {table} where xmin::text::bigint >= {first}) to stdout"  # noqa: S608  # names of the catalogue
                    with cursor.copy(query) as copy:
                        if data := b"".join(copy):
                            rows.append((f"copy {table} ({columns}) from stdin", data))
            result = Kept(tuple(rows), pickle.dumps((answer, list(aside.identity_map.values()))))
        outer.rollback()
    return result


def _put_back(session: Session, what: Kept) -> Any:
    """The rows without the triggers that they passed already, and the objects as the session would know them."""
    with session.connection().connection.cursor() as cursor:
        cursor.execute("set local session_replication_role = replica")
        for statement, data in what.rows:
            with cursor.copy(statement) as copy:
                copy.write(data)
        cursor.execute("set local session_replication_role = origin")
    answer, known = pickle.loads(what.answer)  # noqa: S301  # our own bytes
    session.add_all(known)
    return answer
