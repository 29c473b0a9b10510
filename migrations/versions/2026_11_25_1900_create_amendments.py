"""create amendments."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

GUARDS = """
-- An amendment that has come to its end never changes, and none is removed.
create function refuse_change_of_amendment() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' or old.state in ('refused', 'withdrawn', 'in_force')
            or (new.id, new.grant_id, new.number, new.base_version, new.created_at)
            is distinct from (old.id, old.grant_id, old.number, old.base_version, old.created_at)
            or new.round < old.round
            or (new.round = old.round and new.sha256 is not null
            and (new.sha256, new.snapshot) is distinct from (old.sha256, old.snapshot)) then
        raise exception 'an amendment that was decided or frozen is never changed';
    end if;
    return new;
end $$;
create trigger amendment_keeps_its_content before update or delete on amendment
    for each row execute function refuse_change_of_amendment();

create function refuse_change_of_amendment_signature() returns trigger language plpgsql as $$
begin
    if tg_op <> 'INSERT' then
        raise exception 'a signature of an amendment is never changed';
    end if;
    if not exists (select from amendment where id = new.amendment_id and round = new.round and sha256 = new.sha256) then
        raise exception 'a signature is for the amendment that was shown';
    end if;
    if new.partner_id is null and exists (select from amendment where id = new.amendment_id
            and decided_by = new.person_id) then
        raise exception 'who accepted an amendment does not sign it for the authority';
    end if;
    return new;
end $$;
create trigger amendment_signature_stands before insert or update or delete on amendment_signature
    for each row execute function refuse_change_of_amendment_signature();
"""

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "amendment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("grant_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("base_version", sa.Integer(), nullable=False),
        sa.Column("proposal", postgresql.JSONB(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("effect_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("requested_by", sa.Uuid(), nullable=True),
        sa.Column("decide_by", sa.Date(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("snapshot", postgresql.JSONB(), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("entered_into_force_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agreement_version", sa.Integer(), nullable=True),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "state in ('draft', 'requested', 'withdrawn', 'returned', 'refused', 'accepted', 'signed', 'in_force')",
            name=op.f("ck_amendment_state"),
        ),
        sa.CheckConstraint("number > 0 and version > 0 and round >= 0", name=op.f("ck_amendment_numbers")),
        sa.CheckConstraint(
            "state in ('draft', 'withdrawn') or requested_at is not null", name=op.f("ck_amendment_requested_at")
        ),
        sa.CheckConstraint("(requested_at is null) = (decide_by is null)", name=op.f("ck_amendment_decide_by")),
        sa.CheckConstraint("(snapshot is null) = (sha256 is null)", name=op.f("ck_amendment_frozen")),
        sa.CheckConstraint(
            "(state in ('accepted', 'signed', 'in_force')) = (sha256 is not null)", name=op.f("ck_amendment_text")
        ),
        sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name=op.f("ck_amendment_sha256")),
        sa.CheckConstraint("state not in ('returned', 'refused') or note <> ''", name=op.f("ck_amendment_note")),
        sa.CheckConstraint(
            "decided_by is null or decided_by is distinct from requested_by", name=op.f("ck_amendment_four_eyes")
        ),
        sa.CheckConstraint(
            "(state = 'in_force') = (entered_into_force_at is not null)", name=op.f("ck_amendment_in_force")
        ),
        sa.CheckConstraint(
            "(agreement_version is null) = (entered_into_force_at is null)",
            name=op.f("ck_amendment_agreement_version"),
        ),
        sa.CheckConstraint(
            "(document_id is null) = (entered_into_force_at is null)", name=op.f("ck_amendment_document_id")
        ),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_amendment_created_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_amendment_decided_by")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_amendment_document_id")),
        sa.ForeignKeyConstraint(["grant_id"], ["grant.id"], name=op.f("fk_amendment_grant_id")),
        sa.ForeignKeyConstraint(["requested_by"], ["person.id"], name=op.f("fk_amendment_requested_by")),
        sa.ForeignKeyConstraint(["saved_by"], ["person.id"], name=op.f("fk_amendment_saved_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amendment")),
        sa.UniqueConstraint("grant_id", "number", name=op.f("uq_amendment_grant_id_number")),
    )
    op.create_index("ix_amendment_state", "amendment", ["state"], unique=False)
    op.create_index(
        "uq_amendment_open",
        "amendment",
        ["grant_id"],
        unique=True,
        postgresql_where=sa.text("state in ('draft', 'requested', 'returned', 'accepted', 'signed')"),
    )
    op.create_table(
        "amendment_signature",
        sa.Column("amendment_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("order", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("capacity", sa.Text(), nullable=False),
        sa.Column("authentication", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "authentication in ('second factor', 'password')", name=op.f("ck_amendment_signature_authentication")
        ),
        sa.CheckConstraint('"order" in (1, 2)', name=op.f("ck_amendment_signature_order")),
        sa.CheckConstraint('(partner_id is null) = ("order" = 2)', name=op.f("ck_amendment_signature_partner_id")),
        sa.ForeignKeyConstraint(["amendment_id"], ["amendment.id"], name=op.f("fk_amendment_signature_amendment_id")),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_amendment_signature_partner_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_amendment_signature_person_id")),
        sa.PrimaryKeyConstraint("amendment_id", "round", "order", name=op.f("pk_amendment_signature")),
    )
    op.create_index("ix_amendment_signature_person_id", "amendment_signature", ["person_id"], unique=False)
    op.add_column("periodic_report", sa.Column("agreement_version", sa.Integer(), nullable=True))
    op.execute(
        'update periodic_report r set agreement_version = g.agreed_version from reporting_period p, "grant" g '
        "where p.id = r.period_id and g.id = p.grant_id and r.state in ('submitted', 'accepted', 'rejected')"
    )
    op.execute(GUARDS)


def downgrade() -> None:
    """Undo."""
    op.drop_column("periodic_report", "agreement_version")
    op.drop_table("amendment_signature")
    op.drop_table("amendment")
    for name in ("refuse_change_of_amendment_signature", "refuse_change_of_amendment"):
        op.execute(f"drop function {name}")
