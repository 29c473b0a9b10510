"""Organisations and who speaks for them, for tests."""

from __future__ import annotations

import itertools
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.core.actor import Role
from app.infra.ids import new_id
from app.organisations.models import Organisation
from app.organisations.rules.types import LegalForm, OrganisationType
from tests.builders.people import a_role
from tests.conftest import NOW

_numbers = itertools.count(900_000_001)


def an_organisation(session: Session, *, representative: Person | None = None, **given: Any) -> Organisation:
    """A cluster organisation in Brussels; ``representative`` speaks for it."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "id": new_id(),
        "legal_name": f"Cluster {number} ASBL",
        "pic": str(number),
        "organisation_type": OrganisationType.CLUSTER_ORGANISATION,
        "legal_form": LegalForm.NON_PROFIT,
        "country": "BE",
        "region": "BE10",
        "city": "Brussels",
        "created_at": NOW,
    }
    organisation = Organisation(**(values | given))
    session.add(organisation)
    session.flush()
    if representative is not None:
        a_role(session, representative, Role.REPRESENTATIVE, organisation.id)
    return organisation
