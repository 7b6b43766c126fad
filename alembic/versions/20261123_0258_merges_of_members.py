"""Records of members that were made part of others.

Revision ID: 4714cb148aa5
Revises: 99ad0defa2ef
"""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op
from app.fact_guards import guard_statements

revision = "4714cb148aa5"
down_revision = "99ad0defa2ef"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.create_table(
        "member_merge",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("valid", postgresql.DATERANGE(), nullable=False),
        sa.Column("operation_id", sa.Uuid(), nullable=False),
        sa.Column("superseded_by", sa.Uuid(), nullable=True),
        sa.Column("merge_id", sa.Uuid(), nullable=False),
        sa.Column("survivor_id", sa.Uuid(), nullable=False),
        sa.Column("duplicate_id", sa.Uuid(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.text("hashtextextended(duplicate_id::text, 0)"), "="),
            (sa.text("hashtextextended(duplicate_id::text, 1)"), "="),
            (sa.text("daterange(lower(valid), upper(valid))"), "&&"),
            where=sa.text("superseded_by IS NULL"),
            deferrable=True,
            initially="IMMEDIATE",
            using="gist",
            name="ex_member_merge_duplicate_id",
        ),
        postgresql.ExcludeConstraint(
            (sa.text("hashtextextended(merge_id::text, 0)"), "="),
            (sa.text("hashtextextended(merge_id::text, 1)"), "="),
            (sa.text("daterange(lower(valid), upper(valid))"), "&&"),
            where=sa.text("superseded_by IS NULL"),
            deferrable=True,
            initially="IMMEDIATE",
            using="gist",
            name="ex_member_merge_merge_id",
        ),
        sa.CheckConstraint(
            "NOT isempty(valid) AND lower(valid) IS NOT NULL AND lower(valid) >= '1900-01-01'::date AND (upper(valid) IS NULL OR upper(valid) <= '2200-01-01'::date) AND isfinite(lower(valid)) AND (upper(valid) IS NULL OR isfinite(upper(valid)))",
            name=op.f("ck_member_merge_sound_period"),
        ),
        sa.CheckConstraint("survivor_id <> duplicate_id", name=op.f("ck_member_merge_two_records")),
        sa.ForeignKeyConstraint(["duplicate_id"], ["member.id"], name=op.f("fk_member_merge_duplicate_id")),
        sa.ForeignKeyConstraint(
            ["operation_id"], ["operation.id"], name=op.f("fk_member_merge_operation_id")
        ),
        sa.ForeignKeyConstraint(
            ["superseded_by"], ["operation.id"], name=op.f("fk_member_merge_superseded_by")
        ),
        sa.ForeignKeyConstraint(["survivor_id"], ["member.id"], name=op.f("fk_member_merge_survivor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member_merge")),
    )
    op.create_index("ix_member_merge_duplicate_id", "member_merge", ["duplicate_id"], unique=False)
    op.create_index("ix_member_merge_merge_id", "member_merge", ["merge_id"], unique=False)
    op.create_index("ix_member_merge_operation_id", "member_merge", ["operation_id"], unique=False)
    op.create_index(
        "ix_member_merge_superseded_by",
        "member_merge",
        ["superseded_by"],
        unique=False,
        postgresql_where=sa.text("superseded_by IS NOT NULL"),
    )
    op.create_index("ix_member_merge_survivor_id", "member_merge", ["survivor_id"], unique=False)
    for statement in guard_statements("member_merge"):
        op.execute(statement)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.drop_index("ix_member_merge_survivor_id", table_name="member_merge")
    op.drop_index(
        "ix_member_merge_superseded_by",
        table_name="member_merge",
        postgresql_where=sa.text("superseded_by IS NOT NULL"),
    )
    op.drop_index("ix_member_merge_operation_id", table_name="member_merge")
    op.drop_index("ix_member_merge_merge_id", table_name="member_merge")
    op.drop_index("ix_member_merge_duplicate_id", table_name="member_merge")
    op.drop_table("member_merge")
