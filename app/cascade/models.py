"""Table of payments to third parties. What was recorded never changes; a reversal and a document may be added.

Only who visited is forgotten in the end: then ``visitor_key`` is ``erased:`` and the id.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.cascade.rules.support import SupportKind
from app.core.money import Money
from app.infra.db.base import Base, one_of

_OF_EXCHANGES = (
    "visitor, visitor_key, host_name, host_country, host_region, host_sme, distance_km, first_day, last_day, "
    "working_days, halved, lump_sum, lump_sum_source"
)


class ThirdPartyPayment(Base):
    """What a partner paid to a third party; ``number`` counts within the grant.

    The columns from ``visitor`` on are those of an exchange: who stayed where and when, and how the amount follows
    from the lump sum of the host's country. ``visitor_key`` is the name as it is compared.
    """

    __tablename__ = "third_party_payment"
    __table_args__ = (
        one_of("kind", SupportKind),
        sa.ForeignKeyConstraint(["grant_id", "partner_id"], ["grant_partner.grant_id", "grant_partner.partner_id"]),
        sa.CheckConstraint("amount > 0", name="amount"),
        sa.CheckConstraint("vat <> '' or registration_number <> ''", name="recipient"),
        sa.CheckConstraint(
            f"num_nonnulls({_OF_EXCHANGES}) = case kind when 'exchange' then 13 else 0 end", name="exchange"
        ),
        sa.CheckConstraint("host_country <> country", name="host_country"),
        sa.CheckConstraint("last_day >= first_day and working_days >= 3", name="stay"),
        sa.CheckConstraint("amount = case when halved then lump_sum / 2 else lump_sum end", name="lump_sum"),
        sa.CheckConstraint(
            "(reversed_at is null) = (reversal_reason = '') and (reversed_at is not null or reversed_by is null)",
            name="reversed",
        ),
        sa.UniqueConstraint("grant_id", "number"),
        sa.Index("ix_third_party_payment_grant_id_partner_id", "grant_id", "partner_id"),
        sa.Index("ix_third_party_payment_visitor_key", "visitor_key"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    grant_id: Mapped[UUID]
    partner_id: Mapped[UUID]
    number: Mapped[int]
    kind: Mapped[SupportKind] = mapped_column(sa.Text)
    recipient: Mapped[str]
    country: Mapped[str]
    vat: Mapped[str]
    registration_number: Mapped[str]
    sme: Mapped[bool]
    organisation_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("organisation.id"))
    activity: Mapped[str] = mapped_column(default="")
    purpose: Mapped[str] = mapped_column(default="")
    amount: Mapped[Money]
    paid_on: Mapped[date]
    evidence_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("stored_file.id"))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    reversed_at: Mapped[datetime | None]
    reversed_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    reversal_reason: Mapped[str] = mapped_column(default="")
    visitor: Mapped[str | None]
    visitor_key: Mapped[str | None]
    host_name: Mapped[str | None]
    host_country: Mapped[str | None]
    host_region: Mapped[str | None]
    host_sme: Mapped[bool | None]
    distance_km: Mapped[int | None]
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]
    working_days: Mapped[int | None]
    halved: Mapped[bool | None]
    lump_sum: Mapped[Money | None]
    lump_sum_source: Mapped[str | None]
