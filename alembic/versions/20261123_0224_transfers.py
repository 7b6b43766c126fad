"""Transfers of members, and the holds that keep them from being introduced.

Revision ID: f781b436d2eb
Revises: eee551fbc84e
"""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op
from app.fact_guards import guard_statements

revision = "f781b436d2eb"
down_revision = "eee551fbc84e"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.create_table(
        "hold",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("valid", postgresql.DATERANGE(), nullable=False),
        sa.Column("operation_id", sa.Uuid(), nullable=False),
        sa.Column("superseded_by", sa.Uuid(), nullable=True),
        sa.Column("hold_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("ground", sa.String(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.text("hashtextextended(hold_id::text, 0)"), "="),
            (sa.text("hashtextextended(hold_id::text, 1)"), "="),
            (sa.text("daterange(lower(valid), upper(valid))"), "&&"),
            where=sa.text("superseded_by IS NULL"),
            deferrable=True,
            initially="IMMEDIATE",
            using="gist",
            name="ex_hold_hold_id",
        ),
        sa.CheckConstraint(
            "NOT isempty(valid) AND lower(valid) IS NOT NULL AND lower(valid) >= '1900-01-01'::date AND (upper(valid) IS NULL OR upper(valid) <= '2200-01-01'::date) AND isfinite(lower(valid)) AND (upper(valid) IS NULL OR isfinite(upper(valid)))",
            name=op.f("ck_hold_sound_period"),
        ),
        sa.CheckConstraint(
            "ground IN ('inspection', 'audit', 'complaint')", name=op.f("ck_hold_ground_known")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_hold_member_id")),
        sa.ForeignKeyConstraint(["operation_id"], ["operation.id"], name=op.f("fk_hold_operation_id")),
        sa.ForeignKeyConstraint(["superseded_by"], ["operation.id"], name=op.f("fk_hold_superseded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hold")),
    )
    op.create_index("ix_hold_hold_id", "hold", ["hold_id"], unique=False)
    op.create_index("ix_hold_member_id", "hold", ["member_id"], unique=False)
    op.create_index("ix_hold_operation_id", "hold", ["operation_id"], unique=False)
    op.create_index(
        "ix_hold_superseded_by",
        "hold",
        ["superseded_by"],
        unique=False,
        postgresql_where=sa.text("superseded_by IS NOT NULL"),
    )
    op.create_table(
        "transfer",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("valid", postgresql.DATERANGE(), nullable=False),
        sa.Column("operation_id", sa.Uuid(), nullable=False),
        sa.Column("superseded_by", sa.Uuid(), nullable=True),
        sa.Column("transfer_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=True),
        sa.Column("from_cell_id", sa.Uuid(), nullable=True),
        sa.Column("from_outside", sa.String(), nullable=True),
        sa.Column("to_organization_id", sa.Uuid(), nullable=True),
        sa.Column("to_outside", sa.String(), nullable=True),
        sa.Column("to_cell_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("introduced_on", sa.Date(), nullable=False),
        sa.Column("moved_on", sa.Date(), nullable=True),
        sa.Column("expected_end", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("due_rule", sa.String(), nullable=True),
        sa.Column("open_member_id", sa.Uuid(), nullable=True),
        postgresql.ExcludeConstraint(
            (sa.text("hashtextextended(open_member_id::text, 0)"), "="),
            (sa.text("hashtextextended(open_member_id::text, 1)"), "="),
            (sa.text("daterange(lower(valid), upper(valid))"), "&&"),
            where=sa.text("superseded_by IS NULL"),
            deferrable=True,
            initially="IMMEDIATE",
            using="gist",
            name="ex_transfer_one_open",
        ),
        postgresql.ExcludeConstraint(
            (sa.text("hashtextextended(transfer_id::text, 0)"), "="),
            (sa.text("hashtextextended(transfer_id::text, 1)"), "="),
            (sa.text("daterange(lower(valid), upper(valid))"), "&&"),
            where=sa.text("superseded_by IS NULL"),
            deferrable=True,
            initially="IMMEDIATE",
            using="gist",
            name="ex_transfer_transfer_id",
        ),
        sa.CheckConstraint(
            "NOT isempty(valid) AND lower(valid) IS NOT NULL AND lower(valid) >= '1900-01-01'::date AND (upper(valid) IS NULL OR upper(valid) <= '2200-01-01'::date) AND isfinite(lower(valid)) AND (upper(valid) IS NULL OR isfinite(upper(valid)))",
            name=op.f("ck_transfer_sound_period"),
        ),
        sa.CheckConstraint(
            "from_outside IS NFC NORMALIZED AND from_outside !~ '[[:cntrl:]]' AND char_length(from_outside) BETWEEN 1 AND 300 AND from_outside = btrim(from_outside)",
            name=op.f("ck_transfer_from_outside_clean"),
        ),
        sa.CheckConstraint(
            "kind IN ('official', 'internal', 'temporary', 'abroad')", name=op.f("ck_transfer_kind_known")
        ),
        sa.CheckConstraint(
            "open_member_id IS NOT DISTINCT FROM CASE WHEN state IN ('forwarded', 'in_transit', 'introduced', 'refused', 'staying') THEN member_id END",
            name=op.f("ck_transfer_open_member"),
        ),
        sa.CheckConstraint("purpose IN ('work', 'study')", name=op.f("ck_transfer_purpose_known")),
        sa.CheckConstraint(
            "state IN ('introduced', 'in_transit', 'forwarded', 'staying', 'refused', 'received', 'returned', 'abandoned', 'cancelled', 'came_back')",
            name=op.f("ck_transfer_state_known"),
        ),
        sa.CheckConstraint(
            "step IN ('introduce', 'arrive', 'stamp', 'forward', 'receive', 'refuse', 'return', 'abandon', 'cancel', 'extend', 'come_back')",
            name=op.f("ck_transfer_step_known"),
        ),
        sa.CheckConstraint(
            "to_outside IS NFC NORMALIZED AND to_outside !~ '[[:cntrl:]]' AND char_length(to_outside) BETWEEN 1 AND 300 AND to_outside = btrim(to_outside)",
            name=op.f("ck_transfer_to_outside_clean"),
        ),
        sa.CheckConstraint(
            "(from_cell_id IS NULL) = (from_outside IS NOT NULL)", name=op.f("ck_transfer_from_somewhere")
        ),
        sa.CheckConstraint(
            "(to_organization_id IS NULL) = (to_outside IS NOT NULL)", name=op.f("ck_transfer_to_somewhere")
        ),
        sa.ForeignKeyConstraint(["from_cell_id"], ["organization.id"], name=op.f("fk_transfer_from_cell_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_transfer_member_id")),
        sa.ForeignKeyConstraint(["operation_id"], ["operation.id"], name=op.f("fk_transfer_operation_id")),
        sa.ForeignKeyConstraint(["superseded_by"], ["operation.id"], name=op.f("fk_transfer_superseded_by")),
        sa.ForeignKeyConstraint(["to_cell_id"], ["organization.id"], name=op.f("fk_transfer_to_cell_id")),
        sa.ForeignKeyConstraint(
            ["to_organization_id"], ["organization.id"], name=op.f("fk_transfer_to_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer")),
    )
    op.create_index(
        "ix_transfer_from_cell_id",
        "transfer",
        ["from_cell_id"],
        unique=False,
        postgresql_where=sa.text("superseded_by IS NULL"),
    )
    op.create_index("ix_transfer_member_id", "transfer", ["member_id"], unique=False)
    op.create_index("ix_transfer_operation_id", "transfer", ["operation_id"], unique=False)
    op.create_index(
        "ix_transfer_superseded_by",
        "transfer",
        ["superseded_by"],
        unique=False,
        postgresql_where=sa.text("superseded_by IS NOT NULL"),
    )
    op.create_index(
        "ix_transfer_to_cell_id",
        "transfer",
        ["to_cell_id"],
        unique=False,
        postgresql_where=sa.text("superseded_by IS NULL"),
    )
    op.create_index(
        "ix_transfer_to_organization_id",
        "transfer",
        ["to_organization_id"],
        unique=False,
        postgresql_where=sa.text("superseded_by IS NULL"),
    )
    op.create_index("ix_transfer_transfer_id", "transfer", ["transfer_id"], unique=False)
    for table in ("hold", "transfer"):
        for statement in guard_statements(table):
            op.execute(statement)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.drop_index("ix_transfer_transfer_id", table_name="transfer")
    op.drop_index(
        "ix_transfer_to_organization_id",
        table_name="transfer",
        postgresql_where=sa.text("superseded_by IS NULL"),
    )
    op.drop_index(
        "ix_transfer_to_cell_id", table_name="transfer", postgresql_where=sa.text("superseded_by IS NULL")
    )
    op.drop_index(
        "ix_transfer_superseded_by",
        table_name="transfer",
        postgresql_where=sa.text("superseded_by IS NOT NULL"),
    )
    op.drop_index("ix_transfer_operation_id", table_name="transfer")
    op.drop_index("ix_transfer_member_id", table_name="transfer")
    op.drop_index(
        "ix_transfer_from_cell_id", table_name="transfer", postgresql_where=sa.text("superseded_by IS NULL")
    )
    op.drop_table("transfer")
    op.drop_index(
        "ix_hold_superseded_by", table_name="hold", postgresql_where=sa.text("superseded_by IS NOT NULL")
    )
    op.drop_index("ix_hold_operation_id", table_name="hold")
    op.drop_index("ix_hold_member_id", table_name="hold")
    op.drop_index("ix_hold_hold_id", table_name="hold")
    op.drop_table("hold")
