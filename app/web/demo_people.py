"""The sign-ins of the demonstration, printed on the sign-in page so that anybody can try every audience."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.settings import Mode

if TYPE_CHECKING:
    from app.delivery.runtime import Runtime

FILE = "demo-sign-ins.json"


@dataclass(frozen=True, slots=True)
class DemoSignIn:
    """One person of the demonstration."""

    name: str
    email: str
    password: str
    capacity: str
    device: str = ""
    """Key of the device for the second step, for who has one."""


def demo_sign_ins(runtime: Runtime) -> list[DemoSignIn]:
    """What the demonstration wrote into the data folder; nothing in any other mode."""
    path = runtime.settings.data_dir / FILE
    if runtime.settings.mode is not Mode.DEMO or not path.exists():
        return []
    return [DemoSignIn(**row) for row in json.loads(path.read_text(encoding="utf-8"))]
