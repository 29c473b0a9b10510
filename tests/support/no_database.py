"""The pure tiers: opening a database there is an error, so that they stay fast and honest."""

from __future__ import annotations

from typing import Any, NoReturn

import psycopg
import pytest


class DatabaseInPureTierError(AssertionError):
    """A test of a pure tier tried to reach a database."""


@pytest.fixture(autouse=True)
def no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every psycopg connection while the test runs."""

    def refuse(*arguments: Any, **options: Any) -> NoReturn:
        raise DatabaseInPureTierError("this tier is pure: no database")

    monkeypatch.setattr(psycopg, "connect", refuse)
    monkeypatch.setattr(psycopg.Connection, "connect", refuse)
    monkeypatch.setattr(psycopg.AsyncConnection, "connect", refuse)
