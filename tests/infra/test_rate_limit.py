from __future__ import annotations

import threading

import pytest

from app.infra import rate_limit
from app.infra.rate_limit import RateLimiter


class Time:
    """A second hand that the test moves."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    made = Time()
    monkeypatch.setattr(rate_limit, "monotonic", made)
    return made


def test_the_limit_is_reached_and_opens_again(time: Time) -> None:
    limiter = RateLimiter()
    assert [limiter.wait_seconds("ada", limit=3, seconds=60) for _ in range(3)] == [0, 0, 0]
    time.seconds += 20
    wait = limiter.wait_seconds("ada", limit=3, seconds=60)
    assert 40 <= wait <= 41
    time.seconds += wait
    assert limiter.wait_seconds("ada", limit=3, seconds=60) == 0


def test_a_refused_use_does_not_count(time: Time) -> None:
    limiter = RateLimiter()
    limiter.wait_seconds("ada", limit=1, seconds=60)
    for _ in range(10):
        time.seconds += 5
        assert limiter.wait_seconds("ada", limit=1, seconds=60) > 0
    time.seconds += 11
    assert limiter.wait_seconds("ada", limit=1, seconds=60) == 0


def test_one_key_does_not_slow_another(time: Time) -> None:
    limiter = RateLimiter()
    limiter.wait_seconds("ada", limit=1, seconds=60)
    assert limiter.wait_seconds("ada", limit=1, seconds=60) > 0
    assert limiter.wait_seconds("bob", limit=1, seconds=60) == 0


def test_a_success_starts_anew(time: Time) -> None:
    limiter = RateLimiter()
    limiter.wait_seconds("ada", limit=1, seconds=60)
    limiter.forget("ada")
    limiter.forget("never seen")
    assert limiter.wait_seconds("ada", limit=1, seconds=60) == 0


def test_memory_is_bounded_and_live_keys_survive(time: Time, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limit, "MAX_KEYS", 100)
    limiter = RateLimiter()
    for number in range(101):
        limiter.wait_seconds(f"old {number}", limit=1, seconds=60)
    time.seconds += 61
    limiter.wait_seconds("ada", limit=1, seconds=60)
    assert len(limiter._uses) == 1
    assert limiter.wait_seconds("ada", limit=1, seconds=60) > 0


def test_threads_share_one_limit() -> None:
    limiter, allowed = RateLimiter(), []
    start = threading.Barrier(16)

    def use() -> None:
        start.wait()
        allowed.append(limiter.wait_seconds("ada", limit=5, seconds=600) == 0)

    threads = [threading.Thread(target=use) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert allowed.count(True) == 5
