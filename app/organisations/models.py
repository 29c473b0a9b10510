"""Table of organisations. Who speaks for one stands in the role assignments of accounts."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.core.money import Money
from app.infra.db.base import Base, one_of
from app.organisations.rules.types import LegalForm, OrganisationType, PlatformState, SmeStatus

_SEARCHED = "lower(legal_name || ' ' || short_name || ' ' || city)"


class Organisation(Base):
    """One legal entity. The category of its region is looked up, never stored."""

    __tablename__ = "organisation"
    __table_args__ = (
        one_of("organisation_type", OrganisationType),
        one_of("legal_form", LegalForm),
        one_of("sme", SmeStatus),
        one_of("platform_registration", PlatformState),
        sa.CheckConstraint("pic ~ '^[0-9]{9}$'", name="pic"),
        sa.CheckConstraint("canonical_id <> id", name="canonical_id"),
        sa.CheckConstraint("version > 0", name="version"),
        sa.UniqueConstraint("pic"),
        sa.Index("ix_organisation_country_region", "country", "region"),
        sa.Index("ix_organisation_legal_name", "legal_name", "id"),
        sa.Index(
            "ix_organisation_search_text",
            "search_text",
            postgresql_using="gin",
            postgresql_ops={"search_text": "gin_trgm_ops"},
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    legal_name: Mapped[str]
    short_name: Mapped[str] = mapped_column(default="")
    pic: Mapped[str | None]
    vat: Mapped[str] = mapped_column(default="")
    registration_number: Mapped[str] = mapped_column(default="")
    organisation_type: Mapped[OrganisationType] = mapped_column(sa.Text)
    legal_form: Mapped[LegalForm] = mapped_column(sa.Text)
    country: Mapped[str]
    region: Mapped[str] = mapped_column(default="")
    street: Mapped[str] = mapped_column(default="")
    postcode: Mapped[str] = mapped_column(default="")
    city: Mapped[str] = mapped_column(default="")
    website: Mapped[str] = mapped_column(default="")
    sme: Mapped[SmeStatus] = mapped_column(sa.Text, default=SmeStatus.UNKNOWN)
    headcount: Mapped[int | None]
    turnover: Mapped[Money | None]
    balance_sheet: Mapped[Money | None]
    figures_on: Mapped[date | None]
    platform_registration: Mapped[PlatformState] = mapped_column(sa.Text, default=PlatformState.NONE)
    platform_reference: Mapped[str] = mapped_column(default="")
    platform_on: Mapped[date | None]
    platform_note: Mapped[str] = mapped_column(default="")
    platform_recorded_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    platform_recorded_at: Mapped[datetime | None]
    canonical_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    search_text: Mapped[str] = mapped_column(sa.Computed(_SEARCHED, persisted=True))


sa.event.listen(
    Organisation.__table__,
    "before_create",
    sa.DDL("create extension if not exists pg_trgm"),  # type: ignore[no-untyped-call]  # SQLAlchemy's own gap
)
