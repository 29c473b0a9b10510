"""What a killed PostgreSQL leaves behind, and how to make it harmless without making it forgotten."""

from __future__ import annotations

import os
import subprocess
from contextlib import suppress
from pathlib import Path


def clear_traces(data: Path, socket_lock: Path, *, uid: int) -> None:
    """Let a new server start although the files of a dead one name a process id that is in use again.

    Call it only while holding the gate and when no server answers. A server that is alive but still silent is left alone.
    """
    pid_file = data / "postmaster.pid"
    pid = _first_number(pid_file)
    if pid is not None and _is_server_of(pid, data):
        return
    if pid is not None:
        _write_own_pid(pid_file, uid)
    # Like the other file it may name a process id that now belongs to a stranger, but nothing in it is needed later.
    socket_lock.unlink(missing_ok=True)


def _first_number(pid_file: Path) -> int | None:
    try:
        return abs(int(pid_file.read_text("utf-8", "replace").split("\n", 1)[0]))
    except (FileNotFoundError, ValueError):
        return None


def _is_server_of(pid: int, data: Path) -> bool:
    """Whether the process is a live PostgreSQL, not a zombie, working in this data folder."""
    name, state = _name_and_state(pid)
    if "postgres" not in name or state == "Z":
        return False
    with suppress(OSError):  # another server of the same account may have got the number
        return Path(f"/proc/{pid}/cwd").readlink() == data.resolve()
    return True


def _name_and_state(pid: int) -> tuple[str, str]:
    """Return the process's name and the letter of its state, both empty when there is no such process."""
    if not Path("/proc/self/stat").exists():
        shown = subprocess.run(  # noqa: S603 a fixed program and a number
            ["/bin/ps", "-o", "stat=,comm=", "-p", str(pid)], capture_output=True, check=False, text=True
        ).stdout
        state, _, name = shown.strip().partition(" ")
        return name, state[:1]
    try:
        text = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except OSError:
        return "", ""
    before, _, after = text.rpartition(")")
    return before.partition("(")[2], after.strip()[:1]


def _write_own_pid(pid_file: Path, uid: int) -> None:
    """Replace the dead server's id by ours, which PostgreSQL skips as that of its own parent.

    The file is never deleted: it holds the key of the shared memory by which a new server notices that old backends
    still run. Nor is a link followed, since the folder belongs to an account with fewer rights.
    """
    descriptor = os.open(pid_file, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
    with os.fdopen(descriptor, "r+b") as file:
        about = os.fstat(descriptor)
        if about.st_uid != uid or about.st_nlink != 1:
            raise OSError(f"{pid_file} is not a file of the database")
        rest = file.read().partition(b"\n")[2]
        file.seek(0)
        file.write(f"{os.getpid()}\n".encode() + rest)
        file.truncate()
