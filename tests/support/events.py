"""Every kind of event that the product records."""

from __future__ import annotations

import importlib
from pathlib import Path

import app
from app.core.events import DomainEvent


def event_classes() -> list[type[DomainEvent]]:
    """All subclasses of DomainEvent that name a kind, in the events modules of all areas."""
    for path in sorted(Path(app.__file__).parent.glob("*/events.py")):
        importlib.import_module(f"app.{path.parent.name}.events")
    found, waiting = [], [DomainEvent]
    while waiting:
        for kind in waiting.pop().__subclasses__():
            waiting.append(kind)
            if kind.kind and kind.__module__.startswith("app."):
                found.append(kind)
    return found
