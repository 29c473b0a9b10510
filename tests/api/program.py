"""A program with an API token of a person, in this process."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from app.accounts.models import Person
from app.delivery.runtime import Runtime
from tests.builders.people import an_api_token, code_of, with_second_factor
from tests.support.client import Browser

API = "/api/v1"


@dataclass(frozen=True, slots=True)
class Program:
    """Calls the API for one person."""

    browser: Browser
    secret: str
    person_id: UUID

    @classmethod
    def of(cls, browser: Browser, runtime: Runtime, person: Person) -> Program:
        """A program with a fresh token that may read and write."""
        with runtime.database.transaction() as session:
            now = runtime.clock.now()
            return cls(browser, an_api_token(session, person, now=now, expires_at=now + timedelta(days=90)), person.id)

    def confirmed(self, method: str, path: str, **options: Any) -> Any:
        """The same with a fresh code of the person's device: its clock stands still with the test's, so a new device."""
        runtime = self.browser.runtime
        with runtime.database.transaction() as session:
            with_second_factor(session, self.person_id, runtime.vault)
        return self(method, path, headers={"second-step": code_of(runtime.clock.now())}, **options)

    def __call__(self, method: str, path: str, *, key: str = "", **options: Any) -> Any:
        """One request; ``path`` stands below /api/v1."""
        headers = {"authorization": f"Bearer {self.secret}", **options.pop("headers", {})}
        if key:
            headers["idempotency-key"] = key
        return self.browser.client.request(method, API + path, headers=headers, **options)
