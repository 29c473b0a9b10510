"""One process of a platform under test: `python -m tests.support.platform_process serve|worker --offset S [--port N]`.

Settings come from the environment as in life. The platform's clock runs ``offset`` seconds beside the machine's, exactly, also
after a restart; another offset may be written to standard input, a number per line, so that a deadline can be moved near.
"""

from __future__ import annotations

import argparse
import sys
import threading
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.delivery.runtime import Runtime


def main() -> None:
    """Run until killed. Imports here, for the processes that lay out pages import this file once more."""
    from app.delivery.runtime import build_runtime
    from app.infra.logging import configure_logging
    from app.processes import a_worker, serve_runtime
    from app.settings import Settings

    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["serve", "worker"])
    parser.add_argument("--offset", type=float, required=True)
    parser.add_argument("--port", type=int, default=0)
    asked = parser.parse_args()
    configure_logging(as_json=False)
    runtime = build_runtime(Settings())
    runtime.clock.rehearsal_offset = timedelta(seconds=asked.offset)
    threading.Thread(target=_follow_input, args=(runtime,), daemon=True).start()
    if asked.what == "serve":
        serve_runtime(runtime, host="127.0.0.1", port=asked.port)
    else:
        a_worker(runtime).run()


def _follow_input(runtime: Runtime) -> None:
    for line in sys.stdin:
        runtime.clock.rehearsal_offset = timedelta(seconds=float(line))


if __name__ == "__main__":
    main()
