"""Facts about organisations. Who joins or leaves is recorded as roles of people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.core.events import DomainEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationEvent(DomainEvent):
    """Something happened to an organisation."""

    subject_kind: ClassVar[str] = "organisation"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationRegistered(OrganisationEvent):
    """An organisation is known from now on."""

    kind: ClassVar[str] = "organisation.registered"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationUpdated(OrganisationEvent):
    """Its details changed."""

    kind: ClassVar[str] = "organisation.updated"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformRegistrationRecorded(OrganisationEvent):
    """Somebody said, with evidence, how far its registration on the cluster platform is."""

    kind: ClassVar[str] = "organisation.platform_registration_recorded"
