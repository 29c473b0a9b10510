"""A token never may more than its scopes, and a bad token is never taken for the public."""

from __future__ import annotations

from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from app.accounts.rules.tokens import TokenScope
from app.core.actor import Role
from app.delivery.runtime import Runtime
from tests.builders.people import a_person, an_api_token
from tests.conftest import NOW
from tests.support.runtime import app_of


@pytest.fixture
def client(runtime: Runtime) -> TestClient:
    return TestClient(app_of(runtime))


def _token(runtime: Runtime, **given: object) -> str:
    with runtime.database.transaction() as session:
        person = a_person(session, roles=(Role.ADMINISTRATOR,))
        return an_api_token(session, person, **given)  # type: ignore[arg-type]


def _bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


def test_a_reading_token_reads_and_does_not_write(runtime: Runtime, client: TestClient) -> None:
    bearer = _bearer(_token(runtime, scopes=(TokenScope.READ,)))
    assert client.get("/api/v1/me", headers=bearer).status_code == 200
    body = {"legal_name": "Planted", "organisation_type": "sme", "legal_form": "for_profit", "country": "BE"}
    refused = client.post("/api/v1/organisations", headers=bearer, json=body)
    assert refused.status_code == 403
    assert "write" in refused.json()["detail"]
    assert "Planted" not in client.get("/api/v1/organisations", headers=bearer).text


@pytest.mark.parametrize("given", [{"expires_at": NOW - timedelta(seconds=1)}, {"revoked_at": NOW - timedelta(days=1)}])
def test_an_expired_or_revoked_token_is_refused_even_where_the_public_may_read(
    runtime: Runtime, client: TestClient, given: dict[str, object]
) -> None:
    answer = client.get("/api/v1/calls", headers=_bearer(_token(runtime, **given)))
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
