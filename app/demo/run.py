"""Run the demo: embedded database, demo mailbox, test seal, living content, server and jobs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from app.delivery.runtime import build_runtime
from app.demo.load import interrupted, is_loaded, load_demo
from app.demo.people import read_sign_ins, write_sign_ins
from app.infra.clock import monotonic
from app.infra.db.migrations import upgrade
from app.infra.logging import configure_logging
from app.infra.mailbox import DemoMailbox
from app.infra.sealing_demo import make_test_authority
from app.processes import serve_runtime

if TYPE_CHECKING:
    from app.delivery.runtime import Runtime
    from app.settings import Settings


def prepare(settings: Settings) -> Runtime:
    """A runtime with the schema, a seal and the demo's content; fast when all of it is there already."""
    began = monotonic()
    runtime = build_runtime(settings)
    upgrade(runtime.database.url)
    runtime.measure_clock()
    if not (runtime.seal_dir / "seal.pem").exists():
        make_test_authority(runtime.seal_dir, now=runtime.clock.now())
    if not is_loaded(runtime):
        print(f"The database is ready after {monotonic() - began:.0f} s.", flush=True)
        print("Loading the demo, this one time: about a minute where nothing else runs.", flush=True)
        began = monotonic()
        try:
            write_sign_ins(settings.data_dir, load_demo(runtime, telling=_printed))
        except BaseException:
            print(f"\n{interrupted(runtime)}", flush=True)
            raise
        print(f"Loaded in {monotonic() - began:.0f} s.", flush=True)
    return runtime


@contextmanager
def _printed(number: int, steps: int, words: str) -> Iterator[None]:
    """A line for each step: what it makes, how many there are, how long it took."""
    began = monotonic()
    print(f"  {number:>2} of {steps}  {words:<60}", end="", flush=True)
    yield
    print(f"{monotonic() - began:>5.1f} s", flush=True)


def run_demo(settings: Settings, *, host: str, port: int) -> None:
    """Prepare and serve until stopped."""
    configure_logging(as_json=settings.log_json)
    mailbox = DemoMailbox(settings.data_dir / "mailbox")
    settings = settings.model_copy(update={"smtp_host": "127.0.0.1", "smtp_port": mailbox.start()})
    runtime = prepare(settings)
    print("\nSign in with one of these (password for all: see below):")
    sign_ins = read_sign_ins(settings.data_dir)
    for one in sign_ins:
        print(f"  {one.email:<45} {one.name:<22} {one.capacity}")
    if sign_ins:
        print(f"Password: {sign_ins[0].password}")
        print("Signing in for the office takes a second step: the page fills in the code, because there is no device.")
    print(f"\nGrappe is at http://{host}:{port}  (Ctrl-C stops it)\n", flush=True)
    try:
        serve_runtime(runtime, host=host, port=port)
    finally:
        mailbox.stop()
