"""Whatever a program sends to the API, it is answered as the OpenAPI document says, and never with a failure of ours."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from app.api.routes import api_router
from app.core.actor import Role
from app.main import API
from tests.builders.applications import a_submitted_application
from tests.builders.people import a_person, an_api_token
from tests.support.runtime import app_of

if TYPE_CHECKING:
    from app.delivery.runtime import Runtime

EXAMPLES = 150 if os.environ.get("GRAPPE_SOAK") else 15
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
OFFICE = (Role.ADMINISTRATOR, Role.PROGRAMME_OFFICER, Role.AUDITOR)


@pytest.fixture(scope="module")
def tokens(runtime: Runtime) -> tuple[str, ...]:
    """Of the office, of an applicant with an application, and none."""
    with runtime.database.transaction() as session:
        made = a_submitted_application(session, files=runtime.files)
        office = an_api_token(session, a_person(session, roles=OFFICE))
        applicant = an_api_token(session, made.person)
        KNOWN.update(
            application_id=str(made.application_id),
            submission_id=str(made.submission_id),
            organisation_id=str(made.members[0].organisation.id),
            partner_id=str(made.members[1].partner_id),
            call_id=str(made.call.id),
            identifier=made.call.identifier,
            section_id="general",
            section="general",
            field_id="part_b",
            field="part_b",
            label="1.1",
        )
    return office, applicant, ""


@schemathesis.serializer("application/pdf")
def _as_it_is(_: object, value: object) -> bytes:
    """An upload: whatever was invented, as bytes."""
    return value if isinstance(value, bytes) else str(value).encode()


KNOWN: dict[str, str] = {}
"""Values of path parameters that lead to something."""


@pytest.fixture(scope="module")
def api(runtime: Runtime) -> Any:
    """The OpenAPI document of the application itself."""
    return schemathesis.openapi.from_asgi("/api/v1/openapi.json", app_of(runtime))


def operations() -> list[tuple[str, str]]:
    """Path and method of everything that the API offers."""
    shown = FastAPI()
    shown.include_router(api_router, prefix=API)
    return [(path, method) for path, methods in shown.openapi()["paths"].items() for method in methods]


@pytest.mark.parametrize(("path", "method"), operations())
def test_every_answer_is_documented(api: Any, tokens: tuple[str, ...], path: str, method: str) -> None:
    """Two of three requests come from somebody, and three of four to something that exists."""

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
        derandomize=True,
    )
    @given(case=api[path][method].as_strategy(), token=st.sampled_from(tokens), known=st.integers(0, 3))
    def check(case: schemathesis.Case[Any], token: str, known: int) -> None:
        if known:
            case.path_parameters.update({name: KNOWN[name] for name in case.path_parameters if name in KNOWN})
        headers = {"authorization": f"Bearer {token}"} if token else {}
        case.call_and_validate(headers=headers, checks=CHECKS)

    check()
