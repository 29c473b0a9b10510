"""All tasks the queue can run, as one table."""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING

from app import jobs

if TYPE_CHECKING:
    from app.delivery.runtime import Runtime
    from app.infra.queue import Task


def all_tasks(runtime: Runtime) -> tuple[Task, ...]:
    """Every job module's tasks, bound to the runtime: a module that runs something has ``tasks(runtime)``."""
    found: list[Task] = []
    for module in sorted(item.name for item in pkgutil.iter_modules(jobs.__path__)):
        if module != "tasks":
            offered = getattr(importlib.import_module(f"app.jobs.{module}"), "tasks", None)
            found += offered(runtime) if offered is not None else ()
    return tuple(found)
