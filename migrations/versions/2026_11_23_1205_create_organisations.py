"""create organisations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.execute("create extension if not exists pg_trgm")
    op.create_table(
        "organisation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("legal_name", sa.Text(), nullable=False),
        sa.Column("short_name", sa.Text(), nullable=False),
        sa.Column("pic", sa.Text(), nullable=True),
        sa.Column("vat", sa.Text(), nullable=False),
        sa.Column("registration_number", sa.Text(), nullable=False),
        sa.Column("organisation_type", sa.Text(), nullable=False),
        sa.Column("legal_form", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("street", sa.Text(), nullable=False),
        sa.Column("postcode", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("website", sa.Text(), nullable=False),
        sa.Column("sme", sa.Text(), nullable=False),
        sa.Column("headcount", sa.Integer(), nullable=True),
        sa.Column("turnover", sa.BigInteger(), nullable=True),
        sa.Column("balance_sheet", sa.BigInteger(), nullable=True),
        sa.Column("figures_on", sa.Date(), nullable=True),
        sa.Column("platform_registration", sa.Text(), nullable=False),
        sa.Column("platform_reference", sa.Text(), nullable=False),
        sa.Column("platform_on", sa.Date(), nullable=True),
        sa.Column("platform_note", sa.Text(), nullable=False),
        sa.Column("platform_recorded_by", sa.Uuid(), nullable=True),
        sa.Column("platform_recorded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("canonical_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "search_text",
            sa.Text(),
            sa.Computed("lower(legal_name || ' ' || short_name || ' ' || city)", persisted=True),
            nullable=False,
        ),
        sa.CheckConstraint(
            "legal_form in ('for_profit', 'non_profit', 'public_body')", name=op.f("ck_organisation_legal_form")
        ),
        sa.CheckConstraint(
            "organisation_type in ('cluster_organisation', 'business_network_organisation', 'sme', 'large_company', 'research_organisation', 'technology_centre', 'higher_education', 'public_authority', 'chamber_of_commerce', 'business_support_organisation', 'international_organisation', 'other')",
            name=op.f("ck_organisation_organisation_type"),
        ),
        sa.CheckConstraint("pic ~ '^[0-9]{9}$'", name=op.f("ck_organisation_pic")),
        sa.CheckConstraint(
            "platform_registration in ('none', 'requested', 'registered')",
            name=op.f("ck_organisation_platform_registration"),
        ),
        sa.CheckConstraint("sme in ('yes', 'no', 'unknown')", name=op.f("ck_organisation_sme")),
        sa.CheckConstraint("canonical_id <> id", name=op.f("ck_organisation_canonical_id")),
        sa.CheckConstraint("version > 0", name=op.f("ck_organisation_version")),
        sa.ForeignKeyConstraint(["canonical_id"], ["organisation.id"], name=op.f("fk_organisation_canonical_id")),
        sa.ForeignKeyConstraint(
            ["platform_recorded_by"], ["person.id"], name=op.f("fk_organisation_platform_recorded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("pic", name=op.f("uq_organisation_pic")),
    )
    op.create_index(op.f("ix_organisation_canonical_id"), "organisation", ["canonical_id"], unique=False)
    op.create_index("ix_organisation_country_region", "organisation", ["country", "region"], unique=False)
    op.create_index("ix_organisation_legal_name", "organisation", ["legal_name", "id"], unique=False)
    op.create_index(
        "ix_organisation_search_text",
        "organisation",
        ["search_text"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"search_text": "gin_trgm_ops"},
    )


def downgrade() -> None:
    """Undo."""
    op.drop_index(
        "ix_organisation_search_text",
        table_name="organisation",
        postgresql_using="gin",
        postgresql_ops={"search_text": "gin_trgm_ops"},
    )
    op.drop_index("ix_organisation_legal_name", table_name="organisation")
    op.drop_index("ix_organisation_country_region", table_name="organisation")
    op.drop_index(op.f("ix_organisation_canonical_id"), table_name="organisation")
    op.drop_table("organisation")
