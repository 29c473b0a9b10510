"""create grants."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

GUARDS = """
-- What a grant was opened with never changes, and nothing is removed: an agreement in force keeps its content and dates.
create function refuse_change_of_grant() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE'
            or (new.id, new.award_id, new.application_id, new.submission_id, new.call_id, new.call_version_id)
            is distinct from (old.id, old.award_id, old.application_id, old.submission_id, old.call_id, old.call_version_id)
            or (new.reference, new.opened_at) is distinct from (old.reference, old.opened_at)
            or (old.entered_into_force_at is not null
            and new.entered_into_force_at is distinct from old.entered_into_force_at)
            or old.state in ('closed', 'terminated', 'abandoned') then
        raise exception 'what a grant was opened with is never changed';
    end if;
    return new;
end $$;
create trigger grant_keeps_its_content before update or delete on "grant"
    for each row execute function refuse_change_of_grant();

create function refuse_change_of_grant_version() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' or old.document_id is not null
            or (new.grant_id, new.number, new.snapshot, new.sha256, new.created_at, new.created_by)
            is distinct from (old.grant_id, old.number, old.snapshot, old.sha256, old.created_at, old.created_by) then
        raise exception 'an agreement that was frozen for signature is never changed';
    end if;
    return new;
end $$;
create trigger grant_version_keeps_its_content before update or delete on grant_version
    for each row execute function refuse_change_of_grant_version();

create function refuse_change_of_grant_signature() returns trigger language plpgsql as $$
begin
    if tg_op <> 'INSERT' then
        raise exception 'a signature is never changed';
    end if;
    if not exists (select from grant_version where grant_id = new.grant_id and number = new.version
            and sha256 = new.sha256) then
        raise exception 'a signature is for the agreement that was shown';
    end if;
    return new;
end $$;
create trigger grant_signature_stands before insert or update or delete on grant_signature
    for each row execute function refuse_change_of_grant_signature();
