"""Authorities granted to organizations.

Revision ID: eee551fbc84e
Revises: 0991bdd8bcf4
"""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op
from app.fact_guards import guard_statements

revision = "eee551fbc84e"
down_revision = "0991bdd8bcf4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.create_table(
        "organization_authority",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("valid", postgresql.DATERANGE(), nullable=False),
        sa.Column("operation_id", sa.Uuid(), nullable=False),
        sa.Column("superseded_by", sa.Uuid(), nullable=True),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.text("hashtextextended(organization_id::text || chr(10) || kind::text, 0)"), "="),
            (sa.text("hashtextextended(organization_id::text || chr(10) || kind::text, 1)"), "="),
            (sa.text("daterange(lower(valid), upper(valid))"), "&&"),
            where=sa.text("superseded_by IS NULL"),
            deferrable="True",
            initially="IMMEDIATE",
            using="gist",
            name="ex_organization_authority_organization_id_kind",
        ),
        sa.CheckConstraint(
            "NOT isempty(valid) AND lower(valid) IS NOT NULL AND lower(valid) >= '1900-01-01'::date AND (upper(valid) IS NULL OR upper(valid) <= '2200-01-01'::date) AND isfinite(lower(valid)) AND (upper(valid) IS NULL OR isfinite(upper(valid)))",
            name=op.f("ck_organization_authority_sound_period"),
        ),
        sa.CheckConstraint(
            "kind IN ('authorised_to_admit_and_expel', 'delegated_upper_powers')",
            name=op.f("ck_organization_authority_kind_known"),
        ),
        sa.ForeignKeyConstraint(
            ["operation_id"], ["operation.id"], name=op.f("fk_organization_authority_operation_id")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_organization_authority_organization_id")
        ),
        sa.ForeignKeyConstraint(
            ["superseded_by"], ["operation.id"], name=op.f("fk_organization_authority_superseded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organization_authority")),
    )
    op.create_index(
        "ix_organization_authority_operation_id", "organization_authority", ["operation_id"], unique=False
    )
    op.create_index(
        "ix_organization_authority_organization_id",
        "organization_authority",
        ["organization_id"],
        unique=False,
    )
    op.create_index(
        "ix_organization_authority_superseded_by",
        "organization_authority",
        ["superseded_by"],
        unique=False,
        postgresql_where=sa.text("superseded_by IS NOT NULL"),
    )
    for statement in guard_statements("organization_authority"):
        op.execute(statement)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.drop_index(
        "ix_organization_authority_superseded_by",
        table_name="organization_authority",
        postgresql_where=sa.text("superseded_by IS NOT NULL"),
    )
    op.drop_index("ix_organization_authority_organization_id", table_name="organization_authority")
    op.drop_index("ix_organization_authority_operation_id", table_name="organization_authority")
    op.drop_table("organization_authority")
