"""The embedded database: one PostgreSQL server of our own behind a private unix socket.

Any number of processes may use one home folder. Whether a server is wanted is told by file locks, which the kernel
frees when a process dies in whatever way, never by lists of process ids. A server whose users were killed keeps running;
the next user attaches to it, and the last one that ends normally stops it.
"""

from __future__ import annotations

import atexit
import fcntl
import hashlib
import os
import re
import shlex
import shutil
import stat
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.pq import PGconn, Ping
from sqlalchemy import URL

from app.infra.db.embedded_binaries import (
    Account,
    CommandFailedError,
    DatabaseUnavailableError,
    account,
    find_programs,
)
from app.infra.db.embedded_traces import clear_traces

__all__ = ["DatabaseUnavailableError", "EmbeddedServer", "start"]

PORT: Final = "5432"
NAME: Final = "app"
EXTENSIONS: Final = ("pg_trgm", "unaccent")
SOCKET: Final = f".s.PGSQL.{PORT}"
PLAIN_SOCKET_FOLDER: Final = re.compile(r"[A-Za-z0-9_/.+-]{1,85}")  # the system's limit is 107 with the file's name
SHORT_FOLDERS: Final = Path("/tmp")  # noqa: S108 every process must find the same one; its owner and mode are checked
RECOVERY_SECONDS: Final = 300
ATTEMPTS: Final = 20  # at 0.25 s: the last backends of a killed server need a moment to notice
STOP_SECONDS: Final = "10"


def start(home: Path, *, settings: Mapping[str, str] | None = None) -> EmbeddedServer:
    """Start the server of this home folder, or attach to it if it runs, and return when it answers.

    The database `app` with its extensions exists afterwards. `settings` are PostgreSQL settings for a server that this
    call starts; a server that runs already keeps its own. Raises DatabaseUnavailableError.
    """
    try:
        return EmbeddedServer(home, settings or {})
    except CommandFailedError as error:
        raise DatabaseUnavailableError(f"PostgreSQL does not start in {home}: {error}") from error
    except OSError as error:
        raise DatabaseUnavailableError(f"The database folder {home} cannot be used: {error}") from error


