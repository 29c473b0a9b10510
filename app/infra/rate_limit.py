"""Rate limits per key in this process: a brake for guessing, not a quota."""

from __future__ import annotations

import threading
from collections import deque

from app.infra.clock import monotonic

MAX_KEYS = 50_000


class RateLimiter:
    """Allows ``limit`` uses of a key in any stretch of ``seconds``."""

    def __init__(self) -> None:
        self._uses: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def wait_seconds(self, key: str, *, limit: int, seconds: int) -> int:
        """Count one use; 0 when it is allowed, else the seconds until the next one is."""
        now = monotonic()
        with self._lock:
            if len(self._uses) > MAX_KEYS:
                self._uses = {k: uses for k, uses in self._uses.items() if uses and uses[-1] > now - seconds}
            uses = self._uses.setdefault(key, deque())
            while uses and uses[0] <= now - seconds:
                uses.popleft()
            if len(uses) >= limit:
                return int(uses[0] + seconds - now) + 1
            uses.append(now)
            return 0

    def forget(self, key: str) -> None:
        """Start anew for the key (after a success)."""
        with self._lock:
            self._uses.pop(key, None)
