"""Which applications go to the experts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from app.applications.queries.office import OfficeFilter, office_list
from app.applications.rules.lifecycle import ApplicationState
from app.core.money import Money
from app.core.paging import PageRequest


@dataclass(frozen=True, slots=True)
class AdmittedApplication:
    """Interim."""

    application_id: UUID
    submission_id: UUID
    reference: str
    acronym: str
    title: str
    strand: str
    stage: str
    requested: Money
    coordinator: str
    countries: tuple[str, ...]
    partners: int


def admitted_applications(session: Session, call_id: UUID) -> Sequence[AdmittedApplication]:
    """Interim: every submitted application; area checks replaces this file."""
    rows = office_list(
        session,
        call_id,
        OfficeFilter(state=ApplicationState.SUBMITTED),
        PageRequest(size=1000),
        sort="reference",
        descending=False,
    ).rows
    return [
        AdmittedApplication(
            row.id,
            row.submission_id,
            row.reference,
            row.acronym,
            row.title,
            "main",
            "single",
            row.requested,
            row.coordinator,
            tuple(row.countries),
            row.partners,
        )
        for row in rows
    ]