class EmbeddedServer:
    """One process's use of the server; made by start()."""

    def __init__(self, home: Path, settings: Mapping[str, str]) -> None:
        self._settings = dict(settings)
        self._who = account()
        self._home = _reachable_home(home, self._who)
        self._data = self._home / "data"
        self._programs = find_programs(self._who, self._data)
        self._socket_folder = _socket_folder(self._home, self._who)
        self._used_by = os.getpid()
        self._gate = _lock_file(self._home / "gate.lock")
        self._users = _lock_file(self._home / "users.lock")
        try:
            self.ensure_running()
        except BaseException:
            self._let_go()
            raise
        atexit.register(self.stop)

    @property
    def url(self) -> str:
        """The address for SQLAlchemy."""
        query = {"host": str(self._socket_folder), "port": PORT}
        return URL.create("postgresql+psycopg", username=NAME, database=NAME, query=query).render_as_string()

    def ensure_running(self) -> None:
        """Start the server again if it was killed. Raises DatabaseUnavailableError or CommandFailedError."""
        fcntl.flock(self._gate, fcntl.LOCK_EX)
        try:
            fcntl.flock(self._users, fcntl.LOCK_SH)
            self._make_cluster()
            self._bring_up()
            self._make_database()
        finally:
            fcntl.flock(self._gate, fcntl.LOCK_UN)

    def stop(self) -> None:
        """Stop using the server; the last user stops it. May be called again, and does nothing then."""
        if self._users < 0 or os.getpid() != self._used_by:
            return
        atexit.unregister(self.stop)
        fcntl.flock(self._gate, fcntl.LOCK_EX)
        try:
            fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return  # someone else still uses it
        else:
            self._shut_down()
        finally:
            self._let_go()

    def _let_go(self) -> None:
        for descriptor in (self._users, self._gate):  # closing also unlocks
            os.close(descriptor)
        self._users = self._gate = -1

    def _make_cluster(self) -> None:
        """Make the data beside their place and rename, so that a kill half-way leaves nothing half-made."""
        if (self._data / "PG_VERSION").exists():
            if self._data.stat().st_uid != self._who.uid:
                message = f"{self._data} belongs to another account (uid {self._data.stat().st_uid}); run as that one"
                raise DatabaseUnavailableError(message)
            return
        new = self._home / "data.new"
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=0o700)
        self._who.own(new)
        initdb = (self._programs.folder / "initdb", "-D", new.name, "-U", NAME, "-E", "UTF8", "--locale=C.UTF-8")
        self._who.run(*initdb, "--auth=trust", "--data-checksums", "--no-instructions", cwd=self._home)
        new.rename(self._data)

    def _bring_up(self) -> None:
        give_up_at = time.monotonic() + RECOVERY_SECONDS
        failures = 0
        while (answer := self._ping()) is not Ping.OK:
            if answer is Ping.NO_RESPONSE:
                clear_traces(self._data, self._socket_folder / f"{SOCKET}.lock", uid=self._who.uid)
                try:
                    self._launch()
                    continue
                except CommandFailedError:
                    failures += 1
            if failures == ATTEMPTS or time.monotonic() > give_up_at:
                raise DatabaseUnavailableError(
                    f"PostgreSQL does not start in {self._home}. Its log ends:\n{self._log_end()}"
                )
            time.sleep(0.25)

    def _ping(self) -> Ping:
        where = make_conninfo(host=str(self._socket_folder), port=PORT, user=NAME, dbname="postgres", connect_timeout=5)
        return Ping(PGconn.ping(where.encode()))

    def _launch(self) -> None:
        chosen = {
            **self._settings,
            "listen_addresses": "",
            "unix_socket_directories": str(self._socket_folder),
            "unix_socket_permissions": "0700",
        }
        options = " ".join(f"-c {shlex.quote(f'{name}={value}')}" for name, value in chosen.items())
        # Names relative to the home folder, because pg_ctl hands them to a shell without quoting everything.
        place = ("-D", self._data.name, "-l", f"{self._data.name}/server.log")
        wait = ("-w", "-t", str(RECOVERY_SECONDS), "-s")
        self._who.run(self._programs.folder / "pg_ctl", *place, *wait, "-o", options, "start", cwd=self._home)

    def _make_database(self) -> None:
        with self._connect("postgres") as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (NAME,)).fetchone():
                connection.execute(f"CREATE DATABASE {NAME}")
        with self._connect(NAME) as connection:
            connection.execute("SET client_min_messages = warning")
            for extension in EXTENSIONS:
                connection.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")

    def _connect(self, database: str) -> psycopg.Connection[tuple[object, ...]]:
        try:
            return psycopg.connect(
                host=str(self._socket_folder), port=PORT, user=NAME, dbname=database, autocommit=True
            )
        except psycopg.OperationalError as error:
            raise DatabaseUnavailableError(f"PostgreSQL in {self._home} refuses a connection: {error}") from error

    def _shut_down(self) -> None:
        if self._ping() is Ping.NO_RESPONSE:
            return
        # "fast" ends sessions in order; "immediate" is for a server that does not manage in time, and loses nothing either.
        for mode in ("fast", "immediate"):
            with suppress(CommandFailedError):
                stop = (self._programs.folder / "pg_ctl", "-D", self._data.name, "-m", mode)
                self._who.run(*stop, "-w", "-t", STOP_SECONDS, "-s", "stop", cwd=self._home)
                return

    def _log_end(self) -> str:
        with suppress(OSError):
            return "\n".join((self._data / "server.log").read_text("utf-8", "replace").splitlines()[-8:])
        return "(no log)"


def _reachable_home(home: Path, who: Account) -> Path:
    """Make the home folder if needed and return it without links. Raises DatabaseUnavailableError."""
    home = home.expanduser().absolute()
    for folder in reversed([home, *home.parents]):
        if not folder.exists():
            folder.mkdir(mode=0o700, exist_ok=True)
            if who.switch:
                folder.chmod(0o711)  # the account nobody must pass through it to reach its data
    home = home.resolve()
    if who.switch and not who.reaches(home):
        raise DatabaseUnavailableError(
            f"PostgreSQL runs as the account nobody, which cannot reach {home}. "
            "Set GRAPPE_DATA_DIR to a folder that every account may pass through, such as /var/lib/grappe.",
        )
    return home


def _socket_folder(home: Path, who: Account) -> Path:
    """Return the private folder of the socket: in the home, or a short one where the home's path is too long for a socket."""
    folder = home / "run"
    if not PLAIN_SOCKET_FOLDER.fullmatch(str(folder)):
        folder = SHORT_FOLDERS / f"grappe-{hashlib.sha256(os.fsencode(home)).hexdigest()[:20]}"
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
        who.own(folder)
    found = folder.lstat()
    if found.st_uid == 0 and who.switch and stat.S_ISDIR(found.st_mode):  # killed between the two lines above
        who.own(folder)
        found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != who.uid or stat.S_IMODE(found.st_mode) != stat.S_IRWXU:
        raise DatabaseUnavailableError(f"{folder} must be a folder of uid {who.uid} that nobody else can enter")
    return folder


def _lock_file(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