"""

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "grant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("award_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("submission_id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("call_version_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("acronym", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("commitment_id", sa.Uuid(), nullable=True),
        sa.Column("maximum_grant", sa.BigInteger(), nullable=False),
        sa.Column("start_on", sa.Date(), nullable=True),
        sa.Column("duration_months", sa.Integer(), nullable=True),
        sa.Column("end_on", sa.Date(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("data_due_on", sa.Date(), nullable=False),
        sa.Column("declarations_due_on", sa.Date(), nullable=False),
        sa.Column("signature_due_on", sa.Date(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_by", sa.Uuid(), nullable=True),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("agreed_version", sa.Integer(), nullable=True),
        sa.Column("entered_into_force_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(agreed_version is null) = (state in ('preparation', 'abandoned'))", name=op.f("ck_grant_agreed_version")
        ),
        sa.CheckConstraint(
            "(closed_at is not null) = (state in ('closed', 'terminated', 'abandoned'))",
            name=op.f("ck_grant_closed_at"),
        ),
        sa.CheckConstraint(
            "(entered_into_force_at is not null) = (state in ('running', 'closed', 'terminated'))",
            name=op.f("ck_grant_in_force"),
        ),
        sa.CheckConstraint(
            "state in ('preparation', 'signature', 'abandoned', 'running', 'closed', 'terminated')",
            name=op.f("ck_grant_state"),
        ),
        sa.CheckConstraint("state not in ('terminated', 'abandoned') or reason <> ''", name=op.f("ck_grant_reason")),
        sa.CheckConstraint(
            "(end_on is null) = (start_on is null or duration_months is null)", name=op.f("ck_grant_end_on")
        ),
        sa.CheckConstraint("duration_months between 1 and 120", name=op.f("ck_grant_duration_months")),
        sa.CheckConstraint("end_on > start_on", name=op.f("ck_grant_days")),
        sa.CheckConstraint("maximum_grant >= 0", name=op.f("ck_grant_maximum_grant")),
        sa.CheckConstraint("version > 0", name=op.f("ck_grant_version")),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_grant_application_id")),
        sa.ForeignKeyConstraint(["award_id"], ["award.id"], name=op.f("fk_grant_award_id")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_grant_call_id")),
        sa.ForeignKeyConstraint(["call_version_id"], ["call_version.id"], name=op.f("fk_grant_call_version_id")),
        sa.ForeignKeyConstraint(["sent_by"], ["person.id"], name=op.f("fk_grant_sent_by")),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name=op.f("fk_grant_submission_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grant")),
        sa.UniqueConstraint("award_id", name=op.f("uq_grant_award_id")),
        sa.UniqueConstraint("reference", name=op.f("uq_grant_reference")),
    )
    op.create_index("ix_grant_application_id", "grant", ["application_id"], unique=False)
    op.create_index("ix_grant_call_id_state", "grant", ["call_id", "state"], unique=False)
    op.create_table(
        "grant_partner",
        sa.Column("grant_id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("confirmed_version", sa.Integer(), nullable=True),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("declared_by", sa.Uuid(), nullable=True),
        sa.Column("declaration_sha256", sa.Text(), nullable=True),
        sa.Column("signatory_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("role in ('coordinator', 'beneficiary')", name=op.f("ck_grant_partner_role")),
        sa.CheckConstraint(
            "(confirmed_at is null) = (confirmed_version is null)", name=op.f("ck_grant_partner_confirmed")
        ),
        sa.CheckConstraint(
            "(declared_at is null) = (declaration_sha256 is null)", name=op.f("ck_grant_partner_declared")
        ),
        sa.ForeignKeyConstraint(["confirmed_by"], ["person.id"], name=op.f("fk_grant_partner_confirmed_by")),
        sa.ForeignKeyConstraint(["declared_by"], ["person.id"], name=op.f("fk_grant_partner_declared_by")),
        sa.ForeignKeyConstraint(["grant_id"], ["grant.id"], name=op.f("fk_grant_partner_grant_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_grant_partner_organisation_id")
        ),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_grant_partner_partner_id")),
        sa.ForeignKeyConstraint(["signatory_id"], ["person.id"], name=op.f("fk_grant_partner_signatory_id")),
        sa.PrimaryKeyConstraint("grant_id", "partner_id", name=op.f("pk_grant_partner")),
        sa.UniqueConstraint("grant_id", "position", name=op.f("uq_grant_partner_grant_id_position")),
    )
    op.create_index("ix_grant_partner_organisation_id", "grant_partner", ["organisation_id"], unique=False)
    op.create_index("ix_grant_partner_signatory_id", "grant_partner", ["signatory_id"], unique=False)
    op.create_index(
        "uq_grant_partner_one_coordinator",
        "grant_partner",
        ["grant_id"],
        unique=True,
        postgresql_where=sa.text("role = 'coordinator'"),
    )
    op.create_table(
        "grant_version",
        sa.Column("grant_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("snapshot", postgresql.JSONB(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name=op.f("ck_grant_version_sha256")),
        sa.CheckConstraint("number > 0", name=op.f("ck_grant_version_number")),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_grant_version_created_by")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_grant_version_document_id")),
        sa.ForeignKeyConstraint(["grant_id"], ["grant.id"], name=op.f("fk_grant_version_grant_id")),
        sa.PrimaryKeyConstraint("grant_id", "number", name=op.f("pk_grant_version")),
    )
    op.create_table(
        "grant_signature",
        sa.Column("grant_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("order", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("capacity", sa.Text(), nullable=False),
        sa.Column("authentication", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "authentication in ('second factor', 'password')", name=op.f("ck_grant_signature_authentication")
        ),
        sa.CheckConstraint('"order" > 0', name=op.f("ck_grant_signature_order")),
        sa.ForeignKeyConstraint(
            ["grant_id", "version"],
            ["grant_version.grant_id", "grant_version.number"],
            name=op.f("fk_grant_signature_grant_id_version"),
        ),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_grant_signature_partner_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_grant_signature_person_id")),
        sa.PrimaryKeyConstraint("grant_id", "version", "order", name=op.f("pk_grant_signature")),
        sa.UniqueConstraint(
            "grant_id",
            "version",
            "partner_id",
            name=op.f("uq_grant_signature_grant_id_version_partner_id"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index("ix_grant_signature_person_id", "grant_signature", ["person_id"], unique=False)
    op.execute(GUARDS)


def downgrade() -> None:
    """Undo."""
    for table in ("grant_signature", "grant_version", "grant_partner", "grant"):
        op.drop_table(table)
    for name in ("signature", "version"):
        op.execute(f"drop function refuse_change_of_grant_{name}")
    op.execute("drop function refuse_change_of_grant")
